#include <nlohmann/json.hpp>
#include <optional>

#include "plyo/kinematics/cue.h"
#include "plyo/wire/catalogue_json.h"

namespace plyo {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Sport& sport);

Json OrNull(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json ToJson(Better better) {
  if (better == Better::kNeither) return nullptr;
  return better == Better::kMore ? "more" : "less";
}

Json ToJson(const MetricDescriptor& metric) {
  return {{"id", metric.id},
          {"unit", metric.unit},
          {"label", metric.label},
          {"text", metric.text},
          {"decimals", metric.decimals},
          {"headline", metric.headline},
          {"better", ToJson(metric.better)},
          {"of_summary", metric.of_summary},
          {"min", OrNull(metric.min)},
          {"max", OrNull(metric.max)}};
}

Json ToJson(const EventDescriptor& event) {
  return {{"id", event.id},
          {"label", event.label},
          {"text", event.text},
          {"key_frame", event.key_frame}};
}

Json ToJson(const PhaseDescriptor& phase) {
  return {{"id", phase.id}, {"label", phase.label}, {"text", phase.text}};
}

Json ToJson(const ParameterDescriptor& parameter) {
  return {{"id", parameter.id},
          {"unit", parameter.unit},
          {"label", parameter.label},
          {"text", parameter.text},
          {"default", OrNull(parameter.default_value)},
          {"min", parameter.min},
          {"max", parameter.max}};
}

Json ToJson(const CueRule& cue) {
  return {{"id", cue.id},
          {"metric", cue.metric},
          {cue.side == CueSide::kAbove ? "above" : "below", cue.threshold},
          {"level", CueLevelId(cue.level)},
          {"text", cue.text},
          {"reason", cue.reason}};
}

template <typename Descriptors>
Json ListOf(const Descriptors& descriptors) {
  Json list = Json::array();
  for (const auto& descriptor : descriptors) list.push_back(ToJson(descriptor));
  return list;
}

Json ToJson(const Sport& sport) {
  return {{"id", sport.id},
          {"label", sport.label},
          {"text", sport.text},
          {"latency_s", sport.latency_s},
          {"repeats_steps", sport.repeats_steps},
          {"metrics", ListOf(sport.metrics)},
          {"events", ListOf(sport.events)},
          {"phases", ListOf(sport.phases)},
          {"parameters", ListOf(sport.parameters)},
          {"cues", ListOf(sport.cues)}};
}

}  // namespace

nlohmann::ordered_json ToJson(std::span<const Sport> sports) {
  return {{"schema", "plyo.catalogue/1"}, {"sports", ListOf(sports)}};
}

std::string CatalogueDocument(std::span<const Sport> sports) { return ToJson(sports).dump(2); }

}  // namespace plyo
