#pragma once

#include <functional>
#include <string_view>

#include "plyo/base/error.h"
#include "plyo/kinematics/motion.h"

namespace plyo {

/// Takes a file piece by piece; writing ends at its first failure.
using WritePiece = std::function<Result<void>(std::string_view piece)>;

/// Marker trajectories as OpenSim reads them (TRC): metres, y up, the axes of Motion, one marker a
/// landmark under its name ("left_foot_index"), a row for each frame in which the athlete was seen.
/// `name` stands in the first line. The motion must have lengths.
Result<void> WriteTrc(const Motion& motion, std::string_view name, const WritePiece& write);

/// Joint angles as an OpenSim storage (MOT), inDegrees=yes: time, <side>_<joint>_angle for hip,
/// knee and ankle with straight = 180, trunk_lean with forward positive. These are Plyo's own
/// angles, no coordinates of a model.
Result<void> WriteMot(const Motion& motion, std::string_view name, const WritePiece& write);

}  // namespace plyo
