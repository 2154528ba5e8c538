#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "plyo/kinematics/result.h"

namespace plyo {

/// Which repetitions of two recordings are the same one.
struct Pairing {
  struct Pair {
    std::size_t measured = 0;  ///< places in the lists that were given
    std::size_t reference = 0;
    double apart_s = 0;  ///< time on the reference's clock minus time on the other, put right
  };
  /// What is added to the measured clock to get the reference's; 0 without pairs.
  double offset_s = 0;
  bool ambiguous = false;   ///< another offset would pair as many, but less well
  std::vector<Pair> pairs;  ///< in time order
  std::vector<std::size_t> unpaired_measured;
  std::vector<std::size_t> unpaired_reference;
};

/// Pairs repetitions (or steps) one to one and in order, under the one offset between the two
/// clocks that pairs most of them within a quarter of a second, and of those the one under which
/// times and flight times fit best. An instant of a repetition is the middle of its flight, else
/// its first event. `offset_s`: where it is known.
Pairing PairReps(std::span<const Rep> measured, std::span<const Rep> reference,
                 std::optional<double> offset_s = {});

/// Pairs the first with the first and so on, whatever the clocks say: for a video that was cut
/// between its repetitions.
Pairing PairInOrder(std::span<const Rep> measured, std::span<const Rep> reference);

}  // namespace plyo
