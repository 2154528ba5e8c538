#include "sole_edges.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace plyo::pipeline {
namespace {

constexpr double kSmooth =
    0.015;  // of stature: the sole is long and flat, so noise is averaged along it
constexpr double kGainWindow = 0.0146;
constexpr float kDark =
    8;  // grey levels added to both, so that the ratio of dark to darker stays calm
constexpr double kGainMin = 0.55;
constexpr double kGainMax = 1.06;

int OddAtLeast(double v, int least) {
  const int k = std::max(least, static_cast<int>(std::lround(v)));
  return k % 2 == 1 ? k : k + 1;
}

}  // namespace

EmptyGround::EmptyGround(const cv::Mat& background, double stature)
    : stature_(stature),
      smooth_(OddAtLeast(kSmooth * stature, 1)),
      kernel_(OddAtLeast(kGainWindow * stature, 3)),
      background_(background) {
  cv::boxFilter(background.mul(background), power_, CV_32F, {kernel_, kernel_});
  power_ += 1;
  cv::divide(cv::mean(background)[0] + kDark, background + kDark, gain_);
}

cv::Mat EmptyGround::Relative(const cv::Mat& picture) const {
  cv::Mat i;
  picture.convertTo(i, CV_32F);
  i = (i + kDark).mul(gain_);
  cv::blur(i, i, {smooth_, 1});
  return i;
}

cv::Mat EmptyGround::Steps(const cv::Mat& picture) const {
  cv::Mat e;
  const cv::Mat up_minus_down = (cv::Mat_<float>(5, 1) << 0.25f, 0.5f, 0.f, -0.5f, -0.25f);
  cv::filter2D(Relative(picture), e, CV_32F, up_minus_down);
  return e;
}

cv::Mat EmptyGround::Residual(const cv::Mat& picture) const {
  cv::Mat i, cross, a;
  picture.convertTo(i, CV_32F);
  cv::boxFilter(i.mul(background_), cross, CV_32F, {kernel_, kernel_});
  cv::divide(cross, power_, a);
  cv::min(a, kGainMax, a);
  cv::max(a, kGainMin, a);
  cv::Mat r = cv::abs(i - a.mul(background_));
  cv::blur(r, r, {smooth_, 1});
  return r;
}

std::vector<SoleEdge> EmptyGround::Edges(const cv::Mat& picture, float min_strength) const {
  cv::Mat grey;
  picture.convertTo(grey, CV_32F);
  cv::blur(grey, grey, {smooth_, 1});
  // Turned, so that what is gone through lies together: one column after the other.
  const cv::Mat steps_turned = Steps(picture).t();
  const cv::Mat grey_turned = grey.t();
  const int rows = picture.rows;
  const int near = std::max(1, static_cast<int>(std::lround(0.004 * stature_)));
  const int far = std::max(near + 1, static_cast<int>(std::lround(0.010 * stature_)));
  std::vector<SoleEdge> out;
  for (int x = 0; x < picture.cols; ++x) {
    const float* step = steps_turned.ptr<float>(x);
    const float* brightness = grey_turned.ptr<float>(x);
    for (int y = rows - 3; y >= 2; --y) {
      const float v = step[y], size = std::abs(v);
      if (size < min_strength) continue;
      const float sign = v > 0 ? 1.f : -1.f;
      if (sign * step[y + 1] > size || sign * step[y - 1] >= size) continue;
      int low = y, high = y;
      while (low + 1 < rows && sign * step[low + 1] > 0.5f * size) ++low;
      while (high > 0 && sign * step[high - 1] > 0.5f * size) --high;
      float sum = 0, moment = 0;
      for (int r = high; r <= low; ++r) {
        const float w = sign * step[r];
        sum += w;
        moment += w * (static_cast<float>(r) + 0.5f);
      }
      SoleEdge edge{x, v > 0, moment / sum, size, 0};
      int n = 0;
      for (int r = std::max(0, y - far); r <= y - near; ++r, ++n) edge.above += brightness[r];
      if (n > 0) edge.above /= static_cast<float>(n);
      out.push_back(edge);
    }
  }
  return out;
}

}  // namespace plyo::pipeline
