#pragma once

#include <span>
#include <vector>

#include "plyo/kinematics/result.h"
#include "plyo/wire/live_json.h"

namespace plyo::service {

/// What can be said to the athlete about a confirmed repetition after `earlier` ones of his, in
/// order. Only what the figures' uncertainties bear out: best_so_far (jump_height, takeoff to
/// landing), deeper_than_usual and shallower_than_usual (countermovement_depth). A figure that the
/// sport does not have brings no cue.
std::vector<live::Cue> CuesFor(const Rep& rep, std::span<const Rep> earlier);

}  // namespace plyo::service
