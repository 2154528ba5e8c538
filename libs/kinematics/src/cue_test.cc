#include "plyo/kinematics/cue.h"

#include <gtest/gtest.h>

#include <string>

#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

Sport Bending() {
  Sport sport;
  sport.metrics = {
      {.id = "angle", .unit = "deg", .label = "Angle", .text = "", .min = {}, .max = {}},
      {.id = "drift", .unit = "deg", .label = "Drift", .text = "", .min = {}, .max = {}}};
  sport.metrics[1].of_summary = true;
  sport.cues = {{.id = "bent", .metric = "angle", .side = CueSide::kBelow, .threshold = 160},
                {.id = "straight", .metric = "angle", .side = CueSide::kAbove, .threshold = 175},
                {.id = "drifts", .metric = "drift", .side = CueSide::kBelow, .threshold = 0}};
  return sport;
}

Rep With(std::optional<double> value, std::optional<double> u) {
  Metric angle;
  angle.id = "angle";
  angle.value = value;
  angle.u = u;
  Rep rep;
  rep.metrics = {angle};
  return rep;
}

Summary Over(std::string id, double mean, double u, int n) {
  Summary summary;
  summary.id = std::move(id);
  summary.mean = mean;
  summary.u = u;
  summary.n = n;
  return summary;
}

std::vector<std::string> Ids(const std::vector<Cue>& cues) {
  std::vector<std::string> ids;
  for (const Cue& cue : cues) ids.push_back(cue.rule->id);
  return ids;
}

using Said = std::vector<std::string>;

TEST(Cue, IsSaidWhereTheWholeIntervalLiesBeyondTheThreshold) {
  const Sport sport = Bending();
  EXPECT_EQ(Ids(CuesOf(With(148, 6), sport)), Said{"bent"});
  EXPECT_EQ(Ids(CuesOf(With(179, 2), sport)), Said{"straight"});
  EXPECT_EQ(CuesOf(With(148, 6), sport).at(0).value, 148);
  EXPECT_EQ(CuesOf(With(148, 6), sport).at(0).u, 6);
}

TEST(Cue, IsNotSaidWhereTheIntervalReachesTheThreshold) {
  const Sport sport = Bending();
  EXPECT_EQ(Ids(CuesOf(With(158, 6), sport)), Said{}) << "146 to 170";
  EXPECT_EQ(Ids(CuesOf(With(148.3, 6), sport)), Said{}) << "to 160.06";
  EXPECT_EQ(Ids(CuesOf(With(178, 2), sport)), Said{}) << "from 174.1";
  EXPECT_EQ(Ids(CuesOf(With(168, 1), sport)), Said{}) << "on neither side";
}

TEST(Cue, NeedsAFigureThatCanBeTrusted) {
  const Sport sport = Bending();
  EXPECT_EQ(Ids(CuesOf(With({}, {}), sport)), Said{});
  EXPECT_EQ(Ids(CuesOf(With(140, {}), sport)), Said{}) << "how sure is it?";
  EXPECT_EQ(Ids(CuesOf(Rep(), sport)), Said{});
  for (const std::string_view doubt : {flag::kImplausible, flag::kOutsideBounds}) {
    Rep rep = With(140, 1);
    rep.metrics[0].flags.emplace_back(doubt);
    EXPECT_EQ(Ids(CuesOf(rep, sport)), Said{}) << doubt;
  }
  Rep slow = With(140, 1);
  slow.flags.emplace_back(flag::kSuspectedSlowMotion);
  EXPECT_EQ(Ids(CuesOf(slow, sport)), Said{});
  Rep excluded = With(140, 1);
  excluded.excluded = "stumbled";
  EXPECT_EQ(Ids(CuesOf(excluded, sport)), Said{});
  Rep noted = With(140, 1);
  noted.metrics[0].flags.emplace_back(flag::kNearSide);
  EXPECT_EQ(Ids(CuesOf(noted, sport)), Said{"bent"});
}

TEST(Cue, IsNotSaidOfAStandBetweenTwoSets) {
  const Sport sport = Bending();
  Rep rep = With(140, 2);
  rep.metrics[0].flags = {std::string(flag::kNoRebound)};
  EXPECT_EQ(Ids(CuesOf(rep, sport)), Said{});
}

TEST(Cue, OfTheSummaryIsSaidOfAHabit) {
  const Sport sport = Bending();
  EXPECT_EQ(Ids(CuesOf(std::vector{Over("drift", -2, 0.5, 5)}, sport)), Said{"drifts"});
  EXPECT_EQ(Ids(CuesOf(std::vector{Over("drift", -2, 0.5, 4)}, sport)), Said{}) << "no habit";
  EXPECT_EQ(Ids(CuesOf(std::vector{Over("drift", -2, 1.5, 9)}, sport)), Said{}) << "not sure";
  EXPECT_EQ(Ids(CuesOf(std::vector{Over("angle", 140, 1, 9)}, sport)), Said{})
      << "said of each repetition";
}

TEST(Cue, OfAGaitIsSaidOfAllStepsAlone) {
  Sport sport = Bending();
  sport.repeats_steps = true;
  EXPECT_EQ(Ids(CuesOf(With(140, 1), sport)), Said{});
  EXPECT_EQ(Ids(CuesOf(std::vector{Over("angle", 140, 1, 9)}, sport)), Said{"bent"});
}

}  // namespace
}  // namespace plyo
