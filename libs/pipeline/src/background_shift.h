#pragma once

#include <opencv2/core.hpp>
#include <optional>

namespace plyo::pipeline {

/// Finds how far the scene of a picture is shifted against that of a reference: a moving camera.
///
/// Translation only: the peak of the cross-correlation of both pictures, freed of their slow
/// variation so that shadows and exposure do not count, then refined by the method of Lucas and
/// Kanade (1981). Outliers (somebody passing) are clipped.
class BackgroundShift {
 public:
  /// Both CV_8UC1 of one size; `mask` is not 0 where the reference shows background and not the
  /// athlete.
  BackgroundShift(const cv::Mat& reference, const cv::Mat& mask);

  /// Shift of the scene in px, x right and y down: picture(p + shift) shows what reference(p) does.
  /// nullopt where the background is too plain, or too different, to tell.
  std::optional<cv::Point2d> Of(const cv::Mat& picture);

 private:
  std::optional<cv::Point2d> Coarse(const cv::Mat& fine_parts);
  struct Refined {
    cv::Point2d shift;
    double likeness = 0;  ///< correlation, before the last step
  };
  Refined Refine(const cv::Mat& fine_parts, const cv::Point2d& coarse) const;
  cv::Mat Padded(const cv::Mat& m) const;

  int halvings_;  ///< of the pictures before they are compared
  cv::Mat reference_;
  cv::Mat weight_;
  cv::Mat gradient_x_;
  cv::Mat gradient_y_;
  cv::Mat background_;
  cv::Mat spectrum_;  ///< of the background, once it was needed
  cv::Mat weight_spectrum_;
  double energy_ = 0;
};

}  // namespace plyo::pipeline
