#include "motion_sense.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "plyo/kinematics/signal.h"

namespace plyo::pipeline {
namespace {

constexpr int kColumns = 24;
constexpr int kRows = 32;
constexpr std::int64_t kSpan_us = 100'000;
constexpr std::int64_t kNearest_us = 4'000;  // of what is kept to compare with
// Room around the landmarks, of the larger side of their box: arms that are raised, steps aside.
constexpr double kRoom = 0.2;
// How many times the body's own box a place may be before it is chosen anew.
constexpr double kLoosest = 6;
// A cell has changed when it differs by more than this, grey levels, or by this many times what
// half of the cells do: noise and the pumping of an encoder.
constexpr double kChanged = 7;
constexpr double kTimesUsual = 5;
// So large a share of the cells has to: a body that sways moves fewer.
constexpr double kShare = 0.025;
// Where half of the cells changed, the light did or the camera: somebody should look.
constexpr double kEverything = 20;

}  // namespace

void MotionSense::Watch(std::span<const PoseFrame> people) {
  if (people.empty()) {
    if (box_) looks_.clear();
    box_.reset();
    return;
  }
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (const PoseFrame& pose : people) {
    for (const ImageLandmark& point : pose.image) {
      left = std::min(left, static_cast<double>(point.x));
      right = std::max(right, static_cast<double>(point.x));
      top = std::min(top, static_cast<double>(point.y));
      bottom = std::max(bottom, static_cast<double>(point.y));
    }
  }
  const auto around = [&](double room) {
    const auto within = [](double v, int size) {
      return static_cast<int>(std::clamp(v, 0.0, static_cast<double>(size)));
    };
    const int x0 = within(left - room, people[0].image_width);
    const int y0 = within(top - room, people[0].image_height);
    return cv::Rect(x0, y0, within(right + room, people[0].image_width) - x0,
                    within(bottom + room, people[0].image_height) - y0);
  };
  const cv::Rect body = around(0);
  // The place stays as long as it will do: only what was looked at in one place can be compared.
  if (box_) {
    const cv::Rect now(box_->x, box_->y, box_->width, box_->height);
    if ((now & body) == body && now.area() < kLoosest * body.area()) return;
  }
  const cv::Rect box = around(kRoom * std::max(right - left, bottom - top));
  box_ = Box{box.x, box.y, box.width, box.height};
  looks_.clear();
}

std::vector<float> MotionSense::Cells(const Frame& frame) const {
  const Plane& y = frame.y;
  const cv::Mat luma(y.height, y.width, CV_8UC1, const_cast<std::uint8_t*>(y.data),
                     static_cast<std::size_t>(y.stride));
  cv::Rect part(0, 0, y.width, y.height);
  if (box_) part &= cv::Rect(box_->x, box_->y, box_->width, box_->height);
  if (part.width < 2 * kColumns || part.height < 2 * kRows) part = {0, 0, y.width, y.height};
  // Halved first, for which OpenCV has vector code: other areas take four times as long.
  part.width -= part.width % 2;
  part.height -= part.height % 2;
  cv::Mat half, small, cells;
  cv::resize(luma(part), half, part.size() / 2, 0, 0, cv::INTER_AREA);
  cv::resize(half, small, {kColumns, kRows}, 0, 0, cv::INTER_AREA);
  small.convertTo(cells, CV_32F);
  return {cells.begin<float>(), cells.end<float>()};
}

bool MotionSense::Moves(const Frame& frame) {
  Look now{frame.t.us, Cells(frame)};
  // The newest look that is old enough.
  while (looks_.size() > 1 && now.t_us - looks_[1].t_us >= kSpan_us) looks_.pop_front();
  bool moves = false;
  if (!looks_.empty() && now.t_us - looks_.front().t_us >= kSpan_us) {
    const std::vector<float>& then = looks_.front().cells;
    std::vector<double> change(then.size());
    for (std::size_t i = 0; i < then.size(); ++i) {
      change[i] = std::abs(static_cast<double>(now.cells[i]) - static_cast<double>(then[i]));
    }
    const double usual = Median(change);
    const double limit = std::max(kChanged, kTimesUsual * usual);
    const auto changed = std::ranges::count_if(change, [limit](double c) { return c > limit; });
    moves = usual > kEverything ||
            static_cast<double>(changed) > kShare * static_cast<double>(change.size());
  }
  if (looks_.empty() || now.t_us - looks_.back().t_us >= kNearest_us) {
    looks_.push_back(std::move(now));
  }
  return moves;
}

}  // namespace plyo::pipeline
