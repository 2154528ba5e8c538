#pragma once

#include <cstddef>
#include <cstdint>

#include "plyo/base/time.h"
#include "plyo/video/frame.h"

namespace plyo::pipeline::testing {

/// A frame of its own with these grey levels and neutral chroma; rows are `stride` bytes apart.
Frame GreyFrame(int width, int height, const std::uint8_t* grey, std::ptrdiff_t stride, Timestamp t,
                std::int64_t index);

}  // namespace plyo::pipeline::testing
