#include "leaving.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "plyo/base/units.h"

namespace plyo {
namespace {

constexpr double kPxPerM = 300;
constexpr double kFall = kGravity * kPxPerM;
constexpr double kBegin_s = 1.8203;
constexpr double kContact_s = 2.0;
constexpr double kForceRate = 9;  // body weights/s

/// The centre of mass of somebody whose foot leaves a box at kBegin_s.
Signal SteppingOff(double fps, double noise_px = 0, double px_scale = 1, unsigned seed = 7) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 1);
  Signal height;
  for (double t = 1.3; t < kContact_s; t += 1 / fps) {
    const double since = t - kBegin_s;
    const double held = std::pow(std::max(0.0, -since), 3) * kForceRate * kGravity / 6;
    const double z = 1.3 - 0.4 * since - kGravity / 2 * since * since + held;
    height.Push(t, px_scale * (z * kPxPerM + noise_px * noise(random)));
  }
  return height;
}

TEST(FitFallBegin, FindsWhenTheForceEndedAtAnyFrameRate) {
  for (const double fps : {30.0, 50.0, 60.0, 120.0, 240.0}) {
    for (const double off : {-0.02, 0.0, 0.035}) {
      const auto begin = FitFallBegin(SteppingOff(fps), kBegin_s + off, kContact_s - 0.01, kFall);
      ASSERT_TRUE(begin) << fps << " " << off;
      EXPECT_NEAR(begin->value, kBegin_s, 0.001) << fps << " " << off;
      EXPECT_LT(begin->u, 0.002) << fps << " " << off;
    }
  }
}

TEST(FitFallBegin, NeedNotKnowGravityExactly) {
  for (const double wrong : {0.98, 1.02}) {
    const auto begin =
        FitFallBegin(SteppingOff(60), kBegin_s + 0.02, kContact_s - 0.01, wrong * kFall);
    ASSERT_TRUE(begin);
    EXPECT_NEAR(begin->value, kBegin_s, 0.005) << wrong;
  }
}

TEST(FitFallBegin, SizeInThePictureChangesNothing) {
  const auto begin = FitFallBegin(SteppingOff(60, 0.1), kBegin_s, kContact_s - 0.01, kFall);
  const auto doubled =
      FitFallBegin(SteppingOff(60, 0.1, 2), kBegin_s, kContact_s - 0.01, 2 * kFall);
  ASSERT_TRUE(begin && doubled);
  EXPECT_NEAR(begin->value, doubled->value, 1e-9);
  EXPECT_NEAR(begin->u, doubled->u, 1e-9);
}

TEST(FitFallBegin, SaysHowUnsteadyWhatItSeesIs) {
  // As landmarks of a pose model are, 3 mm.
  int found = 0;
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const auto begin =
        FitFallBegin(SteppingOff(60, 1, 1, seed), kBegin_s + 0.02, kContact_s - 0.01, kFall);
    if (!begin) continue;
    ++found;
    EXPECT_GT(begin->u, 0.004) << seed;
    EXPECT_NEAR(begin->value, kBegin_s, 3 * begin->u) << seed;
  }
  EXPECT_GE(found, 5);
}

TEST(FitFallBegin, WithoutTheBeginThereIsNone) {
  const Signal all = SteppingOff(60);
  EXPECT_FALSE(FitFallBegin(Slice(all, kBegin_s + 0.01, 3), kBegin_s + 0.02, kContact_s, kFall));
  EXPECT_FALSE(FitFallBegin({}, kBegin_s, kContact_s, kFall));
}

TEST(FitLeaving, FindsWhenAForceBeganToGrow) {
  constexpr double kJerk = 1200;  // px/s^3
  for (const double fps : {30.0, 60.0, 240.0}) {
    Signal height;
    for (double t = 0; t < 1.6; t += 1 / fps) {
      height.Push(t, 500 - kJerk / 6 * std::pow(std::max(0.0, t - 1.2037), 3));
    }
    const auto down = FitLeaving(height, 500, 1.0, 1.6, -1, 3, kAnyhow);
    ASSERT_TRUE(down) << fps;
    EXPECT_NEAR(down->value, 1.2037, 0.002) << fps;
    const auto later = FitLeaving(height, 500, 1.0, 1.6, -1, 3, kAnyhow, 0.02 * kJerk);
    ASSERT_TRUE(later) << fps;
    EXPECT_NEAR(later->value, 1.2037 + 0.02, 0.002) << fps;
    EXPECT_FALSE(FitLeaving(height, 500, 1.0, 1.6, +1, 3, kAnyhow)) << fps;
  }
}

}  // namespace
}  // namespace plyo
