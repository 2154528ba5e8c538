#pragma once

#include <opencv2/core.hpp>
#include <vector>

namespace plyo::pipeline {

/// A place in one column where the picture, over what the empty ground shows there, steps in
/// brightness.
struct SoleEdge {
  int x = 0;
  bool brighter_above = false;
  float row = 0;       ///< middle of the step: of a blurred one, the middle of the exposure
  float strength = 0;  ///< grey levels a row
  float above = 0;     ///< brightness just above: of the shoe, where this is its sole
};

/// The empty ground of a spot and how it is compared with pictures of feet.
///
/// Brightness is taken in ratio to the ground's, so that a shadow changes it slowly from row to
/// row, and the boundary of a shoe abruptly, whether the shoe is brighter or darker than the floor
/// and whatever the floor's pattern.
class EmptyGround {
 public:
  /// `background` is CV_32FC1; `stature` in its px sets the size of the filters.
  EmptyGround(const cv::Mat& background, double stature);

  /// All steps of a CV_8UC1 picture with at least `min_strength`, column by column from the lowest
  /// up.
  std::vector<SoleEdge> Edges(const cv::Mat& picture, float min_strength) const;

  /// Step at every pixel, positive where it is brighter above.
  cv::Mat Steps(const cv::Mat& picture) const;

  /// |I - aB|, a the local gain within what shadow and glare do (.55 to 1.06): what does not look
  /// like ground.
  cv::Mat Residual(const cv::Mat& picture) const;

 private:
  cv::Mat Relative(const cv::Mat& picture) const;

  double stature_;
  int smooth_;  ///< px along the row
  int kernel_;
  cv::Mat background_;
  cv::Mat power_;
  cv::Mat gain_;
};

}  // namespace plyo::pipeline
