#pragma once

#include <array>
#include <span>
#include <vector>

#include "plyo/pose/pose_estimator.h"
#include "plyo/pose/region.h"

namespace plyo::blazepose {

inline constexpr int kDetectorSize = 224;  ///< side of the detector's input, px
inline constexpr int kAnchorCount = 2254;
inline constexpr int kDetectorValues =
    12;  ///< box (x, y, w, h) and four key points (x, y), in input px off the anchor
inline constexpr int kLandmarkSize = 256;   ///< side of the landmark models' input, px
inline constexpr int kModelLandmarks = 39;  ///< 33 of the body, 2 for the next region, 4 unused
inline constexpr int kLandmarkValues =
    5;  ///< x, y, z in crop px, logits of visibility and presence
inline constexpr int kHeatmapSize = 64;

/// Centres of the detector's anchors, 0 to 1 of the input, in the order of its output.
std::vector<Point2> MakeAnchors();

/// One answer of the detector, in units of its input (0 to 1).
struct RawDetection {
  double score = 0;
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;  ///< the face
  std::array<Point2, 4>
      key_points{};  ///< hips' middle, body circle, shoulders' middle, upper-body circle
};

/// Decodes `values` (kAnchorCount x kDetectorValues) and `logits` (kAnchorCount); those below
/// `min_score` are left out.
std::vector<RawDetection> DecodeDetections(std::span<const float> values,
                                           std::span<const float> logits,
                                           std::span<const Point2> anchors, double min_score);

/// Weighted non-maximum suppression: every detection is the mean, by score, of the ones whose boxes
/// overlap the best of them by more than `min_overlap` (intersection over union). Best first.
std::vector<RawDetection> MergeOverlapping(std::vector<RawDetection> detections,
                                           double min_overlap);

/// A landmark in the crop, px.
struct CropLandmark {
  float x = 0, y = 0, z = 0;
  float visibility = 0;  ///< probability
};
using CropLandmarks = std::array<CropLandmark, kModelLandmarks>;

/// From the model's first output (kModelLandmarks x kLandmarkValues).
CropLandmarks DecodeLandmarks(std::span<const float> values);

struct RefineOptions {
  int kernel = 7;               ///< cells a side that are looked at around the landmark; odd
  double min_confidence = 0.5;  ///< landmarks whose best cell is below stay as they are
  /// Where in a cell its value lies, cells from the upper left corner. MediaPipe takes the corner.
  /// Across, that is right: a mirrored picture gives mirrored centroids about 64/2 and not 63/2
  /// cells, in all three models. Down, no symmetry decides; the middle halves the distance to the
  /// truth of rendered people and leaves the motion error as it is.
  double offset_x = 0;
  double offset_y = 0.5;
};

/// Moves each landmark to the centroid of its heatmap around it. `heatmap` is kHeatmapSize x
/// kHeatmapSize x kModelLandmarks logits, row by row. As MediaPipe's refine_landmarks_from_heatmap
/// does.
void RefineByHeatmap(std::span<const float> heatmap, const RefineOptions& options,
                     CropLandmarks& landmarks);

/// Puts landmarks of the crop into the picture, and the model's world landmarks (kModelLandmarks x
/// 3, m, in the crop's directions) upright.
LandmarkEstimate MakeEstimate(const CropLandmarks& landmarks, std::span<const float> world,
                              float presence, const RegionOfInterest& region);

}  // namespace plyo::blazepose
