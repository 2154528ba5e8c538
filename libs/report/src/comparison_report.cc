#include "plyo/report/comparison_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "page.h"
#include "plyo/kinematics/gross_errors.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"
#include "plyo_embed/report_template.h"

namespace plyo {
namespace {

using Json = nlohmann::ordered_json;

Json Displayed(const std::optional<double>& value, const DisplayUnit& unit) {
  return value ? Json(*value * unit.factor) : Json(nullptr);
}

Json Text(const std::optional<double>& value, const DisplayUnit& unit) {
  return value ? Json(FormatNumber(*value, unit)) : Json(nullptr);
}

Json SessionView(const SessionFigure& figure, const Session& session, const DisplayUnit& unit) {
  const auto& change = figure.since_first;
  return {
      {"label", session.date.empty() ? session.name : session.date},
      {"n", figure.n},
      {"mean", Displayed(figure.mean, unit)},
      {"sd", Displayed(figure.sd, unit)},
      {"kind", change ? ChangeKindName(change->kind) : ""},
      {"doubt", FlagLabels(figure.gross_errors)},
      {"texts",
       {{"mean", Text(figure.mean, unit)},
        {"sd", Text(figure.sd, unit)},
        {"best", Text(figure.best, unit)},
        {"change", change ? Json((change->value > 0 ? "+" : "") + FormatNumber(change->value, unit))
                          : Json(nullptr)},
        {"half", change ? Text(change->half, unit) : Json(nullptr)}}}};
}

Json TrendView(const Trend& trend, const AthleteTrends& athlete, const ComparisonInput& input) {
  const MetricDescriptor* const metric = FindMetricDescriptor(input.sport, trend.metric);
  const DisplayUnit unit =
      metric != nullptr ? DisplayUnitFor(*metric) : DisplayUnitFor(trend.unit, 1);
  Json sessions = Json::array();
  for (std::size_t i = 0; i < trend.sessions.size(); ++i)
    sessions.push_back(SessionView(trend.sessions[i], input.sessions[athlete.sessions[i]], unit));
  std::string scatter;
  if (trend.typical_error) {
    scatter = fmt::format(
        "Typical error {}, minimal detectable change {}, smallest worthwhile change {} (the grey "
        "band about the first mean).",
        WithUnit(FormatNumber(*trend.typical_error, unit), unit),
        WithUnit(FormatNumber(*trend.mdc95, unit), unit),
        WithUnit(FormatNumber(trend.swc.value_or(0), unit), unit));
  }
  return {{"label", MetricLabel(input.sport, trend.metric)},
          {"unit", unit.unit},
          {"swc", Displayed(trend.swc, unit)},
          {"scatter", scatter},
          {"sessions", std::move(sessions)}};
}

bool IsShown(const ComparisonInput& input, const Trend& trend) {
  if (!input.metrics.empty())
    return std::ranges::find(input.metrics, trend.metric) != input.metrics.end();
  const MetricDescriptor* const metric = FindMetricDescriptor(input.sport, trend.metric);
  return trend.metric.starts_with("asymmetry_") || (metric != nullptr && metric->headline);
}

}  // namespace

std::string GrossErrorText(std::string_view sign) {
  return FlagInWords(sign,
                     "No change from or to such a figure is judged: analyse that session again as "
                     "its own report advises, or leave it out.");
}

std::string RenderComparisonReport(const ComparisonInput& input) {
  namespace resource = embedded::report_template;
  Json athletes = Json::array();
  std::set<std::string> names;
  std::vector<std::string> gross_errors;
  for (const AthleteTrends& athlete : input.athletes) {
    names.insert(athlete.athlete);
    Json trends = Json::array();
    for (const Trend& trend : athlete.trends) {
      if (!IsShown(input, trend)) continue;
      trends.push_back(TrendView(trend, athlete, input));
      AddGrossErrors(trend, gross_errors);
    }
    athletes.push_back({{"label", input.athletes.size() > 1 ? athlete.athlete : ""},
                        {"trends", std::move(trends)}});
  }
  Json doubts = Json::array();
  for (const std::string& sign : gross_errors) doubts.push_back(GrossErrorText(sign));
  const bool one = names.size() == 1 && !names.begin()->empty();
  const Json view = {
      {"title", one ? *names.begin() : fmt::format("{} sessions", input.sessions.size())},
      {"sport", input.sport.label},
      {"doubts", std::move(doubts)},
      {"athletes", std::move(athletes)},
      {"method",
       "Means of the repetitions of each session, the bars their SD. Typical error: the SD of "
       "repetitions within sessions (Hopkins 2000). A change is real where it is larger than the "
       "smallest worthwhile change (0.2 SD between three or more athletes, else 0.3 typical "
       "errors) and than its 95 % interval, by the typical error and Student's t, possible where "
       "it is only larger than the first, and trivial else. Made by Plyo."}};
  return report::RenderPage(view, {resource::ChartsJs(), resource::ComparisonJs()});
}

}  // namespace plyo
