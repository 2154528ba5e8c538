#pragma once

#include <vector>

namespace plyo {

/// Vertical ground reaction force over time, all plates together, evenly sampled.
struct ForceRecord {
  double rate_hz = 0;
  double begin_s = 0;                ///< time of the first sample on the file's own clock
  std::vector<double> force_n = {};  ///< N, upward on the athlete positive

  double DurationS() const { return static_cast<double>(force_n.size()) / rate_hz; }
  /// Time of a fractional index, on the file's own clock.
  double TimeOf(double index) const { return begin_s + index / rate_hz; }
};

}  // namespace plyo
