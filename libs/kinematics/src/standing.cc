#include "plyo/kinematics/standing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plyo {
namespace {

constexpr double kLongest_s = 0.5;
constexpr double kShortest_s = 0.1;
constexpr double kSmooth_s = 0.1;
constexpr double kQuietRange = 0.018;  // statures
constexpr double kHoldRange = 0.012;   // within the shortest hold: it may sink slowly
// Still for so long, within less than a breath moves, is standing; the top of a rise is not.
constexpr double kStill_s = 0.3;
constexpr double kStillRange = 0.006;
constexpr double kRise = 0.01;
constexpr double kRiseWithin_s = 2;
// A movement is within that range for as long, and smoothing brings it forward.
constexpr double kHoldLead_s = 0.12;

}  // namespace

std::optional<Standing> FindStanding(const BodyTrack& body, double stature_px, double begin_s,
                                     double before_s) {
  // Smoothed, so that a noisy picture does not make a quiet athlete restless.
  const Signal height = Smooth(Slice(body.com_height(), begin_s, before_s), kSmooth_s, 1);
  if (height.size() < 2) return std::nullopt;
  // Grow backward from the end while the body keeps its level.
  std::size_t first = height.size() - 1;
  double low = height.value.back();
  double high = low;
  while (first > 0) {
    const double v = height.value[first - 1];
    if (std::max(high, v) - std::min(low, v) > kQuietRange * stature_px) break;
    if (height.t_s.back() - height.t_s[first - 1] > kLongest_s) break;
    low = std::min(low, v);
    high = std::max(high, v);
    --first;
  }
  Standing standing;
  standing.begin_s = height.t_s[first];
  standing.end_s = height.t_s.back();
  standing.quiet = standing.end_s - standing.begin_s >= kShortest_s;
  const std::vector<double> level(height.value.begin() + static_cast<std::ptrdiff_t>(first),
                                  height.value.end());
  standing.com_height_px = Median(level);
  standing.u_com_height_px = RobustDeviation(level);

  using enum LandmarkId;
  std::vector<double> eye_to_heel;
  for (const PoseFrame& frame : body.frames()) {
    const double t = frame.t.Seconds();
    if (t < standing.begin_s || t > standing.end_s) continue;
    const double heel = static_cast<double>(frame[kLeftHeel].y + frame[kRightHeel].y) / 2;
    const double eye = static_cast<double>(frame[kLeftEye].y + frame[kRightEye].y) / 2;
    eye_to_heel.push_back(heel - eye);
  }
  standing.eye_to_heel_px = Median(std::move(eye_to_heel));
  return standing;
}

std::optional<Standing> FindStandingBelow(const BodyTrack& body, double stature_px,
                                          const Standing& top) {
  const Signal height =
      Smooth(Slice(body.com_height(), top.begin_s - kRiseWithin_s, top.end_s + 1e-9), kSmooth_s, 1);
  if (height.size() < 2) return std::nullopt;
  const auto is_still = [&](double begin_s, double end_s) {
    const Signal part = Slice(height, begin_s, end_s + 1e-9);
    if (part.size() < 2 || part.t_s.back() - part.t_s.front() < kStill_s - body.longest_step_s()) {
      return false;
    }
    const auto [low, high] = std::ranges::minmax(part.value);
    return high - low < kStillRange * stature_px;
  };
  double highest = -std::numeric_limits<double>::infinity();
  for (std::size_t i = height.size(); i-- > 0;) {
    const double end_s = height.t_s[i];
    highest = std::max(highest, height.value[i]);
    if (!is_still(end_s - kStill_s, end_s)) continue;
    const auto still = FindStanding(body, stature_px, end_s - kStill_s, end_s + 1e-9);
    if (!still || highest - still->com_height_px < kRise * stature_px) return std::nullopt;
    return still;
  }
  return std::nullopt;
}

std::optional<Standing> FindHold(const BodyTrack& body, double stature_px, double before_s,
                                 double shortest_s) {
  const Signal height = Smooth(
      Slice(body.com_height(), -std::numeric_limits<double>::infinity(), before_s), kSmooth_s, 1);
  std::optional<double> begin;
  double end = 0;
  for (std::size_t last = height.size(); last-- > 0;) {
    // The shortest hold that ends here.
    std::size_t first = last;
    double low = height.value[last];
    double high = low;
    while (first > 0 && height.t_s[last] - height.t_s[first] < shortest_s) {
      --first;
      low = std::min(low, height.value[first]);
      high = std::max(high, height.value[first]);
    }
    const bool still =
        height.t_s[last] - height.t_s[first] >= shortest_s && high - low < kHoldRange * stature_px;
    if (still && !begin) end = height.t_s[last];
    if (still) begin = height.t_s[first];
    if (!still && begin && height.t_s[last] <= *begin) break;
  }
  if (!begin) return std::nullopt;
  auto hold = FindStanding(body, stature_px, *begin, end - kHoldLead_s + 1e-9);
  if (hold) hold->begin_s = *begin;
  return hold;
}

}  // namespace plyo
