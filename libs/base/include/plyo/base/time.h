#pragma once

#include <cmath>
#include <compare>
#include <cstdint>

namespace plyo {

/// An instant on the media clock, in capture time (slow motion already undone), in whole
/// microseconds.
///
/// Zero is the first frame that a player shows: edit lists are applied by the source.
struct Timestamp {
  std::int64_t us = 0;

  static Timestamp FromSeconds(double seconds) {
    return Timestamp{static_cast<std::int64_t>(std::llround(seconds * 1e6))};
  }
  double Seconds() const { return static_cast<double>(us) * 1e-6; }

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

}  // namespace plyo
