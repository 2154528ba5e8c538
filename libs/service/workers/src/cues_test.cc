#include "cues.h"

#include <gtest/gtest.h>

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

std::vector<std::string> Ids(const Rep& rep, const std::vector<Rep>& earlier) {
  std::vector<std::string> ids;
  for (const live::Cue& cue : CuesFor(rep, earlier)) ids.push_back(cue.id);
  return ids;
}

using Cues = std::vector<std::string>;

TEST(Cues, TheFirstJumpIsComparedWithNothing) { EXPECT_EQ(Ids(Jump(0.4, 0.3), {}), Cues{}); }

TEST(Cues, PraisesABestThatIsSurelyOne) {
  EXPECT_EQ(Ids(Jump(0.40, 0.3), {Jump(0.35, 0.3)}), Cues{"best_so_far"});
  EXPECT_EQ(Ids(Jump(0.36, 0.3), {Jump(0.35, 0.3)}), Cues{}) << "within the uncertainty";
  EXPECT_EQ(Ids(Jump(0.38, 0.3), {Jump(0.35, 0.3), Jump(0.40, 0.3)}), Cues{});
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

TEST(Cues, SaysNothingWithoutFigures) {
  EXPECT_EQ(Ids(Rep{}, {Jump(0.4, 0.3), Jump(0.4, 0.3), Jump(0.4, 0.3)}), Cues{});
}

}  // namespace
}  // namespace plyo::service
