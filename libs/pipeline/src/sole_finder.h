#pragma once

#include <cstdint>
#include <vector>

#include "plyo/kinematics/contact_evidence.h"

namespace plyo::pipeline {

/// A grey picture of one spot of the ground; rows are `stride` bytes apart, the bytes belong to
/// someone else.
struct GreyView {
  Timestamp t;
  const std::uint8_t* data = nullptr;
  std::ptrdiff_t stride = 0;
};

/// Pictures of one spot, all of the same size and fixed in the scene. Lengths in their own px.
struct SoleInput {
  int width = 0;
  int height = 0;
  double stature = 0;
  double foot_level = 0;  ///< row of the sole on the ground, as the landmarks have it
  double stance_x0 = 0;   ///< the feet while they stand there
  double stance_x1 = 0;
  std::vector<GreyView> air;      ///< without feet on the spot
  std::vector<GreyView> measure;  ///< in time order
  Timestamp
      ground_begin;  ///< of `measure`, those that surely show the feet on the ground, inclusive
  Timestamp ground_end;
};

/// Where the soles are, in px of the pictures given. `unavailable` says why there is no answer.
SoleTrace FindSole(const SoleInput& input);

}  // namespace plyo::pipeline
