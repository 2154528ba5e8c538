#pragma once

#include <string>

#include "plyo/base/error.h"
#include "plyo/kinematics/motion.h"

namespace plyo {

/// Marker trajectories as a C3D file's bytes: millimetres, the axes of Motion (y up), one point a
/// landmark under its name, every frame of the recording from its first on at one rate; where the
/// athlete was not seen the points are marked invalid. The motion must have lengths and two frames.
/// Fails with kOutputNotWritable or kDiskFull where there is no room for a temporary file.
Result<std::string> C3dDocument(const Motion& motion);

}  // namespace plyo
