#pragma once

#include "plyo/kinematics/sport.h"

namespace plyo {

/// What one athlete's analysis brought forth.
struct AthleteStep {
  TrackId track = 0;
  Step step;
};

}  // namespace plyo
