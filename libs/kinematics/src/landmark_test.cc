#include "plyo/kinematics/landmark.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

TEST(Landmark, EveryNameLeadsBack) {
  std::set<std::string_view> names;
  for (std::size_t k = 0; k < kLandmarkCount; ++k) {
    const auto id = static_cast<LandmarkId>(k);
    names.insert(LandmarkName(id));
    EXPECT_EQ(LandmarkFromName(LandmarkName(id)), id);
  }
  EXPECT_EQ(names.size(), kLandmarkCount);
}

TEST(Landmark, NamesAreTheModels) {
  // The order of the model's output: places that a shifted list would get wrong.
  EXPECT_EQ(LandmarkName(static_cast<LandmarkId>(0)), "nose");
  EXPECT_EQ(LandmarkName(static_cast<LandmarkId>(2)), "left_eye");
  EXPECT_EQ(LandmarkName(static_cast<LandmarkId>(8)), "right_ear");
  EXPECT_EQ(LandmarkName(static_cast<LandmarkId>(11)), "left_shoulder");
  EXPECT_EQ(LandmarkName(static_cast<LandmarkId>(24)), "right_hip");
  EXPECT_EQ(LandmarkName(static_cast<LandmarkId>(29)), "left_heel");
  EXPECT_EQ(LandmarkName(static_cast<LandmarkId>(32)), "right_foot_index");
}

TEST(Landmark, UnknownNamesAreNone) {
  EXPECT_FALSE(LandmarkFromName("").has_value());
  EXPECT_FALSE(LandmarkFromName("left_foot").has_value());
  EXPECT_FALSE(LandmarkFromName("LEFT_HEEL").has_value());
}

TEST(PoseFrame, IsIndexedByName) {
  PoseFrame pose;
  pose[LandmarkId::kLeftKnee].x = 7;
  pose.world[25].z = 3;
  EXPECT_EQ(pose.image[25].x, 7);
  EXPECT_EQ(pose.World(LandmarkId::kLeftKnee).z, 3);
  PoseFrame other = pose;
  EXPECT_EQ(pose, other);
  other[LandmarkId::kRightHeel].visibility = 0.5F;
  EXPECT_NE(pose, other);
}

TEST(Flags, AreDistinct) {
  const std::set<std::string_view> flags(kAllFlags.begin(), kAllFlags.end());
  EXPECT_EQ(flags.size(), kAllFlags.size());
  const std::set<std::string_view> reasons(kAllReasons.begin(), kAllReasons.end());
  EXPECT_EQ(reasons.size(), kAllReasons.size());
}

}  // namespace
}  // namespace plyo
