#pragma once

#include <span>
#include <vector>

#include "plyo/kinematics/landmark.h"

namespace plyo {

/// Finds the poses in which the model took the left leg for the right one.
///
/// `track` is one person in time order, a whole recording or a window of it; the answer has one
/// value a pose: true where knees, ankles, heels and toes are exchanged against most of the window.
/// Of the two ways to name the legs in each pose, the most likely sequence is taken (Viterbi): legs
/// move little from a sixtieth of a second to the next, and exchanged ones are few. The model's
/// depth and visibility tell nothing: it is as sure when it is wrong. docs/decisions/side_swaps.md
/// has the figures. A pure function; thread safe.
std::vector<bool> FindSideSwaps(std::span<const PoseFrame> track);

/// Gives each leg's knee, ankle, heel and toe the other's name, in the picture and in the world.
void ExchangeLegs(PoseFrame& pose);

}  // namespace plyo
