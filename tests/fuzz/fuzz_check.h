#pragma once

#include <cstdint>
#include <cstdlib>

#include "plyo/video/frame.h"

namespace plyo::fuzz {

/// A finding where it does not hold.
inline void Require(bool holds) {
  if (!holds) std::abort();
}

/// Reads every sample, so that a plane that lies elsewhere than it says is noticed.
inline std::uint64_t Touch(const Plane& plane) {
  std::uint64_t sum = 0;
  for (int y = 0; y < plane.height; ++y) {
    for (int x = 0; x < plane.width; ++x) sum += plane.data[y * plane.stride + x];
  }
  return sum;
}
inline std::uint64_t Touch(const Frame& frame) {
  return Touch(frame.y) + Touch(frame.u) + Touch(frame.v);
}

}  // namespace plyo::fuzz
