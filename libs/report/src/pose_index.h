#pragma once

#include <vector>

#include "plyo/kinematics/landmark.h"
#include "skeleton.h"

namespace plyo::report {

/// Finds the pose of one person in a frame, and the side he shows, steadied over half a second to
/// either side.
class PoseIndex {
 public:
  /// `poses` in time order, borrowed.
  explicit PoseIndex(const std::vector<PoseFrame>& poses);

  const std::vector<PoseFrame>& Poses() const { return *poses_; }
  /// The pose in the frame of that index; null where the person was not seen.
  const PoseFrame* InFrame(std::int64_t frame) const;
  NearSide NearSideIn(const PoseFrame& pose) const;

 private:
  const std::vector<PoseFrame>* poses_;
  std::vector<double> nearness_sum_;  ///< over the poses before each
};

}  // namespace plyo::report
