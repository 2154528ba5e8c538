#pragma once

#include <span>
#include <string>

#include "plyo/kinematics/sport.h"
#include "plyo/validation/validation.h"
#include "terminal.h"

namespace plyo::cli {

/// How videos agree with force plates, for people: what was paired and what was not, of each metric
/// bias, limits of agreement, ICC and errors in the units of the field, their confidence intervals,
/// and the flags of its pairs. Ends in a line break.
std::string ValidationTable(const Validation& validation, std::span<const RecordingPair> recordings,
                            const Sport& sport, const Terminal& terminal);

}  // namespace plyo::cli
