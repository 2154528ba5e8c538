#include "body_match.h"

#include <gtest/gtest.h>

#include <utility>

namespace plyo {
namespace {

/// A body of 200 px with legs apart by `stride` px.
LandmarkEstimate Body(float x, float y, float stride = 40) {
  LandmarkEstimate body;
  body.image.fill({x, y - 100, 0, 1});
  const auto put = [&](LandmarkId left, LandmarkId right, float dx, float dy) {
    body.image[static_cast<std::size_t>(left)] = {x + dx, y + dy, 0, 1};
    body.image[static_cast<std::size_t>(right)] = {x - dx, y + dy, 0, 1};
  };
  put(LandmarkId::kLeftShoulder, LandmarkId::kRightShoulder, 20, -70);
  put(LandmarkId::kLeftHip, LandmarkId::kRightHip, 12, 0);
  put(LandmarkId::kLeftKnee, LandmarkId::kRightKnee, stride / 2, 50);
  put(LandmarkId::kLeftAnkle, LandmarkId::kRightAnkle, stride, 100);
  body.auxiliary = {ImageLandmark{x, y, 0, 0}, ImageLandmark{x, y - 110, 0, 0}};
  return body;
}

LandmarkEstimate WithSidesExchanged(LandmarkEstimate body) {
  for (const auto& [left, right] :
       {std::pair{LandmarkId::kLeftShoulder, LandmarkId::kRightShoulder},
        std::pair{LandmarkId::kLeftHip, LandmarkId::kRightHip},
        std::pair{LandmarkId::kLeftKnee, LandmarkId::kRightKnee},
        std::pair{LandmarkId::kLeftAnkle, LandmarkId::kRightAnkle}}) {
    std::swap(body.image[static_cast<std::size_t>(left)],
              body.image[static_cast<std::size_t>(right)]);
  }
  return body;
}

constexpr double kSize = 275;

TEST(BodyMatchTest, ABodyIsItselfALittleBesideAndWithItsSidesExchanged) {
  EXPECT_TRUE(IsSameBody(Body(300, 200), Body(300, 200), kSize));
  EXPECT_TRUE(IsSameBody(Body(300, 200), Body(308, 205), kSize));
  EXPECT_TRUE(IsSameBody(Body(300, 200), WithSidesExchanged(Body(300, 200)), kSize));
}

TEST(BodyMatchTest, SomebodyBehindIsAnother) {
  EXPECT_FALSE(IsSameBody(Body(300, 200), Body(330, 200), kSize));
}

TEST(BodyMatchTest, OverlapIsThatOfTheBoxes) {
  EXPECT_NEAR(BodyOverlap(Body(300, 200), Body(300, 200)), 1, 1e-9);
  EXPECT_NEAR(BodyOverlap(Body(300, 200), Body(340, 200)), 1.0 / 3, 1e-6);  // 80 px wide
  EXPECT_EQ(BodyOverlap(Body(300, 200), Body(500, 200)), 0);
  EXPECT_EQ(BodyOverlap(Body(300, 200), Body(300, 600)), 0);
}

TEST(BodyMatchTest, ShareInPictureCountsShouldersHipsKneesAndAnkles) {
  EXPECT_EQ(ShareInPicture(Body(300, 200), 640, 360), 1);
  EXPECT_EQ(ShareInPicture(Body(300, 300), 640, 360), 0.75);  // ankles at 400
  EXPECT_EQ(ShareInPicture(Body(0, 200), 640, 360), 0.5);
  EXPECT_EQ(ShareInPicture(Body(-300, 200), 640, 360), 0);
}

TEST(BodyMatchTest, ATrunkIsInThePictureByItsHipsOrShoulders) {
  EXPECT_TRUE(HasTrunkInPicture(Body(300, 200), 640, 360));
  EXPECT_TRUE(HasTrunkInPicture(Body(300, 400), 640, 360)) << "shoulders at 330";
  EXPECT_TRUE(HasTrunkInPicture(Body(300, 10), 640, 360)) << "hips at 10";
  EXPECT_FALSE(HasTrunkInPicture(Body(300, 500), 640, 360));
  EXPECT_FALSE(HasTrunkInPicture(Body(-5, 200), 640, 360));
}

TEST(BodyMatchTest, TheNextRegionFollowsTheAuxiliaryLandmarks) {
  const RegionOfInterest region = NextRegion(Body(300, 200));
  EXPECT_EQ(region.cx, 300);
  EXPECT_EQ(region.cy, 200);
  EXPECT_NEAR(region.size, 2 * 1.25 * 110, 1e-3);
  EXPECT_EQ(CenterDistance({0, 0, 5, 1}, {3, 4, 9, 2}), 5);
}

}  // namespace
}  // namespace plyo
