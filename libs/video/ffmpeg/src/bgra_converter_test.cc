#include "plyo/video_ffmpeg/bgra_converter.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace plyo {
namespace {

struct Yuv {
  int y, u, v;
};

// A frame of one colour; owns its samples.
Frame Plain(int width, int height, Yuv colour, YuvMatrix matrix, bool full_range) {
  const int chroma_width = (width + 1) / 2;
  const int chroma_height = (height + 1) / 2;
  auto luma = std::make_shared<std::vector<std::uint8_t>>(width * height,
                                                          static_cast<std::uint8_t>(colour.y));
  auto chroma = std::make_shared<std::array<std::vector<std::uint8_t>, 2>>();
  chroma->at(0).assign(static_cast<std::size_t>(chroma_width) * chroma_height,
                       static_cast<std::uint8_t>(colour.u));
  chroma->at(1).assign(static_cast<std::size_t>(chroma_width) * chroma_height,
                       static_cast<std::uint8_t>(colour.v));
  Frame frame;
  frame.width = width;
  frame.height = height;
  frame.y = {luma->data(), width, height, width};
  frame.u = {chroma->at(0).data(), chroma_width, chroma_height, chroma_width};
  frame.v = {chroma->at(1).data(), chroma_width, chroma_height, chroma_width};
  frame.matrix = matrix;
  frame.full_range = full_range;
  frame.owner = std::make_shared<std::pair<decltype(luma), decltype(chroma)>>(luma, chroma);
  return frame;
}

// ITU-R BT.601, BT.709 and BT.2020, by the luma weights of red and blue.
std::array<double, 3> Expected(Yuv colour, YuvMatrix matrix, bool full_range) {
  const double kr = matrix == YuvMatrix::kBt601   ? 0.299
                    : matrix == YuvMatrix::kBt709 ? 0.2126
                                                  : 0.2627;
  const double kb = matrix == YuvMatrix::kBt601   ? 0.114
                    : matrix == YuvMatrix::kBt709 ? 0.0722
                                                  : 0.0593;
  const double y = full_range ? colour.y : (colour.y - 16) * 255.0 / 219;
  const double u = (colour.u - 128) * (full_range ? 1 : 255.0 / 224);
  const double v = (colour.v - 128) * (full_range ? 1 : 255.0 / 224);
  const double red = y + 2 * (1 - kr) * v;
  const double blue = y + 2 * (1 - kb) * u;
  return {red, (y - kr * red - kb * blue) / (1 - kr - kb), blue};
}

TEST(BgraConverter, FollowsMatrixAndRange) {
  BgraConverter convert;
  std::vector<std::uint8_t> pixels(64 * 48 * 4);
  for (const YuvMatrix matrix : {YuvMatrix::kBt601, YuvMatrix::kBt709, YuvMatrix::kBt2020}) {
    for (const bool full_range : {false, true}) {
      for (const Yuv colour :
           {Yuv{128, 128, 128}, Yuv{60, 110, 160}, Yuv{170, 140, 110}, Yuv{90, 150, 120}}) {
        const Frame frame = Plain(64, 48, colour, matrix, full_range);
        ASSERT_TRUE(convert(frame, 64, 48, pixels.data(), 64 * 4));
        const auto expected = Expected(colour, matrix, full_range);
        // libswscale's quick way is up to 2.5 levels off in green.
        const std::uint8_t* pixel = &pixels[(24 * 64 + 32) * 4];
        EXPECT_NEAR(pixel[2], expected[0], 2.5);
        EXPECT_NEAR(pixel[1], expected[1], 2.5);
        EXPECT_NEAR(pixel[0], expected[2], 2.5);
        EXPECT_EQ(pixel[3], 255);
      }
    }
  }
}

TEST(BgraConverter, ScalesOddSizesAndLeavesTheMarginAlone) {
  BgraConverter convert;
  const Frame frame = Plain(97, 65, {180, 128, 128}, YuvMatrix::kBt709, true);
  for (const auto& [width, height] : {std::pair{97, 65}, std::pair{31, 17}, std::pair{200, 133}}) {
    const std::ptrdiff_t stride = width * 4 + 40;
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(stride * height) + 64, 7);
    ASSERT_TRUE(convert(frame, width, height, pixels.data(), stride));
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        ASSERT_NEAR(pixels[static_cast<std::size_t>(y * stride + x * 4)], 180, 1) << x << "," << y;
      }
    }
    for (std::size_t i = static_cast<std::size_t>(stride * height); i < pixels.size(); ++i)
      EXPECT_EQ(pixels[i], 7);
  }
}

TEST(BgraConverter, RefusesNothingness) {
  BgraConverter convert;
  std::vector<std::uint8_t> pixels(64 * 64 * 4);
  const Frame frame = Plain(64, 64, {128, 128, 128}, YuvMatrix::kBt709, false);
  EXPECT_EQ(convert(frame, 0, 64, pixels.data(), 256).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(convert(frame, 64, 64, nullptr, 256).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(convert(frame, 64, 64, pixels.data(), 255).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(convert(Frame{}, 64, 64, pixels.data(), 256).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace plyo
