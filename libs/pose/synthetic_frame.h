#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "plyo/video/frame.h"

namespace plyo {

/// A frame for tests whose samples are functions of the position in the picture (px, centres at
/// +0.5), full range. Rows have padding, as those of decoders do.
inline Frame MakeSyntheticFrame(int width, int height,
                                const std::function<double(double, double)>& luma,
                                const std::function<double(double, double)>& blue = nullptr,
                                const std::function<double(double, double)>& red = nullptr) {
  constexpr int kPadding = 10;
  const int chroma_width = (width + 1) / 2;
  const int chroma_height = (height + 1) / 2;
  const int stride = width + kPadding;
  const int chroma_stride = chroma_width + kPadding;
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(
      static_cast<std::size_t>(stride * height + 2 * chroma_stride * chroma_height));
  std::uint8_t* at = pixels->data();
  const auto fill = [&](const std::function<double(double, double)>& value, int w, int h,
                        int row_bytes, double step) {
    const Plane plane{at, w, h, row_bytes};
    for (int row = 0; row < h; ++row) {
      for (int col = 0; col < w; ++col) {
        const double v = value ? value((col + 0.5) * step, (row + 0.5) * step) : 128.0;
        at[row * row_bytes + col] = static_cast<std::uint8_t>(std::clamp(std::lround(v), 0L, 255L));
      }
    }
    at += static_cast<std::ptrdiff_t>(row_bytes) * h;
    return plane;
  };
  Frame frame;
  frame.width = width;
  frame.height = height;
  frame.full_range = true;
  frame.y = fill(luma, width, height, stride, 1);
  frame.u = fill(blue, chroma_width, chroma_height, chroma_stride, 2);
  frame.v = fill(red, chroma_width, chroma_height, chroma_stride, 2);
  frame.owner = pixels;
  return frame;
}

}  // namespace plyo
