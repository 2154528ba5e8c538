#pragma once

#include <optional>

#include "gait.h"

namespace plyo::sports::running {

/// About when a foot came down and left, each to some 30 ms.
struct CoarseStance {
  std::optional<double> contact_s;
  std::optional<double> toe_off_s;
};

/// First and last contact of the shoe, by what the leg and the foot do then.
Stance MeasureStance(const BodyTrack& body, const View& view, double stature_px, Side side,
                     const CoarseStance& coarse);

}  // namespace plyo::sports::running
