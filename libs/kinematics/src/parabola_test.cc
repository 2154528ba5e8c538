#include "plyo/kinematics/parabola.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <random>

namespace plyo {
namespace {

constexpr double kApex_s = 2.013;
constexpr double kApexHeight_px = -200;
constexpr double kFall = 2450;  // px/s²: 250 px/m

Signal Flight(double apex, double fall, double fps, double half_s, double noise_px, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 1);
  Signal signal;
  for (int i = 0; i < 10000; ++i) {
    const double t = i / fps;
    if (t < apex - half_s) continue;
    if (t > apex + half_s) break;
    const double x = t - apex;
    signal.Push(t, kApexHeight_px - fall / 2 * x * x + noise_px * noise(random));
  }
  return signal;
}

RC_GTEST_PROP(FitParabola, IsExactOnFreeFall, ()) {
  const double apex = 1 + *rc::gen::inRange(0, 2000) / 1000.0;
  const double fall = *rc::gen::inRange(300, 9000);
  const double fps = *rc::gen::inRange(25, 250);
  const Signal signal = Flight(apex, fall, fps, 0.2, 0, 1);
  const auto free = FitParabola(signal, 0, 10);
  const auto known = FitParabola(signal, 0, 10, fall);
  RC_ASSERT(free && known);
  for (const auto& parabola : {*free, *known}) {
    RC_ASSERT(std::abs(parabola.apex_s.value - apex) < 1e-6);
    RC_ASSERT(std::abs(parabola.apex_height_px - kApexHeight_px) < 1e-5);
    RC_ASSERT(std::abs(parabola.fall_px_s2.value / fall - 1) < 1e-6);
    RC_ASSERT(parabola.residual_px < 1e-6);
    RC_ASSERT(std::abs(parabola.HeightAt(apex + 0.1) - (kApexHeight_px - fall * 0.005)) < 1e-4);
  }
}

TEST(FitParabola, ForgetsAFewBadSamples) {
  Signal signal = Flight(kApex_s, kFall, 60, 0.25, 0.3, 2);
  signal.value[4] += 40;
  signal.value[11] -= 60;
  signal.value[20] += 80;
  const auto parabola = FitParabola(signal, 0, 10);
  ASSERT_TRUE(parabola);
  EXPECT_NEAR(parabola->apex_s.value, kApex_s, 0.004);
  EXPECT_NEAR(parabola->fall_px_s2.value / kFall, 1, 0.08);
  const auto known = FitParabola(signal, 0, 10, kFall);
  ASSERT_TRUE(known);
  EXPECT_NEAR(known->apex_s.value, kApex_s, 0.004);
  EXPECT_NEAR(known->apex_height_px, kApexHeight_px, 1);
}

TEST(FitParabola, RefusesWhatDoesNotFall) {
  Signal bowl = Flight(kApex_s, -kFall, 60, 0.2, 0, 1);
  EXPECT_FALSE(FitParabola(bowl, 0, 10).has_value());
  Signal line;
  for (int i = 0; i < 20; ++i) line.Push(i / 60.0, 30.0 * i);
  EXPECT_FALSE(FitParabola(line, 0, 10, kFall).has_value()) << "its apex is not there";
  EXPECT_FALSE(FitParabola(Flight(kApex_s, kFall, 60, 0.2, 0, 1), 0, 10, -kFall).has_value());
}

TEST(FitParabola, NeedsBothSidesOfTheApex) {
  const Signal signal = Flight(kApex_s, kFall, 60, 0.25, 0, 1);
  EXPECT_FALSE(FitParabola(signal, 0, kApex_s - 0.02).has_value());
  EXPECT_FALSE(FitParabola(signal, kApex_s + 0.02, 10).has_value());
  EXPECT_FALSE(FitParabola(signal, 0, kApex_s - 0.02, kFall).has_value());
}

TEST(FitParabola, NeedsEnoughSamples) {
  const Signal signal = Flight(kApex_s, kFall, 60, 0.25, 0, 1);
  EXPECT_FALSE(FitParabola(signal, kApex_s - 0.03, kApex_s + 0.03).has_value());
  EXPECT_TRUE(FitParabola(signal, kApex_s - 0.05, kApex_s + 0.05).has_value());
  EXPECT_FALSE(FitParabola(signal, 5, 6, kFall).has_value());
  EXPECT_FALSE(FitParabola({}, 0, 1).has_value());
}

TEST(FitParabola, LooksOnlyWithinItsWindow) {
  Signal signal = Flight(kApex_s, kFall, 120, 0.3, 0, 1);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    if (std::abs(signal.t_s[i] - kApex_s) > 0.2) signal.value[i] = 500;
  }
  const auto parabola = FitParabola(signal, kApex_s - 0.2, kApex_s + 0.2);
  ASSERT_TRUE(parabola);
  EXPECT_NEAR(parabola->apex_s.value, kApex_s, 1e-6);
}

TEST(FitParabola, UncertaintyCoversAndGrowsWithNoise) {
  for (const double noise : {0.5, 3.0}) {
    int covered = 0;
    double u = 0;
    constexpr int kTrials = 200;
    for (unsigned trial = 0; trial < kTrials; ++trial) {
      const auto parabola = FitParabola(Flight(kApex_s, kFall, 60, 0.22, noise, trial), 0, 10);
      ASSERT_TRUE(parabola);
      covered += std::abs(parabola->apex_s.value - kApex_s) < 1.96 * parabola->apex_s.u;
      u += parabola->apex_s.u / kTrials;
    }
    EXPECT_GE(covered, 0.93 * kTrials) << noise;
    EXPECT_LT(u, 0.02) << noise;
  }
  const auto calm = FitParabola(Flight(kApex_s, kFall, 60, 0.22, 0.5, 9), 0, 10);
  const auto noisy = FitParabola(Flight(kApex_s, kFall, 60, 0.22, 6, 9), 0, 10);
  ASSERT_TRUE(calm && noisy);
  EXPECT_GT(noisy->apex_s.u, 1.3 * calm->apex_s.u);
  EXPECT_GT(noisy->fall_px_s2.u, 1.3 * calm->fall_px_s2.u);
}

TEST(FitParabola, AKnownFallSteadiesTheHeight) {
  double free_error = 0;
  double known_error = 0;
  for (unsigned trial = 0; trial < 100; ++trial) {
    const Signal signal = Flight(kApex_s, kFall, 30, 0.2, 2, trial);
    const auto free = FitParabola(signal, 0, 10);
    const auto known = FitParabola(signal, 0, 10, kFall);
    ASSERT_TRUE(free && known);
    free_error += std::pow(free->apex_height_px - kApexHeight_px, 2);
    known_error += std::pow(known->apex_height_px - kApexHeight_px, 2);
  }
  EXPECT_LT(known_error, 0.7 * free_error);
}

}  // namespace
}  // namespace plyo
