#pragma once

#include <cstddef>
#include <vector>

#include "gait.h"
#include "plyo/kinematics/sport.h"

namespace plyo::sports::running {

/// A stance and what comes up to the same foot's next contact, measured, without index and status.
/// What was not seen is absent with a reason.
Rep MeasureStep(const Gait& gait, std::size_t stance, const AthleteOptions& athlete);

/// The times of a step by its own events and by the instants that bound its times: a step knows
/// when the next ones begin by nothing else. The rest is absent.
std::vector<Metric> TimesByEvents(const Rep& step, const AthleteOptions& athlete);

}  // namespace plyo::sports::running
