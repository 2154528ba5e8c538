#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/video/frame.h"

namespace plyo::report::testing {

/// Bytes in which no px is like its neighbours, the same every time: blue, green and red at a
/// place.
inline std::array<std::uint8_t, 3> TextureAt(int x, int y) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 0x9e3779b1U + static_cast<std::uint32_t>(y);
  std::array<std::uint8_t, 3> colour{};
  for (std::uint8_t& byte : colour) {
    h = (h ^ (h >> 15U)) * 0x85ebca6bU + 0xc2b2ae35U;
    byte = static_cast<std::uint8_t>(h >> 24U);
  }
  return colour;
}

/// A picture of that texture, with bytes behind each row that belong to nobody.
struct TexturedPicture {
  TexturedPicture(int w, int h)
      : width(w),
        height(h),
        stride(4 * w + 12),
        bytes(static_cast<std::size_t>(stride) * static_cast<std::size_t>(h), 0x5a) {
    for (int y = 0; y < h; ++y) {
      for (int x = 0; x < w; ++x) {
        const auto colour = TextureAt(x, y);
        for (std::size_t c = 0; c < 3; ++c) bytes[Place(x, y) + c] = colour[c];
      }
    }
  }
  std::array<std::uint8_t, 3> At(int x, int y) const {
    const std::size_t at = Place(x, y);
    return {bytes[at], bytes[at + 1], bytes[at + 2]};
  }
  /// All bytes that are no colour.
  std::vector<std::uint8_t> Rest() const {
    std::vector<std::uint8_t> rest;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const std::size_t in_row = i % static_cast<std::size_t>(stride);
      if (in_row >= static_cast<std::size_t>(4 * width) || in_row % 4 == 3)
        rest.push_back(bytes[i]);
    }
    return rest;
  }

  int width;
  int height;
  std::ptrdiff_t stride;
  std::vector<std::uint8_t> bytes;

 private:
  std::size_t Place(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(stride) +
           4 * static_cast<std::size_t>(x);
  }
};

/// Every frame is that texture.
inline Result<void> TextureToBgra(const Frame& /*frame*/, int width, int height,
                                  std::uint8_t* pixels, std::ptrdiff_t stride) {
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto colour = TextureAt(x, y);
      std::uint8_t* to = pixels + y * stride + std::ptrdiff_t{4} * x;
      to[0] = colour[0];
      to[1] = colour[1];
      to[2] = colour[2];
      to[3] = 255;
    }
  }
  return {};
}

}  // namespace plyo::report::testing
