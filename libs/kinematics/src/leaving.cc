#include "leaving.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace plyo {
namespace {

constexpr double kStep_s = 0.0005;
constexpr double kExactly = 1e-6;  // of a length: no sample is known better

/// One way in which it may have been, and how badly it fits.
struct Candidate {
  double cost = 0;
  double answer_s = 0;
  double likely = 1;  ///< beforehand
};

/// The mean of the candidates' answers, each as likely as its cost says where the scatter is not
/// known (Student), and their spread. nullopt where the best lies at an end of its grid.
std::optional<Estimate> MeanOf(const std::vector<std::vector<Candidate>>& grids, double freedom) {
  double least = std::numeric_limits<double>::infinity();
  bool inside = false;
  for (const std::vector<Candidate>& grid : grids) {
    const auto best = std::ranges::min_element(grid, {}, &Candidate::cost);
    if (best == grid.end() || best->cost >= least) continue;
    least = best->cost;
    inside = best != grid.begin() && std::next(best) != grid.end();
  }
  if (!inside) return std::nullopt;
  double sum = 0;
  double mean = 0;
  double square = 0;
  for (const std::vector<Candidate>& grid : grids) {
    for (const Candidate& candidate : grid) {
      const double likely = candidate.likely * std::pow(least / candidate.cost, freedom / 2);
      if (likely <= 0) continue;  // less than can be told from zero
      sum += likely;
      const double away = candidate.answer_s - mean;
      mean += away * likely / sum;
      square += likely * away * (candidate.answer_s - mean);
    }
  }
  return Estimate{mean, std::sqrt(square / sum)};
}

}  // namespace

std::optional<Estimate> FitLeaving(const Signal& height, double level_px, double rest_s,
                                   double gone_s, int sign, double reach_px,
                                   std::span<const double> exponents, double acceleration_px_s2) {
  const double direction = gone_s > rest_s ? 1 : -1;
  Signal way;
  for (std::size_t k = 0; k < height.size(); ++k) {
    const std::size_t i = direction > 0 ? k : height.size() - 1 - k;
    const double x = direction * (height.t_s[i] - rest_s);
    if (x < 0) continue;
    if (x > direction * (gone_s - rest_s)) break;
    way.Push(x, sign * (height.value[i] - level_px));
    if (way.value.back() > reach_px) break;
  }
  if (way.size() < 4 || way.value.back() <= reach_px) return std::nullopt;
  const double floor = std::pow(kExactly * reach_px, 2);
  std::vector<std::vector<Candidate>> grids;
  for (const double p : exponents) {
    std::vector<Candidate>& grid = grids.emplace_back();
    for (double t0 = 0; t0 < way.t_s.back(); t0 += kStep_s) {
      double xx = 0;
      double xy = 0;
      double yy = 0;
      for (std::size_t i = 0; i < way.size(); ++i) {
        const double x = std::pow(std::max(0.0, way.t_s[i] - t0), p);
        xx += x * x;
        xy += x * way.value[i];
        yy += way.value[i] * way.value[i];
      }
      const double c = xy / xx;
      if (c <= 0) continue;
      // Acceleration is p (p - 1) c t^(p - 2).
      const double grown =
          p > 2 ? std::pow(acceleration_px_s2 / (p * (p - 1) * c), 1 / (p - 2)) : 0;
      grid.push_back({yy - xy * xy / xx + floor, t0 + grown});
    }
  }
  auto best = MeanOf(grids, static_cast<double>(way.size()) - 2);
  if (best) best->value = rest_s + direction * best->value;
  return best;
}

std::optional<Estimate> FitFallBegin(const Signal& height, double near_s, double until_s,
                                     double fall_px_s2) {
  constexpr double kBefore_s = 0.11;  // earlier the force did not yet go to zero like that
  constexpr double kReach_s = 0.06;   // `near_s` is so wrong at most
  constexpr double kFallU = 0.02;
  constexpr double kEnds[] = {2, 3};  // at once, or evenly: as nearly always
  constexpr double kAtOnce = 0.1;     // so likely beforehand
  constexpr double kExact_s2 = 3e-5;  // of the fall: what is known of it weighs as one such sample
  const auto cost = [&](double begin, double p, const Signal& part) {
    const auto n = static_cast<Eigen::Index>(part.size());
    Eigen::Matrix<double, Eigen::Dynamic, 4> design(n + 1, 4);
    Eigen::VectorXd target(n + 1);
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i);
      const double t = part.t_s[k] - until_s;
      const double held = std::max(0.0, begin - part.t_s[k]) / kBefore_s;
      design.row(i) << 1, t, t * t / 2, std::pow(held, p);
      target(i) = part.value[k] + fall_px_s2 * t * t / 2;
    }
    design.row(n) << 0, 0, kExact_s2 / kFallU, 0;
    target(n) = 0;
    const Eigen::Vector4d c =
        (design.transpose() * design).ldlt().solve(design.transpose() * target);
    return (target - design * c).squaredNorm() + std::pow(kExactly * kExact_s2 * fall_px_s2, 2);
  };
  std::optional<Estimate> begin = Estimate{near_s, 0};
  for (int pass = 0; pass < 3 && begin; ++pass) {
    const Signal part = Slice(height, begin->value - kBefore_s, until_s);
    if (part.size() < 6) return std::nullopt;
    std::vector<std::vector<Candidate>> grids;
    for (const double p : kEnds) {
      std::vector<Candidate>& grid = grids.emplace_back();
      for (double t = begin->value - kReach_s; t <= begin->value + kReach_s; t += kStep_s) {
        grid.push_back({cost(t, p, part), t, p > 2 ? 1 : kAtOnce});
      }
    }
    begin = MeanOf(grids, static_cast<double>(part.size()) - 5);
  }
  return begin;
}

}  // namespace plyo
