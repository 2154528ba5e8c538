#include "plyo/kinematics/side_swaps.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/signal.h"

namespace plyo {
namespace {

// Chosen on half of the rendered runners and as good on the other half; the optimum is flat.
constexpr double kStep_s = 1.0 / 60;    ///< between the poses that are compared
constexpr double kLongestStep_s = 0.2;  ///< beyond it nothing is compared
constexpr double kFar = 0.2;            ///< of stature: a step as unlikely as any longer one
constexpr double kExchanged = 0.05;     ///< cost of an exchanged pose, in far steps
constexpr double kSwitch = 0.05;        ///< cost of a change, in far steps

constexpr std::array<std::pair<LandmarkId, LandmarkId>, 4> kLegs{
    {{LandmarkId::kLeftKnee, LandmarkId::kRightKnee},
     {LandmarkId::kLeftAnkle, LandmarkId::kRightAnkle},
     {LandmarkId::kLeftHeel, LandmarkId::kRightHeel},
     {LandmarkId::kLeftFootIndex, LandmarkId::kRightFootIndex}}};

double Distance(const ImageLandmark& a, const ImageLandmark& b) {
  return std::hypot(static_cast<double>(a.x) - b.x, static_cast<double>(a.y) - b.y);
}

/// What it costs that the legs went from `from` to `to`, 0 to 1; `crossed`: as each other.
double StepCost(const PoseFrame& from, const PoseFrame& to, bool crossed, double far_px) {
  double cost = 0;
  for (const auto& [left, right] : kLegs) {
    const ImageLandmark& next_left = to[crossed ? right : left];
    const ImageLandmark& next_right = to[crossed ? left : right];
    cost += std::min(Distance(from[left], next_left) / far_px, 1.0);
    cost += std::min(Distance(from[right], next_right) / far_px, 1.0);
  }
  return cost / (2.0 * static_cast<double>(kLegs.size()));
}

double SecondsBetween(const PoseFrame& from, const PoseFrame& to) {
  return static_cast<double>(to.t.us - from.t.us) * 1e-6;
}

/// The most likely names in every `step`th pose from `first` on.
void MarkChain(std::span<const PoseFrame> track, std::size_t first, std::size_t step, double far_px,
               std::vector<bool>& swapped) {
  std::array<double, 2> cost{0, kExchanged};
  std::vector<std::array<bool, 2>> came_from;
  for (std::size_t i = first + step; i < track.size(); i += step) {
    const PoseFrame& from = track[i - step];
    const PoseFrame& to = track[i];
    double same = 0;
    double crossed = 0;
    if (SecondsBetween(from, to) <= kLongestStep_s) {
      same = StepCost(from, to, false, far_px);
      crossed = StepCost(from, to, true, far_px) + kSwitch;
    }
    std::array<double, 2> next{};
    std::array<bool, 2>& back = came_from.emplace_back();
    for (const bool name : {false, true}) {
      const double stay = cost[name] + same;
      const double change = cost[!name] + crossed;
      back[name] = change < stay ? !name : name;
      next[name] = std::min(stay, change) + (name ? kExchanged : 0);
    }
    cost = next;
  }
  bool name = cost[1] < cost[0];
  for (std::size_t k = came_from.size() + 1; k-- > 0;) {
    swapped[first + k * step] = name;
    if (k > 0) name = came_from[k - 1][name];
  }
}

}  // namespace

std::vector<bool> FindSideSwaps(std::span<const PoseFrame> track) {
  std::vector<bool> swapped(track.size(), false);
  if (track.size() < 2) return swapped;
  std::vector<double> steps;
  for (std::size_t i = 1; i < track.size(); ++i) {
    steps.push_back(SecondsBetween(track[i - 1], track[i]));
  }
  const double stature_px = StatureInPicture(track);
  const double frame_s = Median(std::move(steps));
  if (stature_px <= 0 || frame_s <= 0) return swapped;
  // Between frames of a fast camera legs move less than the landmarks err: compare further apart.
  const auto step = static_cast<std::size_t>(std::max(1L, std::lround(kStep_s / frame_s)));
  for (std::size_t first = 0; first < std::min(step, track.size()); ++first) {
    MarkChain(track, first, step, kFar * stature_px, swapped);
  }
  return swapped;
}

void ExchangeLegs(PoseFrame& pose) {
  for (const auto& [left, right] : kLegs) {
    std::swap(pose[left], pose[right]);
    std::swap(pose.world[static_cast<std::size_t>(left)],
              pose.world[static_cast<std::size_t>(right)]);
  }
}

}  // namespace plyo
