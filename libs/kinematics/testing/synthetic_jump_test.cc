#include "plyo/kinematics_testing/synthetic_jump.h"

#include <gtest/gtest.h>

#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/joint_angles.h"
#include "plyo/kinematics_testing/figure_script.h"

// The figures that other tests measure against are held against physics here.
namespace plyo::testing {
namespace {

TEST(SyntheticJump, CentreOfMassFollowsItsPath) {
  for (const double azimuth : {90.0, -90.0, 45.0, 0.0}) {
    SyntheticJump jump;
    jump.filming.azimuth_deg = azimuth;
    const BodyTrack body(Render(jump), Sex::kUnknown, {});
    const double standing = body.com_height().value.front();
    for (std::size_t i = 0; i < body.t_s().size(); ++i) {
      const double measured = (body.com_height().value[i] - standing) / jump.filming.px_per_m;
      EXPECT_NEAR(measured, ComOverStanding(jump, body.t_s()[i]), 1e-5) << body.t_s()[i];
    }
  }
}

TEST(SyntheticJump, FallsFreelyBetweenTakeoffAndLanding) {
  const SyntheticJump jump;
  const SyntheticTruth truth = TruthOf(jump).front();
  constexpr double kStep = 1e-3;
  for (int i = 1; i < 50; ++i) {
    const double t = std::lerp(truth.takeoff_s, truth.landing_s, i / 50.0);
    const double bend = (ComOverStanding(jump, t + kStep) - 2 * ComOverStanding(jump, t) +
                         ComOverStanding(jump, t - kStep)) /
                        (kStep * kStep);
    EXPECT_NEAR(bend, -kGravity, 1e-3) << t;
  }
  EXPECT_NEAR(ComOverStanding(jump, truth.apex_s), truth.com_rise_m, 1e-9);
  EXPECT_NEAR(truth.takeoff_velocity_m_s * truth.takeoff_velocity_m_s / (2 * kGravity),
              jump.height_m, 1e-9);
}

TEST(SyntheticJump, ForceIsNeverNegativeAndHasNoSteps) {
  const SyntheticJump jump;
  const SyntheticTruth truth = TruthOf(jump).front();
  constexpr double kStep = 1e-3;
  const auto acceleration = [&](double t) {
    return (ComOverStanding(jump, t + kStep) - 2 * ComOverStanding(jump, t) +
            ComOverStanding(jump, t - kStep)) /
           (kStep * kStep);
  };
  double previous = 0;
  for (int i = 500; i * kStep < truth.landing_lowest_s; ++i) {
    const double t = i * kStep;
    const double a = acceleration(t);
    EXPECT_GT(a, -kGravity - 0.01) << t;
    EXPECT_NEAR(a, previous, 1.0) << t;
    previous = a;
  }
}

TEST(SyntheticJump, FeetLeaveTheFloorAtTakeoffAndMeetItAtLanding) {
  SyntheticJump jump;
  jump.filming.fps = 1000;
  const SyntheticTruth truth = TruthOf(jump).front();
  const Signal lift = FootLift(jump);
  for (std::size_t i = 0; i < lift.size(); ++i) {
    const double t = lift.t_s[i];
    if (t < truth.takeoff_s || t > truth.landing_s) {
      EXPECT_EQ(lift.value[i], 0) << t;
    } else if (t > truth.takeoff_s + 0.003 && t < truth.landing_s - 0.003) {
      EXPECT_GT(lift.value[i], 0) << t;
    }
  }
  const BodyTrack body(Render(jump), Sex::kUnknown, {});
  const Signal toe = body.Height(LandmarkId::kRightFootIndex);
  for (std::size_t i = 0; i < toe.size(); i += 7) {
    EXPECT_NEAR((toe.value[i] - toe.value.front()) / jump.filming.px_per_m, lift.value[i], 1e-5);
  }
}

TEST(SyntheticJump, NoLegIsLongerThanItsBones) {
  SyntheticJump jump;
  const std::vector<PoseFrame> frames = Render(jump);
  using enum LandmarkId;
  const auto length = [&](const PoseFrame& f, LandmarkId a, LandmarkId b) {
    return std::hypot(f[a].x - f[b].x, f[a].y - f[b].y);
  };
  const float thigh = length(frames.front(), kRightHip, kRightKnee);
  const float shank = length(frames.front(), kRightKnee, kRightAnkle);
  const float foot = length(frames.front(), kRightAnkle, kRightFootIndex);
  for (const PoseFrame& frame : frames) {
    EXPECT_NEAR(length(frame, kRightHip, kRightKnee), thigh, 0.01);
    EXPECT_NEAR(length(frame, kRightKnee, kRightAnkle), shank, 0.01);
    EXPECT_NEAR(length(frame, kRightAnkle, kRightFootIndex), foot, 0.01);
  }
}

TEST(SyntheticJump, StandsAsPeopleDoAndExtendsThreeJoints) {
  const SyntheticJump jump;
  const SyntheticTruth truth = TruthOf(jump).front();
  const PoseFrame standing = RenderAt(jump, 0);
  const PoseFrame lowest = RenderAt(jump, truth.lowest_s);
  const PoseFrame takeoff = RenderAt(jump, truth.takeoff_s);
  for (const Joint joint : {Joint::kHip, Joint::kKnee, Joint::kAnkle}) {
    SCOPED_TRACE(std::string(JointName(joint)));
    EXPECT_NEAR(AngleInImage(standing, Side::kRight, joint), StandingAngle(joint), 8);
    EXPECT_GT(AngleInImage(takeoff, Side::kRight, joint),
              AngleInImage(lowest, Side::kRight, joint) + 30);
  }
}

TEST(SyntheticJump, RepetitionsRepeat) {
  SyntheticJump jump;
  jump.repetitions = 3;
  jump.filming.begin_s = 5;
  const std::vector<SyntheticTruth> truth = TruthOf(jump);
  ASSERT_EQ(truth.size(), 3U);
  const double period = truth[1].takeoff_s - truth[0].takeoff_s;
  EXPECT_GT(truth[0].onset_s, 5);
  EXPECT_NEAR(truth[2].landing_s - truth[1].landing_s, period, 1e-9);
  const SyntheticTruth& first = truth[0];
  EXPECT_LT(first.onset_s, first.peak_downward_velocity_s);
  EXPECT_LT(first.peak_downward_velocity_s, first.lowest_s);
  EXPECT_LT(first.lowest_s, first.takeoff_s);
  EXPECT_LT(first.takeoff_s, first.apex_s);
  EXPECT_LT(first.apex_s, first.landing_s);
  EXPECT_LT(first.landing_s, first.landing_lowest_s);
}

TEST(FigureScript, DropsFromABoxInTheTimeThatGravityTakes) {
  FigureScript script(1.75, 0, 0.4);
  script.Hold(1).Fly(0, 0, 0.4).Absorb(-0.2);
  EXPECT_NEAR(script.BeginOf(2) - script.BeginOf(1), std::sqrt(2 * 0.4 / kGravity), 1e-9);
  EXPECT_NEAR(script.At(0.5).lift_m, 0.4, 1e-9);
  EXPECT_NEAR(script.At(script.BeginOf(2)).lift_m, 0, 1e-9);
  EXPECT_NEAR(script.At(script.BeginOf(2) + 0.01).lift_m, 0, 1e-9);
}

}  // namespace
}  // namespace plyo::testing
