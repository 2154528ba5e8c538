#include "plyo/kinematics/signal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace plyo {
namespace {

Signal Sample(double begin, double end, double step, double (*f)(double)) {
  Signal signal;
  for (int i = 0; begin + i * step < end; ++i) signal.Push(begin + i * step, f(begin + i * step));
  return signal;
}

double Uniform(int low, int high) { return *rc::gen::inRange(low * 1000, high * 1000) / 1000.0; }

RC_GTEST_PROP(FitLocally, IsExactOnPolynomialsAtIrregularTimes, ()) {
  const int order = *rc::gen::inRange(1, 4);
  std::vector<double> c;
  for (int j = 0; j <= order; ++j) c.push_back(Uniform(-5, 5));
  if (order < 3) c.resize(4, 0);
  const double t0 = Uniform(-3, 3);
  Signal signal;
  double t = t0 - 0.6;
  while (t < t0 + 0.6) {
    const double x = t - t0;
    signal.Push(t, c[0] + x * (c[1] + x * (c[2] + x * c[3])));
    t += *rc::gen::inRange(5, 60) / 1000.0;
  }
  const auto fit = FitLocally(signal, t0, 0.3, order);
  RC_ASSERT(fit.has_value());
  RC_ASSERT(std::abs(fit->value - c[0]) < 1e-7);
  RC_ASSERT(std::abs(fit->slope - c[1]) < 1e-6);
  if (order >= 2) RC_ASSERT(std::abs(fit->curvature - 2 * c[2]) < 1e-4);
  RC_ASSERT(fit->residual < 1e-7);
}

TEST(FitLocally, NeedsEnoughSamples) {
  Signal signal;
  EXPECT_FALSE(FitLocally(signal, 0, 1, 1).has_value());
  signal.Push(0, 1);
  EXPECT_FALSE(FitLocally(signal, 0, 1, 1).has_value());
  signal.Push(0.1, 2);
  signal.Push(0.2, 3);
  EXPECT_TRUE(FitLocally(signal, 0.1, 1, 1).has_value());
  EXPECT_FALSE(FitLocally(signal, 0.1, 1, 3).has_value());
}

TEST(FitLocally, WidensAtLowFrameRatesButNotAcrossGaps) {
  const Signal slow = Sample(0, 2, 1 / 30.0, [](double t) { return 3 * t; });
  const auto fit = FitLocally(slow, 1, 0.02, 1);
  ASSERT_TRUE(fit.has_value());
  EXPECT_GE(fit->samples, 3);
  EXPECT_NEAR(fit->slope, 3, 1e-9);
  const Signal sparse = Sample(0, 9, 1, [](double t) { return t; });
  EXPECT_FALSE(FitLocally(sparse, 4.5, 0.02, 1).has_value());
}

TEST(FitLocally, LooksNoFartherThanItsWindow) {
  Signal signal = Sample(0, 2, 0.01, [](double t) { return t * t; });
  const auto before = FitLocally(signal, 1, 0.1, 2);
  for (std::size_t i = 0; i < signal.size(); ++i) {
    if (std::abs(signal.t_s[i] - 1) > 0.11) signal.value[i] = 1e6;
  }
  const auto after = FitLocally(signal, 1, 0.1, 2);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->value, after->value);
  EXPECT_EQ(before->slope, after->slope);
}

TEST(FitLocally, StatesTheUncertaintyThatNoiseGives) {
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 0.5);
  std::vector<double> values;
  double u = 0;
  double residual = 0;
  constexpr int kTrials = 400;
  for (int trial = 0; trial < kTrials; ++trial) {
    Signal signal;
    for (int i = 0; i < 50; ++i) signal.Push(0.02 * i, 4 + 0.04 * i + noise(random));
    const auto fit = FitLocally(signal, 0.5, 0.3, 1);
    ASSERT_TRUE(fit);
    values.push_back(fit->value);
    u += fit->u_value / kTrials;
    residual += fit->residual / kTrials;
  }
  double squares = 0;
  for (const double v : values) squares += (v - 5) * (v - 5);
  const double spread = std::sqrt(squares / kTrials);
  EXPECT_NEAR(u / spread, 1, 0.12);
  EXPECT_NEAR(residual, 0.5, 0.05);
}

TEST(Smooth, KeepsTimesAndCalmsNoise) {
  std::mt19937 random(4);
  std::normal_distribution<double> noise(0, 1);
  Signal signal;
  for (int i = 0; i < 300; ++i) signal.Push(0.01 * i, 0.1 * i + noise(random));
  const Signal smooth = Smooth(signal, 0.2, 1);
  ASSERT_EQ(smooth.t_s, signal.t_s);
  double squares = 0;
  for (std::size_t i = 0; i < smooth.size(); ++i)
    squares += std::pow(smooth.value[i] - 10 * smooth.t_s[i], 2);
  EXPECT_LT(std::sqrt(squares / static_cast<double>(smooth.size())), 0.35);
}

TEST(Differentiate, TurnsSineIntoCosine) {
  const Signal sine = Sample(0, 2, 0.01, [](double t) { return std::sin(3 * t); });
  const Signal slope = Differentiate(sine, 0.1, 3);
  ASSERT_EQ(slope.size(), sine.size());
  for (std::size_t i = 15; i + 15 < slope.size(); ++i)
    EXPECT_NEAR(slope.value[i], 3 * std::cos(3 * slope.t_s[i]), 0.01);
}

TEST(ValueAt, InterpolatesButInventsNothing) {
  Signal signal;
  signal.Push(1, 10);
  signal.Push(2, 20);
  signal.Push(5, 50);
  EXPECT_DOUBLE_EQ(*ValueAt(signal, 1, 1.5), 10);
  EXPECT_DOUBLE_EQ(*ValueAt(signal, 1.25, 1.5), 12.5);
  EXPECT_DOUBLE_EQ(*ValueAt(signal, 5, 1.5), 50);
  EXPECT_FALSE(ValueAt(signal, 3, 1.5).has_value());  // a gap
  EXPECT_DOUBLE_EQ(*ValueAt(signal, 3, 3.5), 30);
  EXPECT_FALSE(ValueAt(signal, 0.99, 9).has_value());
  EXPECT_FALSE(ValueAt(signal, 5.01, 9).has_value());
  EXPECT_FALSE(ValueAt({}, 0, 9).has_value());
}

TEST(Slice, IsHalfOpen) {
  const Signal signal = Sample(0, 10, 1, [](double t) { return -t; });
  const Signal part = Slice(signal, 2, 5);
  EXPECT_EQ(part.t_s, (std::vector<double>{2, 3, 4}));
  EXPECT_EQ(part.value, (std::vector<double>{-2, -3, -4}));
  EXPECT_TRUE(Slice(signal, 20, 30).empty());
}

TEST(SamplePeriod, IsTheMedianStep) {
  EXPECT_EQ(SamplePeriod({}), 0);
  EXPECT_EQ(SamplePeriod(std::vector<double>{1}), 0);
  EXPECT_DOUBLE_EQ(SamplePeriod(std::vector<double>{0, 1, 2, 7, 8}), 1);
}

TEST(Quantile, HandComputed) {
  EXPECT_DOUBLE_EQ(Quantile({4, 1, 3, 2}, 0), 1);
  EXPECT_DOUBLE_EQ(Quantile({4, 1, 3, 2}, 1), 4);
  EXPECT_DOUBLE_EQ(Quantile({4, 1, 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(Quantile({4, 1, 3, 2}, 0.9), 3.7);
  EXPECT_DOUBLE_EQ(Quantile({7}, 0.3), 7);
  EXPECT_TRUE(std::isnan(Quantile({}, 0.5)));
  EXPECT_DOUBLE_EQ(Median({9, 1, 5}), 5);
  EXPECT_DOUBLE_EQ(Mean(std::vector<double>{1, 2, 6}), 3);
  EXPECT_TRUE(std::isnan(Mean({})));
}

RC_GTEST_PROP(Quantile, GrowsWithItsFractionAndForgetsTheOrder, ()) {
  auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(
      rc::gen::map(rc::gen::inRange(-1000, 1000), [](int v) { return v / 7.0; })));
  const double low = Uniform(0, 1);
  const double high = Uniform(0, 1);
  const auto [a, b] = std::minmax(low, high);
  RC_ASSERT(Quantile(values, a) <= Quantile(values, b));
  RC_ASSERT(Quantile(values, 0) == std::ranges::min(values));
  const double before = Median(values);
  std::ranges::reverse(values);
  RC_ASSERT(Median(values) == before);
}

TEST(RobustDeviation, IsTheNormalOneAndIgnoresAMinority) {
  std::mt19937 random(5);
  std::normal_distribution<double> noise(3, 2);
  std::vector<double> values(4000);
  for (double& value : values) value = noise(random);
  EXPECT_NEAR(RobustDeviation(values), 2, 0.1);
  for (int i = 0; i < 800; ++i) values[static_cast<std::size_t>(i)] = 1e9;
  EXPECT_LT(RobustDeviation(values), 3);
  EXPECT_DOUBLE_EQ(RobustDeviation({5, 5, 5, 9}), 0);
}

}  // namespace
}  // namespace plyo
