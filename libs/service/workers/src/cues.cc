#include "cues.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace plyo::service {
namespace {

constexpr std::string_view kHeight = "jump_height";
constexpr std::string_view kDepth = "countermovement_depth";
// Fewer are no habit.
constexpr std::size_t kUsual = 3;
// Of the usual depth: less is no other way of jumping.
constexpr double kOtherDepth = 0.15;

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

}  // namespace

std::vector<live::Cue> CuesFor(const Rep& rep, std::span<const Rep> earlier) {
  std::vector<live::Cue> cues;
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
