#pragma once

#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>
#include <vector>

#include "plyo/base/time.h"
#include "testing/grey_frame.h"
#include "testing/scene.h"

namespace plyo::pipeline::testing {

/// Draws pictures of a floor and shoes with exact edges: each pixel is the mean over its area and
/// the exposure.
class GroundScene {
 public:
  explicit GroundScene(const SceneOptions& options);

  /// The picture of one instant, or of the exposure that `shoes` are the equally spaced instants
  /// of; the camera moved by `camera` (what was at p is at p + camera).
  cv::Mat DrawExposure(const std::vector<std::vector<Shoe>>& exposure,
                       const cv::Point2d& camera = {0, 0});
  cv::Mat Draw(const std::vector<Shoe>& shoes, const cv::Point2d& camera = {0, 0});

 private:
  void AddInstant(const std::vector<Shoe>& shoes, cv::Mat& sum) const;

  SceneOptions options_;
  cv::Mat floor_;
  cv::RNG rng_;
};

/// A grey picture as a frame with neutral chroma.
Frame ToFrame(const cv::Mat& grey, Timestamp t, std::int64_t index);

}  // namespace plyo::pipeline::testing
