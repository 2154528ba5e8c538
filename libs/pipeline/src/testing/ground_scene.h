#pragma once

#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>
#include <vector>

#include "plyo/base/time.h"
#include "testing/grey_frame.h"

namespace plyo::pipeline::testing {

/// Where a shoe is, px: its toe's lowest point, its length, and how far it is turned about the toe
/// (heel up, radians).
struct Shoe {
  double toe_x = 0;
  double toe_y = 0;
  double length = 0;
  double pitch = 0;
};

/// How a floor with shoes on it or over it looks. Brightness in grey levels, lengths in px.
struct SceneOptions {
  int width = 320;
  int height = 200;
  double floor = 110;
  double grain = 10;  ///< standard deviation of the floor's pattern
  int grain_px = 3;   ///< its coarseness
  double shoe = 190;
  double sole = 190;  ///< of the lowest quarter of the shoe
  double shadow = 0;  ///< how much of the light the shoe takes from the floor just below it, 0 to 1
  double shadow_reach = 6;
  double noise = 0;  ///< standard deviation, anew in every picture
  std::uint32_t seed = 1;
};

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
