#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/result.h"

namespace plyo {

/// Flags that are signs of one: the clock, the ruler or the figure itself is wrong, by any factor.
inline constexpr std::array kGrossErrors = {flag::kSuspectedSlowMotion, flag::kScaleConflict,
                                            flag::kImplausible};

/// Those among the flags, each once.
void AddGrossErrors(const std::vector<std::string>& flags, std::vector<std::string>& signs);

/// Those on a metric of the repetitions that count, or on such a repetition as a whole, each once.
/// A metric that no repetition has is of all of them together.
std::vector<std::string> GrossErrors(const AthleteResult& athlete, std::string_view metric);

}  // namespace plyo
