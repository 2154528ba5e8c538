#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gait.h"
#include "plyo/kinematics/sport.h"

namespace plyo::sports::running {

std::vector<MetricDescriptor> MetricDescriptors();
std::vector<EventDescriptor> EventDescriptors();
std::vector<PhaseDescriptor> PhaseDescriptors();

/// A stance and what comes up to the same foot's next contact, measured, without index and status.
/// What was not seen is absent with a reason.
Rep MeasureStep(const Gait& gait, std::size_t stance, const AthleteOptions& athlete);

/// Means with left and right, the asymmetries, and the cadence of all steps together.
std::vector<Summary> SummarizeSteps(std::span<const Rep> steps);

}  // namespace plyo::sports::running
