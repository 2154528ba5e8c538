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

namespace plyo::sports::drop_jump {

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
using testing::TimeOf;
using testing::ValueOf;

Outcome Analyze(const Poses& frames, const AthleteOptions& athlete = Athlete()) {
  return testing::Analyze(Describe(), frames, athlete, NoContactEvidence());
}

constexpr double kBox_m = 0.3;
constexpr double kHeight_m = 0.3;

/// On a box, off it, on the ground for a while, up again.
struct Drop {
  double box_m = kBox_m;
  double height_m = kHeight_m;
  double takeoff_m = 0.06;
  double dip_m = 0.15;
  double standing_s = 1.2;
  double stop_s = 0;  ///< at the lowest point
  Filming filming = {};

  FigureScript Script() const {
    FigureScript script(kFigureStature_m, 0, box_m);
    script.Hold(standing_s).Fly(0.02, 0.001, box_m, 0.45).Absorb(-dip_m);
    if (stop_s > 0) script.Hold(stop_s);
    script.Push(takeoff_m, std::sqrt(2 * kGravity * height_m))
        .Fly(takeoff_m - 0.02)
        .Absorb(-0.25)
        .MoveTo({}, 0.6)
        .Hold(1.2);
    return script;
  }
  Poses Film() const { return Script().Film(filming); }
  // Pieces: standing, fall, absorption, (stop), push, flight, landing.
  double LeftBox() const { return Script().BeginOf(1) + filming.begin_s; }
  double Contact() const { return Script().BeginOf(2) + filming.begin_s; }
  double Lowest() const { return Script().BeginOf(stop_s > 0 ? 4 : 3) + filming.begin_s; }
  double Takeoff() const { return Script().BeginOf(stop_s > 0 ? 5 : 4) + filming.begin_s; }
  double Landing() const { return Script().BeginOf(stop_s > 0 ? 6 : 5) + filming.begin_s; }
};

TEST(DropJump, FiguresHoldTheTruthAtEveryFrameRateAndBox) {
  for (const double fps : {30.0, 60.0, 120.0, 240.0}) {
    for (const double box : {0.2, 0.3, 0.45}) {
      SCOPED_TRACE(fps);
      SCOPED_TRACE(box);
      Drop drop;
      drop.box_m = box;
      drop.filming.fps = fps;
      drop.filming.noise_px = 0.3;
      const Outcome outcome = Analyze(drop.Film());
      ASSERT_EQ(outcome.confirmed.size(), 1U);
      const Rep& rep = outcome.confirmed[0];
      ExpectEvent(rep, "contact", drop.Contact());
      ExpectEvent(rep, "takeoff", drop.Takeoff());
      ExpectEvent(rep, "landing", drop.Landing());
      ExpectEvent(rep, "step_off", drop.LeftBox());
      const double contact = drop.Takeoff() - drop.Contact();
      const double flight = drop.Landing() - drop.Takeoff();
      ExpectHolds(rep, "contact_time", contact);
      ExpectHolds(rep, "jump_height", drop.height_m);
      ExpectHolds(rep, "flight_time", flight);
      ExpectHolds(rep, "rsi", drop.height_m / contact);
      ExpectHolds(rep, "rsr", flight / contact);
      ExpectHolds(rep, "box_height", box);
      ExpectHolds(rep, "com_rise", drop.takeoff_m + drop.height_m);
    }
  }
}

TEST(DropJump, AContactTooLongForAFastReboundIsSaid) {
  const Sport sport = Describe();
  const auto said = [&](const Drop& drop) {
    const Rep rep = Analyze(drop.Film()).confirmed.at(0);
    return std::ranges::any_of(CuesOf(rep, sport),
                               [](const Cue& cue) { return cue.rule->id == "long_contact"; });
  };
  Drop drop;
  drop.dip_m = 0.06;
  ASSERT_LT(drop.Takeoff() - drop.Contact(), 0.25);
  EXPECT_FALSE(said(drop));
  drop.stop_s = 0.255 - (drop.Takeoff() - drop.Contact());
  EXPECT_FALSE(said(drop)) << "5 ms too long are within the uncertainty";
  drop.stop_s += 0.1;
  EXPECT_TRUE(said(drop));
}

TEST(DropJump, EventsAreInOrderAndPhasesMeet) {
  const Outcome outcome = Analyze(Drop().Film());
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  const Rep& rep = outcome.confirmed[0];
  EXPECT_TRUE(std::ranges::is_sorted(rep.events, {}, &Event::t_s));
  const auto phase = [&rep](std::string_view id) {
    return *std::ranges::find(rep.phases, id, &Phase::id);
  };
  EXPECT_EQ(phase("box").end_s, phase("drop").begin_s);
  EXPECT_EQ(phase("drop").end_s, phase("ground_contact").begin_s);
  EXPECT_EQ(phase("ground_contact").end_s, phase("flight").begin_s);
  EXPECT_EQ(phase("eccentric").end_s, phase("concentric").begin_s);
  EXPECT_EQ(phase("flight").end_s, phase("absorption").begin_s);
}

TEST(DropJump, TheBoxIsARulerWhereNoStatureIsGiven) {
  AthleteOptions athlete = Athlete(std::nullopt);
  athlete.parameters["box_height_m"] = kBox_m;
  const Outcome outcome = Analyze(Drop().Film(), athlete);
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  const Rep& rep = outcome.confirmed[0];
  EXPECT_EQ(rep.scale.method, "box");
  EXPECT_EQ(ValueOf(rep, "box_height"), kBox_m);
  ExpectHolds(rep, "jump_height", kHeight_m);
  EXPECT_FALSE(HasFlag(rep.flags, flag::kScaleConflict));
}

TEST(DropJump, ABoxThatContradictsTheStatureIsFlagged) {
  AthleteOptions athlete = Athlete();
  athlete.parameters["box_height_m"] = 0.45;
  const Outcome outcome = Analyze(Drop().Film(), athlete);
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  EXPECT_TRUE(HasFlag(outcome.confirmed[0].flags, flag::kScaleConflict));
  EXPECT_EQ(outcome.confirmed[0].scale.method, "stature");
}

TEST(DropJump, AStopOnTheGroundIsNoRebound) {
  Drop drop;
  drop.stop_s = 0.4;
  const Outcome outcome = Analyze(drop.Film());
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  EXPECT_TRUE(HasFlag(outcome.confirmed[0].flags, flag::kNoRebound));
  // Slow, and measured right.
  EXPECT_GT(*outcome.confirmed[0].FindMetric("contact_time")->value, 0.6);
  for (const Metric& metric : outcome.confirmed[0].metrics)
    EXPECT_FALSE(HasFlag(metric.flags, flag::kImplausible)) << metric.id;
  EXPECT_FALSE(HasFlag(Analyze(Drop().Film()).confirmed[0].flags, flag::kNoRebound));
  drop.stop_s = 1.5;
  EXPECT_TRUE(Analyze(drop.Film()).confirmed.empty());
}

TEST(DropJump, NothingElseIsOne) {
  const Filming filming;
  EXPECT_TRUE(Analyze(Render(testing::SyntheticJump())).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderStepDown(kBox_m, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderBoxJump(kBox_m, 0.4, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderSquatJump(0.3, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderHops(5, 0.2, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderStanding(3, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderWalking(4, filming)).reps.empty());
  EXPECT_TRUE(Analyze(testing::RenderRunning(4, filming)).reps.empty());
  EXPECT_TRUE(Analyze({}).reps.empty());
}

TEST(DropJump, StiffnessNeedsTheMass) {
  AthleteOptions athlete = Athlete();
  EXPECT_EQ(Analyze(Drop().Film(), athlete).confirmed.at(0).FindMetric("leg_stiffness")->reason,
            "mass_not_given");
  athlete.mass_kg = 75;
  const Drop drop;
  const Rep rep = Analyze(drop.Film(), athlete).confirmed.at(0);
  const double contact = drop.Takeoff() - drop.Contact();
  const double both = drop.Landing() - drop.Contact();
  ExpectHolds(rep, "leg_stiffness",
              75 * M_PI * both / (contact * contact * (both / M_PI - contact / 4)));
  EXPECT_TRUE(HasFlag(rep.FindMetric("leg_stiffness")->flags, flag::kDalleau2004));
}

TEST(DropJump, PlaceTimeAndMirrorDoNotMatter) {
  Drop drop;
  drop.filming.image_width = 4000;
  drop.filming.image_height = 3000;
  const Poses frames = drop.Film();
  const Rep here = Analyze(frames).confirmed.at(0);
  for (const Poses& other : {testing::Moved(frames, 900, 700), testing::LaterBy(frames, 1000),
                             testing::Enlarged(frames, 2), testing::Mirrored(frames)}) {
    const Outcome outcome = Analyze(other);
    ASSERT_EQ(outcome.confirmed.size(), 1U);
    for (const char* id : {"contact_time", "jump_height", "rsi", "drop_height", "box_height"}) {
      const Metric& metric = *here.FindMetric(id);
      EXPECT_NEAR(*ValueOf(outcome.confirmed[0], id), *metric.value, 0.05 * *metric.u) << id;
    }
  }
}

TEST(DropJump, IsShownSoonAndConfirmedOnce) {
  const Outcome outcome = Analyze(Drop().Film());
  ASSERT_EQ(outcome.provisional.size(), 1U);
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  EXPECT_EQ(outcome.provisional[0].index, outcome.confirmed[0].index);
  ASSERT_FALSE(outcome.summary.empty());
  EXPECT_EQ(outcome.summary.front().id, "contact_time");
}

}  // namespace
}  // namespace plyo::sports::drop_jump
