#include "plyo/kinematics_testing/synthetic_jump.h"

#include <algorithm>
#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics_testing/figure_script.h"

namespace plyo::testing {
namespace {

// The pieces of one repetition.
enum Piece { kStanding, kEccentric, kConcentric, kFlight, kAbsorption, kRecovery, kAgain, kPieces };

FigureScript ScriptOf(const SyntheticJump& jump) {
  const double velocity = std::sqrt(2 * kGravity * jump.height_m);
  const double push_begin = FigureScript::PushBegin(jump.depth_m + jump.takeoff_rise_m, velocity);
  FigureScript script(jump.stature_m);
  for (int i = 0; i < jump.repetitions; ++i) {
    script.Hold(jump.standing_s)
        .MoveTo({-jump.depth_m, 0, push_begin}, jump.eccentric_s)
        .Push(jump.takeoff_rise_m, velocity)
        .Fly(jump.takeoff_rise_m - jump.landing_drop_m, jump.toe_roll_s)
        .Absorb(-jump.absorption_depth_m)
        .MoveTo({}, jump.recovery_s)
        .Hold(jump.standing_s);
  }
  return script;
}

}  // namespace

std::vector<PoseFrame> Render(const SyntheticJump& jump) {
  return ScriptOf(jump).Film(jump.filming);
}

PoseFrame RenderAt(const SyntheticJump& jump, double t) {
  return ScriptOf(jump).PoseAt(t - jump.filming.begin_s, jump.filming);
}

double ComOverStanding(const SyntheticJump& jump, double t) {
  return ScriptOf(jump).At(t - jump.filming.begin_s).com.height;
}

Signal FootLift(const SyntheticJump& jump) {
  const FigureScript script = ScriptOf(jump);
  Signal lift;
  for (const PoseFrame& frame : Render(jump)) {
    const double t = frame.t.Seconds();
    lift.Push(t, script.At(t - jump.filming.begin_s).lift_m);
  }
  return lift;
}

std::vector<SyntheticTruth> TruthOf(const SyntheticJump& jump) {
  const FigureScript script = ScriptOf(jump);
  std::vector<SyntheticTruth> all;
  for (int rep = 0; rep < jump.repetitions; ++rep) {
    const auto begin_of = [&](Piece piece) { return script.BeginOf(rep * kPieces + piece); };
    SyntheticTruth truth;
    constexpr double kStep_s = 1e-4;
    const auto steps = static_cast<int>((begin_of(kFlight) - begin_of(kEccentric)) / kStep_s);
    for (int i = 0; i <= steps; ++i) {
      const double t = begin_of(kEccentric) + i * kStep_s;
      const PathEnd com = script.At(t).com;
      if (truth.onset_s == 0 && std::abs(com.acceleration) >= 0.05 * kGravity) truth.onset_s = t;
      if (com.velocity < truth.peak_eccentric_velocity_m_s) {
        truth.peak_eccentric_velocity_m_s = com.velocity;
        truth.peak_downward_velocity_s = t;
      }
      truth.peak_concentric_velocity_m_s =
          std::max(truth.peak_concentric_velocity_m_s, com.velocity);
    }
    truth.takeoff_velocity_m_s = std::sqrt(2 * kGravity * jump.height_m);
    truth.lowest_s = begin_of(kConcentric);
    truth.takeoff_s = begin_of(kFlight);
    truth.apex_s = truth.takeoff_s + truth.takeoff_velocity_m_s / kGravity;
    truth.landing_s = begin_of(kAbsorption);
    truth.landing_lowest_s = begin_of(kRecovery);
    truth.flight_time_s = truth.landing_s - truth.takeoff_s;
    truth.flight_time_height_m = kGravity / 8 * truth.flight_time_s * truth.flight_time_s;
    truth.com_rise_m = jump.takeoff_rise_m + jump.height_m;
    for (double* t : {&truth.onset_s, &truth.peak_downward_velocity_s, &truth.lowest_s,
                      &truth.takeoff_s, &truth.apex_s, &truth.landing_s, &truth.landing_lowest_s}) {
      *t += jump.filming.begin_s;
    }
    all.push_back(truth);
  }
  return all;
}

}  // namespace plyo::testing
