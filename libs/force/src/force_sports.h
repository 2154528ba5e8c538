#pragma once

#include "plyo/kinematics/sport.h"

namespace plyo::force {

const Sport& Cmj();
const Sport& DropJump();
const Sport& SquatJump();
const Sport& Running();

}  // namespace plyo::force
