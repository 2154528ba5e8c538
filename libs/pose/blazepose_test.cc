#include "plyo/pose/blazepose.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace plyo::blazepose {
namespace {

double Sigmoid(double logit) { return 1 / (1 + std::exp(-logit)); }
double Logit(double p) { return std::log(p / (1 - p)); }

TEST(AnchorsTest, AreTheCentersOfTheCellsInTheModelsOrder) {
  const auto anchors = MakeAnchors();
  ASSERT_EQ(anchors.size(), static_cast<std::size_t>(kAnchorCount));
  EXPECT_EQ(anchors[0], (Point2{0.5 / 28, 0.5 / 28}));
  EXPECT_EQ(anchors[1], anchors[0]);
  EXPECT_EQ(anchors[2], (Point2{1.5 / 28, 0.5 / 28}));
  EXPECT_EQ(anchors[2 * 28], (Point2{0.5 / 28, 1.5 / 28}));
  EXPECT_EQ(anchors[2 * 28 * 28], (Point2{0.5 / 14, 0.5 / 14}));
  EXPECT_EQ(anchors[2 * 28 * 28 + 2 * 14 * 14], (Point2{0.5 / 7, 0.5 / 7}));
  EXPECT_EQ(anchors[2 * 28 * 28 + 2 * 14 * 14 + 6], (Point2{1.5 / 7, 0.5 / 7}));
  EXPECT_EQ(anchors.back(), (Point2{6.5 / 7, 6.5 / 7}));
}

TEST(DetectionsTest, ValuesAreOffsetsFromTheAnchorInInputPixels) {
  const auto anchors = MakeAnchors();
  std::vector<float> values(kAnchorCount * kDetectorValues, 0);
  std::vector<float> logits(kAnchorCount, -20);
  constexpr std::size_t kAt = 700;
  logits[kAt] = 1.5F;
  float* v = values.data() + kAt * kDetectorValues;
  v[0] = 22.4F;  // box centre
  v[1] = -11.2F;
  v[2] = 44.8F;   // width
  v[3] = 22.4F;   // height
  v[4] = 2.24F;   // hips
  v[7] = -67.2F;  // circle, y
  const auto found = DecodeDetections(values, logits, anchors, 0.5);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].score, Sigmoid(1.5), 1e-6);
  EXPECT_NEAR(found[0].x0, anchors[kAt].x + 0.1 - 0.1, 1e-6);
  EXPECT_NEAR(found[0].x1, anchors[kAt].x + 0.1 + 0.1, 1e-6);
  EXPECT_NEAR(found[0].y0, anchors[kAt].y - 0.05 - 0.05, 1e-6);
  EXPECT_NEAR(found[0].y1, anchors[kAt].y - 0.05 + 0.05, 1e-6);
  EXPECT_NEAR(found[0].key_points[0].x, anchors[kAt].x + 0.01, 1e-6);
  EXPECT_NEAR(found[0].key_points[1].y, anchors[kAt].y - 0.3, 1e-6);
}

TEST(DetectionsTest, AbsurdLogitsDoNotOverflow) {
  const std::vector<float> values(kAnchorCount * kDetectorValues, 0);
  std::vector<float> logits(kAnchorCount, -1e30F);
  logits[3] = 1e30F;
  const auto found = DecodeDetections(values, logits, MakeAnchors(), 0.5);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].score, 1);
}

RawDetection Face(double x, double y, double size, double score) {
  RawDetection d;
  d.score = score;
  d.x0 = x - size / 2;
  d.x1 = x + size / 2;
  d.y0 = y - size / 2;
  d.y1 = y + size / 2;
  d.key_points[0] = {x, y + 1};
  return d;
}

TEST(MergeTest, OverlappingFacesBecomeTheirWeightedMean) {
  const auto merged = MergeOverlapping(
      {Face(0.50, 0.5, 0.1, 0.6), Face(0.9, 0.5, 0.1, 0.7), Face(0.51, 0.5, 0.1, 0.9)}, 0.3);
  ASSERT_EQ(merged.size(), 2U);
  EXPECT_EQ(merged[0].score, 0.9);
  const double mean = (0.9 * 0.51 + 0.6 * 0.50) / 1.5;
  EXPECT_NEAR((merged[0].x0 + merged[0].x1) / 2, mean, 1e-12);
  EXPECT_NEAR(merged[0].key_points[0].x, mean, 1e-12);
  EXPECT_NEAR(merged[0].key_points[0].y, 1.5, 1e-12);
  EXPECT_EQ(merged[1].score, 0.7);
}

TEST(MergeTest, FacesThatBarelyTouchStayTwo) {
  EXPECT_EQ(MergeOverlapping({Face(0.5, 0.5, 0.1, 0.6), Face(0.56, 0.5, 0.1, 0.9)}, 0.3).size(),
            2U);
  EXPECT_EQ(MergeOverlapping({Face(0.5, 0.5, 0.1, 0.6), Face(0.55, 0.5, 0.1, 0.9)}, 0.3).size(),
            1U);
  EXPECT_TRUE(MergeOverlapping({}, 0.3).empty());
}

RC_GTEST_PROP(MergeProperty, NothingThatIsLeftOverlapsABetterOne, ()) {
  std::vector<RawDetection> faces;
  const int n = *rc::gen::inRange(0, 30);
  faces.reserve(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    faces.push_back(Face(*rc::gen::inRange(0, 100) * 0.01, *rc::gen::inRange(0, 100) * 0.01, 0.1,
                         *rc::gen::inRange(50, 100) * 0.01));
  }
  const auto merged = MergeOverlapping(faces, 0.3);
  RC_ASSERT(merged.size() <= faces.size());
  RC_ASSERT(merged.empty() == faces.empty());
  RC_ASSERT(std::is_sorted(merged.begin(), merged.end(),
                           [](const auto& a, const auto& b) { return a.score > b.score; }));
}

/// A heatmap of very small probabilities with a round hill of one landmark; `peak` in cells.
std::vector<float> HeatmapWithHill(int landmark, Point2 peak, double height) {
  std::vector<float> heatmap(
      static_cast<std::size_t>(kHeatmapSize * kHeatmapSize * kModelLandmarks), -30.0F);
  for (int row = 0; row < kHeatmapSize; ++row) {
    for (int col = 0; col < kHeatmapSize; ++col) {
      const double d = std::hypot(col - peak.x, row - peak.y);
      const double p = std::max(1e-9, height * std::exp(-d * d / 2));
      heatmap[static_cast<std::size_t>((row * kHeatmapSize + col) * kModelLandmarks + landmark)] =
          static_cast<float>(Logit(p));
    }
  }
  return heatmap;
}

CropLandmarks AllAt(float x, float y) {
  CropLandmarks marks;
  marks.fill({x, y, 1, 0.5F});
  return marks;
}

TEST(RefineTest, ALandmarkMovesToTheHillBesideIt) {
  CropLandmarks marks = AllAt(130, 90);  // cell 32, 22
  RefineByHeatmap(HeatmapWithHill(7, {33.25, 21.5}, 0.9), {}, marks);
  EXPECT_NEAR(marks[7].x, 33.25 * 4, 0.15);
  EXPECT_NEAR(marks[7].y, (21.5 + 0.5) * 4, 0.15);
  EXPECT_EQ(marks[7].z, 1);
  EXPECT_EQ(marks[6].x, 130) << "the others have no hill";
}

TEST(RefineTest, AnUncertainHillMovesNothing) {
  CropLandmarks marks = AllAt(130, 90);
  RefineByHeatmap(HeatmapWithHill(7, {32, 22}, 0.49), {}, marks);
  EXPECT_EQ(marks[7].x, 130);
  RefineByHeatmap(HeatmapWithHill(7, {32, 22}, 0.51), {}, marks);
  EXPECT_NE(marks[7].x, 130);
}

TEST(RefineTest, AHillBeyondTheKernelIsNotSeen) {
  CropLandmarks marks = AllAt(130, 90);
  RefineByHeatmap(HeatmapWithHill(7, {50, 50}, 0.9), {}, marks);
  EXPECT_EQ(marks[7].x, 130);
}

TEST(RefineTest, TheOffsetMovesByCells) {
  CropLandmarks plain = AllAt(130, 90);
  CropLandmarks moved = plain;
  const auto heatmap = HeatmapWithHill(7, {32, 22}, 0.9);
  RefineByHeatmap(heatmap, {7, 0.5, 0, 0}, plain);
  RefineByHeatmap(heatmap, {7, 0.5, 0.25, 0.5}, moved);
  EXPECT_NEAR(moved[7].x - plain[7].x, 1, 1e-4);
  EXPECT_NEAR(moved[7].y - plain[7].y, 2, 1e-4);
}

TEST(RefineTest, LandmarksAtAndBeyondTheBorderAreSafe) {
  for (const float x : {-50.0F, -0.01F, 0.0F, 255.9F, 256.0F, 400.0F}) {
    CropLandmarks marks = AllAt(x, x);
    RefineByHeatmap(HeatmapWithHill(0, {0, 0}, 0.9), {}, marks);
    if (x < 0 || x >= 256) {
      EXPECT_EQ(marks[0].x, x);
    }
    EXPECT_TRUE(std::isfinite(marks[0].x));
  }
  CropLandmarks corner = AllAt(1, 1);
  RefineByHeatmap(HeatmapWithHill(0, {0, 0}, 0.9), {}, corner);
  EXPECT_GT(corner[0].x, 0) << "only the cells inside count";
  EXPECT_LT(corner[0].x, 4);
}

TEST(LandmarksTest, VisibilityIsAProbability) {
  std::vector<float> values(kModelLandmarks * kLandmarkValues, 0);
  values[5] = 12;
  values[6] = 34;
  values[7] = -5;
  values[8] = 2;
  const CropLandmarks marks = DecodeLandmarks(values);
  EXPECT_EQ(marks[1].x, 12);
  EXPECT_EQ(marks[1].y, 34);
  EXPECT_EQ(marks[1].z, -5);
  EXPECT_NEAR(marks[1].visibility, Sigmoid(2), 1e-6);
  EXPECT_NEAR(marks[0].visibility, 0.5, 1e-6);
}

TEST(EstimateTest, TurnsLandmarksAndWorldBackUpright) {
  CropLandmarks marks = AllAt(128, 128);
  marks[0] = {128, 64, 10, 0.9F};
  marks[33] = {128, 128, 0, 0};
  marks[34] = {128, 28, 0, 0};
  std::vector<float> world(kModelLandmarks * 3, 0);
  world[0] = 0.2F;
  world[1] = -0.5F;  // the nose is half a metre above the hips in the crop
  world[2] = 0.1F;
  const RegionOfInterest region{300, 200, 512, std::numbers::pi / 2};
  const LandmarkEstimate estimate = MakeEstimate(marks, world, 0.75F, region);
  EXPECT_EQ(estimate.presence, 0.75F);
  EXPECT_NEAR(estimate.image[0].x, 300 + 128, 1e-3);
  EXPECT_NEAR(estimate.image[0].y, 200, 1e-3);
  EXPECT_NEAR(estimate.image[0].z, 20, 1e-3);
  EXPECT_EQ(estimate.image[0].visibility, 0.9F);
  EXPECT_NEAR(estimate.world[0].x, 0.5, 1e-6);
  EXPECT_NEAR(estimate.world[0].y, 0.2, 1e-6);
  EXPECT_NEAR(estimate.world[0].z, 0.1, 1e-6);
  const RegionOfInterest next =
      RegionAroundBody({estimate.auxiliary[0].x, estimate.auxiliary[0].y},
                       {estimate.auxiliary[1].x, estimate.auxiliary[1].y});
  EXPECT_NEAR(next.cx, 300, 1e-3);
  EXPECT_NEAR(next.size, 2 * 200 * 1.25, 1e-3);
  EXPECT_NEAR(next.rotation, std::numbers::pi / 2, 1e-6);
}

}  // namespace
}  // namespace plyo::blazepose
