#include <nlohmann/json.hpp>

#include "plyo/wire/comparison_json.h"
#include "result_parts.h"

namespace plyo {
namespace {

using Json = nlohmann::ordered_json;
using wire::Significant;

Json ToJson(const SessionFigure& figure) {
  Json json = {{"n", figure.n},
               {"mean", Significant(figure.mean)},
               {"sd", Significant(figure.sd)},
               {"best", Significant(figure.best)},
               {"gross_errors", figure.gross_errors},
               {"since_first", nullptr}};
  if (figure.since_first) {
    json["since_first"] = {{"change", Significant(figure.since_first->value)},
                           {"half_95", Significant(figure.since_first->half)},
                           {"kind", ChangeKindName(figure.since_first->kind)}};
  }
  return json;
}

Json ToJson(const Trend& trend) {
  Json sessions = Json::array();
  for (const auto& figure : trend.sessions) sessions.push_back(ToJson(figure));
  return {{"metric", trend.metric},
          {"unit", trend.unit},
          {"typical_error", Significant(trend.typical_error)},
          {"degrees_of_freedom", trend.degrees_of_freedom},
          {"mdc95", Significant(trend.mdc95)},
          {"swc", Significant(trend.swc)},
          {"swc_method", trend.swc_method},
          {"sessions", std::move(sessions)}};
}

}  // namespace

std::string ComparisonDocument(std::string_view sport, std::span<const Session> sessions,
                               std::span<const AthleteTrends> athletes) {
  Json json = {{"schema", "plyo.comparison/1"},
               {"sport", sport},
               {"sessions", Json::array()},
               {"athletes", Json::array()}};
  for (const Session& session : sessions) {
    json["sessions"].push_back(
        {{"name", session.name}, {"athlete", session.athlete}, {"date", session.date}});
  }
  for (const AthleteTrends& athlete : athletes) {
    Json trends = Json::array();
    for (const Trend& trend : athlete.trends) trends.push_back(ToJson(trend));
    json["athletes"].push_back({{"athlete", athlete.athlete},
                                {"sessions", athlete.sessions},
                                {"trends", std::move(trends)}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace plyo
