#pragma once

#include <string_view>

namespace plyo {

/// How the landmarks of a pose model err, where that is known: what is undone, and by how much
/// joint angles read off the picture are unsure. Measured against truth (bench/accuracy).
struct PoseModelErrors {
  /// Toes rise while the foot still rolls over them: when a shoe leaves the ground they do not
  /// tell.
  bool toes_lead = false;
  /// From take-off until such a toe has risen by 0.02 statures.
  double toe_lift_lag_s = 0;
  /// The feet are behind a shoe that falls or turns fast.
  double falling_foot_lag_s = 0;
  /// The heel and ankle of a runner come to rest before the shoe does.
  double resting_foot_lead_s = 0;
  /// Its toes come down with the heel, whichever of them touches the ground first.
  bool toes_mislead = false;
  /// Standard uncertainty of a runner's toe-off, of the foot nearer to the camera.
  double toe_off_u_s = 0.008;
  /// Standard uncertainty with the standing offset removed, degrees.
  double hip_angle_u_deg = 5.5;
  double knee_angle_u_deg = 6;
  double ankle_angle_u_deg = 10;
};

/// Of the model of that name, as PoseEstimator::Model() has it ("blazepose_full"). Of another's
/// landmarks, or of nobody's, nothing is undone.
PoseModelErrors ErrorsOf(std::string_view pose_model);

}  // namespace plyo
