#pragma once

#include <optional>

#include "plyo/kinematics/flight.h"
#include "plyo/kinematics/signal.h"

namespace plyo {

/// Free fall of the CoM in the picture: height = apex_height - fall/2 (t - apex)².
struct Parabola {
  Estimate apex_s;
  double apex_height_px = 0;  ///< as the signal
  Estimate fall_px_s2;        ///< what g looks like in the picture
  double residual_px = 0;
  int samples = 0;

  double HeightAt(double t) const;
};

/// Fits the samples between `begin_s` and `end_s`: robust (soft-L1) least squares. nullopt with
/// fewer than five samples, where they do not reach both sides of the apex, or where the curve
/// bends the wrong way.
std::optional<Parabola> FitParabola(const Signal& height, double begin_s, double end_s);

/// The same with a known fall: steadier heights, for when the scale is known.
std::optional<Parabola> FitParabola(const Signal& height, double begin_s, double end_s,
                                    double fall_px_s2);

}  // namespace plyo
