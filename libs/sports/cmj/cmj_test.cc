#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/joint_angles.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_sole.h"

// What the analysis says of jumps whose every figure is known.
namespace plyo::sports::cmj {

Sport Describe();

namespace {

using testing::HasFlag;
using testing::Outcome;
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

const Metric& Get(const Rep& rep, std::string_view id) { return *rep.FindMetric(id); }

/// Every metric of the catalogue is there, with a value or a reason, and says what a reader needs.
void ExpectWhole(const Rep& rep) {
  const Sport sport = Describe();
  ASSERT_EQ(rep.metrics.size(), sport.metrics.size());
  const std::set<std::string_view> reasons(kAllReasons.begin(), kAllReasons.end());
  std::set<std::string_view> flags(kAllFlags.begin(), kAllFlags.end());
  flags.insert({"sayers_1999", "samozino_2008"});  // the method, named in the result
  for (std::size_t i = 0; i < rep.metrics.size(); ++i) {
    const Metric& metric = rep.metrics[i];
    EXPECT_EQ(metric.id, sport.metrics[i].id);
    EXPECT_EQ(metric.unit, sport.metrics[i].unit);
    if (metric.value) {
      EXPECT_TRUE(std::isfinite(*metric.value)) << metric.id;
      ASSERT_TRUE(metric.u) << metric.id;
      EXPECT_TRUE(std::isfinite(*metric.u) && *metric.u > 0) << metric.id;
      EXPECT_TRUE(metric.reason.empty()) << metric.id;
      EXPECT_LE(metric.begin_s, metric.end_s) << metric.id;
    } else {
      EXPECT_TRUE(reasons.contains(metric.reason)) << metric.id << ": " << metric.reason;
      EXPECT_FALSE(metric.u.has_value()) << metric.id;
    }
    for (const std::string& flag : metric.flags) EXPECT_TRUE(flags.contains(flag)) << flag;
  }
  for (const std::string& flag : rep.flags) EXPECT_TRUE(flags.contains(flag)) << flag;

  std::set<std::string> known;
  for (const EventDescriptor& event : sport.events) known.insert(event.id);
  double previous = -1e300;
  for (const Event& event : rep.events) {
    EXPECT_TRUE(known.contains(event.id)) << event.id;
    EXPECT_GT(event.t_s, previous) << event.id;
    EXPECT_GT(event.u_s, 0) << event.id;
    previous = event.t_s;
  }
}

Rep OnlyRep(const Outcome& outcome) {
  EXPECT_EQ(outcome.confirmed.size(), 1U);
  return outcome.confirmed.empty() ? Rep{} : outcome.confirmed.front();
}

TEST(Cmj, ATableIsWholeWhateverIsMissing) {
  const SyntheticJump plain;
  const SyntheticTruth truth = TruthOf(plain).front();
  for (const double azimuth : {90.0, -90.0, 45.0, 0.0}) {
    SyntheticJump jump;
    jump.filming.azimuth_deg = azimuth;
    for (const bool known : {false, true}) {
      AthleteOptions athlete;
      if (known) {
        athlete.height_m = 1.75;
        athlete.mass_kg = 70;
        athlete.sex = Sex::kFemale;
      }
      ExpectWhole(OnlyRep(Analyze(Render(jump), athlete)));
    }
  }
  for (const auto& frames :
       {testing::Between(Render(plain), truth.onset_s + 0.2, 99),
        testing::Between(Render(plain), 0, truth.landing_s + 0.12),
        testing::Without(Render(plain), truth.apex_s - 0.07, truth.apex_s + 0.05)}) {
    const Outcome outcome = Analyze(frames, AthleteOf(plain));
    ExpectWhole(OnlyRep(outcome));
    for (const Rep& rep : outcome.provisional) ExpectWhole(rep);
  }
}

TEST(Cmj, AllHeadlinesArePresentInASideView) {
  const SyntheticJump jump;
  AthleteOptions athlete = AthleteOf(jump);
  athlete.mass_kg = 70;
  const Rep rep = OnlyRep(Analyze(Render(jump), athlete));
  for (const MetricDescriptor& descriptor : Describe().metrics) {
    EXPECT_TRUE(!descriptor.headline || ValueOf(rep, descriptor.id)) << descriptor.id;
  }
  for (const EventDescriptor& event : Describe().events)
    EXPECT_TRUE(rep.FindEvent(event.id)) << event.id;
  EXPECT_TRUE(rep.flags.empty());
}

struct Score {
  int n = 0;
  int covered = 0;
  double worst = 0;  // in standard uncertainties
};

TEST(Cmj, ValuesLieWithinTheirIntervalsOfTheTruth) {
  std::map<std::string, Score> scores;
  const auto hold = [&scores](const std::string& id, double value, double u, double truth) {
    Score& score = scores[id];
    const double away = std::abs(value - truth) / u;
    ++score.n;
    score.covered += away < 1.96;
    score.worst = std::max(score.worst, away);
  };
  unsigned seed = 0;
  for (const double height : {0.2, 0.3, 0.45}) {
    for (const double depth : {0.14 + height / 2, 0.24 + height / 2}) {  // deep enough for the push
      for (const double fps : {30.0, 60.0, 120.0}) {
        for (const double stature : {1.55, 1.9}) {
          SyntheticJump jump;
          jump.height_m = height;
          jump.depth_m = depth;
          jump.stature_m = stature;
          jump.takeoff_rise_m = 0.037 * stature;
          jump.landing_drop_m = seed % 3 == 0 ? 0.06 : 0.01;
          jump.filming.fps = fps;
          jump.filming.noise_px = 0.6;
          jump.filming.seed = ++seed;
          const SyntheticTruth truth = TruthOf(jump).front();
          const testing::SyntheticSole sole(jump, {.noise_px = 0.3, .unavailable = seed % 2 == 0});
          const Rep rep = OnlyRep(Analyze(Render(jump), AthleteOf(jump), sole));
          const std::pair<const char*, double> metrics[] = {
              {"jump_height", height},
              {"jump_height_flight_time", truth.flight_time_height_m},
              {"flight_time", truth.flight_time_s},
              {"takeoff_velocity", truth.takeoff_velocity_m_s},
              {"com_rise", truth.com_rise_m},
              {"countermovement_depth", depth},
              {"concentric_duration", truth.takeoff_s - truth.lowest_s},
              {"eccentric_duration", truth.lowest_s - truth.onset_s},
              {"unweighting_duration", truth.peak_downward_velocity_s - truth.onset_s},
              {"braking_duration", truth.lowest_s - truth.peak_downward_velocity_s},
              {"time_to_takeoff", truth.takeoff_s - truth.onset_s},
              {"rsi_mod", height / (truth.takeoff_s - truth.onset_s)},
              {"peak_eccentric_velocity", truth.peak_eccentric_velocity_m_s},
              {"peak_concentric_velocity", truth.peak_concentric_velocity_m_s}};
          for (const auto& [id, expected] : metrics) {
            ASSERT_TRUE(ValueOf(rep, id)) << id;
            hold(id, *ValueOf(rep, id), *Get(rep, id).u, expected);
          }
          const std::pair<const char*, double> events[] = {
              {"movement_onset", truth.onset_s},
              {"peak_downward_velocity", truth.peak_downward_velocity_s},
              {"lowest_point", truth.lowest_s},
              {"takeoff", truth.takeoff_s},
              {"apex", truth.apex_s},
              {"landing", truth.landing_s},
              {"landing_lowest_point", truth.landing_lowest_s}};
          for (const auto& [id, expected] : events) {
            ASSERT_TRUE(rep.FindEvent(id)) << id;
            hold(id, rep.FindEvent(id)->t_s, rep.FindEvent(id)->u_s, expected);
          }
        }
      }
    }
  }
  int n = 0;
  int covered = 0;
  for (const auto& [id, score] : scores) {
    EXPECT_EQ(score.n, 36);
    EXPECT_GE(score.covered, 0.8 * score.n) << id;
    EXPECT_LT(score.worst, 3.5) << id;
    n += score.n;
    covered += score.covered;
  }
  EXPECT_GE(covered, 0.93 * n);
}

TEST(Cmj, TripleExtension) {
  for (const double fps : {30.0, 60.0, 240.0}) {
    SyntheticJump jump;
    jump.filming.fps = fps;
    jump.filming.noise_px = 0.5;
    const Rep rep = OnlyRep(Analyze(Render(jump), AthleteOf(jump)));
    EXPECT_GE(ValueOf(rep, "ankle_extension_rom").value(), 30) << fps;
    EXPECT_GE(ValueOf(rep, "knee_extension_rom").value(), 20);
    EXPECT_GE(ValueOf(rep, "hip_extension_rom").value(), 20);
    EXPECT_NEAR(ValueOf(rep, "ankle_angle_lowest_point").value(), 80, 15);
    EXPECT_NEAR(ValueOf(rep, "ankle_angle_takeoff").value(), 120, 15);
  }
}

TEST(Cmj, EventsAndPhasesAreInOrderAndLeaveNoHole) {
  const Rep rep = OnlyRep(Analyze(Render(SyntheticJump{}), AthleteOf({})));
  const char* const order[] = {
      "movement_onset", "peak_downward_velocity", "lowest_point", "takeoff", "apex",
      "landing",        "landing_lowest_point",   "stand_again"};
  ASSERT_EQ(rep.events.size(), std::size(order));
  for (std::size_t i = 0; i < rep.events.size(); ++i) EXPECT_EQ(rep.events[i].id, order[i]);

  std::map<std::string, Phase> phases;
  for (const Phase& phase : rep.phases) {
    EXPECT_LT(phase.begin_s, phase.end_s) << phase.id;
    phases[phase.id] = phase;
  }
  ASSERT_EQ(phases.size(), 8U);
  const char* const chain[] = {"standing",   "unweighting", "braking",
                               "propulsion", "flight",      "absorption"};
  for (std::size_t i = 1; i < std::size(chain); ++i)
    EXPECT_EQ(phases[chain[i - 1]].end_s, phases[chain[i]].begin_s) << chain[i];
  EXPECT_EQ(phases["unweighting"].begin_s, TimeOf(rep, "movement_onset"));
  EXPECT_EQ(phases["braking"].end_s, TimeOf(rep, "lowest_point"));
  EXPECT_EQ(phases["flight"].begin_s, TimeOf(rep, "takeoff"));
  EXPECT_EQ(phases["flight"].end_s, TimeOf(rep, "landing"));
  EXPECT_EQ(phases["eccentric"].begin_s, phases["unweighting"].begin_s);
  EXPECT_EQ(phases["eccentric"].end_s, phases["braking"].end_s);
  EXPECT_EQ(phases["concentric"].begin_s, phases["propulsion"].begin_s);
  EXPECT_EQ(phases["concentric"].end_s, phases["propulsion"].end_s);
}

TEST(Cmj, FiguresFollowFromTheEvents) {
  for (const double height : {0.15, 0.35, 0.5}) {
    SyntheticJump jump;
    jump.height_m = height;
    jump.filming.noise_px = 0.7;
    const Rep rep = OnlyRep(Analyze(Render(jump), AthleteOf(jump)));
    const auto t = [&rep](const char* id) { return TimeOf(rep, id).value(); };
    const auto v = [&rep](const char* id) { return ValueOf(rep, id).value(); };
    const double up = t("apex") - t("takeoff");
    EXPECT_NEAR(v("jump_height"), kGravity * up * up / 2, 1e-9);
    EXPECT_NEAR(v("takeoff_velocity"), kGravity * up, 1e-9);
    EXPECT_NEAR(v("flight_time"), t("landing") - t("takeoff"), 1e-9);
    EXPECT_NEAR(v("jump_height_flight_time"), kGravity * std::pow(v("flight_time"), 2) / 8, 1e-9);
    EXPECT_NEAR(v("eccentric_duration"), t("lowest_point") - t("movement_onset"), 1e-9);
    EXPECT_NEAR(v("eccentric_duration"), v("unweighting_duration") + v("braking_duration"), 1e-9);
    EXPECT_NEAR(v("concentric_duration"), t("takeoff") - t("lowest_point"), 1e-9);
    EXPECT_NEAR(v("time_to_takeoff"), v("eccentric_duration") + v("concentric_duration"), 1e-9);
    EXPECT_NEAR(v("rsi_mod"), v("jump_height") / v("time_to_takeoff"), 1e-9);
    EXPECT_GE(v("peak_concentric_velocity"), v("takeoff_velocity") - 0.15);
    EXPECT_LT(v("peak_eccentric_velocity"), 0);
    EXPECT_GT(v("countermovement_depth"), 0);
  }
}

TEST(Cmj, PowerNeedsTheMass) {
  const SyntheticJump jump;
  AthleteOptions athlete = AthleteOf(jump);
  const Rep without = OnlyRep(Analyze(Render(jump), athlete));
  athlete.mass_kg = 70;
  const Rep with = OnlyRep(Analyze(Render(jump), athlete));
  for (const char* id : {"peak_power", "mean_power", "mean_force"}) {
    EXPECT_EQ(Get(without, id).reason, reason::kMassNotGiven) << id;
    EXPECT_TRUE(ValueOf(with, id)) << id;
  }
  // Of the true jump: Sayers 60.7 * 35 + 45.3 * 70 - 2055 = 3240.5 W; Samozino
  // F = 70 g (0.35 / 0.365 + 1) = 1344.7 N, P = F sqrt(g 0.35 / 2) = 1761.6 W.
  EXPECT_NEAR(*ValueOf(with, "peak_power"), 3240.5, 1.96 * *Get(with, "peak_power").u);
  EXPECT_NEAR(*ValueOf(with, "mean_force"), 1344.7, 1.96 * *Get(with, "mean_force").u);
  EXPECT_NEAR(*ValueOf(with, "mean_power"), 1761.6, 1.96 * *Get(with, "mean_power").u);
  // Nothing else depends on it.
  for (const Metric& metric : without.metrics) {
    if (metric.reason == reason::kMassNotGiven) continue;
    EXPECT_EQ(metric, Get(with, metric.id));
  }
}

TEST(Cmj, WithoutAStatureTheFallIsTheRuler) {
  SyntheticJump jump;
  jump.filming.noise_px = 0.4;
  const Rep rep = OnlyRep(Analyze(Render(jump)));
  EXPECT_EQ(rep.scale.method, "free_fall");
  EXPECT_NEAR(*rep.scale.m_per_px, 1 / jump.filming.px_per_m, 2 * *rep.scale.u_m_per_px);
  EXPECT_NEAR(*ValueOf(rep, "jump_height"), 0.35, 1.96 * *Get(rep, "jump_height").u);
  EXPECT_NEAR(*ValueOf(rep, "countermovement_depth"), 0.3,
              1.96 * *Get(rep, "countermovement_depth").u);
  const Rep known = OnlyRep(Analyze(Render(jump), AthleteOf(jump)));
  EXPECT_EQ(known.scale.method, "stature");
  EXPECT_LT(*known.scale.u_m_per_px, *rep.scale.u_m_per_px);
}

TEST(Cmj, AWrongStatureIsAConflict) {
  const SyntheticJump jump;
  AthleteOptions athlete;
  athlete.height_m = 1.3 * jump.stature_m;
  const Rep rep = OnlyRep(Analyze(Render(jump), athlete));
  EXPECT_TRUE(HasFlag(rep.flags, flag::kScaleConflict));
}

TEST(Cmj, SlowMotionIsSuspectedWhereTheStatureIsGiven) {
  SyntheticJump jump;
  jump.filming.fps = 240;
  for (const double factor : {4.0, 8.0}) {
    const auto slowed = testing::Slowed(Render(jump), factor);
    const Outcome outcome = Analyze(slowed, AthleteOf(jump));
    ASSERT_EQ(outcome.confirmed.size(), 1U) << factor;
    const Rep& rep = outcome.confirmed.front();
    EXPECT_TRUE(HasFlag(rep.flags, flag::kSuspectedSlowMotion)) << factor;
    EXPECT_TRUE(HasFlag(Get(rep, "jump_height").flags, flag::kSuspectedSlowMotion));
  }
  EXPECT_FALSE(
      HasFlag(OnlyRep(Analyze(Render(jump), AthleteOf(jump))).flags, flag::kSuspectedSlowMotion));
}

TEST(Cmj, NoiseGrowsTheUncertainty) {
  SyntheticJump jump;
  const Rep calm = OnlyRep(Analyze(Render(jump), AthleteOf(jump)));
  jump.filming.noise_px = 3;
  const Rep noisy = OnlyRep(Analyze(Render(jump), AthleteOf(jump)));
  for (const char* id : {"jump_height", "flight_time", "takeoff_velocity"})
    EXPECT_GT(*Get(noisy, id).u, *Get(calm, id).u) << id;
}

TEST(Cmj, PixelsNarrowTheInterval) {
  SyntheticJump jump;
  jump.filming.noise_px = 0.5;
  const Rep landmarks = OnlyRep(Analyze(Render(jump), AthleteOf(jump)));
  const Rep pixels = OnlyRep(Analyze(Render(jump), AthleteOf(jump), testing::SyntheticSole(jump)));
  EXPECT_TRUE(HasFlag(Get(landmarks, "jump_height").flags, flag::kLandmarksOnly));
  EXPECT_FALSE(HasFlag(Get(pixels, "jump_height").flags, flag::kLandmarksOnly));
  for (const char* id : {"jump_height", "flight_time"})
    EXPECT_LT(*Get(pixels, id).u, *Get(landmarks, id).u) << id;
  EXPECT_NEAR(*ValueOf(pixels, "flight_time"), TruthOf(jump)[0].flight_time_s, 0.006);
}

}  // namespace
}  // namespace plyo::sports::cmj
