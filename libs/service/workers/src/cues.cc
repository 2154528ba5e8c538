#include "cues.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "plyo/kinematics/cue.h"
#include "plyo/kinematics/metric_table.h"

namespace plyo::service {
namespace {

constexpr std::string_view kHeight = "jump_height";
constexpr std::string_view kDepth = "countermovement_depth";
// Fewer are no habit.
constexpr std::size_t kUsual = 3;
// Of the usual depth: less is no other way of jumping.
constexpr double kOtherDepth = 0.15;
// What an athlete does now, and the cost of judging it does not grow with the session.
constexpr std::size_t kNewest = 20;

struct Figure {
  double value = 0;
  double u = 0;
};

std::optional<Figure> FigureOf(const Rep& rep, std::string_view id) {
  const Metric* metric = rep.FindMetric(id);
  if (metric == nullptr || !metric->value || !metric->u) return std::nullopt;
  return Figure{*metric->value, *metric->u};
}

std::vector<Figure> FiguresOf(std::span<const Rep> reps, std::string_view id) {
  std::vector<Figure> figures;
  for (const Rep& rep : reps) {
    if (const auto figure = FigureOf(rep, id)) figures.push_back(*figure);
  }
  return figures;
}

live::Cue Spoken(const Cue& cue) {
  return {cue.rule->id, cue.rule->level, cue.rule->metric, cue.value};
}

std::vector<Cue> CuesOfNewest(std::span<const Rep> reps, const Sport& sport) {
  return CuesOf(Summarize(reps.last(std::min(reps.size(), kNewest)), sport), sport);
}

/// Of all repetitions together, what the newest one brought.
void AddNewsOfAll(const Rep& rep, std::span<const Rep> earlier, const Sport& sport,
                  std::vector<live::Cue>& cues) {
  if (std::ranges::none_of(sport.cues,
                           [&](const CueRule& rule) { return JudgesSummary(rule, sport); }))
    return;
  const auto newest = earlier.last(std::min(earlier.size(), kNewest));
  std::vector<Rep> all(newest.begin(), newest.end());
  const std::vector<Cue> before = CuesOfNewest(all, sport);
  all.push_back(rep);
  for (const Cue& cue : CuesOfNewest(all, sport)) {
    if (std::ranges::find(before, cue.rule, &Cue::rule) == before.end())
      cues.push_back(Spoken(cue));
  }
}

}  // namespace

std::vector<live::Cue> CuesFor(const Rep& rep, std::span<const Rep> earlier, const Sport& sport) {
  std::vector<live::Cue> cues;
  for (const Cue& cue : CuesOf(rep, sport)) cues.push_back(Spoken(cue));
  AddNewsOfAll(rep, earlier, sport, cues);
  const auto height = FigureOf(rep, kHeight);
  const auto heights = FiguresOf(earlier, kHeight);
  if (height && !heights.empty()) {
    const auto best = std::ranges::max_element(heights, {}, &Figure::value);
    if (height->value - best->value > std::hypot(height->u, best->u)) {
      cues.push_back({"best_so_far", CueLevel::kGood, std::string(kHeight), height->value});
    }
  }
  const auto depth = FigureOf(rep, kDepth);
  const auto depths = FiguresOf(earlier, kDepth);
  if (depth && depths.size() >= kUsual) {
    double mean = 0;
    for (const Figure& one : depths) mean += one.value / static_cast<double>(depths.size());
    double square = 0;
    for (const Figure& one : depths) square += (one.value - mean) * (one.value - mean);
    const double sd = std::sqrt(square / static_cast<double>(depths.size() - 1));
    const double other = depth->value - mean;
    const double usual = std::max({2 * sd, 2 * depth->u, kOtherDepth * mean});
    if (std::abs(other) > usual) {
      cues.push_back({other > 0 ? "deeper_than_usual" : "shallower_than_usual", CueLevel::kInfo,
                      std::string(kDepth), depth->value});
    }
  }
  return cues;
}

}  // namespace plyo::service
