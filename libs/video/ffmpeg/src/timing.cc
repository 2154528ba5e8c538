#include "timing.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace plyo::ffmpeg {
namespace {

constexpr double kVariableShare = 0.1;
// Rounding to ticks moves each end of a step by half a tick at most.
constexpr double kRoundingTicks = 1.5;
// A hole longer than a day is a damaged time, not a pause.
constexpr std::int64_t kLongestStepUs = 86'400'000'000;
constexpr double kLatestUs = 4e15;  // a century; far from where sums could overflow

}  // namespace

TimingSurvey SurveyTiming(std::vector<std::int64_t> times, AVRational time_base) {
  TimingSurvey survey;
  if (times.size() < 2) return survey;
  std::sort(times.begin(), times.end());
  std::vector<double> steps;
  steps.reserve(times.size() - 1);
  for (std::size_t i = 1; i < times.size(); ++i) {
    steps.push_back(static_cast<double>(times[i]) - static_cast<double>(times[i - 1]));
  }
  const auto stalled = std::count(steps.begin(), steps.end(), 0.0);
  survey.stalled = 2 * static_cast<std::size_t>(stalled) > steps.size();
  const double span = static_cast<double>(times.back()) - static_cast<double>(times.front());
  if (span <= 0) return survey;
  survey.fps = static_cast<double>(steps.size()) / (span * av_q2d(time_base));
  survey.rounding = 1 / span;

  auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  const double median = *middle;
  const double most = std::max(kVariableShare * median, kRoundingTicks);
  survey.variable = std::any_of(steps.begin(), steps.end(),
                                [&](double step) { return std::abs(step - median) > most; });
  return survey;
}

Timeline::Timeline(AVRational time_base, double time_scale, double stored_fps, bool gaps_expected)
    : time_base_(time_base),
      time_scale_(time_scale),
      step_us_(std::max<std::int64_t>(1, std::llround(1e6 / stored_fps / time_scale))),
      gaps_expected_(gaps_expected) {}

std::optional<std::int64_t> Timeline::Unshifted(std::optional<std::int64_t> ticks) const {
  if (!ticks || !origin_) return std::nullopt;
  const double elapsed = static_cast<double>(*ticks) - static_cast<double>(*origin_);
  const double us = elapsed * time_base_.num * 1e6 / (time_base_.den * time_scale_);
  if (!(std::abs(us) < kLatestUs)) return std::nullopt;
  return std::llround(us);
}

std::optional<std::int64_t> Timeline::Place(std::optional<std::int64_t> ticks) {
  if (!last_us_) {
    origin_ = ticks;
    repaired_ = !ticks && !gaps_expected_;
    return last_us_ = 0;
  }
  if (ticks && !origin_) {
    // The first pictures had no time: the clock starts here, one step behind the last of them.
    origin_ = ticks;
    shift_us_ = *last_us_ + step_us_;
  }
  const auto us = Unshifted(ticks);
  if (!us || *us + shift_us_ <= *last_us_ || *us + shift_us_ - *last_us_ > kLongestStepUs) {
    return std::nullopt;
  }
  return last_us_ = *us + shift_us_;
}

std::int64_t Timeline::Repair(std::optional<std::int64_t> ticks, std::optional<std::int64_t> next) {
  repaired_ = repaired_ || ticks || !gaps_expected_;
  const std::int64_t last = last_us_.value_or(0);
  const auto us = Unshifted(ticks);
  const auto next_us = Unshifted(next);
  const std::int64_t to_next = next_us ? *next_us + shift_us_ - last : 0;
  if (to_next >= 2 && to_next <= kLongestStepUs) {
    last_us_ = last + to_next / 2;
  } else {
    last_us_ = last + step_us_;
    if (us) shift_us_ = *last_us_ - *us;
  }
  return *last_us_;
}

}  // namespace plyo::ffmpeg
