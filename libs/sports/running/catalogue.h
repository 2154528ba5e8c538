#pragma once

#include <vector>

#include "plyo/kinematics/sport.h"

namespace plyo::sports::running {

const std::vector<MetricDescriptor>& Catalogue();
std::vector<EventDescriptor> EventDescriptors();
std::vector<PhaseDescriptor> PhaseDescriptors();

}  // namespace plyo::sports::running
