#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "json_reader.h"
#include "plyo/wire/result_json.h"
#include "result_parts.h"

namespace plyo {
namespace {

using wire::JsonReader;

constexpr std::int64_t kMaxInt = std::numeric_limits<int>::max();

Event ReadEvent(const JsonReader& json) {
  return {.id = json.Text("id"),
          .t_s = json.Number("t_s"),
          .u_s = json.Number("u_s"),
          .frame = json.Number("frame"),
          .flags = json.OptionalTexts("flags")};
}

Phase ReadPhase(const JsonReader& json) {
  return {.id = json.Text("id"), .begin_s = json.Number("begin_s"), .end_s = json.Number("end_s")};
}

Metric ReadMetric(const JsonReader& json) {
  Metric metric;
  metric.id = json.Text("id");
  metric.unit = json.Text("unit");
  metric.value = json.OptionalNumber("value");
  metric.class_name = json.OptionalText("class");
  metric.flags = json.OptionalTexts("flags");
  if (metric.value) {
    metric.u = json.OptionalNumber("u");
    metric.begin_s = json.Number("begin_s");
    metric.end_s = json.Number("end_s");
  } else {
    metric.reason = json.Text("reason");
    if (!json.Failed() && metric.reason.empty())
      json.Refuse("reason", "an absent value needs a reason");
  }
  return metric;
}

}  // namespace

Rep wire::ReadRep(const JsonReader& json) {
  Rep rep;
  rep.index = static_cast<int>(json.Integer("index", 1, kMaxInt));
  const auto status = json.Text("status");
  if (status != "confirmed" && status != "provisional")
    json.Refuse("status", "expected confirmed or provisional");
  rep.status = status == "provisional" ? RepStatus::kProvisional : RepStatus::kConfirmed;
  json.Object("scale", [&rep](const JsonReader& scale) {
    rep.scale = {scale.Text("method"), scale.OptionalNumber("m_per_px"),
                 scale.OptionalNumber("u_m_per_px")};
  });
  rep.events = json.Objects<Event>("events", ReadEvent);
  rep.phases = json.Objects<Phase>("phases", ReadPhase);
  rep.metrics = json.Objects<Metric>("metrics", ReadMetric);
  rep.flags = json.OptionalTexts("flags");
  rep.excluded = json.OptionalText("excluded");
  return rep;
}

namespace {

Summary ReadSummary(const JsonReader& json) {
  return {.id = json.Text("id"),
          .unit = json.Text("unit"),
          .mean = json.OptionalNumber("mean"),
          .sd = json.OptionalNumber("sd"),
          .n = static_cast<int>(json.Integer("n", 0, kMaxInt)),
          .u = json.OptionalNumber("u"),
          .left = json.OptionalNumber("left"),
          .right = json.OptionalNumber("right"),
          .best = json.OptionalNumber("best"),
          .class_name = json.OptionalText("class")};
}

AthleteResult ReadAthlete(const JsonReader& json) {
  return {.track_id = static_cast<TrackId>(json.Integer("track_id", 1, kMaxInt)),
          .height_m = json.OptionalNumber("height_m"),
          .mass_kg = json.OptionalNumber("mass_kg"),
          .reps = json.Objects<Rep>("reps", wire::ReadRep),
          .steps = json.Objects<Rep>("steps", wire::ReadRep),
          .summary = json.Objects<Summary>("summary", ReadSummary)};
}

SourceInfo ReadSource(const JsonReader& json) {
  const auto kind = json.OptionalText("kind");
  if (!kind.empty() && kind != "video" && kind != wire::kForcePlate)
    json.Refuse("kind", "expected video or force_plate");
  return {.name = json.Text("name"),
          .sha256 = json.Text("sha256"),
          .width = static_cast<int>(json.Integer("width", 0, kMaxInt)),
          .height = static_cast<int>(json.Integer("height", 0, kMaxInt)),
          .rotation_deg = static_cast<int>(json.Integer("rotation_deg", 0, 359)),
          .frames = json.Integer("frames"),
          .duration_s = json.Number("duration_s"),
          .capture_fps = json.Number("capture_fps"),
          .variable_frame_rate = json.Truth("variable_frame_rate"),
          .kind = kind == wire::kForcePlate ? SourceKind::kForcePlate : SourceKind::kVideo};
}

Quality ReadQuality(const JsonReader& json) {
  return {.detected_fraction = json.Number("detected_fraction"),
          .dropped_frames = json.Integer("dropped_frames"),
          .bystanders = static_cast<int>(json.Integer("bystanders", 0, kMaxInt)),
          .side_swaps = json.Integer("side_swaps"),
          .flags = json.Texts("flags")};
}

Provenance ReadProvenance(const JsonReader& json) {
  Provenance provenance;
  provenance.plyo_version = json.Text("plyo_version");
  json.Object("model", [&provenance](const JsonReader& model) {
    provenance.model_name = model.Text("name");
    provenance.model_sha256 = model.Text("sha256");
  });
  json.Members("options", [&provenance](const std::string& name, const std::string& value) {
    provenance.options.emplace_back(name, value);
  });
  provenance.created_at = json.Text("created_at");
  return provenance;
}

}  // namespace

Result<AnalysisResult> ResultFromDocument(std::string_view text,
                                          const ResultDocumentLimits& limits) {
  const auto json = wire::ParseJson(text, limits);
  if (!json) return tl::unexpected(json.error());
  const JsonReader reader(*json);
  AnalysisResult result;
  if (reader.RequireObject()) {
    if (const auto schema = reader.Text("schema");
        !reader.Failed() && schema != "plyo.analysis/1") {
      reader.Refuse("schema", fmt::format("'{}' and not plyo.analysis/1", schema));
    }
    result.sport = reader.Text("sport");
    reader.Object("source",
                  [&result](const JsonReader& source) { result.source = ReadSource(source); });
    result.athletes = reader.Objects<AthleteResult>("athletes", ReadAthlete);
    reader.Object("quality",
                  [&result](const JsonReader& quality) { result.quality = ReadQuality(quality); });
    reader.Object("provenance", [&result](const JsonReader& provenance) {
      result.provenance = ReadProvenance(provenance);
    });
  }
  if (reader.Failed()) {
    return Fail(ErrorCode::kInvalidDocument,
                fmt::format("not a result document: {}", reader.Failure()));
  }
  return result;
}

}  // namespace plyo
