#pragma once

#include <span>
#include <string>

#include "plyo/formats/summary_csv.h"
#include "plyo/kinematics/sport.h"
#include "terminal.h"

namespace plyo::cli {

/// A batch for people: a row for each recording and athlete with the headline figures as far as the
/// width allows and signs of a gross error behind them, then how many were done, empty and failed.
/// Ends in a line break.
std::string BatchTable(std::span<const BatchOutcome> outcomes, std::span<const Sport> sports,
                       const Terminal& terminal);

}  // namespace plyo::cli
