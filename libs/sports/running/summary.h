#pragma once

#include <span>
#include <vector>

#include "plyo/kinematics/result.h"

namespace plyo::sports::running {

/// Means with left and right, the asymmetries, and the cadence of all steps together.
std::vector<Summary> SummarizeSteps(std::span<const Rep> steps);

}  // namespace plyo::sports::running
