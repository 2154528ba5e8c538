#pragma once

#include <optional>
#include <string>
#include <vector>

#include "force_signal.h"
#include "plyo/force/force_analysis.h"
#include "plyo/kinematics/result.h"

namespace plyo::force {

/// A record whose empty plate reads zero, and what its samples say of it.
struct Plate {
  const ForceRecord& record;
  RunningLevel level;
  std::optional<double> threshold_n;  ///< as given

  explicit Plate(const ForceRecord& tared, std::optional<double> threshold)
      : record(tared), level(tared.force_n), threshold_n(threshold) {}
  std::size_t Samples(double seconds) const {
    return static_cast<std::size_t>(seconds * record.rate_hz + 0.5);
  }
};

/// What a movement's search gives.
struct Found {
  std::vector<Rep> reps;
  std::vector<double> mass_kg;  ///< of each rep
  std::vector<std::string> flags;
  std::vector<std::string> left_out;
  double threshold_n = 0;  ///< that of the first flight
};

/// Countermovement, squat and drop jumps: every flight that one of them leads to.
Found FindJumps(const Plate& plate, const Sport& sport);
/// Every stance of a run, as a rep each.
Found FindSteps(const Plate& plate, FirstFoot first_foot);

/// How unsure the instant is at which the force passes a threshold: the sampling, and half the time
/// that it takes to pass 15 N more, since where contact begins is a convention.
double CrossingU(double at, double at_more, double rate_hz);

}  // namespace plyo::force
