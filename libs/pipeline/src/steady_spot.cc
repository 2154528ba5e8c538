#include "steady_spot.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "plyo/kinematics/signal.h"

namespace plyo::pipeline {
namespace {

// px: less is left alone, so that a tripod adds no noise. Along a striped floor little is known,
// and matters little.
constexpr double kStillX = 1.2;
constexpr double kStillY = 0.35;
constexpr std::size_t kProbes = 5;
constexpr double kFewestShown = 0.15;  // share of the picture that must be background

cv::Mat Background(const cv::Mat& reference, const cv::Rect& athlete) {
  cv::Mat mask(reference.size(), CV_8UC1, cv::Scalar(255));
  mask(athlete & cv::Rect({0, 0}, reference.size())) = 0;
  return mask;
}

}  // namespace

SteadySpot::SteadySpot(const cv::Mat& reference, const cv::Rect& athlete, const cv::Rect& spot)
    : spot_(spot),
      has_background_(cv::countNonZero(Background(reference, athlete)) >
                      kFewestShown * static_cast<double>(reference.total())),
      shift_(reference, Background(reference, athlete)) {}

void SteadySpot::HoldStill() {
  for (const cv::Mat& picture : pictures_) spots_.push_back(picture(spot_));
  if (!has_background_ || pictures_.empty()) return;
  const std::size_t n = pictures_.size();

  // A hand moves all the time; who walks through the spot disturbs some of the probes.
  std::size_t still = 0;
  std::vector<double> moved;
  for (std::size_t k = 0; k < kProbes; ++k) {
    const auto shift = shift_.Of(pictures_[k * (n - 1) / (kProbes - 1)]);
    if (!shift) continue;
    still += std::abs(shift->x) < kStillX && std::abs(shift->y) < kStillY ? 1 : 0;
    moved.push_back(std::abs(shift->y));
  }
  if (moved.empty()) return;
  const bool stands = 2 * still > moved.size();
  remaining_ = stands ? Median(moved) : std::ranges::max(moved);
  if (stands) return;

  std::vector<cv::Point2d> shifts;
  for (const cv::Mat& picture : pictures_) {
    const auto shift = shift_.Of(picture);
    if (!shift) {  // it moved, but how is not known of every picture
      return;
    }
    shifts.push_back(*shift);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const cv::Mat move =
        (cv::Mat_<double>(2, 3) << 1, 0, spot_.x + shifts[i].x, 0, 1, spot_.y + shifts[i].y);
    cv::Mat held;
    cv::warpAffine(pictures_[i], held, move, spot_.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                   cv::BORDER_REPLICATE);
    spots_[i] = held;
  }
  remaining_ = 0;
}

}  // namespace plyo::pipeline
