#pragma once

#include <cstdint>

namespace plyo::pipeline::testing {

/// Where a shoe is, px: its toe's lowest point, its length, and how far it is turned about the toe
/// (heel up, radians).
struct Shoe {
  double toe_x = 0;
  double toe_y = 0;
  double length = 0;
  double pitch = 0;
};

/// How a floor with shoes on it or over it looks. Brightness in grey levels, lengths in px.
struct SceneOptions {
  int width = 320;
  int height = 200;
  double floor = 110;
  double grain = 10;  ///< standard deviation of the floor's pattern
  int grain_px = 3;   ///< its coarseness
  double shoe = 190;
  double sole = 190;  ///< of the lowest quarter of the shoe
  double shadow = 0;  ///< how much of the light the shoe takes from the floor just below it, 0 to 1
  double shadow_reach = 6;
  double noise = 0;  ///< standard deviation, anew in every picture
  std::uint32_t seed = 1;
};

}  // namespace plyo::pipeline::testing
