#pragma once

#include <optional>

#include "gait.h"

namespace plyo::sports::running {

/// About when a foot came down and left, each to some 30 ms.
struct CoarseStance {
  std::optional<double> contact_s;
  std::optional<double> toe_off_s;
};

/// What is looked at of one leg, over all frames; px and degrees.
struct FootSignals {
  FootSignals(const BodyTrack& body, Side side);

  Side side;
  Signal heel;  ///< height
  Signal ankle;
  Signal toe;
  Signal toe_x;
  Signal knee;  ///< angle
};

/// First and last contact of the shoe, by what the leg and the foot do then. The gait needs no
/// stances yet.
Stance MeasureStance(const FootSignals& foot, const Gait& gait, const CoarseStance& coarse);

}  // namespace plyo::sports::running
