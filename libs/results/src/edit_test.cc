#include "plyo/results/edit.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/figure_script.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"
#include "plyo/kinematics_testing/synthetic_run.h"
#include "plyo/sports/catalogue.h"

namespace plyo {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

const Sport& Cmj() {
  static const Sport kCmj = *FindSport("cmj");
  return kCmj;
}

/// What the analysis says of synthetic jumps.
AnalysisResult Analyzed(int repetitions = 1) {
  testing::SyntheticJump jump;
  jump.repetitions = repetitions;
  AthleteOptions options;
  options.height_m = jump.stature_m;
  options.mass_kg = 80;
  AnalysisResult result;
  result.sport = "cmj";
  result.source.capture_fps = 60;
  AthleteResult athlete;
  athlete.track_id = 3;
  athlete.mass_kg = 80;
  athlete.reps =
      testing::Analyze(Cmj(), testing::Render(jump), options, NoContactEvidence()).confirmed;
  result.athletes.push_back(athlete);
  return result;
}

Edit MoveOne(const std::string& id, double t_s) {
  return {.athlete = {}, .rep = {}, .moved = {{id, t_s}}, .exclude_because = {}};
}

double ValueOf(const Rep& rep, const char* id) { return rep.FindMetric(id)->value.value_or(-1); }

TEST(ApplyEdit, AnEventThatIsPutWhereItWasChangesNoFigure) {
  const AnalysisResult before = Analyzed();
  const Rep& old = before.athletes[0].reps.at(0);
  for (const char* id : {"takeoff", "landing", "movement_onset", "lowest_point"}) {
    AnalysisResult after = before;
    ASSERT_TRUE(ApplyEdit(MoveOne(id, old.FindEvent(id)->t_s), Cmj(), after));
    const Rep& rep = after.athletes[0].reps[0];
    for (const Metric& metric : rep.metrics) {
      if (!metric.value) continue;
      EXPECT_NEAR(*metric.value, ValueOf(old, metric.id.c_str()), 1e-6) << metric.id;
    }
    EXPECT_TRUE(rep.FindMetric("jump_height")->value);
    EXPECT_THAT(rep.flags, Contains("manual"));
  }
}

/// What the analysis says of a movement of some sport, filmed at 60 frames/s.
AnalysisResult AnalyzedAs(const char* sport, const std::vector<PoseFrame>& frames) {
  AnalysisResult result;
  result.sport = sport;
  result.source.capture_fps = 60;
  AthleteResult athlete;
  AthleteOptions options = testing::Athlete();
  options.mass_kg = athlete.mass_kg = 80;
  auto reps = testing::Analyze(*FindSport(sport), frames, options, NoContactEvidence()).confirmed;
  (FindSport(sport)->repeats_steps ? athlete.steps : athlete.reps) = std::move(reps);
  result.athletes.push_back(std::move(athlete));
  return result;
}

TEST(ApplyEdit, InEverySportAnEventThatIsPutWhereItWasChangesNoFigure) {
  const testing::Filming filming;
  for (const auto& before : {AnalyzedAs("squat_jump", testing::RenderSquatJump(0.3, filming)),
                             AnalyzedAs("repeated_jumps", testing::RenderHops(5, 0.2, filming)),
                             AnalyzedAs("drop_jump", testing::RenderDropJump(0.3, 0.25, filming)),
                             AnalyzedAs("running", testing::Render(testing::SyntheticRun{}))}) {
    SCOPED_TRACE(before.sport);
    const Sport sport = *FindSport(before.sport);
    const auto& reps = before.athletes[0].Repetitions();
    ASSERT_FALSE(reps.empty());
    const Rep& old = reps[reps.size() / 2];
    for (const Event& event : old.events) {
      AnalysisResult after = before;
      Edit edit = MoveOne(event.id, event.t_s);
      edit.rep = old.index;
      const auto done = ApplyEdit(edit, sport, after);
      ASSERT_TRUE(done) << done.error().message;
      for (std::size_t i = 0; i < reps.size(); ++i) {
        for (const Metric& metric : after.athletes[0].Repetitions()[i].metrics) {
          if (!metric.value) continue;
          EXPECT_NEAR(*metric.value, ValueOf(reps[i], metric.id.c_str()), 1e-6) << metric.id;
        }
      }
    }
  }
}

/// Seen in the picture, and told by no instant alone.
bool IsSeen(const std::string& metric) {
  return metric == "com_rise" || metric == "peak_power" || metric == "box_height";
}

TEST(MetricsByEvents, CarryTheFlagsOfTheContactsTheyComeFromAsTheAnalysisHasThem) {
  const testing::Filming filming{.fps = 30};
  for (const auto& result :
       {Analyzed(), AnalyzedAs("squat_jump", testing::RenderSquatJump(0.3, filming)),
        AnalyzedAs("repeated_jumps", testing::RenderHops(5, 0.2, filming)),
        AnalyzedAs("drop_jump", testing::RenderDropJump(0.3, 0.25, filming)),
        AnalyzedAs("running", testing::Render(testing::SyntheticRun{.filming = filming}))}) {
    SCOPED_TRACE(result.sport);
    const Sport sport = *FindSport(result.sport);
    const auto& reps = result.athletes[0].Repetitions();
    ASSERT_FALSE(reps.empty());
    AthleteOptions athlete;
    athlete.mass_kg = 80;
    int of_contacts = 0;
    for (const Rep& rep : reps) {
      for (const Metric& metric : sport.metrics_by_events(rep, athlete)) {
        if (!metric.value || IsSeen(metric.id)) continue;
        SCOPED_TRACE(metric.id);
        EXPECT_EQ(metric.flags, rep.FindMetric(metric.id)->flags);
        for (const Event& event : rep.events) {
          if (event.flags.empty() || event.t_s < metric.begin_s || event.t_s > metric.end_s)
            continue;
          ++of_contacts;
          EXPECT_THAT(metric.flags, IsSupersetOf(event.flags));
          EXPECT_EQ(testing::HasFlag(metric.flags, flag::kLowFrameRate),
                    testing::HasFlag(rep.flags, flag::kLowFrameRate));
        }
      }
    }
    EXPECT_GT(of_contacts, 5);
  }
}

TEST(ApplyEdit, ALandingIsTheNextContactOfOneWhoHops) {
  const auto before = AnalyzedAs("repeated_jumps", testing::RenderHops(5, 0.2, {}));
  const std::vector<Rep>& old = before.athletes[0].reps;
  ASSERT_EQ(old.size(), 5U);
  AnalysisResult after = before;
  Edit edit = MoveOne("landing", old[1].FindEvent("landing")->t_s + 0.01);
  edit.rep = 2;
  ASSERT_TRUE(ApplyEdit(edit, *FindSport("repeated_jumps"), after));
  const std::vector<Rep>& reps = after.athletes[0].reps;
  EXPECT_EQ(reps[2].FindEvent("contact")->t_s, reps[1].FindEvent("landing")->t_s);
  EXPECT_NEAR(ValueOf(reps[2], "contact_time"), ValueOf(old[2], "contact_time") - 0.01, 1e-9);
  EXPECT_GT(ValueOf(reps[2], "rsi"), ValueOf(old[2], "rsi"));
  EXPECT_EQ(reps[2].phases[0].begin_s, reps[1].FindEvent("landing")->t_s);
  EXPECT_THAT(reps[2].flags, Contains("manual"));
  EXPECT_EQ(reps[3], old[3]);
  EXPECT_EQ(reps[0], old[0]);

  AnalysisResult refused = before;
  edit.moved[0].t_s = old[2].FindEvent("takeoff")->t_s + 0.01;
  EXPECT_FALSE(ApplyEdit(edit, *FindSport("repeated_jumps"), refused));
  EXPECT_EQ(refused, before);
}

TEST(ApplyEdit, AContactIsTheEndOfTheStepBefore) {
  const auto before = AnalyzedAs("running", testing::Render(testing::SyntheticRun{}));
  const std::vector<Rep>& old = before.athletes[0].steps;
  ASSERT_GT(old.size(), 5U);
  AnalysisResult after = before;
  const Event& contact = old[3].events.at(0);
  Edit edit = MoveOne(contact.id, contact.t_s + 0.01);
  edit.rep = old[3].index;
  ASSERT_TRUE(ApplyEdit(edit, *FindSport("running"), after));
  const std::vector<Rep>& steps = after.athletes[0].steps;
  const auto change = [&](std::size_t step, const char* id) {
    return ValueOf(steps[step], id) - ValueOf(old[step], id);
  };
  EXPECT_NEAR(change(3, "contact_time"), -0.01, 1e-9);
  EXPECT_NEAR(change(3, "step_time"), -0.01, 1e-9);
  EXPECT_NEAR(change(3, "stride_time"), -0.01, 1e-9);
  EXPECT_NEAR(change(2, "flight_time"), 0.01, 1e-9);
  EXPECT_NEAR(change(2, "step_time"), 0.01, 1e-9);
  EXPECT_EQ(change(2, "contact_time"), 0);
  EXPECT_NEAR(change(1, "stride_time"), 0.01, 1e-9);
}

TEST(ApplyEdit, AStepsTimesAreAsSureAsTheContactsTheyLieBetween) {
  const auto before = AnalyzedAs("running", testing::Render(testing::SyntheticRun{}));
  const std::vector<Rep>& old = before.athletes[0].steps;
  ASSERT_GT(old.size(), 6U);
  AnalysisResult after = before;
  const Event& contact = old[3].events.at(0);
  Edit edit = MoveOne(contact.id, contact.t_s + 0.01);
  edit.rep = old[3].index;
  ASSERT_TRUE(ApplyEdit(edit, *FindSport("running"), after));
  const std::vector<Rep>& steps = after.athletes[0].steps;
  const double by_eye = steps[3].events.at(0).u_s;
  ASSERT_LT(by_eye, contact.u_s);
  const auto expect_u = [&](std::size_t step, const char* id, double begin_u, double end_u) {
    const double u = std::hypot(begin_u, end_u);
    EXPECT_NEAR(*steps[step].FindMetric(id)->u, u, 1e-9 * u) << id;
  };
  expect_u(3, "contact_time", by_eye, old[3].events.at(1).u_s);
  expect_u(3, "step_time", by_eye, old[4].events.at(0).u_s);
  expect_u(3, "stride_time", by_eye, old[5].events.at(0).u_s);
  expect_u(2, "flight_time", old[2].events.at(1).u_s, by_eye);
  expect_u(2, "step_time", old[2].events.at(0).u_s, by_eye);
  expect_u(1, "stride_time", old[1].events.at(0).u_s, by_eye);
  EXPECT_EQ(*steps[3].FindMetric("flight_time"), *old[3].FindMetric("flight_time"));
  EXPECT_EQ(*steps[2].FindMetric("contact_time"), *old[2].FindMetric("contact_time"));
  EXPECT_EQ(*steps[1].FindMetric("step_time"), *old[1].FindMetric("step_time"));
}

TEST(ApplyEdit, AnInstantOutsideOfTheRecordingIsRefused) {
  AnalysisResult result = Analyzed();
  const Rep& rep = result.athletes[0].reps.at(0);
  result.source.duration_s = rep.events.back().t_s + 0.5;
  const AnalysisResult before = result;
  EXPECT_FALSE(
      ApplyEdit(MoveOne(rep.events.back().id, result.source.duration_s + 0.1), Cmj(), result));
  EXPECT_FALSE(ApplyEdit(MoveOne(rep.events.front().id, -0.1), Cmj(), result));
  EXPECT_EQ(result.athletes, before.athletes);
  EXPECT_TRUE(ApplyEdit(MoveOne(rep.events.back().id, result.source.duration_s), Cmj(), result));
}

TEST(ApplyEdit, TheFlightFollowsTheTakeOff) {
  const AnalysisResult before = Analyzed();
  const Rep& old = before.athletes[0].reps.at(0);
  const double takeoff = old.FindEvent("takeoff")->t_s + 0.012;
  AnalysisResult after = before;
  ASSERT_TRUE(ApplyEdit(MoveOne("takeoff", takeoff), Cmj(), after));
  const Rep& rep = after.athletes[0].reps[0];
  const double landing = rep.FindEvent("landing")->t_s;
  const double apex = rep.FindEvent("apex")->t_s;
  EXPECT_EQ(rep.FindEvent("takeoff")->t_s, takeoff);
  EXPECT_THAT(rep.FindEvent("takeoff")->flags, Contains("manual"));
  EXPECT_EQ(landing, old.FindEvent("landing")->t_s);
  EXPECT_NEAR(ValueOf(rep, "flight_time"), landing - takeoff, 1e-9);
  EXPECT_NEAR(ValueOf(rep, "jump_height"), kGravity / 2 * (apex - takeoff) * (apex - takeoff),
              1e-9);
  EXPECT_NEAR(ValueOf(rep, "time_to_takeoff"), ValueOf(old, "time_to_takeoff") + 0.012, 1e-9);
  EXPECT_NEAR(ValueOf(rep, "rsi_mod"),
              ValueOf(rep, "jump_height") / ValueOf(rep, "time_to_takeoff"), 1e-9);
  // The bodies' heights at both ends differ by as much as before.
  const auto posture = [](const Rep& r) {
    const double up = r.FindEvent("apex")->t_s - r.FindEvent("takeoff")->t_s;
    const double down = r.FindEvent("landing")->t_s - r.FindEvent("apex")->t_s;
    return down * down - up * up;
  };
  EXPECT_NEAR(posture(rep), posture(old), 1e-9);
  EXPECT_LT(ValueOf(rep, "jump_height"), ValueOf(old, "jump_height"));
  for (const Phase& phase : rep.phases) {
    if (phase.id == "flight") {
      EXPECT_EQ(phase.begin_s, takeoff);
    } else if (phase.id == "propulsion") {
      EXPECT_EQ(phase.end_s, takeoff);
    }
  }
}

TEST(ApplyEdit, TheApexIsAsUnsureAsTheLandingThatItFollows) {
  for (const double fps : {30.0, 60.0}) {
    AnalysisResult result = Analyzed();
    result.source.capture_fps = fps;
    auto& events = result.athletes[0].reps.at(0).events;
    std::ranges::find(events, "landing", &Event::id)->u_s = 0.0013;  // soles in the pixels
    const Rep old = result.athletes[0].reps[0];
    const double landing = old.FindEvent("landing")->t_s;
    ASSERT_TRUE(ApplyEdit(MoveOne("landing", landing + 0.004), Cmj(), result));
    const Rep rep = result.athletes[0].reps[0];
    const double by_eye = 1 / fps / std::sqrt(12.0);
    EXPECT_NEAR(rep.FindEvent("landing")->u_s, by_eye, 1e-9);
    const double more_s = std::sqrt(by_eye * by_eye - 0.0013 * 0.0013) / 2;
    EXPECT_NEAR(rep.FindEvent("apex")->u_s, std::hypot(old.FindEvent("apex")->u_s, more_s), 1e-9);
    const double up = rep.FindEvent("apex")->t_s - rep.FindEvent("takeoff")->t_s;
    EXPECT_GE(*rep.FindMetric("jump_height")->u, kGravity * up * by_eye / 2);
    // Nobody reads it surer a second time, nor less sure.
    ASSERT_TRUE(ApplyEdit(MoveOne("landing", landing + 0.008), Cmj(), result));
    EXPECT_NEAR(result.athletes[0].reps[0].FindEvent("apex")->u_s, rep.FindEvent("apex")->u_s,
                1e-12);
  }
}

TEST(ApplyEdit, WhatNeedsTheLandmarksIsAbsentAndWhatIsElsewhereStays) {
  const AnalysisResult before = Analyzed();
  const Rep& old = before.athletes[0].reps.at(0);
  AnalysisResult after = before;
  ASSERT_TRUE(ApplyEdit(MoveOne("takeoff", old.FindEvent("takeoff")->t_s + 0.01), Cmj(), after));
  const Rep& rep = after.athletes[0].reps[0];
  for (const char* id : {"knee_angle_takeoff", "knee_extension_rom", "mean_power"}) {
    ASSERT_TRUE(old.FindMetric(id)->value) << id;
    EXPECT_FALSE(rep.FindMetric(id)->value) << id;
    EXPECT_EQ(rep.FindMetric(id)->reason, "needs_landmarks") << id;
  }
  for (const char* id : {"knee_angle_lowest_point", "countermovement_depth", "eccentric_duration",
                         "peak_eccentric_velocity", "knee_angle_landing"}) {
    EXPECT_EQ(*rep.FindMetric(id), *old.FindMetric(id)) << id;
  }
  ASSERT_FALSE(after.athletes[0].summary.empty());
  EXPECT_NEAR(*after.athletes[0].summary[0].mean, ValueOf(rep, "jump_height"), 1e-12);
  ASSERT_EQ(after.provenance.options.size(), 1U);
  EXPECT_EQ(after.provenance.options[0].first, "manual");
  EXPECT_THAT(after.provenance.options[0].second, HasSubstr("track 3 rep 1: takeoff"));
}

TEST(ApplyEdit, TheRiseAboveStandingDoesNotFollowFromInstants) {
  const AnalysisResult before = Analyzed();
  const Rep& old = before.athletes[0].reps.at(0);
  for (const Event& event : old.events) {
    SCOPED_TRACE(event.id);
    AnalysisResult after = before;
    ASSERT_TRUE(ApplyEdit(MoveOne(event.id, event.t_s + 0.01), Cmj(), after));
    const Rep& rep = after.athletes[0].reps[0];
    EXPECT_EQ(rep.FindMetric("com_rise")->value, old.FindMetric("com_rise")->value);
    EXPECT_EQ(rep.FindMetric("peak_power")->value, old.FindMetric("peak_power")->value);
    const bool of_flight = event.id == "takeoff" || event.id == "apex" || event.id == "landing";
    for (const char* id : {"com_rise", "peak_power"})
      EXPECT_EQ(testing::HasFlag(rep.FindMetric(id)->flags, flag::kManual), of_flight) << id;
    EXPECT_EQ(rep.FindMetric("countermovement_depth")->value.has_value(),
              event.id != "lowest_point");
  }
}

TEST(ApplyEdit, AFigureThatDoesNotFollowFromTheEventIsNotMarked) {
  const AnalysisResult before = Analyzed();
  AnalysisResult after = before;
  const Event* const fastest = before.athletes[0].reps[0].FindEvent("peak_downward_velocity");
  ASSERT_TRUE(ApplyEdit(MoveOne(fastest->id, fastest->t_s + 0.01), Cmj(), after));
  for (const Metric& metric : after.athletes[0].reps[0].metrics) {
    const bool follows = metric.id == "unweighting_duration" || metric.id == "braking_duration" ||
                         metric.id == "peak_eccentric_velocity";
    EXPECT_EQ(testing::HasFlag(metric.flags, flag::kManual), follows) << metric.id;
  }
}

TEST(ApplyEdit, APushOutOfAHoldStaysAsSureAsOne) {
  const auto before = AnalyzedAs("squat_jump", testing::RenderSquatJump(0.3, {}));
  const Rep& old = before.athletes[0].reps.at(0);
  AnalysisResult after = before;
  ASSERT_TRUE(ApplyEdit(MoveOne("landing", old.FindEvent("landing")->t_s + 0.0001),
                        *FindSport("squat_jump"), after));
  const double u = *old.FindMetric("mean_velocity")->u;
  EXPECT_NEAR(*after.athletes[0].reps[0].FindMetric("mean_velocity")->u, u, 0.05 * u);
}

TEST(ApplyEdit, AContactThatBecomesNoReboundAndOneAgainHasItsFigures) {
  AnalysisResult result = AnalyzedAs("repeated_jumps", testing::RenderHops(5, 0.2, {}));
  const Sport sport = *FindSport("repeated_jumps");
  // The first has room before it.
  std::vector<Rep>& reps = result.athletes[0].reps;
  ASSERT_EQ(reps.at(0).FindEvent("contact"), nullptr);
  Event contact = *reps[0].FindEvent("takeoff");
  contact.id = "contact";
  contact.t_s -= 0.3;
  reps[0].events.insert(reps[0].events.begin(), contact);
  Edit edit = MoveOne("contact", contact.t_s - 0.8);
  edit.rep = 1;
  ASSERT_TRUE(ApplyEdit(edit, sport, result));
  EXPECT_FALSE(reps[0].FindMetric("rsi")->value);
  edit.moved[0].t_s = contact.t_s - 0.1;
  ASSERT_TRUE(ApplyEdit(edit, sport, result));
  EXPECT_NEAR(ValueOf(reps[0], "rsi"), ValueOf(reps[0], "jump_height_flight_time") / 0.4, 1e-9);
  edit.moved[0].t_s = contact.t_s - 0.8;
  ASSERT_TRUE(ApplyEdit(edit, sport, result));
  EXPECT_EQ(reps[0].FindMetric("rsi")->reason, "no_rebound");
}

TEST(ApplyEdit, ADropJumpThatBecomesARebound) {
  const auto frames = testing::FigureScript(testing::kFigureStature_m, 0, 0.3)
                          .Hold(1.2)
                          .Fly(0.02, 0.001, 0.3, 0.45)
                          .Absorb(-0.15)
                          .Hold(0.2)
                          .Push(0.06, 2.2)
                          .Fly(0.04)
                          .Absorb(-0.25)
                          .MoveTo({}, 0.6)
                          .Hold(1.2)
                          .Film({});
  const Sport sport = *FindSport("drop_jump");
  AnalysisResult result = AnalyzedAs("drop_jump", frames);
  std::vector<Rep>& reps = result.athletes[0].reps;
  ASSERT_EQ(reps.size(), 1U);
  const double takeoff = reps[0].FindEvent("takeoff")->t_s;
  const auto put_contact = [&](double contact_time) {
    EXPECT_TRUE(ApplyEdit(MoveOne("contact", takeoff - contact_time), sport, result));
    EXPECT_NEAR(ValueOf(reps[0], "contact_time"), contact_time, 1e-9);
  };
  put_contact(0.48);
  EXPECT_THAT(reps[0].flags, Not(Contains("no_rebound")));
  put_contact(0.52);
  EXPECT_THAT(reps[0].flags, Contains("no_rebound"));
  EXPECT_EQ(reps[0].flags.back(), "manual");
  put_contact(0.48);
  EXPECT_THAT(reps[0].flags, Not(Contains("no_rebound")));
}

TEST(ApplyEdit, OfADipThatIsNotToldAnyMoreNothingIsSaid) {
  const auto frames = testing::FigureScript(testing::kFigureStature_m)
                          .Hold(1)
                          .MoveTo({-0.33, 0, 0}, 0.9)
                          .Hold(1.2)
                          .MoveTo({-0.38, 0, 6}, 0.3)
                          .MoveTo({0.06, 2.4, -kGravity}, 0.37)
                          .Fly(0.04)
                          .Absorb(-0.25)
                          .MoveTo({}, 0.6)
                          .Hold(1.2)
                          .Film({});
  const Sport sport = *FindSport("squat_jump");
  AnalysisResult result = AnalyzedAs("squat_jump", frames);
  std::vector<Rep>& reps = result.athletes[0].reps;
  ASSERT_EQ(reps.size(), 1U);
  ASSERT_THAT(reps[0].flags, Contains("illegal_countermovement"));
  ASSERT_TRUE(
      ApplyEdit(MoveOne("landing", reps[0].FindEvent("landing")->t_s + 0.01), sport, result));
  EXPECT_THAT(reps[0].flags, Contains("illegal_countermovement"));
  ASSERT_TRUE(
      ApplyEdit(MoveOne("push_start", reps[0].FindEvent("push_start")->t_s + 0.01), sport, result));
  EXPECT_EQ(reps[0].FindMetric("illegal_countermovement")->reason, "needs_landmarks");
  EXPECT_THAT(reps[0].flags, Not(Contains("illegal_countermovement")));
}

/// Provenance and rounding excepted.
void ExpectSame(const AnalysisResult& a, const AnalysisResult& b) {
  const auto& reps = a.athletes[0].Repetitions();
  const auto& others = b.athletes[0].Repetitions();
  ASSERT_EQ(reps.size(), others.size());
  for (std::size_t r = 0; r < reps.size(); ++r) {
    EXPECT_EQ(reps[r].flags, others[r].flags);
    for (std::size_t i = 0; i < reps[r].events.size(); ++i) {
      const Event& one = reps[r].events[i];
      const Event& other = others[r].events[i];
      EXPECT_NEAR(one.t_s, other.t_s, 1e-9) << one.id;
      EXPECT_NEAR(one.u_s, other.u_s, 1e-9) << one.id;
      EXPECT_NEAR(one.frame, other.frame, 1e-6) << one.id;
      EXPECT_EQ(one.flags, other.flags) << one.id;
    }
    for (std::size_t i = 0; i < reps[r].phases.size(); ++i) {
      EXPECT_NEAR(reps[r].phases[i].begin_s, others[r].phases[i].begin_s, 1e-9);
      EXPECT_NEAR(reps[r].phases[i].end_s, others[r].phases[i].end_s, 1e-9);
    }
    for (std::size_t i = 0; i < reps[r].metrics.size(); ++i) {
      const Metric& one = reps[r].metrics[i];
      const Metric& other = others[r].metrics[i];
      SCOPED_TRACE(one.id);
      ASSERT_EQ(one.value.has_value(), other.value.has_value());
      EXPECT_EQ(one.reason, other.reason);
      EXPECT_EQ(one.flags, other.flags);
      if (!one.value) continue;
      EXPECT_NEAR(*one.value, *other.value, 1e-9 * std::abs(*other.value));
      EXPECT_NEAR(*one.u, *other.u, 1e-9 * *other.u);
      EXPECT_NEAR(one.begin_s, other.begin_s, 1e-9);
      EXPECT_NEAR(one.end_s, other.end_s, 1e-9);
    }
  }
}

TEST(ApplyEdit, WhatIsSaidDependsOnWhereEventsEndAndNotOnTheWayThere) {
  const testing::Filming filming;
  for (const auto& before :
       {Analyzed(), AnalyzedAs("squat_jump", testing::RenderSquatJump(0.3, filming)),
        AnalyzedAs("repeated_jumps", testing::RenderHops(5, 0.2, filming)),
        AnalyzedAs("drop_jump", testing::RenderDropJump(0.3, 0.25, filming)),
        AnalyzedAs("running", testing::Render(testing::SyntheticRun{}))}) {
    SCOPED_TRACE(before.sport);
    const Sport sport = *FindSport(before.sport);
    const auto& reps = before.athletes[0].Repetitions();
    const Rep& rep = reps[reps.size() / 2];
    const auto edited = [&](const std::vector<std::vector<MovedEvent>>& steps) {
      AnalysisResult after = before;
      for (const auto& moved : steps) {
        const auto done = ApplyEdit(
            {.athlete = {}, .rep = rep.index, .moved = moved, .exclude_because = {}}, sport, after);
        EXPECT_TRUE(done) << done.error().message;
      }
      return after;
    };
    // Those at one instant go together, and what follows from others is not moved itself.
    const auto moved = [&](const Event& event, double by_s) {
      std::vector<MovedEvent> all;
      for (const Event& e : rep.events)
        if (e.t_s == event.t_s) all.push_back({e.id, e.t_s + by_s});
      return all;
    };
    for (const Event& event : rep.events) {
      SCOPED_TRACE(event.id);
      ExpectSame(edited({moved(event, 0.012), moved(event, 0.004)}), edited({moved(event, 0.004)}));
      ExpectSame(edited({moved(event, 0.004), moved(event, 0.004)}), edited({moved(event, 0.004)}));
      for (const Event& other : rep.events) {
        if (other.t_s <= event.t_s || event.id == "apex" || other.id == "apex") continue;
        SCOPED_TRACE(other.id);
        auto both = moved(event, 0.004);
        for (const MovedEvent& one : moved(other, -0.004)) both.push_back(one);
        const AnalysisResult at_once = edited({both});
        ExpectSame(edited({moved(event, 0.004), moved(other, -0.004)}), at_once);
        ExpectSame(edited({moved(other, -0.004), moved(event, 0.004)}), at_once);
      }
    }
  }
}

TEST(ApplyEdit, ALandingIsTheSameInstantAsTheContactAfterIt) {
  const auto before = AnalyzedAs("repeated_jumps", testing::RenderHops(5, 0.2, {}));
  const Sport sport = *FindSport("repeated_jumps");
  const Rep& hop = before.athletes[0].reps.at(1);
  for (const double by_s : {-0.02, 0.02}) {
    const double t_s = hop.FindEvent("landing")->t_s + by_s;
    const auto edited = [&](int rep, const char* id) {
      AnalysisResult after = before;
      EXPECT_TRUE(ApplyEdit(
          {.athlete = {}, .rep = rep, .moved = {{id, t_s}}, .exclude_because = {}}, sport, after));
      return after;
    };
    const AnalysisResult by_landing = edited(hop.index, "landing");
    EXPECT_GT(by_s * (ValueOf(by_landing.athletes[0].reps[1], "jump_height") -
                      ValueOf(hop, "jump_height")),
              0);
    ExpectSame(edited(hop.index + 1, "contact"), by_landing);
  }
}

TEST(ApplyEdit, AnExcludedRepetitionStaysAndDoesNotCount) {
  AnalysisResult result = Analyzed(3);
  ASSERT_EQ(result.athletes[0].reps.size(), 3U);
  ASSERT_TRUE(ApplyEdit({.athlete = 3, .rep = 2, .moved = {}, .exclude_because = "stumbled"}, Cmj(),
                        result));
  const AthleteResult& athlete = result.athletes[0];
  EXPECT_EQ(athlete.reps.size(), 3U);
  EXPECT_EQ(athlete.reps[1].excluded, "stumbled");
  EXPECT_EQ(athlete.summary[0].n, 2);
  EXPECT_NEAR(
      *athlete.summary[0].mean,
      (ValueOf(athlete.reps[0], "jump_height") + ValueOf(athlete.reps[2], "jump_height")) / 2,
      1e-12);
  EXPECT_THAT(result.provenance.options[0].second, HasSubstr("rep 2 excluded: stumbled"));
}

TEST(ApplyEdit, RefusesWhatIsNotThere) {
  const AnalysisResult before = Analyzed(2);
  const auto refusal = [&before](const Edit& edit) {
    AnalysisResult result = before;
    const auto done = ApplyEdit(edit, Cmj(), result);
    EXPECT_FALSE(done);
    EXPECT_EQ(result, before);
    return done ? std::string() : done.error().message;
  };
  Edit edit = MoveOne("takeoff", 1);
  EXPECT_THAT(refusal(edit), HasSubstr("there are 2 repetitions; say which"));
  edit.rep = 3;
  EXPECT_THAT(refusal(edit), HasSubstr("there is no repetition 3; there are 2"));
  edit.rep = 1;
  EXPECT_THAT(refusal(edit), HasSubstr("would not come before"));
  // The border is the landing that was measured, not where the apex would follow to.
  const double landing = before.athletes[0].reps[0].FindEvent("landing")->t_s;
  edit.moved[0].t_s = landing + 0.1;
  EXPECT_THAT(refusal(edit),
              HasSubstr(fmt::format("would not come before landing at {:.4f} s", landing)));
  edit.moved[0].id = "step_off";
  EXPECT_THAT(refusal(edit),
              HasSubstr("repetition 1 has no event step_off; it has movement_onset"));
  edit.athlete = 1;
  EXPECT_THAT(refusal(edit), HasSubstr("there is no athlete of track number 1"));
}

}  // namespace
}  // namespace plyo
