#include "orientation.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace plyo::ffmpeg {
namespace {

struct Matrix {
  int a, b, c, d;  // x' = a x + c y, y' = b x + d y
};

constexpr std::array kQuarterTurnsAndMirrors = {
    Matrix{1, 0, 0, 1},  Matrix{0, 1, -1, 0}, Matrix{-1, 0, 0, -1}, Matrix{0, -1, 1, 0},
    Matrix{-1, 0, 0, 1}, Matrix{1, 0, 0, -1}, Matrix{0, 1, 1, 0},   Matrix{0, -1, -1, 0}};

std::array<std::int32_t, 9> Fixed(double a, double b, double c, double d) {
  const auto fixed = [](double value) {
    return static_cast<std::int32_t>(std::lround(value * 65536));
  };
  return {fixed(a), fixed(b), 0, fixed(c), fixed(d), 0, 0, 0, 1 << 30};
}

Orientation From(Matrix m) { return OrientationFromMatrix(Fixed(m.a, m.b, m.c, m.d)); }

TEST(Orientation, NamesTheTurnAsSeen) {
  EXPECT_TRUE(From({1, 0, 0, 1}).IsIdentity());
  // As a phone held upright writes it: the stored left edge is the top.
  EXPECT_EQ(From({0, 1, -1, 0}).rotation_deg, 90);
  EXPECT_EQ(From({-1, 0, 0, -1}).rotation_deg, 180);
  EXPECT_EQ(From({0, -1, 1, 0}).rotation_deg, 270);
  EXPECT_FALSE(From({0, -1, 1, 0}).mirrored);
  EXPECT_TRUE(From({-1, 0, 0, 1}).mirrored);
  EXPECT_EQ(From({-1, 0, 0, 1}).rotation_deg, 0);
}

TEST(Orientation, TakesTheNearestQuarterTurnAndSaysSo) {
  const double turn = 80 * 3.14159265358979 / 180;
  const Orientation orientation =
      OrientationFromMatrix(Fixed(std::cos(turn), std::sin(turn), -std::sin(turn), std::cos(turn)));
  EXPECT_EQ(orientation.rotation_deg, 90);
  EXPECT_TRUE(orientation.odd_angle);
  EXPECT_FALSE(From({0, 1, -1, 0}).odd_angle);
}

TEST(Orientation, IgnoresAMatrixThatFlattensThePicture) {
  EXPECT_TRUE(OrientationFromMatrix({}).IsIdentity());
  EXPECT_TRUE(From({1, 1, 1, 1}).IsIdentity());
}

// Every sample must land where the matrix of the standard sends it, moved so that the picture
// begins at zero.
RC_GTEST_PROP(TurnPlane, FollowsTheMatrix, ()) {
  const Matrix m = *rc::gen::elementOf(kQuarterTurnsAndMirrors);
  const int width = *rc::gen::inRange(1, 90);
  const int height = *rc::gen::inRange(1, 90);
  std::vector<std::uint8_t> source(static_cast<std::size_t>(width) * height);
  for (std::size_t i = 0; i < source.size(); ++i)
    source[i] = static_cast<std::uint8_t>(i * 31 + i / 256 * 7);

  const Orientation orientation = From(m);
  const int target_width = orientation.transpose ? height : width;
  std::vector<std::uint8_t> target(source.size(), 0);
  TurnPlane(orientation, source.data(), width, width, height, target.data(), target_width);

  const int left = std::min(0, m.a * (width - 1)) + std::min(0, m.c * (height - 1));
  const int top = std::min(0, m.b * (width - 1)) + std::min(0, m.d * (height - 1));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int to_x = m.a * x + m.c * y - left;
      const int to_y = m.b * x + m.d * y - top;
      RC_ASSERT(target[static_cast<std::size_t>(to_y * target_width + to_x)] ==
                source[static_cast<std::size_t>(y * width + x)]);
    }
  }
}

}  // namespace
}  // namespace plyo::ffmpeg
