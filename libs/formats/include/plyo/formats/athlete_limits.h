#pragma once

#include <optional>
#include <string_view>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// What a person types about an athlete or a clip is checked here, whatever it came from: a value
/// outside of its range fails with kInvalidArgument and a message that names the value, the range
/// and, where a slip of the unit is likely, what was probably meant. `what` is how the user calls
/// it ("--height", "height_m").

/// Barefoot stature, m: 0.5 to 2.6.
Result<double> CheckHeight(double metres, std::string_view what);
/// Body mass, kg: 10 to 400.
Result<double> CheckMass(double kilograms, std::string_view what);
/// True rate of the camera, frames/s: 1 to 2000.
Result<double> CheckCaptureFps(double frames_per_second, std::string_view what);
/// A parameter of a sport, in the range and unit of its descriptor.
Result<double> CheckParameter(double value, const ParameterDescriptor& parameter,
                              std::string_view what);

/// "F" or "female", "M" or "male", in any case.
Result<Sex> ParseSex(std::string_view text, std::string_view what);
/// "F", "M" or empty.
std::string_view SexName(Sex sex);

}  // namespace plyo
