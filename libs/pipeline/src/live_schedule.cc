#include "plyo/pipeline/live_schedule.h"

namespace plyo {
namespace {

// Less than this a second is lost to chance, not to load.
constexpr double kManyDropped = 0.08;
constexpr int kBadSeconds = 2;
constexpr int kGoodSeconds = 8;
// At a higher load a session that asks for more would soon be asked for less again.
constexpr double kRoomyLoad = 0.7;
constexpr double kStep = 1.5;
// Figures from fewer pictures a second are not worth having.
constexpr double kLowestFps = 12;

}  // namespace

TokenBucket::TokenBucket(double per_s, double seconds)
    : per_s_(per_s), most_(per_s * seconds), left_(most_) {}

bool TokenBucket::Take(std::int64_t t_us, double amount) {
  const std::int64_t passed_us = t_us - last_us_.value_or(t_us);
  last_us_ = t_us;
  left_ = std::min(left_ + static_cast<double>(passed_us) * 1e-6 * per_s_, most_);
  if (left_ < amount) return false;
  left_ -= amount;
  return true;
}

AdaptiveRate::AdaptiveRate(double nominal_fps) : nominal_fps_(nominal_fps), fps_(nominal_fps) {}

std::optional<double> AdaptiveRate::Second(std::int64_t received, std::int64_t dropped,
                                           double load) {
  const bool bad = static_cast<double>(dropped) > kManyDropped * static_cast<double>(received);
  bad_seconds_ = bad ? bad_seconds_ + 1 : 0;
  good_seconds_ = !bad && load < kRoomyLoad ? good_seconds_ + 1 : 0;
  const double before = fps_;
  if (bad_seconds_ >= kBadSeconds) {
    fps_ = std::max(fps_ / kStep, std::min(kLowestFps, nominal_fps_));
    bad_seconds_ = 0;
  } else if (good_seconds_ >= kGoodSeconds) {
    fps_ = std::min(fps_ * kStep, nominal_fps_);
    good_seconds_ = 0;
  }
  if (fps_ == before) return std::nullopt;
  return fps_;
}

}  // namespace plyo
