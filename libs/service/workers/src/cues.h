#pragma once

#include <span>
#include <vector>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/wire/live_json.h"

namespace plyo::service {

/// What can be said to the athlete about a confirmed repetition after `earlier` ones of his, in
/// order. Only what the figures' uncertainties bear out: the sport's rules that the repetition
/// meets; its rules about all of them, judged over the newest 20, where they are met now and were
/// not before; best_so_far (jump_height, takeoff to landing), deeper_than_usual and
/// shallower_than_usual (countermovement_depth). A figure that the sport does not have brings no
/// cue.
std::vector<live::Cue> CuesFor(const Rep& rep, std::span<const Rep> earlier, const Sport& sport);

}  // namespace plyo::service
