#include "brightness.h"

#include <cstdint>

#include "plyo/kinematics/signal.h"

namespace plyo::pipeline {
namespace {

constexpr std::int64_t kEvery_us = 500'000;
constexpr std::size_t kMostLooks = 600;  // five minutes: what comes later changes no verdict
constexpr int kStep_px = 16;
constexpr double kLightShare = 0.9;  // the tenth of the pixels that is brightest begins here
constexpr double kDarkBelow = 0.27;

}  // namespace

void Brightness::Observe(const Frame& frame) {
  if (light_.size() >= kMostLooks || (last_ && frame.t.us - last_->us < kEvery_us)) return;
  last_ = frame.t;
  std::vector<double> values;
  for (int row = 0; row < frame.y.height; row += kStep_px) {
    const std::uint8_t* line = frame.y.data + row * frame.y.stride;
    for (int column = 0; column < frame.y.width; column += kStep_px) values.push_back(line[column]);
  }
  const double light = Quantile(std::move(values), kLightShare);
  light_.push_back(frame.full_range ? light / 255 : (light - 16) / 219);
}

bool Brightness::Dark() const { return !light_.empty() && Median(light_) < kDarkBelow; }

}  // namespace plyo::pipeline
