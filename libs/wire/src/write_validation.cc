#include <nlohmann/json.hpp>
#include <optional>

#include "plyo/wire/validation_json.h"
#include "result_parts.h"

namespace plyo {
namespace {

using Json = nlohmann::ordered_json;
using wire::Rounded;
using wire::Significant;

Json ToJson(const std::optional<ConfidenceInterval>& interval) {
  if (!interval) return nullptr;
  return {Significant(interval->low), Significant(interval->high)};
}

void Put(Json& json, const std::string& name, const std::optional<SampleEstimate>& estimate) {
  json[name] = estimate ? Significant(estimate->value) : Json(nullptr);
  json[name + "_95"] = ToJson(estimate ? std::optional(estimate->interval) : std::nullopt);
}

Json ToJson(const MetricAgreement& metric) {
  const Agreement& agreement = metric.agreement;
  Json json;
  json["id"] = metric.id;
  json["unit"] = metric.unit;
  json["n"] = agreement.n;
  json["bias"] = Significant(agreement.bias);
  json["bias_95"] = ToJson(agreement.bias_interval);
  json["sd"] = Significant(agreement.sd);
  Put(json, "lower_limit", agreement.lower_limit);
  Put(json, "upper_limit", agreement.upper_limit);
  Put(json, "icc_2_1", agreement.icc);
  json["typical_error"] = Significant(agreement.typical_error);
  json["cv_percent"] = Significant(agreement.cv_percent);
  json["mae"] = Significant(agreement.mae);
  json["with_interval"] = metric.with_interval;
  json["covered"] = metric.covered;
  json["flags"] = metric.flags;
  json["values"] = Json::array();
  for (const auto& value : metric.values) {
    json["values"].push_back({{"pair", value.pair + 1},
                              {"video", Significant(value.measured)},
                              {"force", Significant(value.reference)},
                              {"u", Significant(value.u)},
                              {"flags", value.flags}});
  }
  return json;
}

Json SourceOf(const AnalysisResult& result) {
  return {{"name", result.source.name}, {"sha256", result.source.sha256}};
}

}  // namespace

std::string ValidationDocument(const Validation& validation,
                               std::span<const RecordingPair> recordings,
                               const std::string& plyo_version, const std::string& created_at) {
  Json json;
  json["schema"] = "plyo.validation/1";
  json["sport"] = validation.sport;
  json["recordings"] = Json::array();
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const auto& alignment = validation.alignments[i];
    json["recordings"].push_back({{"athlete", recordings[i].athlete},
                                  {"video", SourceOf(recordings[i].measured)},
                                  {"force", SourceOf(recordings[i].reference)},
                                  {"offset_s", Rounded(alignment.offset_s, 1e6)},
                                  {"pairs", alignment.pairs},
                                  {"ambiguous", alignment.ambiguous}});
  }
  json["pairs"] = Json::array();
  for (const auto& pair : validation.pairs) {
    json["pairs"].push_back({{"recording", pair.recording + 1},
                             {"video_rep", pair.measured_rep},
                             {"force_rep", pair.reference_rep}});
  }
  json["excluded"] = Json::array();
  for (const auto& one : validation.excluded) {
    json["excluded"].push_back({{"recording", one.pair.recording + 1},
                                {"video_rep", one.pair.measured_rep},
                                {"force_rep", one.pair.reference_rep},
                                {"why", one.why}});
  }
  json["unpaired"] = Json::array();
  for (const auto& one : validation.unpaired) {
    json["unpaired"].push_back({{"recording", one.recording + 1},
                                {"in", one.measured ? "video" : "force"},
                                {"rep", one.rep},
                                {"t_s", Rounded(one.t_s, 1e6)}});
  }
  json["metrics"] = Json::array();
  for (const auto& metric : validation.metrics) json["metrics"].push_back(ToJson(metric));
  json["provenance"] = {{"plyo_version", plyo_version}, {"created_at", created_at}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace plyo
