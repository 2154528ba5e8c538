#include "cues.h"

#include <gtest/gtest.h>

#include "plyo/kinematics/flags.h"

namespace plyo::service {
namespace {

Rep Jump(double height_m, double depth_m) {
  Rep rep;
  Metric height;
  height.id = "jump_height";
  height.value = height_m;
  height.u = 0.01;
  Metric depth;
  depth.id = "countermovement_depth";
  depth.value = depth_m;
  depth.u = 0.01;
  rep.metrics = {height, depth};
  return rep;
}

std::vector<std::string> Ids(const Rep& rep, const std::vector<Rep>& earlier,
                             const Sport& sport = {}) {
  AthleteCues cues(sport);
  for (const Rep& one : earlier) cues.Add(one);
  std::vector<std::string> ids;
  for (const live::Cue& cue : cues.Add(rep)) ids.push_back(cue.id);
  return ids;
}

using Cues = std::vector<std::string>;

TEST(Cues, TheFirstJumpIsComparedWithNothing) { EXPECT_EQ(Ids(Jump(0.4, 0.3), {}), Cues{}); }

TEST(Cues, PraisesABestThatIsSurelyOne) {
  EXPECT_EQ(Ids(Jump(0.40, 0.3), {Jump(0.35, 0.3)}), Cues{"best_so_far"});
  EXPECT_EQ(Ids(Jump(0.36, 0.3), {Jump(0.35, 0.3)}), Cues{}) << "within the uncertainty";
  EXPECT_EQ(Ids(Jump(0.38, 0.3), {Jump(0.35, 0.3), Jump(0.40, 0.3)}), Cues{});
}

TEST(Cues, NoDoubtfulHeightIsTheBest) {
  Rep wrong = Jump(1.45, 0.3);
  wrong.metrics[0].flags = {std::string(flag::kImplausible)};
  EXPECT_EQ(Ids(wrong, {Jump(0.35, 0.3)}), Cues{});
  EXPECT_EQ(Ids(Jump(0.40, 0.3), {Jump(0.35, 0.3), wrong}), Cues{"best_so_far"});
}

TEST(Cues, ComparesTheDepthWithAHabit) {
  const std::vector<Rep> habit{Jump(0.4, 0.30), Jump(0.4, 0.31), Jump(0.4, 0.29)};
  EXPECT_EQ(Ids(Jump(0.4, 0.40), habit), Cues{"deeper_than_usual"});
  EXPECT_EQ(Ids(Jump(0.4, 0.20), habit), Cues{"shallower_than_usual"});
  EXPECT_EQ(Ids(Jump(0.4, 0.32), habit), Cues{});
  EXPECT_EQ(Ids(Jump(0.4, 0.40), {habit[0], habit[1]}), Cues{}) << "two are no habit";
  EXPECT_EQ(Ids(Jump(0.4, 0.40), {Jump(0.4, 0.2), Jump(0.4, 0.3), Jump(0.4, 0.4)}), Cues{})
      << "he jumps this way and that";
}

TEST(Cues, RememberTheWholeSession) {
  std::vector<Rep> jumps{Jump(0.5, 0.3)};
  for (int i = 0; i < 100; ++i) jumps.push_back(Jump(0.4, i % 2 == 0 ? 0.2 : 0.4));
  EXPECT_EQ(Ids(Jump(0.45, 0.3), jumps), Cues{}) << "the first one was higher";
  EXPECT_EQ(Ids(Jump(0.55, 0.3), jumps), Cues{"best_so_far"});
  for (int i = 0; i < 20; ++i) jumps.push_back(Jump(0.4, 0.3));
  EXPECT_EQ(Ids(Jump(0.4, 0.4), jumps), Cues{}) << "he has long jumped this way and that";
}

TEST(Cues, SaysNothingWithoutFigures) {
  EXPECT_EQ(Ids(Rep{}, {Jump(0.4, 0.3), Jump(0.4, 0.3), Jump(0.4, 0.3)}), Cues{});
}

/// Jumps are to be higher than 30 cm, the dip shallower than 35 cm.
Sport WithRules(bool steps) {
  Sport sport;
  sport.repeats_steps = steps;
  for (const char* id : {"jump_height", "countermovement_depth"}) {
    sport.metrics.emplace_back();
    sport.metrics.back().id = id;
  }
  sport.cues = {{.id = "low",
                 .metric = "jump_height",
                 .side = CueSide::kBelow,
                 .threshold = 0.3,
                 .level = CueLevel::kAttention},
                {.id = "deep",
                 .metric = "countermovement_depth",
                 .side = CueSide::kAbove,
                 .threshold = 0.35}};
  return sport;
}

TEST(Cues, SaysTheRulesOfTheSportThatTheFiguresBearOut) {
  const Sport sport = WithRules(false);
  EXPECT_EQ(Ids(Jump(0.25, 0.4), {}, sport), (Cues{"low", "deep"}));
  EXPECT_EQ(Ids(Jump(0.29, 0.36), {}, sport), Cues{}) << "within the uncertainty";
  const auto said = AthleteCues(sport).Add(Jump(0.25, 0.3));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].level, CueLevel::kAttention);
  EXPECT_EQ(said[0].metric, "jump_height");
  EXPECT_EQ(said[0].value, 0.25);
}

TEST(Cues, OfAGaitAreSaidOnceWhenTheyBecomeTrue) {
  const Sport sport = WithRules(true);
  std::vector<Rep> steps;
  int said = 0;
  for (int i = 0; i < 60; ++i) {
    // From the thirtieth step on it is lower, and the mean of the newest follows.
    const Rep step = Jump(i < 30 ? 0.4 : 0.2, 0.3);
    for (const std::string& id : Ids(step, steps, sport)) {
      if (id != "low") continue;
      ++said;
      EXPECT_GT(i, 40);
      EXPECT_LT(i, 50);
    }
    steps.push_back(step);
  }
  EXPECT_EQ(said, 1);
}

Rep Step(double cadence) {
  Rep step;
  Metric metric;
  metric.id = "cadence";
  metric.value = cadence;
  metric.u = 2;
  step.metrics = {metric};
  return step;
}

TEST(Cues, TellARunnerOnceThatHisCadenceFalls) {
  Sport sport;
  sport.repeats_steps = true;
  sport.metrics.emplace_back().id = "cadence";
  AthleteCues cues(sport);
  const auto run = [&](int steps, double cadence) {
    std::vector<live::Cue> said;
    for (int i = 0; i < steps; ++i) {
      for (live::Cue& cue : cues.Add(Step(cadence))) said.push_back(std::move(cue));
    }
    return said;
  };
  EXPECT_TRUE(run(40, 170).empty());
  EXPECT_TRUE(run(40, 163).empty()) << "4 % less";
  const auto falls = run(40, 155);
  ASSERT_EQ(falls.size(), 1U);
  EXPECT_EQ(falls[0].id, "cadence_falls");
  EXPECT_EQ(falls[0].metric, "cadence");
  EXPECT_LT(*falls[0].value, 170 * 0.95);
  EXPECT_TRUE(run(40, 163).empty()) << "hardly back";
  EXPECT_TRUE(run(40, 155).empty()) << "it has been said";
  EXPECT_TRUE(run(40, 170).empty());
  EXPECT_EQ(run(40, 155).size(), 1U) << "it fell again";
  EXPECT_TRUE(run(40, 190).empty());
}

TEST(Cues, SaysNothingOfACadenceThatIsNotKnownWellEnough) {
  Sport sport;
  sport.repeats_steps = true;
  sport.metrics.emplace_back().id = "cadence";
  AthleteCues cues(sport);
  for (int i = 0; i < 80; ++i) {
    Rep step = Step(i < 40 ? 170 : 160);
    step.metrics[0].u = 60;
    EXPECT_TRUE(cues.Add(step).empty()) << i;
  }
}

}  // namespace
}  // namespace plyo::service
