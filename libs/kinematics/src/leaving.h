#pragma once

#include <optional>
#include <span>

#include "plyo/kinematics/flight.h"
#include "plyo/kinematics/signal.h"

namespace plyo {

/// How a body goes from a level, or from free fall, once a force acts that was not there: way = c
/// t^p. A force that is there at once (2), that grows evenly (3, as in the smoothest movements,
/// Flash and Hogan 1985), or ever faster (4).
inline constexpr double kEvenly[] = {3};
inline constexpr double kAnyhow[] = {2, 2.25, 2.5, 2.75, 3, 3.5, 4};

/// When a body that kept a level left it, or came to it: from `rest_s`, surely at the level, to
/// `gone_s`, which may lie before it; upward or downward (sign), by the samples up to `reach_px`
/// from the level. Each exponent counts as well as it fits. `acceleration_px_s2`: not when the way
/// begins, but when the force has grown to this. The uncertainty is that of the scatter and of the
/// exponent alone.
std::optional<Estimate> FitLeaving(const Signal& height, double level_px, double rest_s,
                                   double gone_s, int sign, double reach_px,
                                   std::span<const double> exponents,
                                   double acceleration_px_s2 = 0);

/// When a body that falls freely until `until_s` began to, somewhere about `near_s`: before, a
/// force held it. Height = line - fall/2 t^2 + c (begin - t)^p, fitted to both together;
/// `fall_px_s2` is g in the picture, known to a few per cent. nullopt where the instant is not
/// among the samples.
std::optional<Estimate> FitFallBegin(const Signal& height, double near_s, double until_s,
                                     double fall_px_s2);

}  // namespace plyo
