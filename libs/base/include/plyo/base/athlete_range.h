#pragma once

namespace plyo {

/// Whom Plyo takes, whatever says so: a flag, a table, a call or a live session.
inline constexpr double kLeastHeight_m = 0.5;
inline constexpr double kMostHeight_m = 2.6;
inline constexpr double kLeastMass_kg = 10;
inline constexpr double kMostMass_kg = 400;

}  // namespace plyo
