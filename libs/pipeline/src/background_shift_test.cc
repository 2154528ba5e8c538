#include "background_shift.h"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "steady_spot.h"
#include "testing/ground_scene.h"

namespace plyo::pipeline {
namespace {

using testing::GroundScene;
using testing::SceneOptions;

const cv::Rect kAthlete(220, 0, 160, 180);

cv::Mat Mask(const cv::Size& size) {
  cv::Mat mask(size, CV_8UC1, cv::Scalar(255));
  mask(kAthlete) = 0;
  return mask;
}

SceneOptions Wide(double grain = 12, double noise = 1) {
  SceneOptions options;
  options.width = 600;
  options.height = 180;
  options.grain = grain;
  options.noise = noise;
  return options;
}

TEST(BackgroundShift, FindsShiftsToATenthOfAPixel) {
  GroundScene scene(Wide());
  const cv::Mat reference = scene.Draw({});
  BackgroundShift shift(reference, Mask(reference.size()));
  for (const cv::Point2d& true_shift :
       {cv::Point2d(0, 0), {0.4, -0.6}, {2.5, 1.3}, {-7, 4.7}, {12.3, -9.1}}) {
    const auto found = shift.Of(scene.Draw({}, true_shift));
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->x, true_shift.x, 0.1);
    EXPECT_NEAR(found->y, true_shift.y, 0.1);
  }
}

TEST(BackgroundShift, SeesThroughTheDark) {
  GroundScene scene(Wide(3, 4));  // grain weaker than noise
  const cv::Mat reference = scene.Draw({});
  BackgroundShift shift(reference, Mask(reference.size()));
  const auto found = shift.Of(scene.Draw({}, {3, -2}));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->x, 3, 0.5);
  EXPECT_NEAR(found->y, -2, 0.5);
}

TEST(BackgroundShift, TheAthleteDoesNotCount) {
  GroundScene scene(Wide());
  const cv::Mat reference = scene.Draw({{300, 120, 60, 0}});
  BackgroundShift shift(reference, Mask(reference.size()));
  const auto found = shift.Of(scene.Draw({{300, 60, 60, 0.6}}));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->x, 0, 0.1);
  EXPECT_NEAR(found->y, 0, 0.1);
}

TEST(BackgroundShift, APlainFloorTellsNothing) {
  GroundScene scene(Wide(0, 2));
  const cv::Mat reference = scene.Draw({});
  BackgroundShift shift(reference, Mask(reference.size()));
  EXPECT_FALSE(shift.Of(scene.Draw({}, {3, 2})));
}

TEST(BackgroundShift, AnotherPlaceIsNotRecognised) {
  GroundScene scene(Wide());
  SceneOptions other = Wide();
  other.seed = 2;
  GroundScene elsewhere(other);
  const cv::Mat reference = scene.Draw({});
  BackgroundShift shift(reference, Mask(reference.size()));
  EXPECT_FALSE(shift.Of(elsewhere.Draw({})));
}

const cv::Rect kSpot(240, 20, 120, 140);

TEST(SteadySpot, LeavesAStillCameraAlone) {
  GroundScene scene(Wide());
  const cv::Mat reference = scene.Draw({});
  SteadySpot steady(reference, kAthlete, kSpot);
  std::vector<cv::Mat> pictures;
  pictures.reserve(10);
  for (int i = 0; i < 10; ++i) pictures.push_back(scene.Draw({{300, 100.0 - 4 * i, 60, 0}}));
  for (const cv::Mat& p : pictures) steady.Add(p);
  steady.HoldStill();
  EXPECT_LT(steady.RemainingMotion(), 0.2);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    EXPECT_EQ(steady.Picture(i).data, pictures[i](kSpot).data) << "copied for nothing";
  }
}

TEST(SteadySpot, UndoesTheMotionOfAHand) {
  GroundScene scene(Wide(12, 0));
  const cv::Mat reference = scene.Draw({});
  SteadySpot steady(reference, kAthlete, kSpot);
  std::vector<cv::Mat> pictures;
  pictures.reserve(12);
  for (int i = 0; i < 12; ++i) {
    pictures.push_back(scene.Draw({}, {6 * std::sin(0.7 * i), 0.5 * i}));
  }
  for (const cv::Mat& p : pictures) steady.Add(p);
  steady.HoldStill();
  EXPECT_LT(steady.RemainingMotion(), 0.2);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const double before =
        cv::norm(pictures[i](kSpot), reference(kSpot), cv::NORM_L1) / kSpot.area();
    const double after = cv::norm(steady.Picture(i), reference(kSpot), cv::NORM_L1) / kSpot.area();
    EXPECT_LT(after, 2.0) << i << ", before: " << before;
  }
}

TEST(SteadySpot, TellsAMotionThatItCannotUndo) {
  GroundScene scene(Wide());
  SceneOptions other = Wide();
  other.seed = 2;
  GroundScene elsewhere(other);
  const cv::Mat reference = scene.Draw({});
  SteadySpot steady(reference, kAthlete, kSpot);
  std::vector<cv::Mat> pictures;
  pictures.reserve(9);
  for (int i = 0; i < 8; ++i) pictures.push_back(scene.Draw({}, {0, 1.0 * i}));
  pictures.push_back(elsewhere.Draw({}));  // swept on too far
  for (const cv::Mat& p : pictures) steady.Add(p);
  steady.HoldStill();
  EXPECT_GT(steady.RemainingMotion(), 3);
}

TEST(SteadySpot, AnAthleteWhoFillsThePictureLeavesNothingToCompare) {
  GroundScene scene(Wide());
  const cv::Mat reference = scene.Draw({});
  SteadySpot steady(reference, {10, 0, 580, 180}, kSpot);
  const cv::Mat moved = scene.Draw({}, {0, 5});
  steady.Add(moved);
  steady.HoldStill();
  EXPECT_EQ(steady.RemainingMotion(), 0);
  EXPECT_EQ(steady.Picture(0).data, moved(kSpot).data);
}

}  // namespace
}  // namespace plyo::pipeline
