#include "plyo/kinematics/body_track.h"

#include <gtest/gtest.h>

#include <cmath>

#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"

namespace plyo {
namespace {

PoseFrame FrameAt(double t, std::int64_t index) {
  PoseFrame frame;
  frame.t = Timestamp::FromSeconds(t);
  frame.frame = index;
  for (ImageLandmark& landmark : frame.image) landmark = {10, 20, 0, 0.5F};
  return frame;
}

TEST(BodyTrack, TurnsPixelsIntoHeights) {
  std::vector<PoseFrame> frames = {FrameAt(0, 0), FrameAt(0.1, 1)};
  frames[1][LandmarkId::kLeftHeel].y = 15;
  frames[1][LandmarkId::kLeftHeel].x = 12;
  frames[1][LandmarkId::kLeftHeel].visibility = 1;
  const BodyTrack body(frames, Sex::kMale, {});
  EXPECT_EQ(body.Height(LandmarkId::kLeftHeel).value, (std::vector<double>{-20, -15}));
  EXPECT_EQ(body.X(LandmarkId::kLeftHeel).value, (std::vector<double>{10, 12}));
  EXPECT_NEAR(body.Visibility(LandmarkId::kLeftHeel), 0.75, 1e-6);
  EXPECT_NEAR(body.com_height().value[0], -20, 1e-5);
  EXPECT_GT(body.com_height().value[1], body.com_height().value[0]) << "up is positive";
  EXPECT_NEAR(body.com_x().value[0], 10, 1e-5);
  EXPECT_EQ(body.frames().size(), 2U);
}

TEST(BodyTrack, CountsFramesByTheirTimes) {
  // Variable frame rate, and two frames missing.
  const BodyTrack body({FrameAt(0, 10), FrameAt(0.1, 11), FrameAt(0.15, 12), FrameAt(0.45, 15)},
                       Sex::kUnknown, {});
  EXPECT_NEAR(body.FrameAt(0), 10, 1e-9);
  EXPECT_NEAR(body.FrameAt(0.05), 10.5, 1e-9);
  EXPECT_NEAR(body.FrameAt(0.125), 11.5, 1e-9);
  EXPECT_NEAR(body.FrameAt(0.3), 13.5, 1e-9);
  EXPECT_NEAR(body.FrameAt(0.55), 16, 1e-9) << "continues beyond the end";
  EXPECT_NEAR(body.period_s(), 0.1, 1e-9);
  EXPECT_GT(body.longest_step_s(), 2 * body.period_s());
  EXPECT_LT(body.longest_step_s(), 3 * body.period_s());
}

TEST(BodyTrack, OfNothingIsEmpty) {
  const BodyTrack none({}, Sex::kUnknown, {});
  EXPECT_TRUE(none.com_height().empty());
  EXPECT_EQ(none.FrameAt(3), 0);
  EXPECT_EQ(none.Visibility(LandmarkId::kNose), 0);
  const BodyTrack one({FrameAt(2, 7)}, Sex::kUnknown, {});
  EXPECT_EQ(one.FrameAt(3), 7);
}

TEST(IdsOf, KeepsToItsSide) {
  EXPECT_EQ(IdsOf(Side::kLeft).toe, LandmarkId::kLeftFootIndex);
  EXPECT_EQ(IdsOf(Side::kRight).toe, LandmarkId::kRightFootIndex);
  EXPECT_EQ(IdsOf(Side::kRight).eye, LandmarkId::kRightEye);
  EXPECT_EQ(IdsOf(Side::kLeft).heel, LandmarkId::kLeftHeel);
}

class ViewFrom : public ::testing::TestWithParam<double> {};

TEST_P(ViewFrom, FindsWhereTheCameraStands) {
  testing::Filming filming;
  filming.azimuth_deg = GetParam();
  const auto frames = testing::RenderStanding(0.5, filming);
  const View view = EstimateView(frames);
  EXPECT_NEAR(view.azimuth_deg, std::abs(GetParam()), 1);
  if (std::abs(GetParam()) > 30) {
    EXPECT_EQ(view.near, GetParam() > 0 ? Side::kRight : Side::kLeft);
    EXPECT_EQ(view.facing, GetParam() > 0 ? 1 : -1);
  }
  EXPECT_EQ(view.IsSide(), std::abs(GetParam()) >= 60);
  EXPECT_EQ(view.IsFront(), std::abs(GetParam()) <= 30);

  const View mirrored = EstimateView(testing::Mirrored(frames));
  EXPECT_NEAR(mirrored.azimuth_deg, view.azimuth_deg, 1e-3);
  if (std::abs(GetParam()) > 30) {
    EXPECT_NE(mirrored.near, view.near);
    EXPECT_EQ(mirrored.facing, -view.facing);
  }
}

INSTANTIATE_TEST_SUITE_P(Azimuths, ViewFrom,
                         ::testing::Values(-90.0, -70.0, -45.0, 0.0, 20.0, 45.0, 75.0, 90.0));

TEST(EstimateView, InFrontTheSideSeenBetterIsNear) {
  testing::Filming filming;
  filming.azimuth_deg = 0;
  auto frames = testing::RenderStanding(0.3, filming);
  using enum LandmarkId;
  frames = testing::WithVisibility(std::move(frames), {kRightKnee, kRightAnkle}, 0.2);
  EXPECT_EQ(EstimateView(frames).near, Side::kLeft);
  frames = testing::WithVisibility(std::move(frames), {kLeftKnee, kLeftAnkle}, 0.1);
  EXPECT_EQ(EstimateView(frames).near, Side::kRight);
}

TEST(EstimateView, OfNothingIsASideView) { EXPECT_TRUE(EstimateView({}).IsSide()); }

}  // namespace
}  // namespace plyo
