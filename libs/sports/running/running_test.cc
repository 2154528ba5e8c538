#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/side_swaps.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_movements.h"
#include "plyo/kinematics_testing/synthetic_run.h"

namespace plyo::sports::running {
Sport Describe();

namespace {

using testing::Athlete;
using testing::Filming;
using testing::HasFlag;
using testing::Outcome;
using testing::Poses;
using testing::StepsOf;
using testing::SyntheticRun;
using testing::SyntheticStep;
using testing::TimeOf;
using testing::ValueOf;

AthleteOptions OnBelt(double speed_m_s, double height_m = 1.75) {
  AthleteOptions athlete = Athlete(height_m);
  athlete.pose_model = "blazepose_heavy";
  athlete.parameters["belt_speed_m_s"] = speed_m_s;
  return athlete;
}

Outcome Measure(const Poses& poses, const AthleteOptions& athlete = Athlete()) {
  return testing::Analyze(Describe(), poses, athlete, NoContactEvidence());
}

std::string Contact(Side side) {
  return side == Side::kLeft ? "left_foot_contact" : "right_foot_contact";
}
std::string ToeOff(Side side) { return side == Side::kLeft ? "left_toe_off" : "right_toe_off"; }

/// The confirmed step that begins nearest to the instant.
const Rep* NearestTo(const Outcome& outcome, const SyntheticStep& truth) {
  const Rep* best = nullptr;
  double least = 0.1;
  for (const Rep& step : outcome.confirmed) {
    const auto t = TimeOf(step, Contact(truth.side));
    if (!t || std::abs(*t - truth.contact_s) > least) continue;
    least = std::abs(*t - truth.contact_s);
    best = &step;
  }
  return best;
}

const Summary* SummaryOf(const Outcome& outcome, std::string_view id) {
  const auto at = std::ranges::find(outcome.summary, id, &Summary::id);
  return at == outcome.summary.end() ? nullptr : &*at;
}

struct Runner {
  const char* name;
  double speed_m_s, cadence, contact_s, strike_deg, fps;
};

class OfRunner : public ::testing::TestWithParam<Runner> {};

SyntheticRun RunOf(const Runner& runner) {
  SyntheticRun run{.speed_m_s = runner.speed_m_s,
                   .cadence = runner.cadence,
                   .contact_s = runner.contact_s,
                   .strike_deg = runner.strike_deg};
  run.filming.fps = runner.fps;
  return run;
}

TEST_P(OfRunner, EveryStepIsFoundAndNoOther) {
  const SyntheticRun run = RunOf(GetParam());
  const Outcome outcome = Measure(Render(run));
  std::vector<SyntheticStep> inside;
  for (const SyntheticStep& truth : StepsOf(run)) {
    if (truth.contact_s > 0.1 && truth.contact_s < run.duration_s - 0.12) inside.push_back(truth);
  }
  for (const SyntheticStep& truth : inside) {
    const Rep* step = NearestTo(outcome, truth);
    ASSERT_NE(step, nullptr) << truth.contact_s;
    EXPECT_NEAR(*TimeOf(*step, Contact(truth.side)), truth.contact_s, 0.016);
    if (truth.toe_off_s > run.duration_s - 0.12) continue;
    ASSERT_TRUE(TimeOf(*step, ToeOff(truth.side)));
    EXPECT_NEAR(*TimeOf(*step, ToeOff(truth.side)), truth.toe_off_s, 0.016);
  }
  EXPECT_LE(outcome.confirmed.size(), StepsOf(run).size() + 1);
  EXPECT_GE(outcome.confirmed.size(), inside.size());
}

TEST_P(OfRunner, CadenceAndBounceHoldTheTruth) {
  const SyntheticRun run = RunOf(GetParam());
  const Outcome outcome = Measure(Render(run), OnBelt(run.speed_m_s));
  const Summary* cadence = SummaryOf(outcome, "cadence");
  ASSERT_NE(cadence, nullptr);
  EXPECT_NEAR(*cadence->mean, run.cadence, 0.5);
  EXPECT_FALSE(cadence->left || cadence->right || cadence->sd) << "of both feet";
  EXPECT_NEAR(*SummaryOf(outcome, "vertical_oscillation")->mean, VerticalOscillationOf(run), 0.006);
  EXPECT_NEAR(*SummaryOf(outcome, "stride_length")->mean, run.speed_m_s * 120 / run.cadence, 0.02);
  EXPECT_NEAR(*SummaryOf(outcome, "contact_time")->mean, run.contact_s, 0.015);
  double most_u = 0;
  for (const Rep& step : outcome.confirmed) {
    most_u = std::max(most_u, step.FindMetric("contact_time")->u.value_or(0));
  }
  EXPECT_LT(*SummaryOf(outcome, "contact_time")->u, 0.8 * most_u) << "of both feet";
  EXPECT_NEAR(*SummaryOf(outcome, "flight_time")->mean, 60 / run.cadence - run.contact_s, 0.015);
  EXPECT_NEAR(*SummaryOf(outcome, "foot_strike_angle")->mean, run.strike_deg, 4);
}

INSTANTIATE_TEST_SUITE_P(Running, OfRunner,
                         ::testing::Values(Runner{"slow_heel_60", 2.6, 162, 0.28, 14, 60},
                                           Runner{"heel_60", 3.3, 168, 0.25, 12, 60},
                                           Runner{"heel_120", 3.3, 168, 0.25, 12, 120},
                                           Runner{"heel_240", 3.3, 168, 0.25, 12, 240},
                                           Runner{"mid_60", 4.0, 178, 0.215, 0, 60},
                                           Runner{"fast_120", 5.0, 192, 0.18, 8, 120}),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(Running, ContactTimeIsToldBySide) {
  SyntheticRun run{.longer_right_s = 0.03};
  run.filming.fps = 120;
  const Outcome outcome = Measure(Render(run));
  const Summary* contact = SummaryOf(outcome, "contact_time");
  ASSERT_NE(contact, nullptr);
  EXPECT_NEAR(*contact->right - *contact->left, 0.03, 0.01);
  const Summary* asymmetry = SummaryOf(outcome, "asymmetry_contact_time");
  ASSERT_NE(asymmetry, nullptr);
  EXPECT_NEAR(*asymmetry->mean, 100 * 0.03 / 0.28, 4);
}

TEST(Running, PastTheCameraTheHeightIsTheRuler) {
  SyntheticRun run{.duration_s = 2.4, .treadmill = false};
  run.filming = {.fps = 60, .px_per_m = 200, .image_width = 1920, .x_px = 150};
  const Outcome outcome = Measure(Render(run));
  const Summary* stride = SummaryOf(outcome, "stride_length");
  ASSERT_NE(stride, nullptr);
  const double truth = run.speed_m_s * 120 / run.cadence;
  EXPECT_NEAR(*stride->mean, truth, 0.04 * truth);
  EXPECT_NEAR(*SummaryOf(outcome, "speed")->mean, run.speed_m_s, 0.04 * run.speed_m_s);
  EXPECT_EQ(outcome.confirmed.front().scale.method, "stature");
}

TEST(Running, PastTheCameraWithoutHisHeightLengthsAreInBodyHeights) {
  SyntheticRun run{.duration_s = 2.4, .treadmill = false};
  run.filming = {.fps = 60, .px_per_m = 200, .image_width = 1920, .x_px = 150};
  const Outcome measured = Measure(Render(run));
  const Outcome unscaled = Measure(Render(run), {});
  ASSERT_EQ(measured.confirmed.size(), unscaled.confirmed.size());
  for (const char* id : {"stride_length", "step_length"}) {
    const Summary* metres = SummaryOf(measured, id);
    const Summary* heights = SummaryOf(unscaled, id);
    ASSERT_TRUE(metres && heights) << id;
    EXPECT_EQ(metres->unit, "m");
    EXPECT_EQ(heights->unit, kBodyHeight);
    EXPECT_NEAR(*heights->mean, *metres->mean / 1.75, 1e-9) << id;
    EXPECT_NEAR(*heights->u, *metres->u / 1.75, 1e-9) << id;
  }
  for (const Rep& step : unscaled.confirmed) {
    EXPECT_EQ(step.FindMetric("speed")->reason, reason::kNoScale);
    EXPECT_FALSE(HasFlag(step.FindMetric("stride_length")->flags, flag::kImplausible));
  }
}

TEST(Running, LengthsOnATreadmillNeedItsSpeed) {
  const Outcome outcome = Measure(Render(SyntheticRun{}));
  ASSERT_FALSE(outcome.confirmed.empty());
  const Rep& step = outcome.confirmed[2];
  for (const char* id : {"stride_length", "step_length", "speed"}) {
    EXPECT_FALSE(ValueOf(step, id)) << id;
    EXPECT_EQ(step.FindMetric(id)->reason, reason::kBeltSpeedNotGiven) << id;
  }
  EXPECT_TRUE(ValueOf(step, "contact_time"));
  EXPECT_TRUE(ValueOf(step, "vertical_oscillation"));
}

TEST(Running, ABeltSpeedThatTheFeetContradictIsFlagged) {
  const SyntheticRun run;
  for (const double factor : {0.5, 1.0, 1.6}) {
    AthleteOptions athlete = OnBelt(factor * run.speed_m_s);
    athlete.mass_kg = 70;
    const Outcome outcome = Measure(Render(run), athlete);
    int seen = 0;
    for (const Rep& step : outcome.confirmed) {
      for (const char* id : {"speed", "step_length", "leg_stiffness"}) {
        const Metric* metric = step.FindMetric(id);
        if (metric == nullptr || !metric->value) continue;
        EXPECT_EQ(HasFlag(metric->flags, flag::kScaleConflict), factor != 1.0) << id << factor;
        ++seen;
      }
    }
    EXPECT_GT(seen, 10);
  }
}

TEST(Running, WhoTurnsRoundRunsOnTheOtherWay) {
  SyntheticRun run{.duration_s = 2.4, .treadmill = false};
  run.filming = {.fps = 60, .px_per_m = 200, .image_width = 1920, .x_px = 150};
  const Poses there = Render(run);
  Poses both = there;
  const Poses back = testing::LaterBy(testing::Mirrored(there), 2.7);
  both.insert(both.end(), back.begin(), back.end());
  const Outcome once = Measure(there);
  const Outcome twice = Measure(both);
  ASSERT_GE(once.confirmed.size(), 5U);
  EXPECT_EQ(twice.confirmed.size(), 2 * once.confirmed.size());
  for (const Rep& step : twice.confirmed) {
    if (const auto contact = ValueOf(step, "contact_time")) {
      EXPECT_NEAR(*contact, run.contact_s, 0.03);
    }
  }
}

TEST(Running, InAGapThereIsNoEvent) {
  const SyntheticRun run;
  const Poses all = Render(run);
  const std::size_t steps = Measure(all).confirmed.size();
  for (double from = 1.5; from < 2.3; from += 0.05) {
    const Outcome outcome = Measure(testing::Without(all, from, from + 0.2));
    EXPECT_GE(outcome.confirmed.size() + 2, steps) << from;
    EXPECT_TRUE(std::ranges::any_of(outcome.confirmed, [](const Rep& step) {
      return HasFlag(step.flags, flag::kGap);
    })) << from;
    for (const Rep& step : outcome.confirmed) {
      for (const Event& event : step.events) {
        EXPECT_TRUE(event.t_s < from || event.t_s > from + 0.2) << from << ' ' << event.id;
      }
      const auto contact = ValueOf(step, "contact_time");
      if (!contact) continue;
      EXPECT_NEAR(*contact, run.contact_s, 0.03) << from;
    }
  }
}

TEST(Running, AFrameOrTwoThatAreMissingAreNoGap) {
  SyntheticRun run;
  run.filming.fps = 240;
  const Poses all = Render(run);
  const Outcome whole = Measure(all);
  const Outcome hitch = Measure(testing::Without(all, 1.7, 1.7085));
  EXPECT_EQ(hitch.confirmed.size(), whole.confirmed.size());
  for (const Rep& step : hitch.confirmed) EXPECT_FALSE(HasFlag(step.flags, flag::kGap));
}

TEST(Running, WithoutTheHeightThereAreTimesButNoLengths) {
  const Outcome outcome = Measure(Render(SyntheticRun{}), {});
  ASSERT_FALSE(outcome.confirmed.empty());
  const Rep& step = outcome.confirmed[2];
  EXPECT_EQ(step.FindMetric("vertical_oscillation")->reason, reason::kNoScale);
  EXPECT_EQ(step.scale.method, "none");
  EXPECT_TRUE(ValueOf(step, "flight_time"));
}

TEST(Running, StiffnessNeedsTheMass) {
  AthleteOptions athlete = OnBelt(3.3);
  EXPECT_EQ(
      Measure(Render(SyntheticRun{}), athlete).confirmed[2].FindMetric("leg_stiffness")->reason,
      reason::kMassNotGiven);
  athlete.mass_kg = 70;
  const Outcome outcome = Measure(Render(SyntheticRun{}), athlete);
  // Of a runner at 3.3 m/s: Morin et al. 2005 have 20 to 40 and 8 to 14 kN/m.
  EXPECT_NEAR(*SummaryOf(outcome, "vertical_stiffness")->mean, 27000, 8000);
  EXPECT_NEAR(*SummaryOf(outcome, "leg_stiffness")->mean, 11000, 4000);
}

TEST(Running, TheLegStiffnessIsLessSureWhereTheSpeedIsMeasured) {
  SyntheticRun run{.duration_s = 2.4, .treadmill = false};
  run.filming = {.fps = 60, .px_per_m = 200, .image_width = 1920, .x_px = 150};
  AthleteOptions athlete;
  athlete.height_m = 1.75;
  athlete.mass_kg = 70;
  const Outcome measured = Measure(Render(run), athlete);
  int seen = 0;
  for (const Rep& step : measured.confirmed) {
    const Metric& stiffness = *step.FindMetric("leg_stiffness");
    const Metric& speed = *step.FindMetric("speed");
    if (!stiffness.value || !speed.value) continue;
    // The same step at a speed that was told: what the two differ by is the measured one's part.
    athlete.parameters["belt_speed_m_s"] = *speed.value;
    const auto told = Measure(Render(run), athlete).confirmed;
    athlete.parameters["belt_speed_m_s"] = *speed.value + *speed.u;
    const auto faster = Measure(Render(run), athlete).confirmed;
    const auto same = [&step](const Rep& r) { return r.index == step.index; };
    const Metric& exact = *std::ranges::find_if(told, same)->FindMetric("leg_stiffness");
    const Metric& off = *std::ranges::find_if(faster, same)->FindMetric("leg_stiffness");
    EXPECT_NEAR(*stiffness.value, *exact.value, 1e-6 * *exact.value);
    EXPECT_NEAR(*stiffness.u, std::hypot(*exact.u, *off.value - *exact.value), 1e-6 * *exact.u);
    EXPECT_GT(*stiffness.u, *exact.u);
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

TEST(Running, ATimeThatEndsAtTheFarFootsContactSaysSo) {
  AthleteOptions athlete = OnBelt(3.3);
  athlete.mass_kg = 70;
  int of_near = 0;
  for (const Rep& step : Measure(Render(SyntheticRun{}), athlete).confirmed) {
    const bool far = HasFlag(step.events.front().flags, flag::kFarSide);
    for (const char* id : {"contact_time", "stride_time", "stride_length"}) {
      const Metric& metric = *step.FindMetric(id);
      if (!metric.value) continue;
      EXPECT_EQ(HasFlag(metric.flags, flag::kFarSide), far) << id;
    }
    for (const char* id : {"flight_time", "step_time", "cadence", "step_length",
                           "vertical_stiffness", "leg_stiffness"}) {
      const Metric& metric = *step.FindMetric(id);
      if (!metric.value) continue;
      EXPECT_TRUE(HasFlag(metric.flags, flag::kFarSide)) << id;
      if (!far) ++of_near;
    }
  }
  EXPECT_GT(of_near, 6);
}

TEST(Running, WhatIsNoRunHasNoSteps) {
  Filming filming;
  filming.fps = 60;
  Filming across = filming;
  across.image_width = 1920;
  across.x_px = 100;
  EXPECT_TRUE(Measure(testing::RenderWalking(6, across)).confirmed.empty());
  EXPECT_TRUE(Measure(testing::RenderStanding(3, filming)).confirmed.empty());
  EXPECT_TRUE(Measure(testing::RenderHops(8, 0.2, filming)).confirmed.empty());
  EXPECT_TRUE(Measure(testing::RenderSquats(0.3, filming)).confirmed.empty());
  EXPECT_TRUE(Measure(testing::RenderDropJump(0.3, 0.3, filming)).confirmed.empty());
  EXPECT_TRUE(Measure({}).confirmed.empty());
}

TEST(Running, SlowMotionIsSuspected) {
  const Poses poses = Render(SyntheticRun{.filming = {.fps = 240}});
  const Outcome right = Measure(poses);
  const Outcome slowed = Measure(testing::Slowed(poses, 2));
  ASSERT_FALSE(right.confirmed.empty());
  ASSERT_FALSE(slowed.confirmed.empty());
  EXPECT_FALSE(HasFlag(right.confirmed[2].flags, flag::kSuspectedSlowMotion));
  EXPECT_TRUE(HasFlag(slowed.confirmed[2].flags, flag::kSuspectedSlowMotion));
}

TEST(Running, AWayPastTheCameraIsAsLongByAnyClock) {
  SyntheticRun run{.duration_s = 2.4, .treadmill = false};
  run.filming = {.fps = 240, .px_per_m = 200, .image_width = 1920, .x_px = 150};
  const Outcome right = Measure(Render(run));
  const Outcome slowed = Measure(testing::Slowed(Render(run), 2));
  EXPECT_NEAR(*SummaryOf(slowed, "step_length")->mean, *SummaryOf(right, "step_length")->mean,
              0.02);
  int seen = 0;
  for (const Rep& step : slowed.confirmed) {
    if (!HasFlag(step.flags, flag::kSuspectedSlowMotion) || !ValueOf(step, "step_length")) continue;
    ++seen;
    for (const char* id : {"step_length", "stride_length"})
      EXPECT_FALSE(HasFlag(step.FindMetric(id)->flags, flag::kSuspectedSlowMotion)) << id;
    EXPECT_TRUE(HasFlag(step.FindMetric("speed")->flags, flag::kSuspectedSlowMotion));
  }
  EXPECT_GT(seen, 2);
}

TEST(Running, WhatTheEdgeCutsIsLeftOut) {
  SyntheticRun run{.duration_s = 3, .treadmill = false};
  // Enters at the left edge, leaves at the right one.
  run.filming = {.fps = 60, .px_per_m = 200, .image_width = 1280, .x_px = -300};
  const Outcome outcome = Measure(testing::SqueezedIntoPicture(Render(run)));
  ASSERT_FALSE(outcome.confirmed.empty());
  for (const Rep& step : outcome.confirmed) {
    for (const Event& event : step.events) {
      const double x = run.filming.x_px + run.filming.px_per_m * run.speed_m_s * event.t_s;
      EXPECT_GT(x, 40) << event.id << event.t_s;
      EXPECT_LT(x, 1240) << event.id << event.t_s;
    }
  }
}

TEST(Running, ExchangedLegsAreNamedRightAgain) {
  const SyntheticRun run;
  Poses poses = Render(run);
  for (std::size_t i = 60; i < 72; ++i) ExchangeLegs(poses[i]);
  const Outcome outcome = Measure(poses);
  for (const SyntheticStep& truth : StepsOf(run)) {
    if (truth.contact_s < 0.1 || truth.contact_s > 3.8) continue;
    EXPECT_NE(NearestTo(outcome, truth), nullptr) << truth.contact_s;
  }
}

TEST(Running, EachStepIsShownSoonAndConfirmedOnce) {
  const Sport sport = Describe();
  const auto analyzer = sport.make_analyzer(Athlete());
  std::vector<int> confirmed;
  std::vector<int> provisional;
  double latest_s = 0;
  for (const PoseFrame& pose : Render(SyntheticRun{.duration_s = 8})) {
    const Step step = analyzer->Push(pose, NoContactEvidence());
    for (const Rep& rep : step.reps) {
      const double t = pose.t.Seconds();
      if (rep.status == RepStatus::kProvisional) {
        provisional.push_back(rep.index);
        const Event& last = rep.events.back();
        // The first ones wait until it is known to be a run.
        if (rep.index > 2) latest_s = std::max(latest_s, t - last.t_s);
      } else {
        confirmed.push_back(rep.index);
        EXPECT_LT(t - rep.events.back().t_s, sport.latency_s);
      }
    }
  }
  EXPECT_LT(latest_s, 0.4);
  EXPECT_TRUE(std::ranges::is_sorted(confirmed));
  EXPECT_EQ(std::ranges::adjacent_find(confirmed), confirmed.end());
  EXPECT_EQ(confirmed.front(), 1);
  EXPECT_GT(confirmed.size(), 16U);
  EXPECT_GT(provisional.size(), 14U);
}

std::vector<double> TimesOf(const Outcome& outcome) {
  std::vector<double> times;
  for (const Rep& step : outcome.confirmed) {
    for (const Event& event : step.events) times.push_back(event.t_s);
  }
  return times;
}

TEST(Running, PlaceTimeScaleAndMirrorDoNotMatter) {
  const Poses poses = Render(SyntheticRun{});
  const std::vector<double> times = TimesOf(Measure(poses));
  const auto expect_same = [&](const char* what, const Poses& edited, double later_s) {
    SCOPED_TRACE(what);
    std::vector<double> others = TimesOf(Measure(edited));
    ASSERT_EQ(others.size(), times.size());
    for (std::size_t i = 0; i < times.size(); ++i) {
      // At a border of a window rounding decides which frames are in it.
      EXPECT_NEAR(others[i] - later_s, times[i], 4e-3) << i;
    }
  };
  expect_same("moved", testing::Moved(poses, 40, -20), 0);
  expect_same("enlarged", testing::Enlarged(poses, 1.5), 0);

  expect_same("mirrored", testing::Mirrored(poses), 0);
  expect_same("later", testing::LaterBy(poses, 100), 100);
  const Outcome mirrored = Measure(testing::Mirrored(poses));
  EXPECT_EQ(mirrored.confirmed[0].events.front().id.starts_with("left_"),
            Measure(poses).confirmed[0].events.front().id.starts_with("right_"));
}

}  // namespace
}  // namespace plyo::sports::running
