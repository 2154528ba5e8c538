#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "json_reader.h"
#include "plyo/base/athlete_range.h"
#include "plyo/wire/live_json.h"
#include "result_parts.h"

namespace plyo::live {
namespace {

using wire::JsonReader;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

constexpr ResultDocumentLimits kHelloLimits{
    .bytes = 64 << 10, .depth = 8, .elements = 100, .text_bytes = 4096};
constexpr ResultDocumentLimits kRepLimits{
    .bytes = 1 << 20, .depth = 10, .elements = 10'000, .text_bytes = 4096};

/// A number of the contract's range; missing: nullopt.
std::optional<double> Within(const JsonReader& json, const char* field, double low, double high) {
  const auto value = json.OptionalNumber(field);
  if (value && !(*value >= low && *value <= high)) {
    json.Refuse(field, fmt::format("{:g} is not between {:g} and {:g}", *value, low, high));
  }
  return value;
}

Sex ReadSex(const JsonReader& json) {
  const std::string sex = json.OptionalText("sex");
  if (sex == "female") return Sex::kFemale;
  if (sex == "male") return Sex::kMale;
  if (!sex.empty() && sex != "unknown") json.Refuse("sex", "expected female, male or unknown");
  return Sex::kUnknown;
}

Result<void> ReadParameters(const nlohmann::ordered_json& json, const Sport& sport,
                            AthleteOptions& athlete) {
  const auto invalid = [](std::string message) {
    return Fail(ErrorCode::kInvalidArgument, "hello.parameters: " + std::move(message));
  };
  if (!json.is_object()) return invalid("expected an object");
  for (const auto& [id, value] : json.items()) {
    const auto known = std::ranges::find(sport.parameters, id, &ParameterDescriptor::id);
    if (known == sport.parameters.end()) {
      return invalid(fmt::format("{} has no such parameter as one of those given", sport.id));
    }
    const double number = value.is_number() ? value.get<double>() : kNaN;
    if (!(number >= known->min && number <= known->max)) {
      return invalid(fmt::format("{} is not between {:g} and {:g} {}", id, known->min, known->max,
                                 known->unit));
    }
    athlete.parameters[id] = number;
  }
  return {};
}

Result<Codec> ReadCodec(const std::string& name) {
  if (name == "h264") return Codec::kH264;
  if (name == "jpeg") return Codec::kJpeg;
  if (name == "landmarks") return Codec::kLandmarks;
  return Fail(ErrorCode::kUnsupportedCodec,
              "hello.media.codec: there are h264, jpeg and landmarks");
}

}  // namespace

Result<Hello> ReadHello(std::string_view text, std::span<const Sport> sports) {
  const auto refuse = [](const std::string& why) {
    return Fail(ErrorCode::kProtocolError, "hello: " + why);
  };
  const auto json = wire::ParseJson(text, kHelloLimits);
  if (!json) return refuse(json.error().message);
  const JsonReader reader(*json);
  if (!reader.RequireObject()) return refuse(reader.Failure());

  Hello hello;
  std::string codec;
  const std::string sport = reader.OptionalText("sport");
  if (json->contains("athlete")) {
    reader.Object("athlete", [&hello](const JsonReader& athlete) {
      hello.athlete.height_m = Within(athlete, "height_m", kLeastHeight_m, kMostHeight_m);
      hello.athlete.mass_kg = Within(athlete, "mass_kg", kLeastMass_kg, kMostMass_kg);
      hello.athlete.sex = ReadSex(athlete);
    });
  }
  reader.Object("media", [&](const JsonReader& media) {
    codec = media.Text("codec");
    hello.width = static_cast<int>(media.Integer("width", 64, 1920));
    hello.height = static_cast<int>(media.Integer("height", 64, 1920));
    hello.fps = Within(media, "fps", 5, 240).value_or(0);
    if (hello.fps == 0) media.Refuse("fps", "missing");
    hello.athlete.pose_model = media.OptionalText("pose_model");
  });
  if (reader.Failed()) return refuse(reader.Failure());

  const auto known = ReadCodec(codec);
  if (!known) return tl::unexpected(known.error());
  hello.codec = *known;
  if (hello.codec != Codec::kLandmarks) hello.athlete.pose_model.clear();  // the server's own
  const auto at = std::ranges::find(sports, sport, &Sport::id);
  if (at == sports.end()) {
    return Fail(ErrorCode::kInvalidArgument,
                "hello.sport: there is no such sport; `plyo catalogue` lists them");
  }
  hello.sport = &*at;
  if (json->contains("parameters")) {
    if (auto read = ReadParameters((*json)["parameters"], *at, hello.athlete); !read) {
      return tl::unexpected(read.error());
    }
  }
  return hello;
}

Result<TrackRep> ReadRepMessage(std::string_view text) {
  const auto json = wire::ParseJson(text, kRepLimits);
  if (!json) return tl::unexpected(json.error());
  const JsonReader reader(*json);
  TrackRep read;
  if (reader.RequireObject()) {
    read.track =
        static_cast<TrackId>(reader.Integer("track_id", 1, std::numeric_limits<TrackId>::max()));
    reader.Object("rep", [&read](const JsonReader& rep) { read.rep = wire::ReadRep(rep); });
    read.pose = reader.OptionalText("pose");
  }
  if (reader.Failed()) {
    return Fail(ErrorCode::kInvalidDocument, "not a repetition: " + reader.Failure());
  }
  return read;
}

}  // namespace plyo::live
