#pragma once

#include <vector>

#include "plyo/kinematics/sport.h"

namespace plyo::cli::testing {

/// Two sports with a parameter, for tests of what does not analyse.
inline const std::vector<Sport>& TwoSports() {
  static const std::vector<Sport> kSports = [] {
    std::vector<Sport> two(2);
    two[0].id = "cmj";
    two[0].label = "Countermovement jump";
    two[0].metrics = {{.id = "jump_height",
                       .unit = "m",
                       .label = "Jump height",
                       .text = "Rise of the centre of mass.",
                       .decimals = 3,
                       .headline = true,
                       .min = 0.02,
                       .max = 1.2},
                      {.id = "flight_time",
                       .unit = "s",
                       .label = "Flight time",
                       .text = "Landing minus take-off.",
                       .decimals = 3,
                       .headline = true,
                       .min = 0.1,
                       .max = 1},
                      {.id = "left_knee_angle_takeoff",
                       .unit = "deg",
                       .label = "Left knee at take-off",
                       .text = {},
                       .decimals = 0,
                       .headline = false,
                       .min = 40,
                       .max = 180},
                      {.id = "peak_power",
                       .unit = "W",
                       .label = "Peak power",
                       .text = {},
                       .decimals = 0,
                       .headline = false,
                       .min = {},
                       .max = {}}};
    two[0].events = {
        {.id = "takeoff", .label = "Take-off", .text = "Last contact.", .key_frame = true}};
    two[0].phases = {{.id = "flight", .label = "Flight", .text = "In the air."}};
    two[1].id = "drop_jump";
    two[1].label = "Drop jump";
    two[1].parameters = {{.id = "box_height_m",
                          .unit = "m",
                          .label = "Box height",
                          .text = "Nominal height of the box",
                          .default_value = {},
                          .min = 0.05,
                          .max = 1.5}};
    return two;
  }();
  return kSports;
}

}  // namespace plyo::cli::testing
