#include "plyo/kinematics/cue.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/metric_table.h"

namespace plyo {
namespace {

// Fewer are no habit.
constexpr int kHabit = 5;
// Under these a figure may be wrong by more than its interval says.
constexpr std::array kDoubtful = {flag::kImplausible, flag::kOutsideBounds,
                                  flag::kSuspectedSlowMotion};

std::optional<Cue> Judge(const CueRule& rule, const std::optional<double>& value,
                         const std::optional<double>& u) {
  if (!value || !u) return std::nullopt;
  const double beyond =
      rule.side == CueSide::kAbove ? *value - rule.threshold : rule.threshold - *value;
  if (beyond <= kHalfWidthOf95Percent * *u) return std::nullopt;
  return Cue{&rule, *value, *u};
}

}  // namespace

std::string_view CueLevelId(CueLevel level) {
  switch (level) {
    case CueLevel::kGood:
      return "good";
    case CueLevel::kAttention:
      return "attention";
    case CueLevel::kInfo:
      break;
  }
  return "info";
}

bool JudgesSummary(const CueRule& rule, const Sport& sport) {
  if (sport.repeats_steps) return true;
  const auto at = std::ranges::find(sport.metrics, rule.metric, &MetricDescriptor::id);
  return at != sport.metrics.end() && at->of_summary;
}

bool IsDoubtful(const std::vector<std::string>& flags) {
  return std::ranges::any_of(kDoubtful, [&](std::string_view doubt) {
    return std::ranges::find(flags, doubt) != flags.end();
  });
}

std::vector<Cue> CuesOf(const Rep& rep, const Sport& sport) {
  std::vector<Cue> cues;
  if (!rep.excluded.empty() || IsDoubtful(rep.flags)) return cues;
  for (const CueRule& rule : sport.cues) {
    const Metric* metric = rep.FindMetric(rule.metric);
    if (metric == nullptr || JudgesSummary(rule, sport) || IsDoubtful(metric->flags)) continue;
    if (!Counts(*metric)) continue;
    if (const auto cue = Judge(rule, metric->value, metric->u)) cues.push_back(*cue);
  }
  return cues;
}

std::vector<Cue> CuesOf(std::span<const Summary> summary, const Sport& sport) {
  std::vector<Cue> cues;
  for (const CueRule& rule : sport.cues) {
    const auto at = std::ranges::find(summary, rule.metric, &Summary::id);
    if (at == summary.end() || at->n < kHabit || !JudgesSummary(rule, sport)) continue;
    if (const auto cue = Judge(rule, at->mean, at->u)) cues.push_back(*cue);
  }
  return cues;
}

}  // namespace plyo
