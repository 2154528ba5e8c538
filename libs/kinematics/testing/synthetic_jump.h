#pragma once

#include <cstdint>
#include <vector>

#include "plyo/kinematics/landmark.h"

namespace plyo::testing {

/// A jump whose every figure is known: a planar stick figure whose de Leva centre of mass follows a
/// prescribed path, feet on the ground until the take-off, free fall under g = 9.80665 after it.
struct SyntheticJump {
  double stature_m = 1.75;
  double height_m = 0.35;        ///< CoM rise from take-off to apex
  double depth_m = 0.30;         ///< countermovement
  double landing_drop_m = 0.02;  ///< CoM lower at landing than at take-off
  double standing_s = 1.0;       ///< before the movement, and after it
  double eccentric_s = 0.52;
  double concentric_s = 0.27;
  double absorption_s = 0.3;
  double recovery_s = 0.6;
  int repetitions = 1;

  double fps = 60;
  double begin_s = 0;  ///< time of the first frame
  double px_per_m = 250;
  int image_width = 960;
  int image_height = 720;
  double x_px = 480;
  double floor_y_px = 650;
  bool faces_left = false;
  double noise_px = 0;  ///< standard deviation, independent for each coordinate
  std::uint32_t seed = 1;
  TrackId track = 1;
};

/// The truth of one repetition, seconds on the media clock and metres.
struct SyntheticTruth {
  double onset_s = 0;
  double lowest_s = 0;
  double takeoff_s = 0;
  double apex_s = 0;
  double landing_s = 0;
  double flight_time_s = 0;
  double takeoff_velocity_m_s = 0;
  double com_rise_m = 0;
};

std::vector<PoseFrame> Render(const SyntheticJump& jump);
std::vector<SyntheticTruth> TruthOf(const SyntheticJump& jump);

}  // namespace plyo::testing
