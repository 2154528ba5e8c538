#include "framing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "plyo/kinematics_testing/synthetic_jump.h"

namespace plyo::pipeline {
namespace {

using plyo::testing::SyntheticJump;

PoseFrame Standing(double scale = 1) {
  SyntheticJump jump;
  PoseFrame pose = plyo::testing::RenderAt(jump, 0);
  for (ImageLandmark& point : pose.image) {
    point.x = static_cast<float>(static_cast<double>(pose.image_width) / 2 +
                                 scale * (static_cast<double>(point.x) - 640));
    point.y = static_cast<float>(static_cast<double>(pose.image_height) / 2 +
                                 scale * (static_cast<double>(point.y) - 420));
    point.visibility = 1;
  }
  return pose;
}

/// The hints after the same has been seen for two seconds.
std::vector<std::string> Hints(std::vector<PoseFrame> poses, bool dark = false) {
  Framing framing;
  for (int i = 0; i < 60; ++i) framing.Observe(Timestamp{i * 33'333}, 1280, 720, poses, dark);
  return framing.hints();
}

bool Has(const std::vector<std::string>& hints, const std::string& hint) {
  return std::ranges::find(hints, hint) != hints.end();
}

TEST(Framing, NothingIsWrongWithAnAthleteInTheMiddle) {
  EXPECT_EQ(Hints({Standing()}), std::vector<std::string>{});
}

TEST(Framing, NobodyAndDark) {
  EXPECT_EQ(Hints({}, true), (std::vector<std::string>{"no_person", "too_dark"}));
}

TEST(Framing, NearAndFar) {
  EXPECT_TRUE(Has(Hints({Standing(0.3)}), "too_far"));
  EXPECT_TRUE(Has(Hints({Standing(1.7)}), "too_near"));
}

TEST(Framing, FeetAndHeadOutOfThePicture) {
  PoseFrame low = Standing();
  for (ImageLandmark& point : low.image) point.y += 200;
  EXPECT_TRUE(Has(Hints({low}), "feet_out_of_picture"));
  PoseFrame high = Standing();
  for (ImageLandmark& point : high.image) point.y -= 300;
  EXPECT_TRUE(Has(Hints({high}), "head_out_of_picture"));
}

TEST(Framing, SeveralPeople) {
  PoseFrame other = Standing(0.8);
  other.track = 2;
  EXPECT_TRUE(Has(Hints({Standing(), other}), "several_people"));
}

TEST(Framing, AHintNeedsASecondToComeAndToGo) {
  Framing framing;
  std::int64_t t = 0;
  const auto observe = [&](int frames, const std::vector<PoseFrame>& poses) {
    for (int i = 0; i < frames; ++i, t += 33'333)
      framing.Observe(Timestamp{t}, 1280, 720, poses, false);
    return framing.hints();
  };
  EXPECT_TRUE(observe(30, {Standing()}).empty());
  EXPECT_TRUE(observe(20, {}).empty()) << "a moment without anybody is no matter";
  EXPECT_TRUE(observe(30, {Standing()}).empty());
  EXPECT_TRUE(Has(observe(35, {}), "no_person"));
  EXPECT_TRUE(Has(observe(20, {Standing()}), "no_person"));
  EXPECT_TRUE(observe(20, {Standing()}).empty());
}

}  // namespace
}  // namespace plyo::pipeline
