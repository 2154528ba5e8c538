#include <fmt/format.h>

#include "plyo/report/advice.h"
#include "plyo/report/display.h"

namespace plyo {
namespace {

DisplayUnit UnitOf(const CueRule& rule, const Sport& sport) {
  const MetricDescriptor* metric = FindMetricDescriptor(sport, rule.metric);
  return metric != nullptr ? DisplayUnitFor(*metric) : DisplayUnit{};
}

}  // namespace

std::string CueFigure(const Cue& cue, const Sport& sport) {
  const DisplayUnit unit = UnitOf(*cue.rule, sport);
  return WithUnit(
      fmt::format("{} ± {}", FormatNumber(cue.value, unit), FormatHalfWidth(cue.u, unit)), unit);
}

std::string CueRuleText(const CueRule& rule, const Sport& sport) {
  const DisplayUnit unit = UnitOf(rule, sport);
  // A threshold has the digits it was given.
  return fmt::format("{} {} {}", MetricLabel(sport, rule.metric),
                     rule.side == CueSide::kAbove ? "above" : "below",
                     WithUnit(fmt::format("{:.6g}", rule.threshold * unit.factor), unit));
}

}  // namespace plyo
