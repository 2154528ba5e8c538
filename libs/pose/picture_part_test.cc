#include "picture_part.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "synthetic_frame.h"

namespace plyo {
namespace {

TEST(PicturePartTest, AWidePictureHasTwoParts) {
  EXPECT_EQ(PartCount(1280, 720), 2);
  EXPECT_EQ(PartCount(720, 1280), 2);
  EXPECT_EQ(PartCount(500, 480), 0);
  EXPECT_EQ(PartCount(1920, 480), 5);
}

TEST(PicturePartTest, ACutShowsItsPixels) {
  const auto value = [](double x, double y) { return x < 60 || y < 40 ? 0.0 : 200.0; };
  const Frame frame = MakeSyntheticFrame(200, 100, value, value, value);
  const Frame cut = Cut(frame, {60, 40, 50});
  EXPECT_EQ(cut.width, 50);
  EXPECT_EQ(cut.y.data[0], 200);
  EXPECT_EQ(cut.y.data[-1], 0);
  EXPECT_EQ(cut.u.data[0], 200);
  EXPECT_EQ(cut.v.data[-cut.v.stride], 0);
  EXPECT_EQ(cut.owner, frame.owner);
}

TEST(PicturePartTest, AroundARegionIsTwiceItsSideWhereThereIsRoom) {
  const PicturePart middle = PartAround({640, 360, 200, 0}, 1280, 720);
  EXPECT_EQ(middle.side, 400);
  EXPECT_EQ(middle.x, 440);
  EXPECT_EQ(middle.y, 160);
  const PicturePart corner = PartAround({1300, -5, 200, 0}, 1280, 720);
  EXPECT_EQ(corner.x, 880);
  EXPECT_EQ(corner.y, 0);
  EXPECT_EQ(PartAround({640, 360, 5000, 0}, 1280, 720).side, 720);
}

RC_GTEST_PROP(PicturePartProperty, PartsLieInsideAndCoverThePicture, ()) {
  const int width = *rc::gen::inRange(64, 3000);
  const int height = *rc::gen::inRange(64, 3000);
  const int count = PartCount(width, height);
  int covered = 0;
  for (int i = 0; i < count; ++i) {
    const PicturePart part = PartOf(width, height, i);
    RC_ASSERT(part.x >= 0 && part.y >= 0 && part.x % 2 == 0 && part.y % 2 == 0);
    RC_ASSERT(part.x + part.side <= width && part.y + part.side <= height);
    const int begin = width > height ? part.x : part.y;
    RC_ASSERT(begin <= covered);
    covered = begin + part.side;
  }
  RC_ASSERT(count == 0 || covered >= std::max(width, height) - 1);
}

RC_GTEST_PROP(PicturePartProperty, AroundAnyRegionIsInsideThePicture, ()) {
  const int width = *rc::gen::inRange(64, 3000);
  const int height = *rc::gen::inRange(64, 3000);
  const RegionOfInterest region{*rc::gen::inRange(-500, 3500) * 1.1,
                                *rc::gen::inRange(-500, 3500) * 1.1,
                                *rc::gen::inRange(0, 4000) * 1.1, 0};
  const PicturePart part = PartAround(region, width, height);
  RC_ASSERT(part.x >= 0 && part.y >= 0 && part.x % 2 == 0 && part.y % 2 == 0);
  RC_ASSERT(part.side >= 64 && part.x + part.side <= width && part.y + part.side <= height);
}

}  // namespace
}  // namespace plyo
