#include "plyo/kinematics/jump.h"

#include <gtest/gtest.h>

#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/figure_script.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"
#include "plyo/kinematics_testing/synthetic_sole.h"

namespace plyo {
namespace {

using testing::HasFlag;
using testing::Poses;
using testing::SyntheticJump;
using testing::SyntheticTruth;

JumpWindow WindowOf(const Poses& frames, const SyntheticTruth& truth,
                    const SyntheticJump& jump = {}) {
  return {.frames = frames,
          .coarse_takeoff_s = truth.takeoff_s + 0.045,
          .coarse_landing_s = truth.landing_s - 0.045,
          .stature_px = jump.stature_m * jump.filming.px_per_m,
          .previous_landing_s = -1e300,
          .closed = true,
          .complete = true};
}

std::optional<Jump> Measure(const Poses& frames, const SyntheticJump& jump = {},
                            std::optional<double> stature_m = 1.75) {
  AthleteOptions athlete;
  athlete.height_m = stature_m;
  return MeasureJump(WindowOf(frames, TruthOf(jump).front(), jump), athlete, NoContactEvidence());
}

TEST(MeasureJump, FindsTheFlightWithinItsUncertainty) {
  const SyntheticJump what;
  const SyntheticTruth truth = TruthOf(what).front();
  const auto jump = Measure(Render(what));
  ASSERT_TRUE(jump);
  EXPECT_NEAR(jump->flight.height_m.value, what.height_m, 1.96 * jump->flight.height_m.u);
  EXPECT_NEAR(jump->lowest_s.value, truth.lowest_s, 1.96 * jump->lowest_s.u);
  EXPECT_NEAR(jump->parabola.apex_s.value, truth.apex_s, 0.004);
  EXPECT_TRUE(jump->standing_before);
  EXPECT_TRUE(jump->complete);
  EXPECT_TRUE(jump->flags.empty());
  ASSERT_TRUE(jump->landing_lowest_s && jump->stand_again_s);
  EXPECT_NEAR(*jump->landing_lowest_s, truth.landing_lowest_s, 0.03);
  EXPECT_GT(*jump->stand_again_s, truth.landing_lowest_s);
  EXPECT_GT(jump->descent_s, what.standing_s);
  EXPECT_LT(jump->descent_s, truth.peak_downward_velocity_s);
}

TEST(MeasureJump, SolesInThePixelsMakeItSurer) {
  SyntheticJump what;
  what.filming.noise_px = 0.8;
  AthleteOptions athlete;
  athlete.height_m = what.stature_m;
  const JumpWindow window = WindowOf(Render(what), TruthOf(what).front());
  const auto landmarks = MeasureJump(window, athlete, NoContactEvidence());
  const auto pixels = MeasureJump(window, athlete, testing::SyntheticSole(what));
  ASSERT_TRUE(landmarks && pixels);
  EXPECT_LT(pixels->flight.flight_time_s.u, landmarks->flight.flight_time_s.u);
  EXPECT_NEAR(pixels->flight.takeoff_s.value, TruthOf(what)[0].takeoff_s, 0.004);
  EXPECT_NEAR(pixels->flight.landing_s.value, TruthOf(what)[0].landing_s, 0.004);
  EXPECT_TRUE(pixels->takeoff_flags.empty());
  EXPECT_TRUE(HasFlag(landmarks->takeoff_flags, flag::kLandmarksOnly));
}

/// Soles in the pixels that tell another take-off than the landmarks, and the same landing.
class DisputedTakeoff final : public ContactEvidence {
 public:
  explicit DisputedTakeoff(const SyntheticJump& jump)
      : late_(jump, {.late_s = 0.07}), true_(jump), apex_s_(TruthOf(jump).front().apex_s) {}
  SoleTrace Sole(const SoleRequest& request) const override {
    return (request.ground_end.Seconds() < apex_s_ ? late_ : true_).Sole(request);
  }

 private:
  testing::SyntheticSole late_, true_;
  double apex_s_;
};

TEST(MeasureJump, PostureAtATakeoffInDisputeMakesItNoSurer) {
  const SyntheticJump what;
  AthleteOptions athlete;
  athlete.height_m = what.stature_m;
  const auto jump =
      MeasureJump(WindowOf(Render(what), TruthOf(what).front()), athlete, DisputedTakeoff(what));
  ASSERT_TRUE(jump);
  EXPECT_TRUE(HasFlag(jump->takeoff_flags, flag::kContactDisagreement));
  EXPECT_TRUE(jump->landing_flags.empty());
  // 35 ms of dispute; the rise above standing, to 3.5 cm, narrows it to some 13 ms.
  EXPECT_GT(jump->flight.takeoff_s.u, 0.009);
  EXPECT_LT(jump->flight.landing_s.u, 0.004);
}

TEST(Jump, VelocityIsThatOfTheBody) {
  const SyntheticJump what;
  const SyntheticTruth truth = TruthOf(what).front();
  const auto jump = Measure(Render(what));
  ASSERT_TRUE(jump);
  constexpr double kStep = 1e-3;
  for (const double t : {truth.peak_downward_velocity_s, truth.lowest_s, truth.lowest_s + 0.1,
                         truth.takeoff_s + 0.1, truth.apex_s, truth.landing_s - 0.1}) {
    const double v =
        (ComOverStanding(what, t + kStep) - ComOverStanding(what, t - kStep)) / (2 * kStep);
    EXPECT_NEAR(jump->Velocity(t).value(), v, 0.12) << t;
  }
  EXPECT_NEAR(jump->Velocity(jump->flight.apex_s.value).value(), 0, 1e-9);
  EXPECT_NEAR(jump->MetresAboveStanding(jump->parabola.apex_height_px).value(), truth.com_rise_m,
              0.01);
}

TEST(Jump, HasNoMetresWithoutAScale) {
  auto jump = Measure(Render(SyntheticJump{}));
  ASSERT_TRUE(jump);
  jump->scale = {};
  EXPECT_FALSE(jump->Velocity(1).has_value());
  EXPECT_FALSE(jump->MetresAboveStanding(0).has_value());
  jump = Measure(Render(SyntheticJump{}));
  jump->standing.reset();
  EXPECT_FALSE(jump->MetresAboveStanding(0).has_value());
  EXPECT_FALSE(jump->Velocity(99).has_value());
}

TEST(MeasureJump, TheScaleComesFromTheFallWithoutAStature) {
  const auto jump = Measure(Render(SyntheticJump{}), {}, std::nullopt);
  ASSERT_TRUE(jump);
  EXPECT_EQ(jump->scale.scale.method, "free_fall");
  EXPECT_NEAR(*jump->scale.scale.m_per_px, 1 / 250.0, 0.02 / 250);
  EXPECT_NEAR(jump->flight.height_m.value, 0.35, 1.96 * jump->flight.height_m.u);
}

TEST(MeasureJump, RefusesAnotherFloor) {
  for (const double step : {-0.3, 0.3}) {
    const SyntheticJump what;
    const SyntheticTruth truth = TruthOf(what).front();
    auto frames = Render(what);
    for (PoseFrame& frame : frames) {
      if (frame.t.Seconds() < truth.landing_s) continue;
      for (ImageLandmark& p : frame.image) p.y += static_cast<float>(step * what.filming.px_per_m);
    }
    EXPECT_FALSE(Measure(frames)) << step;
  }
}

TEST(MeasureJump, RefusesABodyThatIsNotUprightInTheAir) {
  const SyntheticJump what;
  const SyntheticTruth truth = TruthOf(what).front();
  auto frames = Render(what);
  using enum LandmarkId;
  for (PoseFrame& frame : frames) {
    const double t = frame.t.Seconds();
    if (t < truth.takeoff_s || t > truth.landing_s) continue;
    for (const LandmarkId id : {kLeftShoulder, kRightShoulder}) frame[id].y += 250;  // upside down
  }
  EXPECT_FALSE(Measure(frames));
}

TEST(MeasureJump, RefusesAFlightThatNobodySaw) {
  const SyntheticJump what;
  const SyntheticTruth truth = TruthOf(what).front();
  EXPECT_FALSE(
      Measure(testing::Without(Render(what), truth.takeoff_s + 0.08, truth.landing_s - 0.06)));
  EXPECT_FALSE(Measure({}));
  JumpWindow window = WindowOf(Render(what), truth);
  window.stature_px = 0;
  EXPECT_FALSE(MeasureJump(window, {}, NoContactEvidence()));
}

/// Closed windows of a recording, measured.
std::vector<std::optional<Jump>> MeasureAll(const Poses& frames) {
  JumpDetector detector;
  std::vector<std::optional<Jump>> all;
  for (const PoseFrame& frame : frames) {
    for (const JumpWindow& window : detector.Push(frame)) {
      if (window.closed) all.push_back(MeasureJump(window, {}, NoContactEvidence()));
    }
  }
  return all;
}

TEST(MeasureJump, DoesNotTakeAHeldSquatForStanding) {
  // Stood before it: that is the reference.
  const auto stood = MeasureAll(testing::RenderSquatJump(0.3, {}));
  ASSERT_EQ(stood.size(), 1U);
  ASSERT_TRUE(stood[0]);
  ASSERT_TRUE(stood[0]->standing);
  EXPECT_LT(stood[0]->standing->end_s, 1.1);
}

TEST(MeasureJump, SaysWhereItBeganInAHeldCrouch) {
  // Tall for a while, then crouched and quiet, up a little and down again, and off.
  const double push = testing::FigureScript::PushBegin(0.475, 2.4);
  const auto crouched = MeasureAll(testing::FigureScript(1.75)
                                       .Hold(1)
                                       .MoveTo({-0.33, 0, 0}, 0.8)
                                       .Hold(0.3)
                                       .MoveTo({-0.25, 0, 0}, 0.4)
                                       .Hold(0.6)
                                       .MoveTo({-0.41, 0, push}, 0.4)
                                       .Push(0.065, 2.4)
                                       .Fly(0.045)
                                       .Absorb(-0.25)
                                       .MoveTo({}, 0.6)
                                       .Hold(1)
                                       .Film({}));
  ASSERT_EQ(crouched.size(), 1U);
  ASSERT_TRUE(crouched[0]);
  ASSERT_TRUE(crouched[0]->hold);
  EXPECT_GT(crouched[0]->hold->begin_s, 2.1);
  EXPECT_LT(crouched[0]->hold->end_s, 3.2);
  EXPECT_TRUE(crouched[0]->DipsAfterHold());
  const auto onset = MovementOnset(*crouched[0]);
  ASSERT_TRUE(onset);
  EXPECT_NEAR(onset->value, 3.1, 0.05);
}

TEST(MeasureJump, TheWayUpFromAHoldBeginsWithTheForce) {
  const auto held = MeasureAll(testing::RenderSquatJump(0.3, {}));
  ASSERT_TRUE(held.at(0) && held[0]->hold);
  const Jump& jump = *held[0];
  EXPECT_FALSE(jump.DipsAfterHold());
  // The force grows from 3.3 s on and is 5 % over body weight 11 ms later.
  EXPECT_NEAR(jump.lowest_s.value, 3.311, jump.lowest_s.u);
  EXPECT_EQ(MovementOnset(jump)->value, jump.lowest_s.value);
  const auto start = HoldStart(jump);
  ASSERT_TRUE(start);
  EXPECT_NEAR(start->value, 1.9, 1.96 * start->u);
}

TEST(MeasureJump, ATurnThatIsSlowedDownIsNoHold) {
  for (const double slower : {1.0, 4.0, 8.0}) {
    const auto jumps = MeasureAll(testing::Slowed(Render(SyntheticJump()), slower));
    ASSERT_EQ(jumps.size(), 1U);
    ASSERT_TRUE(jumps[0]);
    EXPECT_FALSE(jumps[0]->hold) << slower;
  }
}

TEST(MeasureJump, AShortContactIsNoStanding) {
  for (const auto& jump : MeasureAll(testing::RenderHops(5, 0.25, {}))) {
    ASSERT_TRUE(jump);
    EXPECT_FALSE(jump->standing_before);
    EXPECT_FALSE(HasFlag(jump->flags, flag::kFallsShort));
  }
}

TEST(MeasureJump, TakesStandingFromAfterwardsAndSaysSo) {
  const SyntheticJump what;
  const SyntheticTruth truth = TruthOf(what).front();
  // The recording begins in the middle of the descent.
  const auto frames = testing::Between(Render(what), truth.onset_s + 0.2, 99);
  const auto jump = Measure(frames);
  ASSERT_TRUE(jump);
  EXPECT_FALSE(jump->standing_before);
  EXPECT_TRUE(HasFlag(jump->flags, flag::kNoQuietStanding));
  ASSERT_TRUE(jump->standing);
  EXPECT_GT(jump->standing->begin_s, truth.landing_lowest_s);
  EXPECT_NEAR(jump->flight.height_m.value, what.height_m, 1.96 * jump->flight.height_m.u);
  EXPECT_FALSE(MovementOnset(*jump).has_value());
}

TEST(MeasureJump, FlagsWhatThePictureLacks) {
  const auto flags_of = [](const SyntheticJump& what, const Poses& frames) {
    const auto jump = Measure(frames, what);
    EXPECT_TRUE(jump);
    return jump ? jump->flags : std::vector<std::string>{};
  };
  SyntheticJump slow;
  slow.filming.fps = 30;
  EXPECT_TRUE(HasFlag(flags_of(slow, Render(slow)), flag::kLowFrameRate));
  SyntheticJump small;
  small.filming.px_per_m = 90;
  EXPECT_TRUE(HasFlag(flags_of(small, Render(small)), flag::kLowResolution));
  SyntheticJump oblique;
  oblique.filming.azimuth_deg = 45;
  EXPECT_TRUE(HasFlag(flags_of(oblique, Render(oblique)), flag::kObliqueView));
  SyntheticJump front;
  front.filming.azimuth_deg = 0;
  EXPECT_TRUE(HasFlag(flags_of(front, Render(front)), flag::kFrontView));

  using enum LandmarkId;
  const SyntheticJump plain;
  const SyntheticTruth truth = TruthOf(plain).front();
  EXPECT_TRUE(HasFlag(
      flags_of(plain,
               testing::WithVisibility(Render(plain),
                                       {kRightShoulder, kRightHip, kRightKnee, kRightAnkle}, 0.4)),
      flag::kLowVisibility));
  EXPECT_TRUE(HasFlag(
      flags_of(plain, testing::Without(Render(plain), truth.apex_s - 0.06, truth.apex_s + 0.04)),
      flag::kGap));
  EXPECT_TRUE(HasFlag(flags_of(plain, testing::Between(Render(plain), 0, truth.landing_s + 0.2)),
                      flag::kFallsShort));
}

TEST(MeasureJump, AnAthleteWhoLeavesThePictureIsFlaggedAndStillMeasured) {
  SyntheticJump what;
  what.filming.floor_y_px = 520;  // the head goes out at the top for a third of the flight
  what.filming.image_height = 600;
  const auto squeezed = testing::SqueezedIntoPicture(Render(what));
  const auto jump = Measure(squeezed, what);
  ASSERT_TRUE(jump);
  EXPECT_TRUE(HasFlag(jump->flags, flag::kLeavesPicture));
  EXPECT_NEAR(jump->flight.height_m.value, what.height_m, 2.5 * jump->flight.height_m.u);
}

TEST(MeasureJump, AFlightOutsideThePictureIsMeasuredFromItsEnds) {
  SyntheticJump what;
  what.filming.floor_y_px = 450;  // the head goes out with the take-off
  const auto jump = Measure(testing::SqueezedIntoPicture(Render(what)), what);
  ASSERT_TRUE(jump);
  EXPECT_TRUE(HasFlag(jump->flags, flag::kLeavesPicture));
  EXPECT_TRUE(HasFlag(jump->flags, flag::kGap));
  EXPECT_NEAR(jump->flight.height_m.value, what.height_m, 2.5 * jump->flight.height_m.u);
}

TEST(MovementOnset, LiesWhereTheForceLeavesBodyWeight) {
  for (const double depth : {0.22, 0.3, 0.38}) {
    SyntheticJump what;
    what.depth_m = depth;
    const auto jump = Measure(Render(what), what);
    ASSERT_TRUE(jump);
    const auto onset = MovementOnset(*jump);
    ASSERT_TRUE(onset);
    EXPECT_NEAR(onset->value, TruthOf(what)[0].onset_s, 1.96 * onset->u) << depth;
    const auto fastest = PeakDownwardVelocity(*jump, onset->value);
    ASSERT_TRUE(fastest);
    EXPECT_NEAR(fastest->value, TruthOf(what)[0].peak_downward_velocity_s, 1.96 * fastest->u);
  }
}

TEST(PeakDownwardVelocity, NeedsADescent) {
  const auto jump = Measure(Render(SyntheticJump{}));
  ASSERT_TRUE(jump);
  EXPECT_FALSE(PeakDownwardVelocity(*jump, jump->lowest_s.value).has_value());
}

}  // namespace
}  // namespace plyo
