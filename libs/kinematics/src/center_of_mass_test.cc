#include "plyo/kinematics/center_of_mass.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace plyo {
namespace {

using enum LandmarkId;

PoseFrame AllAt(double x, double y) {
  PoseFrame pose;
  for (ImageLandmark& landmark : pose.image)
    landmark = {static_cast<float>(x), static_cast<float>(y), 0, 1};
  return pose;
}

/// How far the centre goes when these landmarks go 1000 px to the right: the mass that hangs on
/// them, in thousandths of the body.
double Share(const std::vector<LandmarkId>& ids, Sex sex) {
  PoseFrame pose = AllAt(0, 0);
  for (const LandmarkId id : ids) pose[id].x = 1000;
  return CenterOfMassInImage(pose, sex).x;
}

TEST(CenterOfMass, OfOnePointIsThatPoint) {
  for (const Sex sex : {Sex::kUnknown, Sex::kFemale, Sex::kMale}) {
    const Point2 com = CenterOfMassInImage(AllAt(120, 340), sex);
    EXPECT_NEAR(com.x, 120, 1e-4);
    EXPECT_NEAR(com.y, 340, 1e-4);
  }
}

// Hand-computed from the tables of de Leva (1996): mass fractions and centres from the proximal
// end.
TEST(CenterOfMass, SegmentsWeighAsPublishedForMen) {
  EXPECT_NEAR(Share({kLeftEar, kRightEar}, Sex::kMale), 69.4, 0.01);
  EXPECT_NEAR(Share({kLeftShoulder, kRightShoulder}, Sex::kMale),
              1000 * (0.4346 * (1 - 0.4310) + 2 * 0.0271 * (1 - 0.5772)), 0.01);
  EXPECT_NEAR(Share({kLeftElbow}, Sex::kMale), 1000 * (0.0271 * 0.5772 + 0.0162 * (1 - 0.4574)),
              0.01);
  EXPECT_NEAR(Share({kRightWrist}, Sex::kMale), 1000 * (0.0162 * 0.4574 + 0.0061 * (1 - 0.79)),
              0.01);
  EXPECT_NEAR(Share({kLeftIndex, kLeftPinky}, Sex::kMale), 1000 * 0.0061 * 0.79, 0.01);
  EXPECT_NEAR(Share({kLeftHip, kRightHip}, Sex::kMale),
              1000 * (0.4346 * 0.4310 + 2 * 0.1416 * (1 - 0.4095)), 0.01);
  EXPECT_NEAR(Share({kRightKnee}, Sex::kMale), 1000 * (0.1416 * 0.4095 + 0.0433 * (1 - 0.4459)),
              0.01);
  EXPECT_NEAR(Share({kLeftAnkle}, Sex::kMale), 1000 * 0.0433 * 0.4459, 0.01);
  EXPECT_NEAR(Share({kLeftHeel}, Sex::kMale), 1000 * 0.0137 * (1 - 0.4415), 0.01);
  EXPECT_NEAR(Share({kRightFootIndex}, Sex::kMale), 1000 * 0.0137 * 0.4415, 0.01);
}

TEST(CenterOfMass, SegmentsWeighAsPublishedForWomen) {
  // Published masses add up to 0.9999: the whole is what counts.
  constexpr double kWhole = 0.9999;
  EXPECT_NEAR(Share({kLeftEar, kRightEar}, Sex::kFemale), 66.8 / kWhole, 0.01);
  EXPECT_NEAR(Share({kLeftKnee, kRightKnee}, Sex::kFemale),
              2000 * (0.1478 * 0.3612 + 0.0481 * (1 - 0.4416)) / kWhole, 0.01);
  EXPECT_NEAR(Share({kLeftAnkle}, Sex::kFemale), 1000 * 0.0481 * 0.4416 / kWhole, 0.01);
  EXPECT_NEAR(Share({kRightHeel, kRightFootIndex}, Sex::kFemale), 1000 * 0.0129 / kWhole, 0.01);
  EXPECT_NEAR(Share({kLeftIndex, kLeftPinky}, Sex::kFemale), 1000 * 0.0056 * 0.7474 / kWhole, 0.01);
}

TEST(CenterOfMass, UnknownSexLiesBetween) {
  const std::vector<LandmarkId> thighs = {kLeftKnee, kRightKnee};
  const double female = Share(thighs, Sex::kFemale);
  const double male = Share(thighs, Sex::kMale);
  const double unknown = Share(thighs, Sex::kUnknown);
  EXPECT_GT(unknown, std::min(female, male));
  EXPECT_LT(unknown, std::max(female, male));
}

TEST(CenterOfMass, FacesAndThumbsWeighNothing) {
  for (const LandmarkId id : {kNose, kLeftEye, kRightEyeOuter, kMouthLeft, kLeftThumb, kRightThumb})
    EXPECT_EQ(Share({id}, Sex::kMale), 0);
}

RC_GTEST_PROP(CenterOfMass, MovesAndGrowsWithTheBody, ()) {
  PoseFrame pose;
  for (ImageLandmark& landmark : pose.image) {
    landmark.x = static_cast<float>(*rc::gen::inRange(0, 1000));
    landmark.y = static_cast<float>(*rc::gen::inRange(0, 1000));
  }
  const auto sex = *rc::gen::element(Sex::kUnknown, Sex::kFemale, Sex::kMale);
  const auto dx = static_cast<float>(*rc::gen::inRange(-300, 300));
  const Point2 before = CenterOfMassInImage(pose, sex);
  PoseFrame changed = pose;
  for (ImageLandmark& landmark : changed.image) {
    landmark.x = 2 * landmark.x + dx;
    landmark.y = 2 * landmark.y - dx;
  }
  const Point2 after = CenterOfMassInImage(changed, sex);
  RC_ASSERT(std::abs(after.x - (2 * before.x + static_cast<double>(dx))) < 1e-3);
  RC_ASSERT(std::abs(after.y - (2 * before.y - static_cast<double>(dx))) < 1e-3);
  RC_ASSERT(before.x >= 0 && before.x <= 1000);
}

}  // namespace
}  // namespace plyo
