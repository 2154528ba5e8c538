#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "plyo/kinematics/landmark.h"
#include "plyo/video/frame.h"

namespace plyo::pipeline {

/// Tells from pixels alone whether somebody moves: cells of the picture around the athletes are
/// compared with what they were a tenth of a second before. A camera's noise and compression are
/// learnt from the quiet cells. It need not be quick: what it notices late was kept. Not thread
/// safe.
class MotionSense {
 public:
  /// Watches the surroundings of these people from the next picture on; the whole picture where
  /// there is nobody.
  void Watch(std::span<const PoseFrame> people);
  bool Moves(const Frame& frame);

 private:
  struct Look {
    std::int64_t t_us = 0;
    std::vector<float> cells;
  };
  struct Box {
    int x = 0, y = 0, width = 0, height = 0;
  };

  std::vector<float> Cells(const Frame& frame) const;

  std::optional<Box> box_;
  std::deque<Look> looks_;
};

}  // namespace plyo::pipeline
