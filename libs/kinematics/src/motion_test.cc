#include "plyo/kinematics/motion.h"

#include <gtest/gtest.h>

#include <cmath>

#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/synthetic_jump.h"

namespace plyo {
namespace {

using enum LandmarkId;

constexpr double kScale = 0.004;

std::vector<PoseFrame> Jump(int facing = 1) {
  testing::SyntheticJump jump;
  jump.filming.azimuth_deg = 90 * facing;
  jump.filming.px_per_m = 1 / kScale;
  jump.filming.floor_y_px = 700;
  return testing::Render(jump);
}

TEST(DescribeMotion, StandsOnTheFloorAndFacesForward) {
  for (const int facing : {1, -1}) {
    const Motion motion = DescribeMotion(Jump(facing), Sex::kUnknown, kScale);
    ASSERT_FALSE(motion.frames.empty());
    const MotionFrame& standing = motion.frames.front();
    EXPECT_NEAR(std::min(standing[kLeftHeel].y, standing[kLeftFootIndex].y), 0, 0.02);
    EXPECT_GT(standing[kLeftFootIndex].x, standing[kLeftHeel].x + 0.1);
    EXPECT_GT(standing[kNose].y, 1.2);
    EXPECT_NEAR((standing[kLeftHip].x + standing[kRightHip].x) / 2, 0, 1e-9);
    EXPECT_GT(standing.com_m.y, 0.7);
    EXPECT_LT(standing.com_m.y, standing[kNose].y);
  }
}

TEST(DescribeMotion, RightIsPositiveWhereverTheAthleteFaces) {
  for (const int facing : {1, -1}) {
    auto poses = Jump(facing);
    // Who faces to the right of the picture shows his right side.
    for (PoseFrame& pose : poses) {
      pose[kLeftHip].z = static_cast<float>(20 * facing);
      pose[kRightHip].z = static_cast<float>(-20 * facing);
    }
    const Motion motion = DescribeMotion(poses, Sex::kUnknown, kScale);
    EXPECT_NEAR(motion.frames[0][kRightHip].z, 20 * kScale, 1e-9);
    EXPECT_NEAR(motion.frames[0][kLeftHip].z, -20 * kScale, 1e-9);
  }
}

TEST(DescribeMotion, LengthsFollowTheScaleAndAnglesDoNot) {
  const auto poses = Jump();
  const Motion one = DescribeMotion(poses, Sex::kUnknown, kScale);
  const Motion two = DescribeMotion(poses, Sex::kUnknown, 2 * kScale);
  const Motion none = DescribeMotion(poses, Sex::kUnknown, std::nullopt);
  ASSERT_EQ(one.frames.size(), poses.size());
  EXPECT_FALSE(none.has_lengths);
  for (std::size_t i = 0; i < poses.size(); ++i) {
    EXPECT_NEAR(two.frames[i].com_m.y, 2 * one.frames[i].com_m.y, 1e-9);
    EXPECT_TRUE(std::isnan(none.frames[i].com_m.y));
    EXPECT_EQ(none.frames[i].angles_deg, one.frames[i].angles_deg);
    EXPECT_EQ(one.frames[i].Angle(Side::kLeft, Joint::kKnee),
              AngleInImage(poses[i], Side::kLeft, Joint::kKnee));
  }
}

TEST(DescribeMotion, AnAnkleWhoseToeIsHiddenHasNoAngle) {
  const Motion motion = DescribeMotion(testing::WithVisibility(Jump(), {kRightFootIndex}, 0.1F),
                                       Sex::kUnknown, kScale);
  for (const MotionFrame& frame : motion.frames) {
    EXPECT_TRUE(std::isnan(frame.Angle(Side::kRight, Joint::kAnkle)));
    EXPECT_FALSE(std::isnan(frame.Angle(Side::kLeft, Joint::kAnkle)));
    EXPECT_FALSE(std::isnan(frame.Angle(Side::kRight, Joint::kKnee)));
  }
}

TEST(DescribeMotion, RateIsThatOfTheRecordingWhateverIsMissing) {
  auto poses = Jump();
  const double rate = DescribeMotion(poses, Sex::kUnknown, {}).Rate();
  poses.erase(poses.begin() + 20, poses.begin() + 50);
  EXPECT_NEAR(DescribeMotion(poses, Sex::kUnknown, {}).Rate(), rate, 1e-6);
  EXPECT_EQ(DescribeMotion({}, Sex::kUnknown, {}).Rate(), 0);
}

TEST(MetresPerPixel, IsTheMiddleOneOfThoseThereAre) {
  AthleteResult athlete;
  EXPECT_FALSE(MetresPerPixel(athlete));
  athlete.reps.resize(4);
  for (int i = 0; i < 3; ++i) athlete.reps[static_cast<std::size_t>(i)].scale.m_per_px = 0.001 * i;
  EXPECT_EQ(MetresPerPixel(athlete), 0.001);
}

}  // namespace
}  // namespace plyo
