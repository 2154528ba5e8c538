#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "plyo/base/time.h"

namespace plyo {

/// How Y, U and V become red, green and blue.
enum class YuvMatrix : std::uint8_t { kBt601, kBt709, kBt2020 };

/// One plane of 8-bit samples; rows are `stride` bytes apart.
struct Plane {
  const std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;
};

/// A decoded picture, upright as displayed, planar YUV 4:2:0, 8 bit; chroma planes are (w+1)/2 by
/// (h+1)/2, sited as MPEG-2 left or centre (a quarter of a pixel that nothing here depends on).
///
/// Immutable and shared: copies are cheap and may cross threads; the pixels live as long as a copy
/// does.
struct Frame {
  Timestamp t;             ///< capture time
  std::int64_t index = 0;  ///< in decode order of what a player shows, from 0
  int width = 0;
  int height = 0;
  Plane y;
  Plane u;
  Plane v;
  YuvMatrix matrix = YuvMatrix::kBt709;
  bool full_range = false;
  std::shared_ptr<const void> owner;  ///< keeps the planes alive
};

}  // namespace plyo
