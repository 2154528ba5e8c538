#include "canvas.h"

#include <gtest/gtest.h>

#include "skeleton.h"
#include "testing/fixture.h"

namespace plyo::report {
namespace {

class CanvasTest : public ::testing::Test {
 protected:
  static constexpr int kWidth = 120;
  static constexpr int kHeight = 80;

  std::array<int, 3> At(int x, int y) const {  // red, green, blue
    const std::uint8_t* p = pixels_.data() + 4 * (y * kWidth + x);
    return {p[2], p[1], p[0]};
  }

  std::vector<std::uint8_t> pixels_ = std::vector<std::uint8_t>(kWidth * kHeight * 4);
  FontSet fonts_;
  Canvas canvas_{pixels_.data(), kWidth, kHeight, kWidth * 4, &fonts_};
};

TEST_F(CanvasTest, DrawsOnBytesInTheOrderBlueGreenRed) {
  canvas_.Box({10, 10}, 20, 20, {{200, 100, 50}, 1});
  EXPECT_EQ(At(15, 15), (std::array{200, 100, 50}));
  EXPECT_EQ(At(31, 15), (std::array{0, 0, 0}));
  canvas_.Disc({60, 40}, 10, {{255, 255, 255}, 0.5});
  EXPECT_NEAR(At(60, 40)[0], 128, 1);
}

TEST_F(CanvasTest, FiguresAreOfOneWidth) {
  const TextStyle style;
  EXPECT_DOUBLE_EQ(canvas_.TextWidth("1.111", style), canvas_.TextWidth("8.888", style));
  EXPECT_GT(canvas_.TextWidth("Ww", style), canvas_.TextWidth("il", style));
}

TEST_F(CanvasTest, TextStandsWhereItsAlignmentSays) {
  TextStyle style;
  style.align = Align::kRight;
  const double width = canvas_.Text("Plyo", {110, 40}, style);
  bool inside = false;
  for (int x = 0; x < kWidth; ++x) {
    for (int y = 0; y < kHeight; ++y) {
      if (At(x, y)[0] == 0) continue;
      inside = true;
      EXPECT_GE(x, 110 - width - 2);
      EXPECT_LE(x, 111);
    }
  }
  EXPECT_TRUE(inside);
}

TEST_F(CanvasTest, BrokenUtf8IsSkipped) {
  const TextStyle style;
  EXPECT_DOUBLE_EQ(canvas_.TextWidth("a\xff\xe2\x82", style), canvas_.TextWidth("a", style));
}

TEST_F(CanvasTest, PictureShowsThePartAtItsOrigin) {
  std::vector<std::uint8_t> picture(40 * 40 * 4, 10);
  for (int i = 0; i < 4; ++i) picture[4 * (20 * 40 + 20) + i] = 250;
  canvas_.Picture(picture.data(), 40, 40, 160, 4, {10, 10});
  EXPECT_GT(At(42, 42)[0], 150);  // (20.5 - 10) * 4
  EXPECT_EQ(At(10, 10)[0], 10);
}

TEST(NearSide, FollowsTheDepthOfShouldersAndHips) {
  const PoseFrame pose = testing::JumpPoses().at(1).front();
  EXPECT_EQ(NearSideOf(LeftNearness(pose)), NearSide::kRight);
  PoseFrame turned = pose;
  for (ImageLandmark& landmark : turned.image) landmark.z = -landmark.z;
  EXPECT_EQ(NearSideOf(LeftNearness(turned)), NearSide::kLeft);
  for (ImageLandmark& landmark : turned.image) landmark.z = 0;
  EXPECT_EQ(NearSideOf(LeftNearness(turned)), NearSide::kNeither);
}

}  // namespace
}  // namespace plyo::report
