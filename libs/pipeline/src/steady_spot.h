#pragma once

#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

#include "background_shift.h"

namespace plyo::pipeline {

/// Pictures of one spot out of larger ones, as from a camera that stands still: a hand that moves a
/// little is undone.
///
/// The larger pictures must outlive it; where nothing moved, Picture shows their pixels and copies
/// none.
class SteadySpot {
 public:
  /// All pictures are CV_8UC1 of one size; `athlete` holds what moves by itself, `spot` is the part
  /// that is wanted.
  SteadySpot(const cv::Mat& reference, const cv::Rect& athlete, const cv::Rect& spot);

  void Add(const cv::Mat& picture) { pictures_.push_back(picture); }
  void HoldStill();

  /// The spot in the i-th picture added.
  const cv::Mat& Picture(std::size_t i) const { return spots_[i]; }
  /// Of the background, after what was undone: the farthest shift up or down against the reference,
  /// px.
  double RemainingMotion() const { return remaining_; }

 private:
  cv::Rect spot_;
  bool has_background_;
  BackgroundShift shift_;
  std::vector<cv::Mat> pictures_;
  std::vector<cv::Mat> spots_;
  double remaining_ = 0;
};

}  // namespace plyo::pipeline
