#include "plyo/kinematics/signal.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace plyo {

double Mean(std::span<const double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double Quantile(std::vector<double> values, double fraction) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::ranges::sort(values);
  const double place = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return std::lerp(values[low], values[high], place - static_cast<double>(low));
}

double StandardDeviation(std::span<const double> values) {
  const double mean = Mean(values);
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double Median(std::vector<double> values) { return Quantile(std::move(values), 0.5); }

double RobustDeviation(const std::vector<double>& values) {
  const double centre = Median(values);
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (const double v : values) deviations.push_back(std::abs(v - centre));
  return 1.4826 * Median(std::move(deviations));
}

double SamplePeriod(std::span<const double> t_s) {
  if (t_s.size() < 2) return 0;
  std::vector<double> steps;
  steps.reserve(t_s.size() - 1);
  for (std::size_t i = 1; i < t_s.size(); ++i) steps.push_back(t_s[i] - t_s[i - 1]);
  return Median(std::move(steps));
}

double LongestStep(std::span<const double> t_s, double begin_s, double end_s) {
  double longest = 0;
  for (std::size_t i = 1; i < t_s.size(); ++i) {
    if (t_s[i] > begin_s && t_s[i - 1] < end_s) longest = std::max(longest, t_s[i] - t_s[i - 1]);
  }
  return longest;
}

std::optional<LocalFit> FitLocally(const Signal& signal, double t, double half_window_s,
                                   int order) {
  const auto& ts = signal.t_s;
  const auto centre = std::ranges::lower_bound(ts, t) - ts.begin();
  const auto range = [&ts, t](double half) {
    const auto first = std::ranges::lower_bound(ts, t - half) - ts.begin();
    const auto last = std::ranges::upper_bound(ts, t + half) - ts.begin();
    return std::pair{first, last};
  };
  double half = half_window_s;
  auto [first, last] = range(half);
  // Tricube weights vanish at the rim, so the window must reach a little beyond the outermost
  // sample it is to use.
  const int needed = order + 2;
  if (last - first < needed) {
    const auto reach = [&](std::ptrdiff_t i) {
      return i >= 0 && i < std::ssize(ts) ? std::abs(ts[static_cast<std::size_t>(i)] - t)
                                          : std::numeric_limits<double>::infinity();
    };
    std::ptrdiff_t left = centre - 1;
    std::ptrdiff_t right = centre;
    double reached = 0;
    for (int k = 0; k < needed; ++k)
      reached = reach(left) <= reach(right) ? reach(left--) : reach(right++);
    half = std::min(1.2 * reached, 3 * half_window_s);
    std::tie(first, last) = range(half);
  }
  const auto n = last - first;
  if (n < order + 1) return std::nullopt;

  Eigen::MatrixXd design(n, order + 1);
  Eigen::VectorXd target(n);
  Eigen::VectorXd weight(n);
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const auto k = static_cast<std::size_t>(first + i);
    const double x = (ts[k] - t) / half;
    double power = 1;
    for (int j = 0; j <= order; ++j, power *= x) design(i, j) = power;
    target(i) = signal.value[k];
    const double cube = 1 - std::pow(std::abs(x), 3);
    weight(i) = std::max(cube * cube * cube, 1e-6);
  }
  const Eigen::MatrixXd weighted = weight.asDiagonal() * design;
  const Eigen::MatrixXd normal = design.transpose() * weighted;
  const Eigen::LDLT<Eigen::MatrixXd> solver(normal);
  if (solver.info() != Eigen::Success || solver.rcond() < 1e-12) return std::nullopt;
  const Eigen::VectorXd c = solver.solve(weighted.transpose() * target);

  LocalFit fit;
  fit.samples = static_cast<int>(n);
  fit.value = c(0);
  fit.slope = c(1) / half;
  fit.curvature = order >= 2 ? 2 * c(2) / (half * half) : 0;
  const Eigen::VectorXd residuals = target - design * c;
  const double freedom = static_cast<double>(n - order - 1);
  if (freedom > 0) {
    fit.residual = std::sqrt(residuals.squaredNorm() / freedom);
    // var(c) = N^-1 (X' W^2 X) N^-1 s^2 for weights that are not inverse variances.
    const Eigen::MatrixXd inverse = solver.solve(Eigen::MatrixXd::Identity(order + 1, order + 1));
    const Eigen::MatrixXd spread = inverse * (weighted.transpose() * weighted) * inverse;
    fit.u_value = fit.residual * std::sqrt(std::max(0.0, spread(0, 0)));
  }
  return fit;
}

Signal Smooth(const Signal& signal, double half_window_s, int order) {
  Signal smooth;
  for (const double t : signal.t_s) {
    if (const auto fit = FitLocally(signal, t, half_window_s, order)) smooth.Push(t, fit->value);
  }
  return smooth;
}

Signal Differentiate(const Signal& signal, double half_window_s, int order) {
  Signal slope;
  for (const double t : signal.t_s) {
    if (const auto fit = FitLocally(signal, t, half_window_s, order)) slope.Push(t, fit->slope);
  }
  return slope;
}

std::optional<double> ValueAt(const Signal& signal, double t, double longest_gap_s) {
  const auto& ts = signal.t_s;
  if (ts.empty() || t < ts.front() || t > ts.back()) return std::nullopt;
  const auto right = std::ranges::lower_bound(ts, t) - ts.begin();
  const auto r = static_cast<std::size_t>(right);
  if (ts[r] == t) return signal.value[r];
  const double step = ts[r] - ts[r - 1];
  if (step > longest_gap_s) return std::nullopt;
  return std::lerp(signal.value[r - 1], signal.value[r], (t - ts[r - 1]) / step);
}

Signal Slice(const Signal& signal, double begin_s, double end_s) {
  Signal part;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    if (signal.t_s[i] >= begin_s && signal.t_s[i] < end_s)
      part.Push(signal.t_s[i], signal.value[i]);
  }
  return part;
}

}  // namespace plyo
