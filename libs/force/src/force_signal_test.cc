#include "force_signal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace plyo::force {
namespace {

TEST(ForceSignal, RunningLevelIsMeanAndDeviation) {
  const std::vector<double> values = {1e6 + 1, 1e6 + 2, 1e6 + 3, 1e6 + 10};
  const RunningLevel level(values);
  EXPECT_DOUBLE_EQ(level.Of({0, 3}).mean, 1e6 + 2);
  EXPECT_NEAR(level.Of({0, 3}).sd, 1, 1e-9);
  EXPECT_DOUBLE_EQ(level.Of({3, 4}).mean, 1e6 + 10);
  EXPECT_DOUBLE_EQ(level.Of({3, 4}).sd, 0);
}

TEST(ForceSignal, ASpikeDoesNotEndAFlight) {
  std::vector<double> force(100, 0);
  force[0] = force[95] = force[97] = force[98] = force[99] = 700;  // lands, and bounces once
  force[50] = 60;
  EXPECT_EQ(Unloaded(force, 20, 5), (std::vector<Stretch>{{1, 95}}));
  EXPECT_EQ(Unloaded(force, 20, 1), (std::vector<Stretch>{{1, 50}, {51, 95}, {96, 97}}));
  EXPECT_TRUE(Unloaded(force, -1, 1).empty());
}

TEST(ForceSignal, CrossingsLieBetweenSamples) {
  const std::vector<double> force = {100, 50, 0, 0, 50, 100};
  EXPECT_DOUBLE_EQ(FallsTo(force, 0, 25), 1.5);
  EXPECT_DOUBLE_EQ(RisesTo(force, 5, 25), 3.5);
}

TEST(ForceSignal, StandingIsTheStillestSecond) {
  std::vector<double> force(4000, 0);
  for (std::size_t i = 0; i < force.size(); ++i) {
    const double sway = i >= 1500 && i < 2700 ? 0.5 : 20;
    force[i] = 700 + sway * std::sin(0.01 * static_cast<double>(i));
  }
  const auto standing = FindQuietStanding(RunningLevel(force), {0, force.size()}, 1000);
  ASSERT_TRUE(standing);
  EXPECT_GE(standing->stretch.begin, 1480U);
  EXPECT_LE(standing->stretch.end, 2720U);
  EXPECT_NEAR(standing->weight_n.value, 700, 0.5);
  EXPECT_FALSE(standing->brief);
}

}  // namespace
}  // namespace plyo::force
