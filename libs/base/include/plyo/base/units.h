#pragma once

#include <numbers>

namespace plyo {

/// Standard acceleration of free fall, m/s² (CGPM 1901).
inline constexpr double kGravity = 9.80665;

inline constexpr double kDegreesPerRadian = 180.0 / std::numbers::pi;

}  // namespace plyo
