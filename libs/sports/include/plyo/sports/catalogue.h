#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "plyo/kinematics/sport.h"

namespace plyo {

/// Every sport that was built in: one for each folder of libs/sports, in the order of their names.
/// The body is generated. Thread safe; build it once and keep it.
std::vector<Sport> AllSports();

/// The sport of that id, or nothing.
std::optional<Sport> FindSport(std::string_view id);

}  // namespace plyo
