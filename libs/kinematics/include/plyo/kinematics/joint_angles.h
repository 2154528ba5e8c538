#pragma once

#include <optional>

#include "plyo/kinematics/body_track.h"

namespace plyo {

enum class Joint : std::uint8_t { kHip, kKnee, kAnkle };

/// "hip", "knee", "ankle".
std::string_view JointName(Joint joint);

/// Degrees that a joint can reach; outside them a reading is flagged, never clipped.
struct AngleBounds {
  double min_deg = 0;
  double max_deg = 180;
};
AngleBounds PhysiologicalBounds(Joint joint);

/// Three-point angle in the picture, degrees, straight = 180: hip = shoulder-hip-knee, knee =
/// hip-knee-ankle, ankle = knee-ankle-foot_index (the toe is the distal point).
double AngleInImage(const PoseFrame& pose, Side side, Joint joint);

/// For a hidden toe: from the shank forward, past the toe, round to the heel, degrees, 0 to 360.
/// Heel and toe are of one rigid foot, so that it is the ankle's angle and a constant, the foot's
/// own.
double HeelTurnInImage(const PoseFrame& pose, Side side, int facing);

/// The same between the model's world landmarks: for views in which the picture does not show the
/// angle.
double AngleInWorld(const PoseFrame& pose, Side side, Joint joint);

/// Mid-hip to mid-shoulder against the vertical of the picture, degrees, + leaning the way the
/// athlete faces.
double TrunkLean(const PoseFrame& pose, int facing);

/// What a relaxed adult stands at, degrees: the reference to which a model's standing offset is
/// removed.
double StandingAngle(Joint joint);

}  // namespace plyo
