#include "plyo/kinematics/joint_angles.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics_testing/pose_edits.h"

namespace plyo {
namespace {

using enum LandmarkId;

/// Right leg facing right: thigh level and forward, shank down, foot forward; trunk up.
PoseFrame Seated() {
  PoseFrame pose;
  pose.image_width = 1000;
  const auto put = [&pose](LandmarkId id, float x, float y) {
    pose[id] = {x, y, 0, 1};
    pose.world[static_cast<std::size_t>(id)] = {x / 100, y / 100, 0.5F};
  };
  for (const bool left : {true, false}) {
    put(left ? kLeftShoulder : kRightShoulder, 500, 300);
    put(left ? kLeftHip : kRightHip, 500, 400);
    put(left ? kLeftKnee : kRightKnee, 600, 400);
    put(left ? kLeftAnkle : kRightAnkle, 600, 500);
    put(left ? kLeftHeel : kRightHeel, 575, 510);
    put(left ? kLeftFootIndex : kRightFootIndex, 650, 500);
  }
  return pose;
}

TEST(AngleInImage, HandComputed) {
  const PoseFrame pose = Seated();
  for (const Side side : {Side::kLeft, Side::kRight}) {
    EXPECT_NEAR(AngleInImage(pose, side, Joint::kHip), 90, 1e-9);
    EXPECT_NEAR(AngleInImage(pose, side, Joint::kKnee), 90, 1e-9);
    EXPECT_NEAR(AngleInImage(pose, side, Joint::kAnkle), 90, 1e-9);
    // Half round to straight down, and on to the heel, 25 back and 10 down from the ankle.
    EXPECT_NEAR(HeelTurnInImage(pose, side, 1), 180 + std::atan2(25, 10) * kDegreesPerRadian, 1e-6);
    EXPECT_NEAR(AngleInWorld(pose, side, Joint::kKnee), 90, 1e-4);
  }
}

TEST(AngleInImage, StraightIs180AndPointedToesAreMoreThan90) {
  PoseFrame pose = Seated();
  pose[kRightKnee] = {500, 500, 0, 1};
  pose[kRightAnkle] = {500, 600, 0, 1};
  pose[kRightFootIndex] = {530, 630, 0, 1};
  EXPECT_NEAR(AngleInImage(pose, Side::kRight, Joint::kHip), 180, 1e-9);
  EXPECT_NEAR(AngleInImage(pose, Side::kRight, Joint::kKnee), 180, 1e-9);
  EXPECT_NEAR(AngleInImage(pose, Side::kRight, Joint::kAnkle), 135, 1e-9);
}

TEST(HeelTurnInImage, OfARigidFootItIsTheAnklesAngleAndAConstant) {
  for (const int facing : {1, -1}) {
    const auto turned_down_by = [facing](double degrees) {
      PoseFrame pose = Seated();
      const double turn = degrees / kDegreesPerRadian;
      const auto put = [&](LandmarkId id, double ahead, double down) {
        pose[id] = {
            static_cast<float>(600 + facing * (ahead * std::cos(turn) - down * std::sin(turn))),
            static_cast<float>(500 + ahead * std::sin(turn) + down * std::cos(turn)), 0, 1};
      };
      put(kRightHeel, -25, 40);
      put(kRightFootIndex, 80, 40);
      return pose;
    };
    const auto apart = [&](double degrees) {
      const PoseFrame pose = turned_down_by(degrees);
      return HeelTurnInImage(pose, Side::kRight, facing) -
             AngleInImage(pose, Side::kRight, Joint::kAnkle);
    };
    for (double degrees = -50; degrees <= 60; degrees += 10)
      EXPECT_NEAR(apart(degrees), apart(0), 1e-3) << degrees << " deg, facing " << facing;
  }
}

TEST(AngleInWorld, SeesDepth) {
  // The thigh comes towards the camera: the picture shows a straight leg.
  PoseFrame pose = Seated();
  const auto world = [&pose](LandmarkId id, float x, float y, float z) {
    pose.world[static_cast<std::size_t>(id)] = {x, y, z};
  };
  world(kRightHip, 0, 0, 0);
  world(kRightKnee, 0, 0.3F, -0.3F);
  world(kRightAnkle, 0, 0.6F, 0);
  EXPECT_NEAR(AngleInWorld(pose, Side::kRight, Joint::kKnee), 90, 1e-4);
}

RC_GTEST_PROP(AngleInImage, IsThatOfTheBodyNotOfThePicture, ()) {
  PoseFrame pose = Seated();
  for (ImageLandmark& landmark : pose.image) {
    landmark.x += static_cast<float>(*rc::gen::inRange(-30, 30));
    landmark.y += static_cast<float>(*rc::gen::inRange(-30, 30));
  }
  const auto joint = *rc::gen::element(Joint::kHip, Joint::kKnee, Joint::kAnkle);
  const double before = AngleInImage(pose, Side::kRight, joint);
  RC_ASSERT(before >= 0 && before <= 180);

  const double turn = *rc::gen::inRange(-180, 180) / kDegreesPerRadian;
  const double scale = *rc::gen::inRange(5, 40) / 10.0;
  const double shift = *rc::gen::inRange(-500, 500);
  PoseFrame turned = pose;
  for (ImageLandmark& landmark : turned.image) {
    const auto x = static_cast<double>(landmark.x);
    const auto y = static_cast<double>(landmark.y);
    landmark.x = static_cast<float>(scale * (x * std::cos(turn) - y * std::sin(turn)) + shift);
    landmark.y = static_cast<float>(scale * (x * std::sin(turn) + y * std::cos(turn)) - shift);
  }
  RC_ASSERT(std::abs(AngleInImage(turned, Side::kRight, joint) - before) < 0.01);
  const PoseFrame mirrored = testing::Mirrored({pose}).front();
  RC_ASSERT(std::abs(AngleInImage(mirrored, Side::kLeft, joint) - before) < 0.01);
}

TEST(TrunkLean, IsPositiveTheWayTheAthleteFaces) {
  PoseFrame pose = Seated();
  EXPECT_NEAR(TrunkLean(pose, 1), 0, 1e-9);
  for (const LandmarkId id : {kLeftShoulder, kRightShoulder}) pose[id].x = 600;
  EXPECT_NEAR(TrunkLean(pose, 1), 45, 1e-9);
  EXPECT_NEAR(TrunkLean(pose, -1), -45, 1e-9);
  for (const LandmarkId id : {kLeftShoulder, kRightShoulder}) pose[id].y = 500;  // head down
  EXPECT_NEAR(TrunkLean(pose, 1), 135, 1e-9);
}

TEST(PhysiologicalBounds, AreTheDefinitions) {
  EXPECT_EQ(PhysiologicalBounds(Joint::kAnkle).min_deg, 60);
  EXPECT_EQ(PhysiologicalBounds(Joint::kAnkle).max_deg, 165);
  for (const Joint joint : {Joint::kHip, Joint::kKnee}) {
    EXPECT_EQ(PhysiologicalBounds(joint).min_deg, 40);
    EXPECT_EQ(PhysiologicalBounds(joint).max_deg, 180);
  }
  for (const Joint joint : {Joint::kHip, Joint::kKnee, Joint::kAnkle}) {
    EXPECT_GT(StandingAngle(joint), PhysiologicalBounds(joint).min_deg);
    EXPECT_LT(StandingAngle(joint), PhysiologicalBounds(joint).max_deg);
  }
  EXPECT_EQ(JointName(Joint::kHip), "hip");
  EXPECT_EQ(JointName(Joint::kKnee), "knee");
  EXPECT_EQ(JointName(Joint::kAnkle), "ankle");
}

}  // namespace
}  // namespace plyo
