#pragma once

#include <string>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "terminal.h"

namespace plyo::cli {

/// A result for people: each figure with the half width of its 95 % interval in the units of the
/// field, repetitions side by side as far as the width allows, flags and absences in words, then
/// what limited the accuracy. Ends in a line break.
std::string ResultTable(const AnalysisResult& result, const Sport& sport, const Terminal& terminal);

}  // namespace plyo::cli
