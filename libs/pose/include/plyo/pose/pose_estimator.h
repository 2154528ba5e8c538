#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/video/frame.h"

namespace plyo {

/// A turned square in the picture: centre and side in image px, rotation in radians, clockwise as
/// seen.
struct RegionOfInterest {
  double cx = 0;
  double cy = 0;
  double size = 0;
  double rotation = 0;

  friend bool operator==(const RegionOfInterest&, const RegionOfInterest&) = default;
};

/// A person found by the detector.
struct PersonDetection {
  RegionOfInterest region;  ///< ready for Estimate
  double score = 0;         ///< probability
};

/// One answer of the landmark model, in image px; `auxiliary` are the model's landmarks 33 and 34
/// (centre and a point on the circle around the body) from which the next region follows.
struct LandmarkEstimate {
  float presence = 0;
  std::array<ImageLandmark, kLandmarkCount> image{};
  std::array<WorldLandmark, kLandmarkCount> world{};
  std::array<ImageLandmark, 2> auxiliary{};
};

struct ModelInfo {
  std::string name;    ///< blazepose_lite, blazepose_full, blazepose_heavy
  std::string sha256;  ///< of the landmark model's file
};

/// A detector and a landmark model. One instance a worker: not thread safe.
class PoseEstimator {
 public:
  virtual ~PoseEstimator() = default;
  virtual const ModelInfo& Model() const = 0;
  /// Everyone in the picture, best first, overlapping ones merged.
  virtual Result<std::vector<PersonDetection>> Detect(const Frame& frame) = 0;
  /// The landmarks of the one person in the region, refined by the heatmap; nothing is smoothed.
  virtual Result<LandmarkEstimate> Estimate(const Frame& frame, const RegionOfInterest& region) = 0;
};

}  // namespace plyo
