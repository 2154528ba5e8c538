#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "plyo/force/force_analysis.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/metric_table.h"
#include "testing_force.h"

namespace plyo {
namespace {

using force::testing::DropRecord;
using force::testing::JumpScript;
using force::testing::RecordOf;
using force::testing::TruthOf;

const Sport& Cmj() { return *FindForceSport("cmj"); }

Rep OnlyRep(const ForceRecord& record, const Sport& sport, const ForceOptions& options = {}) {
  const auto findings = AnalyzeForce(record, sport, options);
  if (!findings || !findings->athlete || findings->athlete->reps.size() != 1) {
    ADD_FAILURE() << (!findings                    ? findings.error().message
                      : findings->left_out.empty() ? "not one repetition"
                                                   : "left out: " + findings->left_out.front());
    return {};
  }
  return findings->athlete->reps.front();
}

double Value(const Rep& rep, std::string_view id) {
  const Metric* metric = rep.FindMetric(id);
  return metric && metric->value ? *metric->value : std::nan("");
}

double At(const Rep& rep, std::string_view id) {
  const Event* event = rep.FindEvent(id);
  return event ? event->t_s : std::nan("");
}

RC_GTEST_PROP(ForceJump, GivesTheHeightOfAFreeFall, ()) {
  JumpScript script;
  script.mass_kg = *rc::gen::inRange(40, 130);
  script.takeoff_m_s = *rc::gen::inRange(12, 38) / 10.0;
  script.dip_m_s = *rc::gen::inRange(6, 15) / 10.0;
  script.push_s = *rc::gen::inRange(30, 60) / 100.0;
  const double rate = *rc::gen::element(500.0, 1000.0, 2000.0);
  const auto truth = TruthOf(script);
  const Rep rep = OnlyRep(RecordOf(script, rate), Cmj());
  const double height = script.takeoff_m_s * script.takeoff_m_s / (2 * kGravity);
  RC_ASSERT(std::abs(Value(rep, "jump_height") - height) < 0.004);
  RC_ASSERT(std::abs(Value(rep, "jump_height_flight_time") - height) < 0.008);
  RC_ASSERT(std::abs(Value(rep, "takeoff_velocity") - script.takeoff_m_s) < 0.015);
  RC_ASSERT(std::abs(At(rep, "takeoff") - truth.takeoff_s) < 1.5 / rate);
  RC_ASSERT(std::abs(At(rep, "landing") - truth.landing_s) < 1.5 / rate);
  RC_ASSERT(std::abs(Value(rep, "countermovement_depth") - truth.depth_m) < 0.005);
  RC_ASSERT(std::abs(At(rep, "lowest_point") - truth.lowest_s) < 0.005);
}

TEST(ForceJump, GoldenFiguresOfOneJump) {
  const Rep rep = OnlyRep(RecordOf({}), Cmj());
  EXPECT_NEAR(Value(rep, "jump_height"), 0.3187, 0.003);
  EXPECT_NEAR(Value(rep, "flight_time"), 0.5099, 0.0025);
  EXPECT_NEAR(Value(rep, "time_to_takeoff"), 0.8, 0.03);
  EXPECT_NEAR(Value(rep, "peak_eccentric_velocity"), -1.2, 0.01);
  EXPECT_NEAR(Value(rep, "peak_concentric_velocity"), 2.5, 0.02);
  EXPECT_NEAR(Value(rep, "unweighting_duration"), 0.35, 0.03);
  EXPECT_NEAR(Value(rep, "rsi_mod"), 0.3187 / 0.79, 0.02);
  EXPECT_GT(Value(rep, "peak_power"), Value(rep, "mean_power"));
  // The force is larger while the body is slow.
  EXPECT_GT(Value(rep, "mean_velocity"), Value(rep, "mean_power") / Value(rep, "mean_force"));
  EXPECT_LT(Value(rep, "mean_velocity"), Value(rep, "peak_concentric_velocity"));
  EXPECT_EQ(rep.scale.method, "body_weight");
  // Events in order, and phases that meet.
  EXPECT_TRUE(std::ranges::is_sorted(rep.events, {}, &Event::t_s));
  for (const char* id : {"movement_onset", "peak_downward_velocity", "lowest_point", "takeoff",
                         "apex", "landing", "landing_lowest_point", "stand_again"}) {
    EXPECT_TRUE(rep.FindEvent(id)) << id;
  }
  EXPECT_NEAR(*AnalyzeForce(RecordOf({}), Cmj())->athlete->mass_kg, 70, 0.05);
}

TEST(ForceJump, EveryEventMovesWithTheClock) {
  const Rep rep = OnlyRep(RecordOf({}, 1000, 0), Cmj());
  const Rep later = OnlyRep(RecordOf({}, 1000, 12.5), Cmj());
  ASSERT_EQ(rep.events.size(), later.events.size());
  for (std::size_t i = 0; i < rep.events.size(); ++i)
    EXPECT_NEAR(later.events[i].t_s, rep.events[i].t_s + 12.5, 1e-9);
  for (std::size_t i = 0; i < rep.metrics.size(); ++i)
    EXPECT_NEAR(*later.metrics[i].value, *rep.metrics[i].value, 1e-9) << rep.metrics[i].id;
}

TEST(ForceJump, SampleRateHardlyMatters) {
  const Rep fine = OnlyRep(RecordOf({}, 2000), Cmj());
  const Rep coarse = OnlyRep(RecordOf({}, 250), Cmj());
  EXPECT_NEAR(Value(coarse, "jump_height"), Value(fine, "jump_height"), 0.006);
  EXPECT_NEAR(Value(coarse, "flight_time"), Value(fine, "flight_time"), 0.005);
}

TEST(ForceJump, AnOffsetOfThePlateIsRemoved) {
  ForceRecord record = RecordOf({});
  for (double& f : record.force_n) f += 12;
  EXPECT_NEAR(Value(OnlyRep(record, Cmj()), "jump_height"), 0.3187, 0.003);
  for (double& f : record.force_n) f -= 12 + 760;
  const auto untared = AnalyzeForce(record, Cmj());
  ASSERT_FALSE(untared);
  EXPECT_NE(untared.error().message.find("--tare auto"), std::string::npos);
  for (int i = 0; i < 3000; ++i) record.force_n.push_back(0);  // as files are filled up
  EXPECT_NEAR(Value(OnlyRep(record, Cmj(), {.find_tare = true}), "jump_height"), 0.3187, 0.003);
  EXPECT_NEAR(Value(OnlyRep(record, Cmj(), {.tare_n = -760}), "jump_height"), 0.3187, 0.003);
}

TEST(ForceJump, NoiseStaysWithinTheUncertainty) {
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0, 2);
  int covered = 0;
  constexpr int kRuns = 40;
  for (int run = 0; run < kRuns; ++run) {
    JumpScript script;
    script.takeoff_m_s = 2.0 + 0.03 * run;
    ForceRecord record = RecordOf(script);
    for (double& f : record.force_n) f += noise(random);
    const Rep rep = OnlyRep(record, Cmj());
    const double height = script.takeoff_m_s * script.takeoff_m_s / (2 * kGravity);
    const double off = Value(rep, "jump_height") - height;
    EXPECT_LT(std::abs(off), 0.006);
    if (std::abs(off) < 1.96 * *rep.FindMetric("jump_height")->u) ++covered;
  }
  EXPECT_GE(covered, kRuns * 9 / 10);
}

/// A jump whose toes leave the plate slowly.
ForceRecord WithSlowToes() {
  ForceRecord record = RecordOf({});
  const double takeoff_s = TruthOf({}).takeoff_s;
  for (std::size_t i = 0; i < record.force_n.size(); ++i) {
    const double after_s = record.TimeOf(static_cast<double>(i)) - takeoff_s;
    if (after_s >= 0 && after_s < 0.2) record.force_n[i] += 60 * std::exp(-after_s / 0.004);
  }
  return record;
}

TEST(ForceJump, AMeanOverThePushOffIsAsUnsureAsItsWindow) {
  const Rep low = OnlyRep(WithSlowToes(), Cmj(), {.threshold_n = 10});
  const Rep high = OnlyRep(WithSlowToes(), Cmj(), {.threshold_n = 20});
  ASSERT_GT(At(low, "takeoff"), At(high, "takeoff") + 0.001);
  for (const Rep& rep : {low, high}) {
    const double share = rep.FindEvent("takeoff")->u_s / Value(rep, "concentric_duration");
    for (const char* id : {"mean_force", "mean_power"})
      EXPECT_GE(*rep.FindMetric(id)->u, share * Value(rep, id)) << id;
    EXPECT_GE(*rep.FindMetric("mean_velocity")->u,
              share * (Value(rep, "takeoff_velocity") - Value(rep, "mean_velocity")));
  }
  for (const char* id : {"mean_force", "mean_power", "mean_velocity"}) {
    const double u = std::hypot(*low.FindMetric(id)->u, *high.FindMetric(id)->u);
    EXPECT_LT(std::abs(Value(low, id) - Value(high, id)), kHalfWidthOf95Percent * u) << id;
  }
}

/// The ids of what follows from the events of the repetition, which must be what was measured.
std::vector<std::string> ByEvents(const Rep& rep, const Sport& sport, double mass_kg) {
  AthleteOptions athlete;
  athlete.mass_kg = mass_kg;
  std::vector<std::string> ids;
  for (const Metric& metric : sport.metrics_by_events(rep, athlete)) {
    if (!metric.value) {
      EXPECT_EQ(metric.reason, reason::kNeedsForce) << metric.id;
      continue;
    }
    ids.push_back(metric.id);
    const Metric& measured = *rep.FindMetric(metric.id);
    EXPECT_NEAR(*metric.value, *measured.value, 1e-6 * std::abs(*measured.value)) << metric.id;
    EXPECT_NEAR(*metric.u, *measured.u, 1e-6 * *measured.u) << metric.id;
    EXPECT_EQ(metric.flags, measured.flags) << metric.id;
  }
  return ids;
}

TEST(ForceJump, TimesAndRatiosFollowFromTheEvents) {
  const auto expect = [](Rep rep, const char* sport_id, double mass_kg,
                         const std::vector<std::string>& ids,
                         const std::vector<std::string>& with_height) {
    SCOPED_TRACE(sport_id);
    const Sport& sport = *FindForceSport(sport_id);
    std::vector<std::string> all = ids;
    all.insert(all.end(), with_height.begin(), with_height.end());
    EXPECT_THAT(ByEvents(rep, sport, mass_kg), ::testing::UnorderedElementsAreArray(all));
    // Of another take-off the impulse is not known.
    std::ranges::find(rep.events, "takeoff", &Event::id)->flags.emplace_back(flag::kManual);
    EXPECT_THAT(ByEvents(rep, sport, mass_kg), ::testing::UnorderedElementsAreArray(ids));
  };
  expect(OnlyRep(RecordOf({}), Cmj()), "cmj", 70,
         {"jump_height_flight_time", "flight_time", "unweighting_duration", "braking_duration",
          "eccentric_duration", "concentric_duration", "time_to_takeoff"},
         {"rsi_mod"});
  const auto drop =
      AnalyzeForce(DropRecord(75, 2.4, 0.25, 2.4), *FindForceSport("drop_jump"))->athlete.value();
  expect(drop.reps[0], "drop_jump", *drop.mass_kg,
         {"jump_height_flight_time", "flight_time", "contact_time", "rsr", "eccentric_duration",
          "concentric_duration", "leg_stiffness"},
         {"rsi"});
}

TEST(ForceJump, SeveralJumpsAreSeveralRepetitions) {
  ForceRecord record = RecordOf({});
  const ForceRecord second = RecordOf({.takeoff_m_s = 2.2});
  record.force_n.insert(record.force_n.end(), second.force_n.begin(), second.force_n.end());
  const auto findings = AnalyzeForce(record, Cmj());
  ASSERT_TRUE(findings && findings->athlete);
  ASSERT_EQ(findings->athlete->reps.size(), 2U);
  EXPECT_NEAR(Value(findings->athlete->reps[1], "jump_height"), 2.2 * 2.2 / (2 * kGravity), 0.003);
  EXPECT_EQ(findings->athlete->reps[1].index, 2);
}

TEST(ForceJump, ARecordThatEndsInTheAirHasNoLanding) {
  ForceRecord record = RecordOf({});
  record.force_n.resize(static_cast<std::size_t>(1000 * (TruthOf({}).takeoff_s + 0.01)));
  const Rep rep = OnlyRep(record, Cmj());
  EXPECT_NEAR(Value(rep, "jump_height"), 0.3187, 0.004);
  EXPECT_FALSE(rep.FindEvent("landing"));
  EXPECT_TRUE(std::isnan(Value(rep, "flight_time")));
  EXPECT_NE(std::ranges::find(rep.flags, flag::kFallsShort), rep.flags.end());
}

RC_GTEST_PROP(ForceJump, DropJumpCountsBackFromStandingAfterIt, ()) {
  const double fall = *rc::gen::inRange(15, 32) / 10.0;
  const double up = *rc::gen::inRange(15, 32) / 10.0;
  const double contact = *rc::gen::inRange(15, 45) / 100.0;
  const Rep rep = OnlyRep(DropRecord(75, fall, contact, up), *FindForceSport("drop_jump"));
  RC_ASSERT(std::abs(Value(rep, "contact_time") - contact) < 0.003);
  const double height = up * up / (2 * kGravity);
  RC_ASSERT(std::abs(Value(rep, "jump_height") - height) < 0.008);
  RC_ASSERT(std::abs(Value(rep, "drop_height") - fall * fall / (2 * kGravity)) < 0.012);
  RC_ASSERT(std::abs(Value(rep, "rsi") - height / contact) < 0.06);
}

TEST(ForceJump, AWrongWeightErrsTheRiseInBothOfItsParts) {
  // Weighed in the first second: at t from its middle the speed is wrong by dv, and with it the
  // height at take-off by dv t/2 and that of the jump by v dv/g, the same way: 3.5 times the
  // latter, less for what the take-off's instant adds, and 2.7 if the two were independent.
  const JumpScript script{.standing_s = 1};
  const Rep rep = OnlyRep(RecordOf(script), Cmj());
  const double t = TruthOf(script).takeoff_s - 0.5;
  const double by_height = *rep.FindMetric("jump_height")->u;
  EXPECT_NEAR(*rep.FindMetric("com_rise")->u / by_height, 1 + kGravity * t / 2 / script.takeoff_m_s,
              0.4);
  // Backwards from the standing after a drop jump they are opposite.
  const Rep drop = OnlyRep(DropRecord(75, 2.4, 0.3, 2.4), *FindForceSport("drop_jump"));
  const Metric* const rise = drop.FindMetric("com_rise");
  ASSERT_NE(rise, nullptr);
  EXPECT_LT(*rise->u, *drop.FindMetric("jump_height")->u *
                          (At(drop, "stand_again") + 1 - At(drop, "takeoff")) / 2 * kGravity / 2.4);
}

TEST(ForceJump, ASlowDropJumpIsNotImplausible) {
  const Rep rep = OnlyRep(DropRecord(75, 2.4, 0.9, 1.5), *FindForceSport("drop_jump"));
  EXPECT_GT(Value(rep, "contact_time"), 0.8);
  for (const Metric& metric : rep.metrics)
    EXPECT_EQ(std::ranges::count(metric.flags, flag::kImplausible), 0) << metric.id;
}

TEST(ForceJump, MoreThanHalfASecondOnThePlateIsNoRebound) {
  const Sport& drop = *FindForceSport("drop_jump");
  for (const double contact : {0.4, 0.6}) {
    Rep rep = OnlyRep(DropRecord(75, 2.4, contact, 2.4), drop);
    const auto flagged = [&rep] {
      return std::ranges::find(rep.flags, flag::kNoRebound) != rep.flags.end();
    };
    EXPECT_EQ(flagged(), contact > 0.5);
    // As an edit judges it.
    std::ranges::find(rep.metrics, "contact_time", &Metric::id)->value = 1 - contact;
    for (const FlagRule& rule : drop.flag_rules) FlagByFigure(rule, rep);
    EXPECT_EQ(flagged(), contact < 0.5);
  }
}

TEST(ForceJump, ASquatJumpIsToldFromACountermovement) {
  const Sport& squat = *FindForceSport("squat_jump");
  const JumpScript clean = {.dip_m_s = 0};
  const Rep rep = OnlyRep(RecordOf(clean), squat);
  EXPECT_NEAR(Value(rep, "jump_height"), 0.3187, 0.003);
  EXPECT_NEAR(Value(rep, "illegal_countermovement"), 0, 0.003);
  EXPECT_NEAR(Value(rep, "concentric_duration"), 0.45, 0.02);
  EXPECT_EQ(std::ranges::find(rep.flags, flag::kIllegalCountermovement), rep.flags.end());
  const Rep dips = OnlyRep(RecordOf({.dip_m_s = 0.3}), squat);
  EXPECT_NEAR(Value(dips, "illegal_countermovement"), TruthOf({.dip_m_s = 0.3}).depth_m, 0.004);
  EXPECT_NE(std::ranges::find(dips.flags, flag::kIllegalCountermovement), dips.flags.end());

  const auto countermovement = AnalyzeForce(RecordOf({}), squat);
  ASSERT_TRUE(countermovement);
  EXPECT_FALSE(countermovement->athlete);
  EXPECT_NE(countermovement->left_out.front().find("countermovement"), std::string::npos);
  const auto no_dip = AnalyzeForce(RecordOf(clean), Cmj());
  ASSERT_TRUE(no_dip);
  EXPECT_FALSE(no_dip->athlete);
}

TEST(ForceJump, ACountermovementJumpIsNoDropJump) {
  const auto findings = AnalyzeForce(RecordOf({}), *FindForceSport("drop_jump"));
  ASSERT_TRUE(findings);
  EXPECT_FALSE(findings->athlete);
  ASSERT_EQ(findings->left_out.size(), 1U);
}

TEST(ForceJump, ADropJumpIsNoOtherJump) {
  for (const char* sport : {"cmj", "squat_jump"}) {
    const auto findings = AnalyzeForce(DropRecord(75, 2.4, 0.25, 2.4), *FindForceSport(sport));
    ASSERT_TRUE(findings);
    EXPECT_FALSE(findings->athlete) << sport;
    ASSERT_EQ(findings->left_out.size(), 1U) << sport;
    EXPECT_NE(findings->left_out.front().find("a drop jump"), std::string::npos)
        << findings->left_out.front();
  }
}

TEST(ForceJump, ASquatThatWasHeldIsNoStanding) {
  // It dips by more than a countermovement has to, but is lifted half a metre until the take-off.
  const JumpScript squat = {.unweighting_s = 0.25, .dip_m_s = 0.2};
  ASSERT_GT(TruthOf(squat).depth_m, 0.03);
  const auto findings = AnalyzeForce(RecordOf(squat), Cmj());
  ASSERT_TRUE(findings);
  EXPECT_FALSE(findings->athlete);
  ASSERT_EQ(findings->left_out.size(), 1U);
  EXPECT_NE(findings->left_out.front().find("a squat jump?"), std::string::npos);
}

TEST(ForceJump, WhoNeverStandsStillHasNoBodyWeight) {
  ForceRecord record = RecordOf({.standing_s = 0.05, .after_s = 0.05});
  for (std::size_t i = 0; i < record.force_n.size(); ++i) {
    if (record.force_n[i] > 0) record.force_n[i] += 60 * std::sin(0.05 * static_cast<double>(i));
  }
  const auto findings = AnalyzeForce(record, Cmj());
  ASSERT_TRUE(findings);
  EXPECT_FALSE(findings->athlete);
  EXPECT_EQ(findings->flags.front(), flag::kNoQuietStanding);
}

TEST(ForceJump, StandingAloneIsNoFlight) {
  ForceRecord record{.rate_hz = 1000, .begin_s = 0, .force_n = std::vector<double>(3000, 700)};
  const auto findings = AnalyzeForce(record, Cmj());
  ASSERT_TRUE(findings);
  EXPECT_FALSE(findings->athlete);
  EXPECT_EQ(findings->flags.front(), flag::kNoFlight);
}

TEST(ForceJump, WrongRecordsAreNamed) {
  const auto message = [](ForceRecord record, double scale) {
    for (double& f : record.force_n) f *= scale;
    const auto findings = AnalyzeForce(record, Cmj());
    EXPECT_FALSE(findings);
    return findings ? std::string() : findings.error().message;
  };
  EXPECT_NE(message(RecordOf({}), 0.001).find("--scale 1000"), std::string::npos);
  EXPECT_NE(message(RecordOf({}), 1 / (70 * kGravity)).find("body weights"), std::string::npos);
  EXPECT_NE(message(RecordOf({}), -1).find("--scale -1"), std::string::npos);
  EXPECT_NE(message(RecordOf({}, 60), 1).find("too slow"), std::string::npos);
  EXPECT_NE(message({.rate_hz = 1000, .force_n = {}}, 1).find("no samples"), std::string::npos);
  ForceRecord huge = RecordOf({});
  huge.force_n[5] = 1e23;
  EXPECT_NE(message(huge, 1).find("the largest force is 99999999999999991611392: more than"),
            std::string::npos);
  ForceRecord broken = RecordOf({});
  broken.force_n[5] = std::nan("");
  EXPECT_NE(message(broken, 1).find("no numbers"), std::string::npos);
}

}  // namespace
}  // namespace plyo
