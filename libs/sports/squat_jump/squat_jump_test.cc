#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics/cue.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/figure_script.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"

namespace plyo::sports::squat_jump {

Sport Describe();

namespace {

using testing::Athlete;
using testing::ExpectEvent;
using testing::ExpectHolds;
using testing::FigureScript;
using testing::Filming;
using testing::HasFlag;
using testing::kFigureStature_m;
using testing::Outcome;
using testing::Poses;
using testing::ValueOf;

Outcome Analyze(const Poses& frames, const AthleteOptions& athlete = Athlete()) {
  return testing::Analyze(Describe(), frames, athlete, NoContactEvidence());
}

/// Standing, down into a squat, still for a while, perhaps a dip, up and away.
struct Squat {
  double depth_m = 0.33;
  double height_m = 0.3;
  double takeoff_m = 0.06;
  double hold_s = 1.2;
  double dip_m = 0;
  double dip_s = 0.3;
  double sink_m = 0;        ///< slowly, while the squat is held
  double standing_s = 1;    ///< before it; none: the recording begins in the squat
  double push_shape = 0.5;  ///< way over take-off speed and duration: evenly faster
  Filming filming = {};

  FigureScript Script() const {
    const double bottom = depth_m + sink_m + dip_m;
    const double velocity = std::sqrt(2 * kGravity * height_m);
    FigureScript script(kFigureStature_m, standing_s > 0 ? 0 : -depth_m);
    if (standing_s > 0) script.Hold(standing_s).MoveTo({-depth_m, 0, 0}, 0.9);
    script.MoveTo({-depth_m - sink_m, 0, 0}, hold_s);
    if (dip_m > 0) script.MoveTo({-bottom, 0, 6}, dip_s);
    script.MoveTo({takeoff_m, velocity, -kGravity}, (bottom + takeoff_m) / (push_shape * velocity))
        .Fly(takeoff_m - 0.02)
        .Absorb(-0.25)
        .MoveTo({}, 0.6)
        .Hold(1.2);
    return script;
  }
  Poses Film() const { return Script().Film(filming); }
  // Pieces: standing, down, hold, (dip), push, flight, landing.
  int HoldPiece() const { return standing_s > 0 ? 2 : 0; }
  int PushPiece() const { return HoldPiece() + (dip_m > 0 ? 2 : 1); }
  double HoldStart() const { return Script().BeginOf(HoldPiece()); }
  double Onset() const {
    const FigureScript script = Script();
    double t = script.BeginOf(HoldPiece() + 1);
    while (std::abs(script.At(t).com.acceleration) < 0.05 * kGravity) t += 1e-4;
    return t;
  }
  double PushStart() const { return dip_m > 0 ? Script().BeginOf(PushPiece()) : Onset(); }
  double Takeoff() const { return Script().BeginOf(PushPiece() + 1); }
  double Landing() const { return Script().BeginOf(PushPiece() + 2); }
};

void ExpectTruth(const Squat& squat) {
  const Outcome outcome = Analyze(squat.Film());
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  const Rep& rep = outcome.confirmed[0];
  ExpectEvent(rep, "hold_start", squat.HoldStart());
  ExpectEvent(rep, "push_start", squat.PushStart());
  ExpectEvent(rep, "takeoff", squat.Takeoff());
  ExpectEvent(rep, "landing", squat.Landing());
  ExpectHolds(rep, "jump_height", squat.height_m);
  ExpectHolds(rep, "flight_time", squat.Landing() - squat.Takeoff());
  ExpectHolds(rep, "concentric_duration", squat.Takeoff() - squat.PushStart());
  ExpectHolds(rep, "squat_hold_duration", squat.Onset() - squat.HoldStart());
  ExpectHolds(rep, "illegal_countermovement", squat.dip_m);
  ExpectHolds(rep, "com_rise", squat.takeoff_m + squat.height_m);
}

TEST(SquatJump, FiguresHoldTheTruthAtEveryFrameRateAndDepth) {
  for (const double fps : {30.0, 60.0, 120.0, 240.0}) {
    for (const double depth : {0.25, 0.33, 0.42}) {
      SCOPED_TRACE(fps);
      SCOPED_TRACE(depth);
      Squat squat;
      squat.depth_m = depth;
      squat.filming.fps = fps;
      squat.filming.noise_px = 0.3;
      ExpectTruth(squat);
    }
  }
}

TEST(SquatJump, ADipIsMeasuredAndAboveTwoCentimetresFlagged) {
  for (const double fps : {30.0, 60.0, 120.0}) {
    for (const double dip : {0.03, 0.05, 0.1}) {
      SCOPED_TRACE(fps);
      SCOPED_TRACE(dip);
      Squat squat;
      squat.dip_m = dip;
      squat.filming.fps = fps;
      squat.filming.noise_px = 0.3;
      ExpectTruth(squat);
      const Rep rep = Analyze(squat.Film()).confirmed.at(0);
      EXPECT_TRUE(HasFlag(rep.flags, flag::kIllegalCountermovement));
      EXPECT_LT(rep.FindEvent("movement_onset")->t_s, rep.FindEvent("push_start")->t_s);
    }
  }
}

TEST(SquatJump, ADipThatIsSurelyOneIsSaid) {
  const Sport sport = Describe();
  const auto said = [&](double dip_m) {
    Squat squat;
    squat.dip_m = dip_m;
    const Rep rep = Analyze(squat.Film()).confirmed.at(0);
    return std::ranges::any_of(CuesOf(rep, sport),
                               [](const Cue& cue) { return cue.rule->id == "dips_after_hold"; });
  };
  EXPECT_TRUE(said(0.05));
  EXPECT_FALSE(said(0.022)) << "flagged, but within the uncertainty";
  EXPECT_FALSE(said(0));
}

TEST(SquatJump, WithoutADipThePushBeginsTheMovement) {
  for (const double dip : {0.0, 0.012}) {
    Squat squat;
    squat.dip_m = dip;
    const Rep rep = Analyze(squat.Film()).confirmed.at(0);
    EXPECT_FALSE(HasFlag(rep.flags, flag::kIllegalCountermovement)) << dip;
    if (dip > 0) continue;
    EXPECT_EQ(rep.FindEvent("movement_onset")->t_s, rep.FindEvent("push_start")->t_s);
    EXPECT_LT(*ValueOf(rep, "illegal_countermovement"), 0.005);
  }
}

TEST(SquatJump, WhenASmallDipBeganIsUnsure) {
  for (const double dip : {0.008, 0.010, 0.012, 0.015, 0.020}) {
    SCOPED_TRACE(dip);
    Squat squat;
    squat.dip_m = dip;
    const Rep rep = Analyze(squat.Film()).confirmed.at(0);
    ExpectEvent(rep, "movement_onset", squat.Onset());
    ExpectHolds(rep, "squat_hold_duration", squat.Onset() - squat.HoldStart());
  }
}

TEST(SquatJump, WhereADipMayHideInAGapNothingIsToldOfIt) {
  Squat squat;
  squat.dip_m = 0.04;
  const double begin_s = squat.Onset() - 0.02;
  const Outcome outcome =
      Analyze(testing::Without(squat.Film(), begin_s, squat.PushStart() + 0.02));
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  const Metric& dip = *outcome.confirmed[0].FindMetric("illegal_countermovement");
  EXPECT_FALSE(dip.value);
  EXPECT_EQ(dip.reason, reason::kGap);
}

TEST(SquatJump, SlowlySinkingIsNoDip) {
  Squat squat;
  squat.sink_m = 0.04;
  squat.hold_s = 2.5;
  const Outcome outcome = Analyze(squat.Film());
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  EXPECT_FALSE(HasFlag(outcome.confirmed[0].flags, flag::kIllegalCountermovement));
  ExpectEvent(outcome.confirmed[0], "push_start", squat.PushStart());
}

TEST(SquatJump, ARecordingMayBeginInTheSquat) {
  Squat squat;
  squat.standing_s = 0;
  const Outcome outcome = Analyze(squat.Film());
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  const Rep& rep = outcome.confirmed[0];
  EXPECT_TRUE(HasFlag(rep.flags, flag::kNoQuietStanding));
  EXPECT_EQ(rep.FindEvent("hold_start"), nullptr);
  EXPECT_EQ(rep.FindMetric("squat_hold_duration")->reason, reason::kEventMissing);
  ExpectHolds(rep, "jump_height", squat.height_m);
  ExpectHolds(rep, "concentric_duration", squat.Takeoff() - squat.PushStart());
}

TEST(SquatJump, EventsAreInOrderAndPhasesMeet) {
  for (const double dip : {0.0, 0.05}) {
    Squat squat;
    squat.dip_m = dip;
    const Outcome outcome = Analyze(squat.Film());
    ASSERT_EQ(outcome.confirmed.size(), 1U);
    const Rep& rep = outcome.confirmed[0];
    EXPECT_TRUE(std::ranges::is_sorted(rep.events, {}, &Event::t_s));
    const auto phase = [&rep](std::string_view id) {
      return *std::ranges::find(rep.phases, id, &Phase::id);
    };
    EXPECT_EQ(phase("hold").end_s, rep.FindEvent("movement_onset")->t_s);
    EXPECT_EQ(phase("concentric").begin_s, rep.FindEvent("push_start")->t_s);
    EXPECT_EQ(phase("concentric").end_s, phase("flight").begin_s);
    EXPECT_EQ(phase("flight").end_s, phase("absorption").begin_s);
  }
}

TEST(SquatJump, SeveralInARecordingAreCounted) {
  FigureScript script(kFigureStature_m);
  const double velocity = std::sqrt(2 * kGravity * 0.25);
  script.Hold(1);
  for (int i = 0; i < 3; ++i) {
    script.MoveTo({-0.3, 0, 0}, 0.8)
        .Hold(1)
        .MoveTo({0.06, velocity, -kGravity}, 0.36 / (0.5 * velocity))
        .Fly(0.05)
        .Absorb(-0.2)
        .MoveTo({}, 0.6)
        .Hold(1);
  }
  const Outcome outcome = Analyze(script.Film({}));
  ASSERT_EQ(outcome.confirmed.size(), 3U);
  for (const Rep& rep : outcome.confirmed) ExpectHolds(rep, "jump_height", 0.25);
}

TEST(SquatJump, NothingElseIsOne) {
  const Filming filming;
  for (const double eccentric : {0.45, 0.8}) {
    testing::SyntheticJump jump;
    jump.eccentric_s = eccentric;
    EXPECT_TRUE(Analyze(Render(jump)).reps.empty()) << eccentric;
  }
  EXPECT_TRUE(Analyze(testing::Slowed(Render(testing::SyntheticJump()), 8)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderDropJump(0.3, 0.3, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderStepDown(0.3, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderSquats(0.4, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderHops(5, 0.2, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderStanding(3, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderWalking(4, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderRunning(4, filming)).reps.empty());
  EXPECT_TRUE(Analyze({}).reps.empty());
}

TEST(SquatJump, PlaceTimeAndMirrorDoNotMatter) {
  Squat squat;
  squat.filming.image_width = 4000;
  squat.filming.image_height = 3000;
  const Poses frames = squat.Film();
  const Rep here = Analyze(frames).confirmed.at(0);
  for (const Poses& other : {testing::Moved(frames, 900, 700), testing::LaterBy(frames, 1000),
                             testing::Enlarged(frames, 2), testing::Mirrored(frames)}) {
    const Outcome outcome = Analyze(other);
    ASSERT_EQ(outcome.confirmed.size(), 1U);
    for (const char* id :
         {"jump_height", "concentric_duration", "squat_hold_duration", "illegal_countermovement"}) {
      const Metric& metric = *here.FindMetric(id);
      EXPECT_NEAR(*ValueOf(outcome.confirmed[0], id), *metric.value, 0.05 * *metric.u) << id;
    }
  }
}

TEST(SquatJump, IsShownSoonAndConfirmedOnce) {
  const Outcome outcome = Analyze(Squat().Film());
  ASSERT_EQ(outcome.provisional.size(), 1U);
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  EXPECT_EQ(outcome.provisional[0].index, outcome.confirmed[0].index);
}

}  // namespace
}  // namespace plyo::sports::squat_jump
