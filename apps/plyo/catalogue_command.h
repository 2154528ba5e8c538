#pragma once

#include <span>
#include <string>

#include "plyo/kinematics/sport.h"
#include "terminal.h"

namespace plyo::cli {

/// What Plyo measures, for people: of each sport the metrics with their units and definitions, the
/// events, the phases and the parameters with their flags. Ends in a line break.
std::string CatalogueText(std::span<const Sport> sports, const Terminal& terminal);

/// `plyo catalogue [--json] [SPORT]`: prints all sports or the one; an unknown one is status 1.
int RunCatalogue(std::span<const Sport> sports, const std::string& only, bool json);

}  // namespace plyo::cli
