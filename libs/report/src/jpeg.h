#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::report {

/// JPEG of bytes B, G, R, unused, rows `stride` apart; quality 1 to 100. Errors: kInternal.
Result<std::vector<std::uint8_t>> EncodeJpeg(const std::uint8_t* bgra, int width, int height,
                                             std::ptrdiff_t stride, int quality);

}  // namespace plyo::report
