#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/flight.h"
#include "plyo/kinematics/sport.h"

namespace plyo::sports::running {

/// One foot on the ground, from its first to its last contact. What lies outside the frames, or was
/// cut by the edge of the picture, is not known.
struct Stance {
  Side side = Side::kLeft;
  std::optional<Estimate> contact_s;
  std::optional<Estimate> toe_off_s;
  std::optional<double> ground_px_s;  ///< of the ground under the foot through the picture, x
  double middle_s = 0;                ///< coarse
  /// One of a run: of at least three in turn, the body lowest in the middle of each and not, as in
  /// a walk, highest there (Cavagna et al. 1976).
  bool runs = false;

  /// When it was first seen.
  double begin_s() const { return contact_s ? contact_s->value : toe_off_s->value; }
};

/// A runner over some seconds: his frames, with the legs' names set right, and his stances in time
/// order.
struct Gait {
  BodyTrack body;
  View view;
  double stature_px = 0;
  std::vector<Stance> stances;
  double step_s = 0;  ///< median from the middle of one stance to that of the other foot's next
  double ground_px_s = 0;  ///< median over the stances

  /// Whether the stance after this one is the other foot's, a step later.
  bool Continues(std::size_t stance) const;
};

/// nullopt where the legs do not swing by each other, or are seen from the front.
std::optional<Gait> FindGait(std::vector<PoseFrame> frames, const AthleteOptions& athlete);

}  // namespace plyo::sports::running
