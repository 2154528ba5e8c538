#include "plyo/kinematics/standing.h"

#include <gtest/gtest.h>

#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"

namespace plyo {
namespace {

using testing::SyntheticJump;

BodyTrack Track(const std::vector<PoseFrame>& frames) { return BodyTrack(frames, Sex::kUnknown); }

TEST(FindStanding, FindsTheQuietStretchBeforeTheMovement) {
  SyntheticJump jump;
  jump.filming.noise_px = 0.5;
  const double stature_px = jump.stature_m * jump.filming.px_per_m;
  const BodyTrack body = Track(Render(jump));
  const auto standing = FindStanding(body, stature_px, 0, jump.standing_s);
  ASSERT_TRUE(standing);
  EXPECT_TRUE(standing->quiet);
  EXPECT_GE(standing->begin_s, 0);
  EXPECT_LE(standing->end_s, jump.standing_s);
  EXPECT_GT(standing->end_s - standing->begin_s, 0.3);
  EXPECT_LE(standing->end_s - standing->begin_s, 0.51);
  const double level = jump.filming.px_per_m * testing::ComHeight(1, jump.stature_m);
  EXPECT_NEAR(standing->com_height_px, level - jump.filming.floor_y_px, 0.3);
  EXPECT_LT(standing->u_com_height_px, 0.5);
  // The figure's eyes stand at 0.924 of its stature over its heels.
  EXPECT_NEAR(standing->eye_to_heel_px, 0.924 * stature_px, 0.5);
}

TEST(FindStanding, IsTheLastOneBeforeTheInstant) {
  SyntheticJump jump;
  jump.repetitions = 2;
  const BodyTrack body = Track(Render(jump));
  const double stature_px = jump.stature_m * jump.filming.px_per_m;
  const double second_onset = TruthOf(jump)[1].onset_s;
  const auto standing = FindStanding(body, stature_px, 0, second_onset);
  ASSERT_TRUE(standing);
  EXPECT_GT(standing->begin_s, TruthOf(jump)[0].landing_lowest_s);
  EXPECT_LE(standing->end_s, second_onset);
}

TEST(FindStanding, DoesNotReachIntoTheMovement) {
  const SyntheticJump jump;
  const BodyTrack body = Track(Render(jump));
  const double stature_px = jump.stature_m * jump.filming.px_per_m;
  const auto standing = FindStanding(body, stature_px, 0, TruthOf(jump)[0].lowest_s);
  ASSERT_TRUE(standing);
  // Around the lowest point the body is level for a moment only.
  EXPECT_LT(standing->end_s - standing->begin_s, 0.2);
  EXPECT_GT(standing->begin_s, jump.standing_s);
}

TEST(FindStanding, KnowsRestlessness) {
  testing::Filming filming;
  filming.px_per_m = 250;
  const BodyTrack hopping = Track(testing::RenderHops(6, 0.3, filming));
  const auto standing = FindStanding(hopping, 437, 0, 1.0);
  ASSERT_TRUE(standing);
  EXPECT_FALSE(standing->quiet);
}

TEST(FindStanding, NeedsSamples) {
  const BodyTrack body = Track(testing::RenderStanding(2, {}));
  EXPECT_FALSE(FindStanding(body, 437, 5, 6).has_value());
  EXPECT_FALSE(FindStanding(body, 437, 0.5, 0.5).has_value());
  EXPECT_FALSE(FindStanding(Track({}), 437, 0, 1).has_value());
}

TEST(FindStanding, ScalesWithThePicture) {
  SyntheticJump jump;
  const auto frames = Render(jump);
  const double stature_px = jump.stature_m * jump.filming.px_per_m;
  const auto one = FindStanding(Track(frames), stature_px, 0, 1);
  const auto two = FindStanding(Track(testing::Enlarged(frames, 2)), 2 * stature_px, 0, 1);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->begin_s, two->begin_s);
  EXPECT_NEAR(two->eye_to_heel_px, 2 * one->eye_to_heel_px, 1e-3);
  EXPECT_NEAR(two->com_height_px, 2 * one->com_height_px, 1e-3);
}

}  // namespace
}  // namespace plyo
