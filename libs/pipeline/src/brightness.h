#pragma once

#include <optional>
#include <vector>

#include "plyo/video/frame.h"

namespace plyo::pipeline {

/// How bright the light parts of the picture are over a recording, looked at twice a second.
class Brightness {
 public:
  void Observe(const Frame& frame);
  /// Even the light parts are near black: soles and floor cannot be told apart.
  bool Dark() const;

 private:
  std::optional<Timestamp> last_;
  std::vector<double> light_;  ///< 0 black to 1 white
};

}  // namespace plyo::pipeline
