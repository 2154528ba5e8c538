#include <nlohmann/json.hpp>

#include "plyo/kinematics/center_of_mass.h"
#include "plyo/kinematics/cue.h"
#include "plyo/wire/live_json.h"
#include "plyo/wire/result_json.h"
#include "result_parts.h"

namespace plyo::live {
namespace {

using Json = nlohmann::ordered_json;
using wire::Rounded;
using wire::Significant;

std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// A skeleton goes out for every picture: tenths of a pixel and hundredths of a probability are
// what a screen can show.
Json Pixels(double value) { return Rounded(value, 10); }
Json Share(double value) { return Rounded(value, 100); }
Json Milliseconds(double value) { return Rounded(value, 100); }

Json ToJson(const StageMs& stages) {
  return {{"queue", Milliseconds(stages.queue)},
          {"decode", Milliseconds(stages.decode)},
          {"pose", Milliseconds(stages.pose)},
          {"analysis", Milliseconds(stages.analysis)},
          {"total", Milliseconds(stages.total)}};
}

Json ToJson(const PoseFrame& pose, Sex sex) {
  Json::array_t landmarks;
  landmarks.reserve(3 * kLandmarkCount);
  for (const ImageLandmark& mark : pose.image) {
    landmarks.push_back(Pixels(mark.x));
    landmarks.push_back(Pixels(mark.y));
    landmarks.push_back(Share(mark.visibility));
  }
  const Point2 com = CenterOfMassInImage(pose, sex);
  return {{"track_id", pose.track},
          {"presence", Share(pose.presence)},
          {"landmarks", std::move(landmarks)},
          {"com", Json::array({Pixels(com.x), Pixels(com.y)})}};
}

}  // namespace

std::string WritePose(const PoseMessage& message) {
  Json json = {{"type", "pose"},         {"sequence", message.sequence}, {"t_us", message.t_us},
               {"width", message.width}, {"height", message.height},     {"people", Json::array()}};
  for (const PoseFrame& pose : message.people) json["people"].push_back(ToJson(pose, message.sex));
  json["phase"] = message.phase;
  json["timing"] = ToJson(message.timing);
  return Text(json);
}

std::string WriteEvent(TrackId track, const Event& event) {
  return Text({{"type", "event"}, {"track_id", track}, {"event", wire::EventJson(event)}});
}

std::string WriteRep(TrackId track, const Rep& rep, std::string_view pose) {
  Json json = {{"type", "rep"}, {"track_id", track}, {"rep", wire::RepJson(rep)}};
  if (!pose.empty()) json["pose"] = pose;
  return Text(json);
}

std::string WriteMetric(const LiveMetric& metric) {
  Json json = {{"type", "metric"},
               {"track_id", metric.track},
               {"id", metric.id},
               {"value", Significant(metric.value)},
               {"unit", metric.unit}};
  if (metric.u) json["u"] = Significant(*metric.u);
  return Text(json);
}

std::string WriteCue(const Cue& cue) {
  Json json = {{"type", "cue"}, {"id", cue.id}, {"level", CueLevelId(cue.level)}};
  if (!cue.metric.empty()) json["metric"] = cue.metric;
  if (cue.value) json["value"] = Significant(*cue.value);
  return Text(json);
}

std::string WriteQuality(std::span<const std::string> hints) {
  Json json = {{"type", "quality"}, {"hints", Json::array()}};
  for (const std::string& hint : hints) json["hints"].push_back(hint);
  return Text(json);
}

std::string WriteCapacity(const Capacity& capacity) {
  return Text({{"type", "capacity"},
               {"fps", Significant(capacity.fps)},
               {"width", capacity.width},
               {"height", capacity.height}});
}

std::string WriteTiming(const TimingMessage& message) {
  return Text({{"type", "timing"},
               {"received", message.received},
               {"inferred", message.inferred},
               {"skipped", message.skipped},
               {"dropped", message.dropped},
               {"p50", ToJson(message.p50)},
               {"p95", ToJson(message.p95)}});
}

std::string WriteResult(const AnalysisResult& result) {
  return Text({{"type", "result"}, {"result", plyo::ToJson(result)}});
}

}  // namespace plyo::live
