#pragma once

#include <cstddef>

#include "gait.h"
#include "plyo/kinematics/sport.h"

namespace plyo::sports::running {

/// A stance and what comes up to the same foot's next contact, measured, without index and status.
/// What was not seen is absent with a reason.
Rep MeasureStep(const Gait& gait, std::size_t stance, const AthleteOptions& athlete);

}  // namespace plyo::sports::running
