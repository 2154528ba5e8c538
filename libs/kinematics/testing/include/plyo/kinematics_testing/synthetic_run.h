#pragma once

#include <vector>

#include "plyo/kinematics_testing/stick_figure.h"

namespace plyo::testing {

/// A run whose every figure is known: the de Leva centre of mass falls freely in flight and is
/// carried by half a sine of force in contact (Morin et al. 2005); the shoe stands still on the
/// ground from heel, toe or both to the toe. g = 9.80665.
struct SyntheticRun {
  double stature_m = 1.75;
  double speed_m_s = 3.3;
  double cadence = 168;       ///< steps/min
  double contact_s = 0.25;    ///< of the left foot
  double longer_right_s = 0;  ///< contact of the right foot over that of the left
  double strike_deg = 12;     ///< pitch of the shoe at contact, toes up positive
  double duration_s = 4;
  double first_contact_s = 0.12;  ///< of the left foot
  bool treadmill = true;          ///< else it goes across the picture
  Filming filming = {};
};

/// The truth of one step: seconds on the media clock.
struct SyntheticStep {
  Side side = Side::kLeft;
  double contact_s = 0;
  double toe_off_s = 0;
};

std::vector<PoseFrame> Render(const SyntheticRun& run);
/// All contacts within the recording.
std::vector<SyntheticStep> StepsOf(const SyntheticRun& run);
/// CoM highest - lowest in a stride, m.
double VerticalOscillationOf(const SyntheticRun& run);

}  // namespace plyo::testing
