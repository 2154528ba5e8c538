#pragma once

#include <vector>

#include "plyo/kinematics/contact_evidence.h"
#include "plyo/kinematics_testing/synthetic_jump.h"

namespace plyo::testing {

/// What the pixels would say of a synthetic jump, and how badly.
struct SoleFaults {
  double noise_px = 0;  ///< standard deviation of each lift
  double ground_mad_px = 0;
  double camera_motion_px = 0;
  double late_s = 0;  ///< shows every lift this much too late
  bool unavailable = false;
};

/// Answers for a synthetic jump as a camera that sees the soles perfectly, or with faults. Keeps
/// the requests it was asked.
class SyntheticSole final : public ContactEvidence {
 public:
  explicit SyntheticSole(const SyntheticJump& jump, SoleFaults faults = {});
  SoleTrace Sole(const SoleRequest& request) const override;
  const std::vector<SoleRequest>& requests() const { return requests_; }

 private:
  SyntheticJump jump_;
  SoleFaults faults_;
  Signal lift_m_;
  mutable std::vector<SoleRequest> requests_;
};

}  // namespace plyo::testing
