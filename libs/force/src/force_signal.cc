#include "force_signal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "plyo/base/units.h"

namespace plyo::force {
namespace {

constexpr double kQuiet = 0.005;
constexpr double kRestless = 0.025;
constexpr double kLightest_n = 100;
// Velocity of the centre of mass of somebody who stands quietly, m/s: what its mean force over a
// time is off from the weight by.
constexpr double kSway_m_s = 0.006;

double Interpolated(const std::vector<double>& values, double place) {
  const double inside = std::clamp(place, 0.0, static_cast<double>(values.size() - 1));
  const auto below = static_cast<std::size_t>(inside);
  if (below + 1 >= values.size()) return values.back();
  return std::lerp(values[below], values[below + 1], inside - static_cast<double>(below));
}

std::optional<QuietStanding> Stillest(const RunningLevel& level, Stretch range, double rate_hz,
                                      double length_s, double most) {
  const auto length = static_cast<std::size_t>(std::llround(length_s * rate_hz));
  if (length < 3 || range.end < range.begin + length) return std::nullopt;
  const std::size_t step = std::max<std::size_t>(1, length / 50);
  std::optional<QuietStanding> best;
  double least = 0;
  for (std::size_t begin = range.begin; begin + length <= range.end; begin += step) {
    const Stretch stretch{begin, begin + length};
    const Level here = level.Of(stretch);
    if (here.mean < kLightest_n || here.sd > most * here.mean) continue;
    if (best && here.sd >= least) continue;
    least = here.sd;
    const double u = here.mean / kGravity * std::sqrt(2.0) * kSway_m_s / length_s;
    best = QuietStanding{.stretch = stretch, .weight_n = {here.mean, u}};
  }
  return best;
}

}  // namespace

RunningLevel::RunningLevel(std::span<const double> values)
    : shift_(values.empty() ? 0 : values.front()),
      sum_(values.size() + 1),
      squares_(values.size() + 1) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double v = values[i] - shift_;
    sum_[i + 1] = sum_[i] + v;
    squares_[i + 1] = squares_[i] + v * v;
  }
}

Level RunningLevel::Of(Stretch stretch) const {
  const auto n = static_cast<double>(stretch.size());
  if (n < 1) return {};
  const double mean = (sum_[stretch.end] - sum_[stretch.begin]) / n;
  const double squares = squares_[stretch.end] - squares_[stretch.begin];
  const double variance = n > 1 ? std::max(0.0, (squares - n * mean * mean) / (n - 1)) : 0;
  return {mean + shift_, std::sqrt(variance)};
}

std::vector<Stretch> Unloaded(std::span<const double> force, double threshold,
                              std::size_t shortest) {
  std::vector<Stretch> all;
  for (std::size_t i = 0; i < force.size(); ++i) {
    if (!(force[i] < threshold)) continue;
    std::size_t end = i;
    while (end < force.size() && force[end] < threshold) ++end;
    // A foot may bounce off for some milliseconds as it lands.
    const bool cut = i == 0 || end == force.size();
    if (end - i < shortest / 2 && !cut) {
      i = end;
      continue;
    }
    if (!all.empty() && i - all.back().end < shortest) {
      all.back().end = end;
    } else {
      all.push_back({i, end});
    }
    i = end;
  }
  return all;
}

std::optional<QuietStanding> FindQuietStanding(const RunningLevel& level, Stretch range,
                                               double rate_hz) {
  if (auto full = Stillest(level, range, rate_hz, 1.0, kQuiet)) return full;
  for (const double length_s : {0.5, 0.3}) {
    if (auto found = Stillest(level, range, rate_hz, length_s, kQuiet)) {
      found->brief = true;
      return found;
    }
  }
  auto found = Stillest(level, range, rate_hz, 0.5, kRestless);
  if (found) {
    found->restless = true;
    found->weight_n.u = std::hypot(found->weight_n.u, kQuiet * found->weight_n.value);
  }
  return found;
}

double FallsTo(std::span<const double> force, std::size_t at, double threshold) {
  std::size_t i = at;
  while (i < force.size() && force[i] >= threshold) ++i;
  if (i == force.size()) return static_cast<double>(i - 1);
  if (i == 0 || force[i - 1] < threshold) return static_cast<double>(i);
  const double part = (force[i - 1] - threshold) / (force[i - 1] - force[i]);
  return static_cast<double>(i - 1) + part;
}

double RisesTo(std::span<const double> force, std::size_t at, double threshold) {
  std::size_t i = std::min(at, force.size() - 1);
  while (i > 0 && force[i] >= threshold) --i;
  if (i + 1 >= force.size() || force[i] >= threshold || force[i + 1] < threshold)
    return static_cast<double>(i);
  const double part = (threshold - force[i]) / (force[i + 1] - force[i]);
  return static_cast<double>(i) + part;
}

double Motion::VelocityAt(double index) const {
  return Interpolated(velocity, index - static_cast<double>(range.begin));
}

double Motion::HeightAt(double index) const {
  return Interpolated(height, index - static_cast<double>(range.begin));
}

Motion Integrate(std::span<const double> force, Stretch range, const QuietStanding& standing,
                 double rate_hz) {
  Motion motion{.range = range,
                .velocity = std::vector<double>(range.size()),
                .height = std::vector<double>(range.size())};
  const double step_s = 1 / rate_hz;
  const double per_newton = kGravity / standing.weight_n.value;
  const auto net = [&](std::size_t i) {
    return (force[range.begin + i] - standing.weight_n.value) * per_newton;
  };
  const auto still = [&](std::vector<double>& values) {
    const auto begin = static_cast<std::ptrdiff_t>(standing.stretch.begin - range.begin);
    const auto end = static_cast<std::ptrdiff_t>(standing.stretch.end - range.begin);
    const double mean = std::accumulate(values.begin() + begin, values.begin() + end, 0.0) /
                        static_cast<double>(standing.stretch.size());
    for (double& value : values) value -= mean;
  };
  auto& v = motion.velocity;
  for (std::size_t i = 1; i < range.size(); ++i)
    v[i] = v[i - 1] + (net(i - 1) + net(i)) / 2 * step_s;
  still(v);
  for (std::size_t i = 1; i < range.size(); ++i)
    motion.height[i] = motion.height[i - 1] + (v[i - 1] + v[i]) / 2 * step_s;
  still(motion.height);
  return motion;
}

}  // namespace plyo::force
