#include "plyo/kinematics_testing/synthetic_sole.h"

#include <random>

namespace plyo::testing {

SyntheticSole::SyntheticSole(const SyntheticJump& jump, SoleFaults faults)
    : jump_(jump), faults_(faults) {
  jump_.filming.begin_s += faults_.late_s;
  lift_m_ = FootLift(jump_);
  // The frames keep their times: it is the lifts that come late.
  if (faults_.late_s != 0) {
    Signal late;
    for (const double t : FootLift(jump).t_s) {
      if (const auto v = ValueAt(lift_m_, t, 1)) late.Push(t, *v);
    }
    lift_m_ = late;
  }
}

SoleTrace SyntheticSole::Sole(const SoleRequest& request) const {
  requests_.push_back(request);
  if (faults_.unavailable) return {{}, 0, 0, "no_frames_kept"};
  SoleTrace trace;
  trace.ground_mad_px = faults_.ground_mad_px;
  trace.camera_motion_px = faults_.camera_motion_px;
  std::mt19937 random(jump_.filming.seed + 77);
  std::normal_distribution<double> noise(0, 1);
  for (std::size_t i = 0; i < lift_m_.size(); ++i) {
    const Timestamp t = Timestamp::FromSeconds(lift_m_.t_s[i]);
    const double lift =
        lift_m_.value[i] * jump_.filming.px_per_m + faults_.noise_px * noise(random);
    if (t < request.measure_begin || t > request.measure_end) continue;
    const bool near = lift < 0.15 * request.stature_px;
    trace.samples.push_back({t, near ? lift : 0, near});
  }
  return trace;
}

}  // namespace plyo::testing
