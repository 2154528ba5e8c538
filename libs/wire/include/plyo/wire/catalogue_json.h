#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "plyo/kinematics/sport.h"

namespace plyo {

/// The catalogue `plyo.catalogue/1`: for each sport its metrics, events, phases, parameters and
/// cues with units and texts, in the order of their descriptors. Thread safe.
nlohmann::ordered_json ToJson(std::span<const Sport> sports);

/// The same as text, indented by two.
std::string CatalogueDocument(std::span<const Sport> sports);

}  // namespace plyo
