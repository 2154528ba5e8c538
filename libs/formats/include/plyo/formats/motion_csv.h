#pragma once

#include <map>

#include "plyo/formats/opensim.h"
#include "plyo/kinematics/motion.h"

namespace plyo {

/// Centre of mass and joint angles frame by frame as a table (RFC 4180), a row for each athlete and
/// frame, athlete after athlete:
///
///   track,t_s,frame,com_x_m,com_z_m,left_hip_angle_deg,left_knee_angle_deg,left_ankle_angle_deg,
///   right_..._deg,trunk_lean_deg
///
/// com_x_m the way the athlete faces, from the hips in his first frame; com_z_m over the floor;
/// both empty where there is no scale.
Result<void> WriteMotionCsv(const std::map<TrackId, Motion>& motions, const WritePiece& write);

}  // namespace plyo
