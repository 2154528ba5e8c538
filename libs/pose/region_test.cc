#include "plyo/pose/region.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numbers>

namespace plyo {
namespace {

TEST(RegionTest, UprightBodyGivesAnUprightSquareAroundTheHips) {
  const RegionOfInterest region = RegionAroundBody({100, 200}, {100, 120});
  EXPECT_EQ(region, (RegionOfInterest{100, 200, 200, 0}));
}

TEST(RegionTest, LeaningToTheRightIsAPositiveTurn) {
  const RegionOfInterest region = RegionAroundBody({100, 200}, {150, 150});
  EXPECT_NEAR(region.rotation, std::numbers::pi / 4, 1e-12);
  EXPECT_NEAR(region.size, 2 * 1.25 * std::hypot(50, 50), 1e-9);
}

TEST(RegionTest, UpsideDownIsHalfATurn) {
  EXPECT_NEAR(std::abs(RegionAroundBody({0, 0}, {0, 10}).rotation), std::numbers::pi, 1e-12);
}

TEST(RegionTest, CoincidingPointsGiveAnEmptyRegion) {
  const RegionOfInterest region = RegionAroundBody({5, 5}, {5, 5});
  EXPECT_EQ(region.size, 0);
  EXPECT_EQ(region.rotation, 0);
}

TEST(RegionTest, CropCornersLieAroundTheCenter) {
  const RegionOfInterest region{50, 60, 512, 0};
  const ImageFromCrop map = MakeImageFromCrop(region, 256);
  EXPECT_NEAR(map({0, 0}).x, 50 - 256, 1e-9);
  EXPECT_NEAR(map({0, 0}).y, 60 - 256, 1e-9);
  EXPECT_NEAR(map({256, 128}).x, 50 + 256, 1e-9);
  EXPECT_NEAR(map({256, 128}).y, 60, 1e-9);
}

TEST(RegionTest, AQuarterTurnPutsTheTopOfTheCropToTheRight) {
  const ImageFromCrop map = MakeImageFromCrop({0, 0, 256, std::numbers::pi / 2}, 256);
  EXPECT_NEAR(map({128, 0}).x, 128, 1e-9);
  EXPECT_NEAR(map({128, 0}).y, 0, 1e-9);
}

RC_GTEST_PROP(RegionProperty, TheBodyStandsUprightInItsOwnCrop, ()) {
  const auto number = [] { return *rc::gen::inRange(-2000, 2000) * 0.5; };
  const Point2 hips{number(), number()};
  const Point2 circle{number(), number()};
  RC_PRE(std::hypot(circle.x - hips.x, circle.y - hips.y) > 1);
  const RegionOfInterest region = RegionAroundBody(hips, circle);
  // The circle's point is 1/1.25 of the way from the middle of the crop to its upper edge.
  const Point2 seen = MakeImageFromCrop(region, 250)({125, 25});
  RC_ASSERT(std::abs(seen.x - circle.x) < 1e-6);
  RC_ASSERT(std::abs(seen.y - circle.y) < 1e-6);
}

}  // namespace
}  // namespace plyo
