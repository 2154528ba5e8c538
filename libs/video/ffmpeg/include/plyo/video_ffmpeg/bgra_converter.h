#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "plyo/base/error.h"
#include "plyo/video/frame.h"

namespace plyo {

/// Turns Frames into bytes B, G, R, 255, by each frame's own matrix and range, scaled to the wanted
/// size (area average when it shrinks). Remembers the last conversion, so use one for one stream of
/// frames. Copies share what is remembered; neither one nor its copies are thread safe.
class BgraConverter {
 public:
  BgraConverter();

  /// Fills `height` rows of 4 * `width` bytes, `stride` apart. Errors: kInvalidArgument, kInternal.
  Result<void> operator()(const Frame& frame, int width, int height, std::uint8_t* pixels,
                          std::ptrdiff_t stride);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace plyo
