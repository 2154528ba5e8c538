#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "plyo/wire/result_json.h"
#include "plyo_embed/result_schema.h"
#include "result_parts.h"

namespace plyo {
namespace {

using Json = nlohmann::ordered_json;
using wire::Rounded;
using wire::Significant;

Json Seconds(double t) { return Rounded(t, 1e6); }

Json ToJson(const Event& event) {
  Json json = {{"id", event.id},
               {"t_s", Seconds(event.t_s)},
               {"u_s", Seconds(event.u_s)},
               {"frame", Rounded(event.frame, 1e3)}};
  if (!event.flags.empty()) json["flags"] = event.flags;
  return json;
}

Json ToJson(const Phase& phase) {
  return {{"id", phase.id}, {"begin_s", Seconds(phase.begin_s)}, {"end_s", Seconds(phase.end_s)}};
}

Json ToJson(const Metric& metric) {
  // A figure that is no number is a bug, but never one that a reader should have to find.
  const bool present = metric.value && std::isfinite(*metric.value);
  Json json;
  json["id"] = metric.id;
  json["value"] = present ? Significant(*metric.value) : Json(nullptr);
  if (!metric.class_name.empty()) json["class"] = metric.class_name;
  json["unit"] = metric.unit;
  if (present) {
    json["u"] = Significant(metric.u);
    json["begin_s"] = Seconds(metric.begin_s);
    json["end_s"] = Seconds(metric.end_s);
  } else {
    json["reason"] = metric.reason.empty() ? "not_finite" : metric.reason;
  }
  json["flags"] = metric.flags;
  return json;
}

Json ToJson(const Rep& rep) {
  Json json;
  json["index"] = rep.index;
  json["status"] = rep.status == RepStatus::kConfirmed ? "confirmed" : "provisional";
  json["scale"] = {{"method", rep.scale.method},
                   {"m_per_px", Significant(rep.scale.m_per_px)},
                   {"u_m_per_px", Significant(rep.scale.u_m_per_px)}};
  json["events"] = Json::array();
  for (const auto& event : rep.events) json["events"].push_back(ToJson(event));
  json["phases"] = Json::array();
  for (const auto& phase : rep.phases) json["phases"].push_back(ToJson(phase));
  json["metrics"] = Json::array();
  for (const auto& metric : rep.metrics) json["metrics"].push_back(ToJson(metric));
  json["flags"] = rep.flags;
  if (!rep.excluded.empty()) json["excluded"] = rep.excluded;
  return json;
}

Json ToJson(const Summary& summary) {
  Json json = {{"id", summary.id},
               {"unit", summary.unit},
               {"mean", Significant(summary.mean)},
               {"sd", Significant(summary.sd)},
               {"n", summary.n},
               {"u", Significant(summary.u)},
               {"left", Significant(summary.left)},
               {"right", Significant(summary.right)},
               {"best", Significant(summary.best)}};
  if (!summary.class_name.empty()) json["class"] = summary.class_name;
  return json;
}

Json ToJson(const AthleteResult& athlete) {
  Json json;
  json["track_id"] = athlete.track_id;
  json["height_m"] = Significant(athlete.height_m);
  json["mass_kg"] = Significant(athlete.mass_kg);
  json["reps"] = Json::array();
  for (const auto& rep : athlete.reps) json["reps"].push_back(ToJson(rep));
  json["steps"] = Json::array();
  for (const auto& step : athlete.steps) json["steps"].push_back(ToJson(step));
  json["summary"] = Json::array();
  for (const auto& summary : athlete.summary) json["summary"].push_back(ToJson(summary));
  return json;
}

Json ToJson(const SourceInfo& source) {
  Json json;
  if (source.kind == SourceKind::kForcePlate) json["kind"] = wire::kForcePlate;
  json["name"] = source.name;
  json["sha256"] = source.sha256;
  json["width"] = source.width;
  json["height"] = source.height;
  json["rotation_deg"] = source.rotation_deg;
  json["frames"] = source.frames;
  json["duration_s"] = Seconds(source.duration_s);
  json["capture_fps"] = Significant(source.capture_fps);
  json["variable_frame_rate"] = source.variable_frame_rate;
  return json;
}

Json ToJson(const Quality& quality) {
  return {{"detected_fraction", Rounded(quality.detected_fraction, 1e4)},
          {"dropped_frames", quality.dropped_frames},
          {"bystanders", quality.bystanders},
          {"side_swaps", quality.side_swaps},
          {"flags", quality.flags}};
}

Json ToJson(const Provenance& provenance) {
  Json options = Json::object();
  for (const auto& [name, value] : provenance.options) options[name] = value;
  return {{"plyo_version", provenance.plyo_version},
          {"model", {{"name", provenance.model_name}, {"sha256", provenance.model_sha256}}},
          {"options", options},
          {"created_at", provenance.created_at}};
}

}  // namespace

nlohmann::ordered_json wire::Significant(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == 0) return 0.0;  // no "-0.0"
  const auto text = fmt::format("{:.7g}", value);
  double rounded = value;
  std::from_chars(text.data(), text.data() + text.size(), rounded);
  return rounded;
}

nlohmann::ordered_json wire::Significant(const std::optional<double>& value) {
  return value ? Significant(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json wire::Rounded(double value, double steps_per_unit) {
  if (!std::isfinite(value)) return nullptr;
  const double rounded = std::round(value * steps_per_unit) / steps_per_unit;
  return rounded == 0 ? 0.0 : rounded;
}

nlohmann::ordered_json wire::EventJson(const Event& event) { return ToJson(event); }
nlohmann::ordered_json wire::RepJson(const Rep& rep) { return ToJson(rep); }

nlohmann::ordered_json ToJson(const AnalysisResult& result) {
  Json json;
  json["schema"] = "plyo.analysis/1";
  json["sport"] = result.sport;
  json["source"] = ToJson(result.source);
  json["athletes"] = Json::array();
  for (const auto& athlete : result.athletes) json["athletes"].push_back(ToJson(athlete));
  json["quality"] = ToJson(result.quality);
  json["provenance"] = ToJson(result.provenance);
  return json;
}

std::string_view ResultSchema() { return embedded::result_schema::ResultSchemaJson(); }

std::string ResultDocument(const AnalysisResult& result, JsonLayout layout) {
  return ToJson(result).dump(layout == JsonLayout::kIndented ? 2 : -1, ' ', false,
                             Json::error_handler_t::replace);
}

}  // namespace plyo
