#include "plyo/pose/crop.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "plyo/pose/region.h"
#include "synthetic_frame.h"

namespace plyo {
namespace {

constexpr int kSize = 256;

std::vector<float> Crop(const Frame& frame, const RegionOfInterest& region,
                        CropBorder border = CropBorder::kReplicate, float low = 0, float high = 1,
                        double reduce_above = 2) {
  std::vector<float> out(kSize * kSize * 3);
  Cropper({.reduce_above = reduce_above}).CropRgb(frame, region, kSize, border, low, high, out);
  return out;
}

float Green(const std::vector<float>& crop, int col, int row) {
  const int at = (row * kSize + col) * 3 + 1;
  return crop[static_cast<std::size_t>(at)];
}

/// A bright spot, wide enough to survive any reduction here.
auto Spot(Point2 center, double width) {
  return [=](double x, double y) {
    const double d = std::hypot(x - center.x, y - center.y) / width;
    return 20 + 220 * std::exp(-d * d / 2);
  };
}

/// Where the brightness above the ground level has its centre, crop px.
Point2 Centroid(const std::vector<float>& crop) {
  double sum = 0, x = 0, y = 0;
  for (int row = 0; row < kSize; ++row) {
    for (int col = 0; col < kSize; ++col) {
      const double v = std::max(0.0, Green(crop, col, row) - 24 / 255.0);
      sum += v;
      x += v * (col + 0.5);
      y += v * (row + 0.5);
    }
  }
  return {x / sum, y / sum};
}

RC_GTEST_PROP(CropProperty, APointLandsWhereTheMapSaysThatItDoes, ()) {
  const double scale = *rc::gen::inRange(4, 30) * 0.1;
  const RegionOfInterest region{320 + *rc::gen::inRange(-40, 40) * 0.37,
                                180 + *rc::gen::inRange(-40, 40) * 0.37, kSize * scale,
                                *rc::gen::inRange(-314, 314) * 0.01};
  const ImageFromCrop map = MakeImageFromCrop(region, kSize);
  const Point2 spot = map({*rc::gen::inRange(70, 186) * 1.0, *rc::gen::inRange(70, 186) * 1.0});
  const double reach = 30 * scale;  // of the spot, which must be whole
  RC_PRE(spot.x > reach && spot.x < 640 - reach && spot.y > reach && spot.y < 360 - reach);
  const Frame frame = MakeSyntheticFrame(640, 360, Spot(spot, 8 * scale));
  const Point2 seen = map(Centroid(Crop(frame, region)));
  RC_ASSERT(std::abs(seen.x - spot.x) < 0.05 * scale + 0.02);
  RC_ASSERT(std::abs(seen.y - spot.y) < 0.05 * scale + 0.02);
}

RC_GTEST_PROP(CropProperty, AMirroredPictureGivesAMirroredCrop, ()) {
  const auto texture = [](double x, double y) {
    return 128 + 50 * std::sin(x / 17) * std::cos(y / 11) + 40 * std::sin((x + 2 * y) / 31);
  };
  constexpr int kWidth = 640;
  const RegionOfInterest region{
      *rc::gen::inRange(200, 440) * 1.0, *rc::gen::inRange(100, 260) * 1.0,
      *rc::gen::inRange(150, 700) * 1.0, *rc::gen::inRange(-100, 100) * 0.01};
  const RegionOfInterest mirrored{kWidth - region.cx, region.cy, region.size, -region.rotation};
  const auto a = Crop(MakeSyntheticFrame(kWidth, 360, texture), region);
  const auto b = Crop(
      MakeSyntheticFrame(kWidth, 360, [&](double x, double y) { return texture(kWidth - x, y); }),
      mirrored);
  double worst = 0;
  for (int row = 0; row < kSize; ++row) {
    for (int col = 0; col < kSize; ++col) {
      worst =
          std::max<double>(worst, std::abs(Green(a, col, row) - Green(b, kSize - 1 - col, row)));
    }
  }
  // Positions are rounded to 1/32 px and samples to 1/255; a reduced picture may be cut into other
  // cells.
  RC_ASSERT(worst < (region.size >= 2 * kSize ? 0.12 : 0.03));
}

TEST(CropTest, WithoutScaleAndTurnTheSamplesAreCopied) {
  const auto ramp = [](double x, double y) { return std::floor(x) / 2 + std::floor(y) / 4; };
  const Frame frame = MakeSyntheticFrame(400, 300, ramp);
  const auto crop = Crop(frame, {200, 150, kSize, 0});
  for (int k = 0; k < kSize; k += 5) {
    const float expected = static_cast<float>(frame.y.data[(22 + k) * frame.y.stride + 72 + k]);
    EXPECT_NEAR(Green(crop, k, k), expected / 255, 1e-5) << k;
  }
}

TEST(CropTest, BeyondTheEdgeTheNearestPixelIsRepeatedOrBlack) {
  const Frame frame = MakeSyntheticFrame(200, 200, [](double, double) { return 200.0; });
  const RegionOfInterest corner{0, 0, kSize, 0};
  const auto repeated = Crop(frame, corner, CropBorder::kReplicate);
  EXPECT_NEAR(Green(repeated, 3, 3), 200 / 255.0, 1e-5);
  EXPECT_NEAR(Green(repeated, 200, 200), 200 / 255.0, 1e-5);
  const auto black = Crop(frame, corner, CropBorder::kBlack, -1, 1);
  EXPECT_NEAR(Green(black, 3, 3), -1, 1e-5);
  EXPECT_NEAR(Green(black, 200, 200), 2 * 200 / 255.0 - 1, 1e-5);
}

TEST(CropTest, ARegionOutsideThePictureShowsItsEdge) {
  const Frame frame =
      MakeSyntheticFrame(200, 100, [](double x, double) { return x < 100 ? 10.0 : 90.0; });
  const auto crop = Crop(frame, {900, 50, 700, 0.3});
  EXPECT_NEAR(Green(crop, 128, 128), 90 / 255.0, 1e-5);
}

TEST(CropTest, FineStripesAreAveragedInALargeRegionAndNotSampled) {
  const auto stripes = [](double x, double) {
    return std::fmod(std::floor(x), 4) < 2 ? 0.0 : 255.0;
  };
  const Frame frame = MakeSyntheticFrame(1280, 1280, stripes);
  const RegionOfInterest region{640, 640, 4.5 * kSize, 0};
  const auto contrast = [&](const std::vector<float>& crop) {
    float low = 1, high = 0;
    for (int col = 8; col < 248; ++col) {
      low = std::min(low, Green(crop, col, 100));
      high = std::max(high, Green(crop, col, 100));
    }
    return high - low;
  };
  EXPECT_LT(contrast(Crop(frame, region)), 0.02);
  EXPECT_GT(contrast(Crop(frame, region, CropBorder::kReplicate, 0, 1,
                          std::numeric_limits<double>::infinity())),
            0.9);
}

struct ColorCase {
  YuvMatrix matrix;
  bool full_range;
  std::array<double, 3> yuv;
  std::array<double, 3> rgb;  ///< 0..255
};

TEST(CropTest, ColorsFollowMatrixAndRange) {
  const std::array<ColorCase, 6> cases{{
      {YuvMatrix::kBt709, false, {63, 102, 240}, {255, 0, 0}},
      {YuvMatrix::kBt601, false, {81, 90, 240}, {255, 0, 0}},
      {YuvMatrix::kBt601, true, {76, 85, 255}, {255, 0, 0}},
      {YuvMatrix::kBt709, false, {32, 240, 118}, {0, 0, 255}},
      {YuvMatrix::kBt2020, false, {74, 97, 240}, {255, 0, 0}},
      {YuvMatrix::kBt709, false, {235, 128, 128}, {255, 255, 255}},
  }};
  for (const ColorCase& c : cases) {
    Frame frame = MakeSyntheticFrame(
        64, 64, [&](double, double) { return c.yuv[0]; }, [&](double, double) { return c.yuv[1]; },
        [&](double, double) { return c.yuv[2]; });
    frame.matrix = c.matrix;
    frame.full_range = c.full_range;
    const auto crop = Crop(frame, {32, 32, 64, 0});
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(crop[k] * 255, c.rgb[k], 3) << "y " << c.yuv[0] << " channel " << k;
    }
  }
}

TEST(CropTest, ChromaLiesOverTheLumaItBelongsTo) {
  const Frame frame = MakeSyntheticFrame(
      512, 512, [](double, double) { return 128.0; }, nullptr,
      [](double x, double y) {
        return Spot({301, 222}, 20)(x, y);
      });
  const auto crop = Crop(frame, {256, 256, 512, 0.4});
  double sum = 0, x = 0, y = 0;
  for (int row = 0; row < kSize; ++row) {
    for (int col = 0; col < kSize; ++col) {
      // Red rises with V; the ground level is V = 20.
      const int at = (row * kSize + col) * 3;
      const float red = crop[static_cast<std::size_t>(at)];
      if (red <= 0) continue;
      sum += red;
      x += red * (col + 0.5);
      y += red * (row + 0.5);
    }
  }
  const Point2 seen = MakeImageFromCrop({256, 256, 512, 0.4}, kSize)({x / sum, y / sum});
  EXPECT_NEAR(seen.x, 301, 0.3);
  EXPECT_NEAR(seen.y, 222, 0.3);
}

TEST(CropTest, OddPictureSizesAreFine) {
  const Frame frame = MakeSyntheticFrame(101, 67, [](double, double) { return 77.0; });
  for (const double size : {20.0, 300.0, 2000.0}) {
    const auto crop = Crop(frame, {99, 66, size, 1.1});
    EXPECT_NEAR(Green(crop, 128, 128), 77 / 255.0, 1e-5) << size;
  }
}

}  // namespace
}  // namespace plyo
