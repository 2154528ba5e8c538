#include "hello.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "plyo/base/athlete_range.h"
#include "plyo/base/name.h"
#include "plyo/base/utf8.h"
#include "plyo/service/media_header.h"
#include "plyo/service/read_json.h"

namespace plyo::service {
namespace {

using Json = nlohmann::json;

/// Reads fields of one object and keeps the first thing that is wrong.
class Fields {
 public:
  Fields(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) Wrong(place_, "is no object");
  }

  std::string Text(const char* name, std::size_t most, bool required) {
    const auto* value = Find(name, required);
    if (!value) return {};
    if (!value->is_string()) return Wrong(name, "is no text"), std::string();
    auto text = value->get<std::string>();
    if (Utf8Length(text) > most) Wrong(name, fmt::format("is longer than {} characters", most));
    return text;
  }

  double Number(const char* name, double min, double max, bool required) {
    const auto* value = Find(name, required);
    if (!value) return min;
    if (!value->is_number()) return Wrong(name, "is no number"), min;
    const auto number = value->get<double>();
    // Written so that it is false for NaN too.
    if (!(number >= min && number <= max))
      Wrong(name, fmt::format("{:g} is outside of {:g} to {:g}", number, min, max));
    return number;
  }

  std::int64_t Integer(const char* name, std::int64_t min, std::int64_t max, bool required) {
    const auto* value = Find(name, required);
    if (!value) return min;
    if (!value->is_number_integer()) return Wrong(name, "is no whole number"), min;
    Number(name, static_cast<double>(min), static_cast<double>(max), required);
    return error_ ? min : value->get<std::int64_t>();
  }

  bool Has(const char* name) const { return object_.is_object() && object_.contains(name); }

  void Wrong(const std::string& name, const std::string& what,
             ErrorCode code = ErrorCode::kInvalidArgument) {
    if (!error_) error_ = Error{code, fmt::format("{}: {} {}", place_, name, what)};
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  const Json* Find(const char* name, bool required) {
    if (error_) return nullptr;
    const auto at = object_.find(name);
    if (at != object_.end()) return &*at;
    if (required) Wrong(name, "is missing", ErrorCode::kProtocolError);
    return nullptr;
  }

  const Json& object_;
  std::string place_;
  std::optional<Error> error_;
};

std::optional<Error> ReadMedia(const Json& json, Hello& hello) {
  Fields media(json, "hello.media");
  const auto codec = media.Text("codec", 20, true);
  hello.width = static_cast<int>(media.Integer("width", kMinPictureSide, kMaxPictureSide, true));
  hello.height = static_cast<int>(media.Integer("height", kMinPictureSide, kMaxPictureSide, true));
  hello.fps = media.Number("fps", 5, 240, true);
  hello.pose_model = media.Text("pose_model", kLongestName, false);
  if (!hello.pose_model.empty() && !IsPlainName(hello.pose_model)) {
    media.Wrong("pose_model", "is no name of letters, digits, '_', '-' and '.'");
  }
  if (codec == "h264") {
    hello.codec = MediaKind::kH264;
  } else if (codec == "jpeg") {
    hello.codec = MediaKind::kJpeg;
  } else if (codec == "landmarks") {
    hello.codec = MediaKind::kLandmarks;
  } else {
    media.Wrong("codec", "is not one of h264, jpeg, landmarks", ErrorCode::kUnsupportedCodec);
  }
  return media.error();
}

std::optional<Error> CheckAthlete(const Json& json) {
  Fields athlete(json, "hello.athlete");
  athlete.Text("name", 100, false);
  athlete.Number("height_m", kLeastHeight_m, kMostHeight_m, false);
  athlete.Number("mass_kg", kLeastMass_kg, kMostMass_kg, false);
  const auto sex = athlete.Text("sex", 20, false);
  if (!sex.empty() && sex != "female" && sex != "male" && sex != "unknown")
    athlete.Wrong("sex", "is not one of female, male, unknown");
  return athlete.error();
}

std::optional<Error> CheckParameters(const Json& json, const auto& known) {
  Fields parameters(json, "hello.parameters");
  if (parameters.error()) return parameters.error();
  for (const auto& [id, value] : json.items()) {
    const auto range = known.find(id);
    if (range == known.end()) {
      parameters.Wrong(std::string(Utf8Prefix(id, 100)), "is no parameter of the sport");
    } else {
      parameters.Number(id.c_str(), range->second.min, range->second.max, true);
    }
  }
  return parameters.error();
}

}  // namespace

Result<SportList> SportList::FromCatalogue(const std::string& document) {
  try {
    SportList list;
    const auto json = Json::parse(document);
    for (const auto& sport : json.at("sports")) {
      auto& parameters = list.sports_[sport.at("id").get<std::string>()];
      for (const auto& parameter : sport.at("parameters")) {
        parameters[parameter.at("id").get<std::string>()] = {parameter.at("min").get<double>(),
                                                             parameter.at("max").get<double>()};
      }
    }
    return list;
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kInternal, fmt::format("catalogue: {}", error.what()));
  }
}

const std::map<std::string, SportList::Range, std::less<>>* SportList::Find(
    std::string_view sport) const {
  const auto at = sports_.find(sport);
  return at == sports_.end() ? nullptr : &at->second;
}

Result<Hello> ReadHello(std::string_view text, const SportList& sports) {
  const auto read = ReadJson(text);
  if (!read) return Fail(ErrorCode::kProtocolError, "hello: not JSON, or nested too deep");
  const Json json = *read;
  Fields fields(json, "hello");
  Hello hello;
  if (fields.Text("type", 100, true) != "hello")
    fields.Wrong("type", "is not hello, which is the first message", ErrorCode::kProtocolError);
  hello.client = fields.Text("client", 100, false);
  if (fields.Has("watch")) {
    hello.kind = Hello::Kind::kWatch;
    hello.session = fields.Text("watch", 100, true);
    hello.last_rep = fields.Integer("last_rep", 0, std::int64_t{1} << 40, false);
  }
  if (fields.error()) return tl::unexpected(*fields.error());
  if (hello.kind == Hello::Kind::kWatch) return hello;

  if (fields.Has("resume")) {
    hello.kind = Hello::Kind::kResume;
    Fields resume(json["resume"], "hello.resume");
    hello.session = resume.Text("session", 100, true);
    hello.token = resume.Text("token", 200, true);
    hello.last_rep = resume.Integer("last_rep", 0, std::int64_t{1} << 40, false);
    if (resume.error()) return tl::unexpected(*resume.error());
  } else {
    hello.sport = fields.Text("sport", 100, true);
    if (fields.error()) return tl::unexpected(*fields.error());
    const auto* parameters = sports.Find(hello.sport);
    if (!parameters) {
      fields.Wrong("sport", "is not one of the catalogue");
      return tl::unexpected(*fields.error());
    }
    if (fields.Has("parameters")) {
      if (auto wrong = CheckParameters(json["parameters"], *parameters))
        return tl::unexpected(*wrong);
    }
    if (fields.Has("athlete")) {
      if (auto wrong = CheckAthlete(json["athlete"])) return tl::unexpected(*wrong);
    }
  }
  if (!fields.Has("media")) {
    fields.Wrong("media", "is missing", ErrorCode::kProtocolError);
    return tl::unexpected(*fields.error());
  }
  if (auto wrong = ReadMedia(json["media"], hello)) return tl::unexpected(*wrong);
  auto kept = json;
  kept.erase("resume");
  hello.json = kept.dump(-1, ' ', false, Json::error_handler_t::replace);
  return hello;
}

std::string HelloOf(const std::string& hello, const std::string& athlete_json) {
  auto athlete = Json::parse(athlete_json, nullptr, false);
  if (!athlete.is_object()) return hello;
  auto merged = Json::parse(hello);
  athlete.update(merged.value("athlete", Json::object()));
  merged["athlete"] = std::move(athlete);
  return merged.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string MergedHello(const std::string& stored, const std::string& now) {
  auto merged = Json::parse(stored, nullptr, false);
  const auto fresh = Json::parse(now, nullptr, false);
  if (merged.is_object() && fresh.is_object() && fresh.contains("media"))
    merged["media"] = fresh["media"];
  return merged.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace plyo::service
