#pragma once

#include <vector>

#include "plyo/kinematics/signal.h"
#include "plyo/kinematics_testing/stick_figure.h"

namespace plyo::testing {

/// A countermovement jump whose every figure is known: a figure whose de Leva centre of mass
/// follows a prescribed path, feet on the ground until the take-off, free fall under g = 9.80665
/// after it. The force is continuous: it meets body weight at the onset and zero at take-off and
/// landing.
struct SyntheticJump {
  double stature_m = 1.75;
  double height_m = 0.35;         ///< CoM rise from take-off to apex
  double depth_m = 0.30;          ///< countermovement
  double takeoff_rise_m = 0.065;  ///< CoM at take-off over standing
  double landing_drop_m = 0.02;   ///< CoM lower at landing than at take-off
  double standing_s = 1.0;        ///< before the movement, and after it
  double eccentric_s = 0.52;
  double absorption_depth_m = 0.25;  ///< under standing
  double recovery_s = 0.6;
  /// The toe gathers speed over this time while the foot goes on stretching: its landmark leaves
  /// the ground later than the body's speed would have it (found on rendered people).
  double toe_roll_s = 0.014;
  int repetitions = 1;
  Filming filming = {};
};

/// The truth of one repetition: seconds on the media clock, SI units, degrees.
struct SyntheticTruth {
  double onset_s = 0;  ///< the force is off body weight by 5 %
  double peak_downward_velocity_s = 0;
  double lowest_s = 0;
  double takeoff_s = 0;
  double apex_s = 0;
  double landing_s = 0;
  double landing_lowest_s = 0;
  double flight_time_s = 0;
  double flight_time_height_m = 0;
  double takeoff_velocity_m_s = 0;
  double com_rise_m = 0;
  double peak_eccentric_velocity_m_s = 0;
  double peak_concentric_velocity_m_s = 0;
};

std::vector<PoseFrame> Render(const SyntheticJump& jump);
/// One pose of it, at an instant on the media clock, without noise.
PoseFrame RenderAt(const SyntheticJump& jump, double t);
std::vector<SyntheticTruth> TruthOf(const SyntheticJump& jump);

/// The centre of mass over standing at an instant on the media clock, metres.
double ComOverStanding(const SyntheticJump& jump, double t);
/// Lift of the soles in every frame, metres.
Signal FootLift(const SyntheticJump& jump);

}  // namespace plyo::testing
