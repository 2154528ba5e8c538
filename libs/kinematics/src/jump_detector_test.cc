#include "plyo/kinematics/jump_detector.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "plyo/kinematics_testing/figure_script.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"

namespace plyo {
namespace {

using testing::Filming;
using testing::Poses;
using testing::SyntheticJump;
using testing::SyntheticTruth;

std::vector<JumpWindow> Detect(const Poses& frames) {
  JumpDetector detector;
  std::vector<JumpWindow> all;
  for (const PoseFrame& frame : frames) {
    for (JumpWindow& window : detector.Push(frame)) all.push_back(std::move(window));
  }
  for (JumpWindow& window : detector.Finish()) all.push_back(std::move(window));
  return all;
}

void ExpectWithin(const JumpWindow& window, const SyntheticTruth& truth, double period_s) {
  EXPECT_GT(window.coarse_takeoff_s, truth.takeoff_s);
  EXPECT_LT(window.coarse_takeoff_s, truth.takeoff_s + 0.07 + period_s);
  EXPECT_LT(window.coarse_landing_s, truth.landing_s);
  EXPECT_GT(window.coarse_landing_s, truth.landing_s - 0.07 - period_s);
}

TEST(JumpDetector, ShowsAJumpTwice) {
  for (const double fps : {25.0, 30.0, 60.0, 240.0}) {
    SyntheticJump jump;
    jump.filming.fps = fps;
    const auto windows = Detect(Render(jump));
    ASSERT_EQ(windows.size(), 2U) << fps;
    EXPECT_FALSE(windows[0].closed);
    EXPECT_TRUE(windows[1].closed);
    EXPECT_TRUE(windows[1].complete);
    for (const JumpWindow& window : windows) {
      ExpectWithin(window, TruthOf(jump)[0], 1 / fps);
      EXPECT_NEAR(window.stature_px, jump.stature_m * jump.filming.px_per_m, 0.03 * 437);
      EXPECT_EQ(window.frames.front().frame, 0);
    }
    EXPECT_LT(windows[0].frames.size(), windows[1].frames.size());
  }
}

TEST(JumpDetector, ShowsItSoonAfterLandingAndClosesWhenTheAthleteStands) {
  const SyntheticJump jump;
  const auto windows = Detect(Render(jump));
  ASSERT_EQ(windows.size(), 2U);
  const double landing = TruthOf(jump)[0].landing_s;
  EXPECT_LT(windows[0].frames.back().t.Seconds(), landing + 0.35);
  EXPECT_GT(windows[1].frames.back().t.Seconds(), landing + 0.5);
  EXPECT_LT(windows[1].frames.back().t.Seconds(), landing + 1.6);
}

TEST(JumpDetector, SeparatesRepetitions) {
  SyntheticJump jump;
  jump.repetitions = 3;
  std::vector<JumpWindow> closed;
  for (JumpWindow& window : Detect(Render(jump))) {
    if (window.closed) closed.push_back(std::move(window));
  }
  ASSERT_EQ(closed.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    ExpectWithin(closed[i], TruthOf(jump)[i], 1 / 60.0);
    EXPECT_TRUE(closed[i].complete);
    if (i == 0) continue;
    EXPECT_EQ(closed[i].previous_landing_s, closed[i - 1].coarse_landing_s);
    EXPECT_GE(closed[i].frames.front().t.Seconds(), closed[i - 1].coarse_landing_s);
  }
}

TEST(JumpDetector, AReboundEndsTheWindowEarly) {
  const auto frames =
      testing::FigureScript(1.75).Hold(1).Jump(0.3, 0.3).Hold(0.1).Jump(0.3, 0.3).Hold(1).Film({});
  EXPECT_EQ(std::ranges::count_if(Detect(frames), &JumpWindow::closed), 2);

  const auto hops = testing::RenderHops(5, 0.25, {});
  int incomplete = 0;
  for (const JumpWindow& window : Detect(hops)) incomplete += window.closed && !window.complete;
  EXPECT_GE(incomplete, 3);
}

TEST(JumpDetector, AReboundHasItsContact) {
  const auto script = testing::FigureScript(1.75)
                          .Hold(1)
                          .Jump(0.3, 0.3)
                          .Hold(1.2)
                          .MoveTo({-0.1, 0, 9}, 0.3)
                          .Push(0.065, 2)
                          .Fly(0.06)
                          .Absorb(-0.08)
                          .Push(0.065, 2)
                          .Fly(0.06)
                          .Absorb(-0.2)
                          .MoveTo({}, 0.6)
                          .Hold(1);
  std::vector<JumpWindow> closed;
  for (JumpWindow& window : Detect(script.Film({}))) {
    if (window.closed) closed.push_back(std::move(window));
  }
  ASSERT_EQ(closed.size(), 3U);
  EXPECT_FALSE(closed[0].rebounds);
  EXPECT_TRUE(closed[1].rebounds);
  EXPECT_FALSE(closed[2].rebounds);
  EXPECT_FALSE(closed[1].coarse_contact_s) << "stood before it";
  EXPECT_EQ(closed[2].coarse_contact_s, closed[1].coarse_landing_s);
  EXPECT_FALSE(closed[2].left_box_s);
  EXPECT_LT(closed[2].frames.front().t.Seconds(), *closed[2].coarse_contact_s + 1e-9);
}

TEST(JumpDetector, AFileThatEndsAfterLandingClosesIncomplete) {
  const SyntheticJump jump;
  const double landing = TruthOf(jump)[0].landing_s;
  const auto windows = Detect(testing::Between(Render(jump), 0, landing + 0.1));
  ASSERT_EQ(windows.size(), 1U);
  EXPECT_TRUE(windows[0].closed);
  EXPECT_FALSE(windows[0].complete);
}

TEST(JumpDetector, AFileThatEndsInTheAirHasNoJump) {
  const SyntheticJump jump;
  const double landing = TruthOf(jump)[0].landing_s;
  EXPECT_TRUE(Detect(testing::Between(Render(jump), 0, landing - 0.1)).empty());
}

TEST(JumpDetector, SeesNothingWhereNobodyFlies) {
  const Filming filming;
  EXPECT_TRUE(Detect(testing::RenderStanding(3, filming)).empty());
  EXPECT_TRUE(Detect(testing::RenderSquats(0.5, filming)).empty());
  EXPECT_TRUE(Detect(testing::RenderCalfRaises(filming)).empty());
  EXPECT_TRUE(Detect(testing::RenderWalking(4, filming)).empty());
  EXPECT_TRUE(Detect(testing::RenderStepDown(0.4, filming)).empty());
  EXPECT_TRUE(Detect({}).empty());
}

/// The one closed window.
JumpWindow OnlyWindow(const Poses& frames) {
  std::vector<JumpWindow> closed;
  for (JumpWindow& window : Detect(frames)) {
    if (window.closed) closed.push_back(std::move(window));
  }
  EXPECT_EQ(closed.size(), 1U);
  return closed.empty() ? JumpWindow{} : closed[0];
}

testing::FigureScript OffABox(double stature_m, double box_m) {
  return testing::FigureScript(stature_m, 0, box_m)
      .Hold(1.2)
      .Fly(0.02, 0.001, box_m, 0.45)
      .Absorb(-0.15)
      .Push(0.06, 2.4)
      .Fly(0.04)
      .Absorb(-0.25)
      .MoveTo({}, 0.6)
      .Hold(1);
}

TEST(JumpDetector, OffABoxTheGroundIsTheLowerOne) {
  for (const double fps : {30.0, 60.0, 240.0}) {
    for (const double box : {0.2, 0.4}) {
      const auto script = OffABox(1.75, box);
      const JumpWindow window = OnlyWindow(script.Film({.fps = fps}));
      ASSERT_TRUE(window.left_box_s && window.coarse_contact_s);
      EXPECT_GT(*window.left_box_s, script.BeginOf(1));
      EXPECT_LT(*window.left_box_s, script.BeginOf(2) + 1 / fps);
      EXPECT_LT(*window.coarse_contact_s, script.BeginOf(2));
      EXPECT_GT(*window.coarse_contact_s, script.BeginOf(2) - 0.1);
      EXPECT_GT(window.coarse_takeoff_s, script.BeginOf(4));
      EXPECT_LT(window.coarse_takeoff_s, script.BeginOf(4) + 0.07 + 1 / fps);
      EXPECT_LT(window.coarse_landing_s, script.BeginOf(5));
    }
  }
  EXPECT_FALSE(OnlyWindow(Render(SyntheticJump())).left_box_s);
}

TEST(JumpDetector, AHeelThatRisesBeforeTheTakeoffIsNotStillInTheFall) {
  const double stature_m = 1.75;
  const auto script = OffABox(stature_m, 0.3);
  const testing::Filming filming{.fps = 240};
  auto frames = script.Film(filming);
  const double contact = script.BeginOf(2);
  const double takeoff = script.BeginOf(4);
  // On the balls of the feet, so that the ground is seen only after the landing; then up on the
  // toes.
  for (PoseFrame& frame : frames) {
    const double t = frame.t.Seconds();
    if (t < contact || t > takeoff) continue;
    const double share = 0.025 + 0.07 * std::max(0.0, 1 - (takeoff - t) / 0.06);
    for (const LandmarkId id : {LandmarkId::kLeftAnkle, LandmarkId::kLeftHeel,
                                LandmarkId::kRightAnkle, LandmarkId::kRightHeel}) {
      frame[id].y -= static_cast<float>(share * stature_m * filming.px_per_m);
    }
  }
  const JumpWindow window = OnlyWindow(frames);
  ASSERT_TRUE(window.coarse_contact_s);
  EXPECT_LT(*window.coarse_contact_s, contact);
  EXPECT_GT(*window.coarse_contact_s, contact - 0.1);
}

TEST(JumpDetector, WhoClimbsOnABoxStandsOnIt) {
  constexpr double kBox = 0.4;
  const auto frames = testing::FigureScript(1.75)
                          .Hold(1.2)
                          .MoveTo({-0.3, 0, testing::FigureScript::PushBegin(0.36, 3.2)}, 0.52)
                          .Push(0.06, 3.2)
                          .Fly(-0.04, 0.014, -kBox, 0.5)
                          .Absorb(-0.2)
                          .MoveTo({}, 0.6)
                          .Hold(1.6)
                          .Fly(0.02, 0.001, kBox, 0.45)
                          .Absorb(-0.15)
                          .Push(0.06, 2.4)
                          .Fly(0.04)
                          .Absorb(-0.25)
                          .MoveTo({}, 0.6)
                          .Hold(1)
                          .Film({});
  EXPECT_TRUE(OnlyWindow(frames).left_box_s);
}

TEST(JumpDetector, ForgetsWhatIsLongPast) {
  SyntheticJump jump;
  jump.standing_s = 30;
  jump.filming.fps = 30;
  const auto windows = Detect(Render(jump));
  ASSERT_FALSE(windows.empty());
  for (const JumpWindow& window : windows) {
    const double span = window.frames.back().t.Seconds() - window.frames.front().t.Seconds();
    EXPECT_LE(span, 20.1);
    EXPECT_LE(window.frames.size(), 6001U);
  }
}

TEST(JumpDetector, HowOftenStandingWasLookedAtChangesNothing) {
  SyntheticJump jump;
  jump.standing_s = 8;
  jump.filming.fps = 30;
  jump.filming.noise_px = 0.5;
  const Poses all = Render(jump);
  const double movement = TruthOf(jump)[0].onset_s;
  Poses rarely;
  for (const PoseFrame& frame : all) {
    const double t = frame.t.Seconds();
    if (t > movement - 1 || frame.frame % 10 == 0) rarely.push_back(frame);
  }
  const auto whole = Detect(all);
  const auto part = Detect(rarely);
  ASSERT_EQ(whole.size(), 2U);
  ASSERT_EQ(part.size(), 2U);
  EXPECT_NEAR(part[1].stature_px, whole[1].stature_px, 2e-3 * whole[1].stature_px);
  EXPECT_EQ(part[1].coarse_takeoff_s, whole[1].coarse_takeoff_s);
  EXPECT_EQ(part[1].coarse_landing_s, whole[1].coarse_landing_s);
}

TEST(JumpDetector, KeepsNoMoreFramesThanItsBound) {
  SyntheticJump jump;
  jump.standing_s = 8;
  jump.filming.fps = 1000;
  for (const JumpWindow& window : Detect(Render(jump))) EXPECT_LE(window.frames.size(), 6001U);
}

RC_GTEST_PROP(JumpDetector, DoesNotCareForPlaceOrTime, ()) {
  static const Poses kFrames =
      Render(SyntheticJump{.filming = {.fps = 30, .image_width = 4000, .image_height = 4000}});
  const double later = *rc::gen::inRange(-3600, 3600);
  // Whole pixels, so that rounding to float stays out of it.
  const double dx = *rc::gen::inRange(-300, 2000);
  const double dy = *rc::gen::inRange(-100, 2000);
  static const auto kHere = Detect(kFrames);
  const auto there = Detect(testing::LaterBy(testing::Moved(kFrames, dx, dy), later));
  RC_ASSERT(kHere.size() == there.size());
  for (std::size_t i = 0; i < kHere.size(); ++i) {
    RC_ASSERT(std::abs(there[i].coarse_takeoff_s - kHere[i].coarse_takeoff_s - later) < 1e-6);
    RC_ASSERT(std::abs(there[i].coarse_landing_s - kHere[i].coarse_landing_s - later) < 1e-6);
    // One frame more where rounding decides when 0.3 s are over.
    const auto more = std::ssize(there[i].frames) - std::ssize(kHere[i].frames);
    RC_ASSERT(std::abs(more) <= 1);
  }
}

}  // namespace
}  // namespace plyo
