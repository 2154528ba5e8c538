#include "background_shift.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace plyo::pipeline {
namespace {

constexpr int kEnoughWide = 280;   // px: larger pictures are halved until they are not twice that
constexpr int kEdge = 8;           // px along the border that shifts may carry away
constexpr double kFurthest = 0.2;  // of the picture's smaller side
constexpr double kSurelyAlike = 0.6;
constexpr double kAlike = 0.35;  // correlation of what surely is the same scene;
constexpr double kPeak = 7;      // else so many deviations above the other lags: chance reaches 5
constexpr int kIterations = 6;
constexpr double kSettled = 0.01;  // px
constexpr double kNear = 1;        // px: the refinement stays this near to the peak
constexpr double kClip = 2.5;      // times the mean deviation
constexpr double kGrain = 0.5;     // grey levels, the least noise assumed

cv::Mat FineParts(const cv::Mat& picture) {
  cv::Mat f;
  cv::Mat slow;
  picture.convertTo(f, CV_32F);
  cv::GaussianBlur(f, f, {5, 5}, 1.0);
  cv::blur(f, slow, {15, 15});
  return f - slow;
}

int HalvingsFor(const cv::Mat& picture) {
  int halvings = 0;
  while (picture.cols >> halvings >= 3 * kEnoughWide / 2) ++halvings;
  return halvings;
}

cv::Mat Halved(const cv::Mat& picture, int times) {
  if (times == 0) return picture;
  cv::Mat out;
  cv::resize(picture, out, {picture.cols >> times, std::max(1, picture.rows >> times)}, 0, 0,
             cv::INTER_AREA);
  return out;
}

}  // namespace

BackgroundShift::BackgroundShift(const cv::Mat& reference, const cv::Mat& mask)
    : halvings_(HalvingsFor(reference)), reference_(FineParts(Halved(reference, halvings_))) {
  cv::Mat(Halved(mask, halvings_) == 255).convertTo(weight_, CV_32F, 1.0 / 255);
  cv::rectangle(weight_, {0, 0, weight_.cols, weight_.rows}, 0, 2 * kEdge + 1);
  cv::Sobel(reference_, gradient_x_, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(reference_, gradient_y_, CV_32F, 0, 1, 3, 1.0 / 8);
  background_ = reference_.mul(weight_);
  energy_ = std::max(1e-3, background_.dot(background_));
}

cv::Mat BackgroundShift::Padded(const cv::Mat& m) const {
  const int rows = cv::getOptimalDFTSize(m.rows);
  const int cols = cv::getOptimalDFTSize(m.cols);
  cv::Mat out;
  cv::copyMakeBorder(m, out, 0, rows - m.rows, 0, cols - m.cols, cv::BORDER_CONSTANT, 0);
  return out;
}

std::optional<cv::Point2d> BackgroundShift::Of(const cv::Mat& picture) {
  const cv::Mat fine = FineParts(Halved(picture, halvings_));
  const double scale = 1 << halvings_;
  // Most cameras stand still.
  const Refined still = Refine(fine, {0, 0});
  if (still.likeness > kSurelyAlike && std::hypot(still.shift.x, still.shift.y) < kNear) {
    return still.shift * scale;
  }
  const std::optional<cv::Point2d> coarse = Coarse(fine);
  if (!coarse) return std::nullopt;
  return Refine(fine, *coarse).shift * scale;
}

std::optional<cv::Point2d> BackgroundShift::Coarse(const cv::Mat& fine_parts) {
  if (spectrum_.empty()) {
    cv::dft(Padded(background_), spectrum_);
    cv::dft(Padded(weight_), weight_spectrum_);
  }
  const auto correlate = [](const cv::Mat& padded, const cv::Mat& with) {
    cv::Mat spectrum;
    cv::Mat out;
    cv::dft(padded, spectrum);
    cv::mulSpectrums(spectrum, with, spectrum, 0, true);
    cv::dft(spectrum, out, cv::DFT_INVERSE | cv::DFT_SCALE | cv::DFT_REAL_OUTPUT);
    return out;
  };
  cv::Mat likeness = correlate(Padded(fine_parts), spectrum_);
  cv::Mat energy = correlate(Padded(fine_parts.mul(fine_parts)), weight_spectrum_);
  cv::sqrt(cv::max(energy, 1e-3 * energy_) * energy_, energy);
  cv::divide(likeness, energy, likeness);

  // Lags beyond the middle are negative ones.
  const int reach =
      std::max(1, static_cast<int>(kFurthest * std::min(fine_parts.cols, fine_parts.rows)));
  cv::Point best(0, 0);
  float peak = -1;
  double sum = 0;
  double squares = 0;
  for (int y = -reach; y <= reach; ++y) {
    const float* row = likeness.ptr<float>((y + likeness.rows) % likeness.rows);
    for (int x = -reach; x <= reach; ++x) {
      const float v = row[(x + likeness.cols) % likeness.cols];
      sum += v;
      squares += static_cast<double>(v) * v;
      if (v > peak) {
        peak = v;
        best = {x, y};
      }
    }
  }
  const double n = (2.0 * reach + 1) * (2.0 * reach + 1);
  const double deviation = std::sqrt(std::max(0.0, squares / n - (sum / n) * (sum / n)));
  if (peak < kAlike && peak - sum / n < kPeak * deviation) return std::nullopt;
  return cv::Point2d(best);
}

BackgroundShift::Refined BackgroundShift::Refine(const cv::Mat& fine_parts,
                                                 const cv::Point2d& coarse) const {
  Refined refined{coarse, 0};
  cv::Point2d& shift = refined.shift;
  const double count = std::max(1.0, cv::sum(weight_)[0]);
  for (int k = 0; k < kIterations; ++k) {
    cv::Mat there = fine_parts;
    if (shift != cv::Point2d(0, 0)) {
      const cv::Mat move = (cv::Mat_<double>(2, 3) << 1, 0, shift.x, 0, 1, shift.y);
      cv::Mat moved;
      cv::warpAffine(fine_parts, moved, move, fine_parts.size(),
                     cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_REPLICATE);
      there = moved;
    }
    const cv::Mat difference = reference_ - there;
    const cv::Mat background = there.mul(weight_);
    refined.likeness =
        background.dot(reference_) / std::sqrt(energy_ * background.dot(there) + 1e-6);
    const cv::Mat size = cv::abs(difference);
    const double noise = std::max(kGrain, cv::sum(size.mul(weight_))[0] / count);
    cv::Mat weight;
    cv::Mat(size < kClip * noise).convertTo(weight, CV_32F, 1.0 / 255);
    weight = weight.mul(weight_);
    const cv::Mat wx = gradient_x_.mul(weight);
    const cv::Mat wy = gradient_y_.mul(weight);
    // The ridge keeps still what a floor of plain stripes cannot tell.
    const double ridge = noise * noise;
    const double xx = wx.dot(gradient_x_) + ridge;
    const double yy = wy.dot(gradient_y_) + ridge;
    const double xy = wx.dot(gradient_y_);
    const double xd = wx.dot(difference);
    const double yd = wy.dot(difference);
    const double det = xx * yy - xy * xy;
    const cv::Point2d step((yy * xd - xy * yd) / det, (xx * yd - xy * xd) / det);
    shift += step;
    shift.x = std::clamp(shift.x, coarse.x - kNear, coarse.x + kNear);
    shift.y = std::clamp(shift.y, coarse.y - kNear, coarse.y + kNear);
    if (std::hypot(step.x, step.y) < kSettled) break;
  }
  return refined;
}

}  // namespace plyo::pipeline
