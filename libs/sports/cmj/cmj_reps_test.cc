#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/figure_script.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"

// Which repetitions are found, when, and that nothing is found where nobody jumps.
namespace plyo::sports::cmj {

Sport Describe();

namespace {

using testing::Filming;
using testing::HasFlag;
using testing::Outcome;
using testing::Poses;
using testing::SyntheticJump;
using testing::SyntheticTruth;
using testing::TimeOf;
using testing::ValueOf;

Outcome Analyze(const std::vector<PoseFrame>& frames, const AthleteOptions& athlete = {},
                const ContactEvidence& evidence = NoContactEvidence()) {
  return testing::Analyze(Describe(), frames, athlete, evidence);
}

AthleteOptions AthleteOf(const SyntheticJump& jump) {
  AthleteOptions athlete;
  athlete.height_m = jump.stature_m;
  return athlete;
}

TEST(CmjReps, WhatTheAthleteDoesAndHowHighHeIsAreToldAtOnce) {
  for (const double fps : {30.0, 120.0}) {
    SyntheticJump jump;
    jump.filming.fps = fps;
    jump.filming.noise_px = 0.5;
    const SyntheticTruth truth = TruthOf(jump)[0];
    const auto analyzer = Describe().make_analyzer(AthleteOf(jump));
    std::vector<std::string> phases;
    std::vector<Metric> rises;
    std::optional<Rep> rep;
    for (const PoseFrame& frame : Render(jump)) {
      Step step = analyzer->Push(frame, NoContactEvidence());
      if (step.phase && !step.phase->empty()) phases.push_back(*step.phase);
      for (Metric& rise : step.figures) {
        EXPECT_EQ(rise.id, "com_rise");
        EXPECT_GT(rise.begin_s, truth.takeoff_s);
        EXPECT_LT(rise.begin_s, truth.landing_s);
        EXPECT_GT(*rise.value, rises.empty() ? 0 : *rises.back().value);
        rises.push_back(std::move(rise));
      }
      for (Rep& one : step.reps) rep = std::move(one);
    }
    const std::vector<std::string> expected{"standing", "eccentric",  "concentric",
                                            "flight",   "absorption", "standing"};
    phases.erase(std::unique(phases.begin(), phases.end()), phases.end());
    EXPECT_EQ(phases, expected) << fps;
    ASSERT_TRUE(rep && !rises.empty());
    EXPECT_NEAR(*rises.back().value, ValueOf(*rep, "com_rise").value(), 2 * *rises.back().u);
  }
}

TEST(CmjReps, WithoutAHeightNoRiseIsTold) {
  const auto analyzer = Describe().make_analyzer({});
  for (const PoseFrame& frame : Render(SyntheticJump())) {
    EXPECT_TRUE(analyzer->Push(frame, NoContactEvidence()).figures.empty());
  }
}

TEST(CmjReps, AreShownSoonAndConfirmedOnceWithTheSameIndex) {
  SyntheticJump jump;
  jump.repetitions = 3;
  jump.filming.noise_px = 0.5;
  const auto truth = TruthOf(jump);
  const auto analyzer = Describe().make_analyzer(AthleteOf(jump));
  int confirmed = 0;
  int provisional = 0;
  for (const PoseFrame& frame : Render(jump)) {
    const Step step = analyzer->Push(frame, NoContactEvidence());
    for (const Rep& rep : step.reps) {
      const SyntheticTruth& meant = truth.at(static_cast<std::size_t>(rep.index) - 1);
      EXPECT_NEAR(TimeOf(rep, "takeoff").value(), meant.takeoff_s, 0.03);
      const double since_landing = frame.t.Seconds() - meant.landing_s;
      if (rep.status == RepStatus::kProvisional) {
        EXPECT_EQ(rep.index, ++provisional);
        EXPECT_EQ(confirmed, rep.index - 1);
        EXPECT_LT(since_landing, 0.4);
        EXPECT_TRUE(step.events.empty()) << "events are given once, when they are final";
      } else {
        EXPECT_EQ(rep.index, ++confirmed);
        EXPECT_EQ(provisional, rep.index);
        EXPECT_LT(since_landing, Describe().latency_s + 0.1);
        EXPECT_EQ(step.events, rep.events);
      }
    }
  }
  EXPECT_TRUE(analyzer->Finish(NoContactEvidence()).reps.empty());
  EXPECT_EQ(confirmed, 3);
  EXPECT_EQ(provisional, 3);
}

TEST(CmjReps, RepeatedJumpsHaveEqualFigures) {
  SyntheticJump jump;
  jump.repetitions = 3;
  jump.filming.noise_px = 0.6;
  const Outcome outcome = Analyze(Render(jump), AthleteOf(jump));
  ASSERT_EQ(outcome.confirmed.size(), 3U);
  for (const Metric& first : outcome.confirmed[0].metrics) {
    for (const Rep& other : outcome.confirmed) {
      const Metric& metric = *other.FindMetric(first.id);
      ASSERT_EQ(metric.value.has_value(), first.value.has_value()) << first.id;
      if (!first.value) continue;
      EXPECT_NEAR(*metric.value, *first.value, 2 * std::hypot(*metric.u, *first.u)) << first.id;
    }
  }
  for (const Summary& summary : outcome.summary) {
    EXPECT_EQ(summary.n, 3) << summary.id;
    EXPECT_LE(*summary.sd, 2 * *summary.u) << summary.id;
  }
  ASSERT_FALSE(outcome.summary.empty());
  EXPECT_EQ(outcome.summary.front().id, "jump_height");
  EXPECT_GE(*outcome.summary.front().best, *outcome.summary.front().mean);
}

TEST(CmjReps, OfDifferentHeightsKeepTheirOwn) {
  testing::FigureScript script(1.75);
  script.Hold(1).Jump(0.25, 0.2).Hold(1).Jump(0.35, 0.4).Hold(1);
  const Outcome outcome = Analyze(script.Film({}), AthleteOf({}));
  ASSERT_EQ(outcome.confirmed.size(), 2U);
  const double heights[] = {0.2, 0.4};
  for (std::size_t i = 0; i < 2; ++i) {
    const Rep& rep = outcome.confirmed[i];
    EXPECT_NEAR(*ValueOf(rep, "jump_height"), heights[i], 2 * *rep.FindMetric("jump_height")->u);
    EXPECT_EQ(rep.index, static_cast<int>(i) + 1);
  }
}

TEST(CmjReps, AreNotCountedTwiceByAReboundAfterIt) {
  const auto frames = testing::FigureScript(1.75)
                          .Hold(1)
                          .Jump(0.3, 0.35)
                          .Hold(0.02)
                          .MoveTo({-0.1, 0, 9}, 0.15)
                          .Push(0.065, 1.5)
                          .Fly(0.045)
                          .Absorb(-0.2)
                          .MoveTo({}, 0.6)
                          .Hold(1)
                          .Film({});
  const Outcome outcome = Analyze(frames, AthleteOf({}));
  ASSERT_GE(outcome.confirmed.size(), 1U);
  EXPECT_NEAR(*ValueOf(outcome.confirmed[0], "jump_height"), 0.35, 0.03);
  for (std::size_t i = 0; i < outcome.confirmed.size(); ++i)
    EXPECT_EQ(outcome.confirmed[i].index, static_cast<int>(i) + 1);
}

void ExpectNothing(const Poses& frames, const char* what) {
  for (const bool stature_known : {true, false}) {
    AthleteOptions athlete;
    if (stature_known) athlete.height_m = testing::kFigureStature_m;
    const Outcome outcome = Analyze(frames, athlete);
    EXPECT_TRUE(outcome.reps.empty()) << what << " with " << outcome.reps.size();
    EXPECT_TRUE(outcome.events.empty()) << what;
    EXPECT_TRUE(outcome.summary.empty()) << what;
  }
}

class NoJump : public ::testing::TestWithParam<double> {
 protected:
  Filming Film(double azimuth = 90) const {
    Filming filming;
    filming.fps = GetParam();
    filming.azimuth_deg = azimuth;
    filming.noise_px = 0.4;
    return filming;
  }
};

TEST_P(NoJump, Standing) { ExpectNothing(testing::RenderStanding(4, Film()), "standing"); }
TEST_P(NoJump, Squats) {
  ExpectNothing(testing::RenderSquats(0.5, Film()), "deep squats");
  ExpectNothing(testing::RenderSquats(0.2, Film(45)), "half squats, from 45 degrees");
}
TEST_P(NoJump, CalfRaises) { ExpectNothing(testing::RenderCalfRaises(Film()), "calf raises"); }
TEST_P(NoJump, Walking) {
  Filming filming = Film();
  filming.image_width = 1600;
  filming.x_px = 100;
  ExpectNothing(testing::RenderWalking(4, filming), "walking");
}
TEST_P(NoJump, Running) {
  Filming filming = Film();
  filming.image_width = 3000;
  filming.x_px = 100;
  ExpectNothing(testing::RenderRunning(3, filming), "running");
}
TEST_P(NoJump, Hopping) {
  for (const double height : {0.12, 0.2, 0.3})
    ExpectNothing(testing::RenderHops(7, height, Film()), "hopping");
}
TEST_P(NoJump, DownFromABox) {
  for (const double box : {0.2, 0.3, 0.5}) {
    ExpectNothing(testing::RenderStepDown(box, Film()), "stepping down");
    ExpectNothing(testing::RenderDropJump(box, 0.3, Film()), "drop jump");
  }
}
TEST_P(NoJump, OntoABox) {
  for (const double box : {0.2, 0.4})
    ExpectNothing(testing::RenderBoxJump(box, box + 0.25, Film()), "onto a box");
}
TEST_P(NoJump, FromAHeldSquat) {
  ExpectNothing(testing::RenderSquatJump(0.3, Film()), "squat jump");
  ExpectNothing(testing::FigureScript(1.75, -0.33)
                    .Hold(1.5)
                    .Push(0.065, 2.4)
                    .Fly(0.045)
                    .Absorb(-0.25)
                    .MoveTo({}, 0.6)
                    .Hold(1)
                    .Film(Film()),
                "squat jump without standing");
}

INSTANTIATE_TEST_SUITE_P(FrameRates, NoJump, ::testing::Values(30, 60, 120));

TEST(CmjReps, NeedFrames) {
  ExpectNothing({}, "no frame");
  ExpectNothing(testing::Between(Render(SyntheticJump{}), 0, 0.02), "one frame");
}

TEST(CmjReps, AFileThatEndsInTheAirHasNone) {
  const SyntheticJump jump;
  const double landing = TruthOf(jump)[0].landing_s;
  ExpectNothing(testing::Between(Render(jump), 0, landing - 0.08), "cut in the air");
}

TEST(CmjReps, AFileThatEndsAtLandingHasOneAndSaysSo) {
  const SyntheticJump jump;
  const double landing = TruthOf(jump)[0].landing_s;
  for (const double after : {0.12, 0.3}) {
    const Outcome outcome =
        Analyze(testing::Between(Render(jump), 0, landing + after), AthleteOf(jump));
    ASSERT_EQ(outcome.confirmed.size(), 1U) << after;
    const Rep& rep = outcome.confirmed.front();
    EXPECT_TRUE(HasFlag(rep.flags, flag::kFallsShort)) << after;
    EXPECT_NEAR(*ValueOf(rep, "jump_height"), jump.height_m,
                2.5 * *rep.FindMetric("jump_height")->u);
    EXPECT_EQ(rep.FindEvent("stand_again"), nullptr);
  }
}

TEST(CmjReps, AFileThatBeginsInTheMovementHasOneWithoutAnOnset) {
  const SyntheticJump jump;
  const SyntheticTruth truth = TruthOf(jump)[0];
  const Outcome outcome =
      Analyze(testing::Between(Render(jump), truth.onset_s + 0.15, 99), AthleteOf(jump));
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  const Rep& rep = outcome.confirmed.front();
  EXPECT_TRUE(HasFlag(rep.flags, flag::kNoQuietStanding));
  EXPECT_EQ(rep.FindEvent("movement_onset"), nullptr);
  for (const char* id : {"eccentric_duration", "time_to_takeoff", "rsi_mod"})
    EXPECT_EQ(rep.FindMetric(id)->reason, reason::kEventMissing) << id;
  EXPECT_NEAR(*ValueOf(rep, "jump_height"), jump.height_m, 2 * *rep.FindMetric("jump_height")->u);
  EXPECT_TRUE(HasFlag(rep.FindMetric("com_rise")->flags, flag::kNoQuietStanding));
}

TEST(CmjReps, AGapInFlightIsFlaggedAndBridgedByPhysics) {
  const SyntheticJump jump;
  const SyntheticTruth truth = TruthOf(jump)[0];
  for (const auto& [from, to] : {std::pair{-0.1, 0.1}, std::pair{-0.15, 0.02}}) {
    const auto frames = testing::Without(Render(jump), truth.apex_s + from, truth.apex_s + to);
    const Outcome outcome = Analyze(frames, AthleteOf(jump));
    ASSERT_EQ(outcome.confirmed.size(), 1U);
    const Rep& rep = outcome.confirmed.front();
    EXPECT_TRUE(HasFlag(rep.flags, flag::kGap));
    EXPECT_NEAR(*ValueOf(rep, "jump_height"), jump.height_m, 2 * *rep.FindMetric("jump_height")->u);
  }
}

TEST(CmjReps, WhoRisesBeforeHeGoesDownIsMeasuredFromStanding) {
  const double velocity = std::sqrt(2 * kGravity * 0.35);
  for (const auto& [rise_m, rise_s] :
       {std::pair{0.03, 0.4}, {0.05, 0.4}, {0.08, 0.4}, {0.05, 0.8}, {0.08, 0.8}}) {
    testing::FigureScript script(1.75);
    script.Hold(1)
        .MoveTo({rise_m, 0, 0}, rise_s)
        .MoveTo({-0.3, 0, testing::FigureScript::PushBegin(0.365, velocity)}, 0.55)
        .Push(0.065, velocity)
        .Fly(0.045)
        .Absorb(-0.25)
        .MoveTo({}, 0.6)
        .Hold(1);
    double onset = 1;
    while (std::abs(script.At(onset).com.acceleration) < 0.05 * kGravity) onset += 1e-3;
    const Outcome outcome = Analyze(script.Film({}), testing::Athlete());
    ASSERT_EQ(outcome.confirmed.size(), 1U);
    const Rep& rep = outcome.confirmed[0];
    SCOPED_TRACE(rise_m);
    EXPECT_NEAR(*ValueOf(rep, "countermovement_depth"), 0.30, 0.005);
    EXPECT_NEAR(*ValueOf(rep, "com_rise"), 0.415, 0.005);
    const Event& event = *rep.FindEvent("movement_onset");
    EXPECT_NEAR(event.t_s, onset, 3 * event.u_s) << rise_s;
    EXPECT_NEAR(event.t_s, onset, 0.1) << rise_s;
  }
}

TEST(CmjReps, WhatFallsIntoAGapIsUnsureOrNotTold) {
  const SyntheticJump jump;
  const SyntheticTruth truth = TruthOf(jump)[0];
  const Poses all = Render(jump);
  for (const double gap : {0.1, 0.2, 0.3}) {
    int held = 0, events = 0;
    for (const auto& [id, at] : {std::pair{"lowest_point", truth.lowest_s},
                                 {"movement_onset", truth.onset_s},
                                 {"peak_downward_velocity", truth.peak_downward_velocity_s}}) {
      for (double from = at - gap + 0.01; from < at; from += gap / 8) {
        const Outcome outcome = Analyze(testing::Without(all, from, from + gap), AthleteOf(jump));
        ASSERT_EQ(outcome.confirmed.size(), 1U);
        const Rep& rep = outcome.confirmed[0];
        if (const Event* event = rep.FindEvent(id)) {
          ++events;
          held += std::abs(event->t_s - at) <= 1.96 * event->u_s ? 1 : 0;
        }
        if (const auto depth = ValueOf(rep, "countermovement_depth")) {
          EXPECT_NEAR(*depth, jump.depth_m, 1.96 * *rep.FindMetric("countermovement_depth")->u);
        }
      }
    }
    EXPECT_GE(held, events * 9 / 10) << gap;
    const Outcome blind =
        Analyze(testing::Without(all, truth.takeoff_s - gap, truth.takeoff_s), AthleteOf(jump));
    ASSERT_EQ(blind.confirmed.size(), 1U);
    EXPECT_EQ(blind.confirmed[0].FindMetric("peak_concentric_velocity")->reason, reason::kGap);
  }
}

TEST(CmjReps, WhoLeavesThePictureAtTheTopIsFlagged) {
  SyntheticJump jump;
  jump.filming.image_height = 640;
  jump.filming.floor_y_px = 490;  // standing fits, the apex does not
  const Outcome outcome = Analyze(testing::SqueezedIntoPicture(Render(jump)), AthleteOf(jump));
  ASSERT_EQ(outcome.confirmed.size(), 1U);
  EXPECT_TRUE(HasFlag(outcome.confirmed[0].flags, flag::kLeavesPicture));
  const Outcome inside = Analyze(Render(SyntheticJump{}), AthleteOf(jump));
  EXPECT_FALSE(HasFlag(inside.confirmed.at(0).flags, flag::kLeavesPicture));
}

}  // namespace
}  // namespace plyo::sports::cmj
