#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "plyo/force/force_record.h"
#include "plyo/kinematics/flight.h"

namespace plyo::force {

/// Samples [begin, end).
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }

  friend bool operator==(const Stretch&, const Stretch&) = default;
};

struct Level {
  double mean = 0;
  double sd = 0;
};

/// Mean and standard deviation of any stretch in constant time.
class RunningLevel {
 public:
  explicit RunningLevel(std::span<const double> values);
  Level Of(Stretch stretch) const;

 private:
  double shift_ = 0;  // against cancellation
  std::vector<double> sum_;
  std::vector<double> squares_;
};

/// Stretches in which the force stays under `threshold`. Noise that lifts it over it for less than
/// `shortest` samples does not end one, and half as many samples under it are none.
std::vector<Stretch> Unloaded(std::span<const double> force, double threshold,
                              std::size_t shortest);

/// Quiet standing: a stretch in which the force hardly varies, and its mean is the body weight.
struct QuietStanding {
  Stretch stretch = {};
  Estimate weight_n = {};
  bool brief = false;     ///< less than a second was quiet
  bool restless = false;  ///< no part of it was really quiet
};

/// The stillest stretch within `range`: of a second where that is quiet (standard deviation up to
/// 0.5 % of the mean), else of 0.5 s, else of 0.3 s; failing them the stillest half second up to
/// 2.5 %. nullopt where nobody stands still there.
std::optional<QuietStanding> FindQuietStanding(const RunningLevel& level, Stretch range,
                                               double rate_hz);

/// Fractional index at which the force falls to `threshold`, at `at` or after it.
double FallsTo(std::span<const double> force, std::size_t at, double threshold);
/// Fractional index at which the force has risen to `threshold`, at `at` or before it.
double RisesTo(std::span<const double> force, std::size_t at, double threshold);

/// Velocity and height of the centre of mass from the net impulse, both zero on the mean of quiet
/// standing.
struct Motion {
  Stretch range = {};
  std::vector<double> velocity;  ///< m/s, upward positive, for each sample of the range
  std::vector<double> height;    ///< m above standing
  double VelocityAt(double index) const;
  double HeightAt(double index) const;
};

/// Integrates (F - W) g / W over `range` by the trapezoidal rule; the standing lies within the
/// range, before or after the movement.
Motion Integrate(std::span<const double> force, Stretch range, const QuietStanding& standing,
                 double rate_hz);

}  // namespace plyo::force
