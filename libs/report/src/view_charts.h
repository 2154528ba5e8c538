#pragma once

#include <nlohmann/json.hpp>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo::report {

/// The charts of one repetition: its traces grouped by unit, in order of appearance, joint angles
/// together.
nlohmann::ordered_json ChartsOf(const Rep& rep, const Sport& sport);

/// Phases without overlap, with colour and duration.
nlohmann::ordered_json PhasesOf(const Rep& rep, const Sport& sport);

/// Events in time order, numbered from 1, with the half width of their 95 % interval.
nlohmann::ordered_json EventsOf(const Rep& rep, const Sport& sport);

}  // namespace plyo::report
