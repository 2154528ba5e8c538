#pragma once

#include <optional>

namespace plyo {

/// A quantity and its standard uncertainty (k = 1), in one unit.
struct Estimate {
  double value = 0;
  double u = 0;
};

/// Standard deviation of what may lie anywhere in an interval, as a share of its length.
inline constexpr double kUniform = 0.2887;

/// What is known of a flight before physics ties it together: times in seconds, heights in metres.
struct FlightEvidence {
  Estimate takeoff_s;
  Estimate landing_s;
  Estimate apex_s;
  /// CoM height over the ground at take-off minus that at landing, from the posture at both
  /// instants. A bent landing makes it positive.
  std::optional<Estimate> posture_difference_m;
  /// CoM height at the apex minus that at take-off, by the scale, from standing and what a take-off
  /// posture adds to it.
  std::optional<Estimate> rise_m;
};

/// A flight that obeys free fall: CoM velocity at take-off g (apex - takeoff), at landing g
/// (landing - apex).
struct Flight {
  Estimate takeoff_s;
  Estimate apex_s;
  Estimate landing_s;
  Estimate flight_time_s;
  Estimate takeoff_velocity_m_s;
  Estimate height_m;              ///< v²/2g: CoM rise from take-off to apex
  Estimate flight_time_height_m;  ///< g t²/8
};

/// The flight between three instants that are known independently of each other.
Flight FlightOf(const Estimate& takeoff_s, const Estimate& apex_s, const Estimate& landing_s);

/// Weighs all evidence under the laws of free fall: robust (soft-L1) least squares over the three
/// instants. The posture ties take-off and landing: (v_landing² - v_takeoff²) / 2g = posture
/// difference; the rise ties take-off and apex. Uncertainties follow from those of the evidence.
Flight FuseFlight(const FlightEvidence& evidence);

}  // namespace plyo
