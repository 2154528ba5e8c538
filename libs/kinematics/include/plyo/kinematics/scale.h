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

/// By stature over eye-to-heel in quiet standing, else by free fall; each checks the other. Without
/// a stature the check for slow motion takes an adult's, coarsely.
ScaleFinding FindScale(const std::optional<Standing>& standing,
                       const std::optional<Parabola>& flight, std::optional<double> stature_m);

}  // namespace plyo
