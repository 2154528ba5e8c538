#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plyo/kinematics/parabola.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/standing.h"

namespace plyo {

/// Metres a pixel, where the athlete stands, with what speaks against it.
struct ScaleFinding {
  Scale scale;  ///< method none where there is neither stature nor a usable flight
  std::vector<std::string> flags;  ///< scale_conflict, suspected_slow_motion

  bool known() const { return scale.m_per_px.has_value(); }
};

/// Standard uncertainty of a known length, as a share of it: of a calibrated volume.
inline constexpr double kKnownLengthU = 0.002;

/// A length that is known and was seen, in the athlete's plane: the height of a box.
struct Ruler {
  double length_m = 0;
  Estimate length_px;
};

/// As it is known, else by stature over eye-to-heel in quiet standing, else by the ruler, else by
/// free fall; each checks the others. Without a stature the check for slow motion takes an adult's,
/// coarsely.
ScaleFinding FindScale(const std::optional<Standing>& standing,
                       const std::optional<Parabola>& flight, std::optional<double> stature_m,
                       const std::optional<Ruler>& ruler = {},
                       std::optional<double> known_m_per_px = {});

}  // namespace plyo
