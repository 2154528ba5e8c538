#include "framing.h"

#include <algorithm>

#include "plyo/kinematics/body_track.h"

namespace plyo::pipeline {
namespace {

// Longer than a flight.
constexpr std::int64_t kHold_us = 1'000'000;
constexpr float kSeen = 0.5F;
// Of the picture's height. A jump of half a metre needs a third of a stature above the head.
constexpr double kLargest = 0.78;
constexpr double kSmallest = 0.35;
constexpr std::size_t kViewFrames = 15;

double Top(const PoseFrame& pose) {
  return static_cast<double>(std::ranges::min(pose.image, {}, &ImageLandmark::y).y);
}
double Bottom(const PoseFrame& pose) {
  return static_cast<double>(std::ranges::max(pose.image, {}, &ImageLandmark::y).y);
}

bool AnySeen(const PoseFrame& pose, std::initializer_list<LandmarkId> ids, int width, int height) {
  return std::ranges::any_of(ids, [&](LandmarkId id) {
    const ImageLandmark& p = pose[id];
    return p.visibility >= kSeen && p.x >= 0 && p.x < static_cast<float>(width) && p.y >= 0 &&
           p.y < static_cast<float>(height);
  });
}

}  // namespace

std::vector<std::string> Framing::CausesNow(int width, int height, std::span<const PoseFrame> poses,
                                            bool dark) {
  using enum LandmarkId;
  std::vector<std::string> causes;
  if (dark) causes.emplace_back("too_dark");
  if (poses.empty()) {
    recent_.clear();
    causes.emplace_back("no_person");
    return causes;
  }
  const PoseFrame& athlete = *std::ranges::max_element(
      poses, {}, [](const PoseFrame& pose) { return Bottom(pose) - Top(pose); });
  if (!AnySeen(athlete, {kLeftFootIndex, kRightFootIndex, kLeftHeel, kRightHeel}, width, height))
    causes.emplace_back("feet_out_of_picture");
  if (!AnySeen(athlete, {kNose, kLeftEye, kRightEye, kLeftEar, kRightEar}, width, height))
    causes.emplace_back("head_out_of_picture");
  const double size = (Bottom(athlete) - Top(athlete)) / static_cast<double>(height);
  if (size > kLargest) causes.emplace_back("too_near");
  if (size < kSmallest) causes.emplace_back("too_far");
  if (poses.size() > 1) causes.emplace_back("several_people");
  if (!recent_.empty() && recent_.back().track != athlete.track) recent_.clear();
  recent_.push_back(athlete);
  if (recent_.size() > kViewFrames) recent_.erase(recent_.begin());
  if (recent_.size() == kViewFrames && !EstimateView(recent_).IsSide())
    causes.emplace_back("not_side_view");
  return causes;
}

void Framing::Observe(Timestamp t, int width, int height, std::span<const PoseFrame> poses,
                      bool dark) {
  const std::vector<std::string> now = CausesNow(width, height, poses, dark);
  std::erase_if(since_us_, [&now](const auto& entry) {
    return std::ranges::find(now, entry.first) == now.end();
  });
  for (const std::string& cause : now) {
    since_us_.try_emplace(cause, t.us);
    last_us_[cause] = t.us;
  }
  std::erase_if(last_us_, [&t](const auto& entry) { return t.us - entry.second >= kHold_us; });
  std::vector<std::string> shown;
  for (const auto& [cause, last] : last_us_) {
    const bool was_shown = std::ranges::find(shown_, cause) != shown_.end();
    const auto since = since_us_.find(cause);
    if (was_shown || (since != since_us_.end() && t.us - since->second >= kHold_us))
      shown.push_back(cause);
  }
  shown_ = std::move(shown);
}

}  // namespace plyo::pipeline
