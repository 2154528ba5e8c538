#include "pose_index.h"

#include <algorithm>
#include <functional>

namespace plyo::report {

PoseIndex::PoseIndex(const std::vector<PoseFrame>& poses) : poses_(&poses) {
  nearness_sum_.reserve(poses.size() + 1);
  nearness_sum_.push_back(0);
  for (const PoseFrame& pose : poses)
    nearness_sum_.push_back(nearness_sum_.back() + LeftNearness(pose));
}

const PoseFrame* PoseIndex::InFrame(std::int64_t frame) const {
  const auto it = std::ranges::lower_bound(*poses_, frame, std::less{}, &PoseFrame::frame);
  return it != poses_->end() && it->frame == frame ? &*it : nullptr;
}

NearSide PoseIndex::NearSideIn(const PoseFrame& pose) const {
  constexpr std::int64_t kHalfWindowUs = 500'000;
  const auto from = std::ranges::lower_bound(*poses_, pose.t.us - kHalfWindowUs, std::less{},
                                             [](const PoseFrame& p) { return p.t.us; });
  const auto to = std::ranges::upper_bound(*poses_, pose.t.us + kHalfWindowUs, std::less{},
                                           [](const PoseFrame& p) { return p.t.us; });
  const auto begin = static_cast<std::size_t>(from - poses_->begin());
  const auto end = static_cast<std::size_t>(to - poses_->begin());
  if (begin >= end) return NearSideOf(LeftNearness(pose));
  return NearSideOf((nearness_sum_[end] - nearness_sum_[begin]) / static_cast<double>(end - begin));
}

}  // namespace plyo::report
