#include "plyo/kinematics/standing.h"

#include <gtest/gtest.h>

#include "plyo/kinematics_testing/figure_script.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"

namespace plyo {
namespace {

using testing::SyntheticJump;

BodyTrack Track(const std::vector<PoseFrame>& frames) {
  return BodyTrack(frames, Sex::kUnknown, {});
}

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

TEST(FindHold, IsTheLastStillnessFromItsBegin) {
  const testing::FigureScript script = testing::FigureScript(1.75)
                                           .Hold(1)
                                           .MoveTo({-0.3, 0, 0}, 0.8)
                                           .Hold(1)
                                           .MoveTo({0.06, 2.4, -9.8}, 0.3);
  for (const double fps : {30.0, 60.0, 240.0}) {
    testing::Filming filming;
    filming.fps = fps;
    filming.noise_px = 0.3;
    const auto hold = FindHold(Track(script.Film(filming)), 437, script.duration_s(), 0.3);
    ASSERT_TRUE(hold) << fps;
    EXPECT_TRUE(hold->quiet);
    EXPECT_NEAR(hold->begin_s, script.BeginOf(2), 0.25);
    EXPECT_NEAR(hold->end_s, script.BeginOf(3), 0.1);
    EXPECT_GT(hold->begin_s, script.BeginOf(1) + 0.3);
    EXPECT_LT(hold->end_s, script.BeginOf(3) + 0.05);
  }
}

TEST(FindHold, SinkingSlowlyIsHoldingATurnIsNot) {
  const testing::FigureScript sinking = testing::FigureScript(1.75)
                                            .Hold(1)
                                            .MoveTo({-0.3, 0, 0}, 0.8)
                                            .MoveTo({-0.34, 0, 0}, 1.5)
                                            .MoveTo({0.06, 2.4, -9.8}, 0.3);
  const auto hold = FindHold(Track(sinking.Film({})), 437, sinking.duration_s(), 0.3);
  ASSERT_TRUE(hold);
  EXPECT_NEAR(hold->begin_s, sinking.BeginOf(2), 0.25);
  EXPECT_NEAR(hold->end_s, sinking.BeginOf(3), 0.1);

  const SyntheticJump jump;
  const auto truth = TruthOf(jump)[0];
  const auto standing = FindHold(Track(Render(jump)), 437, truth.takeoff_s, 0.3);
  ASSERT_TRUE(standing);
  EXPECT_LT(standing->end_s, truth.peak_downward_velocity_s);
}

TEST(FindHold, MayBeMissing) {
  EXPECT_FALSE(FindHold(Track(testing::RenderHops(6, 0.3, {})), 437, 1.5, 0.3));
  EXPECT_FALSE(FindHold(Track(testing::RenderStanding(2, {})), 437, 0.2, 0.3));
  EXPECT_FALSE(FindHold(Track({}), 437, 1, 0.3));
}

}  // namespace
}  // namespace plyo
