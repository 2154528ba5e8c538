#include "plyo/statistics/agreement.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace plyo {
namespace {

// Peak expiratory flow, l/min, by a Wright meter and a mini meter: Bland & Altman (1986), table 1.
const std::vector<double> kWright = {494, 395, 516, 434, 476, 557, 413, 442, 650,
                                     433, 417, 656, 267, 478, 178, 423, 427};
const std::vector<double> kMini = {512, 430, 520, 428, 500, 600, 364, 380, 658,
                                   445, 432, 626, 260, 477, 259, 350, 451};

TEST(Agreement, AsBlandAndAltmanPublished) {
  const Agreement agreement = AgreementOf(kWright, kMini);
  EXPECT_EQ(agreement.n, 17);
  EXPECT_NEAR(agreement.bias, -2.1, 0.05);
  EXPECT_NEAR(*agreement.sd, 38.8, 0.05);
  EXPECT_NEAR(agreement.lower_limit->value, -78.1, 0.1);
  EXPECT_NEAR(agreement.upper_limit->value, 73.9, 0.1);
  // 95 % interval of the bias: -22.0 to 17.8.
  EXPECT_NEAR(agreement.bias_interval->low, -22.0, 0.1);
  EXPECT_NEAR(agreement.bias_interval->high, 17.8, 0.1);
}

// Six subjects by four judges: Shrout & Fleiss (1979), table 2; ICC(2,1) = .29 in table 4, its
// interval .02 to .76 in McGraw & Wong (1996).
TEST(Agreement, AsShroutAndFleissPublished) {
  const std::vector<std::vector<double>> ratings = {{9, 2, 5, 8}, {6, 1, 3, 2},  {8, 4, 6, 8},
                                                    {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}};
  const auto icc = IntraclassCorrelation(ratings);
  ASSERT_TRUE(icc);
  EXPECT_NEAR(icc->value, 0.29, 0.005);
  EXPECT_NEAR(icc->interval.low, 0.019, 0.002);
  EXPECT_NEAR(icc->interval.high, 0.761, 0.002);
}

TEST(Agreement, NeedsTwoPairs) {
  EXPECT_EQ(AgreementOf({}, {}).n, 0);
  const std::vector<double> one = {1};
  const std::vector<double> other = {0.5};
  const Agreement agreement = AgreementOf(one, other);
  EXPECT_DOUBLE_EQ(agreement.bias, 0.5);
  EXPECT_FALSE(agreement.sd || agreement.icc || agreement.lower_limit || agreement.bias_interval);
}

TEST(Agreement, PerfectAgreementIsOne) {
  const Agreement agreement = AgreementOf(kMini, kMini);
  EXPECT_DOUBLE_EQ(agreement.bias, 0);
  EXPECT_DOUBLE_EQ(*agreement.sd, 0);
  EXPECT_DOUBLE_EQ(agreement.icc->value, 1);
}

TEST(Agreement, AConstantOffsetOrNoneAtAllIsNoFailure) {
  const std::vector<double> measured = {0.31 + 0.01, 0.35 + 0.01, 0.42 + 0.01};
  const std::vector<double> reference = {0.31, 0.35, 0.42};
  const Agreement offset = AgreementOf(measured, reference);
  EXPECT_NEAR(*offset.sd, 0, 1e-12);
  EXPECT_LT(offset.icc->value, 1);
  EXPECT_TRUE(std::isfinite(offset.icc->interval.low) && std::isfinite(offset.icc->interval.high));
  const std::vector<double> rounded = {0.1 + 0.2, 0.35, 0.42};
  const std::vector<double> exact = {0.3, 0.35, 0.42};
  EXPECT_NEAR(AgreementOf(rounded, exact).icc->interval.low, 1, 1e-9);
  // Opposite to each other: a correlation below zero.
  const std::vector<double> up = {1, 2, 3, 4};
  const std::vector<double> down = {4, 3, 2, 1};
  EXPECT_LT(AgreementOf(up, down).icc->value, 0);
}

TEST(Agreement, EqualValuesHaveNoCorrelation) {
  EXPECT_FALSE(IntraclassCorrelation(std::vector<std::vector<double>>{{1, 1}, {1, 1}}));
}

RC_GTEST_PROP(Agreement, FollowsShiftScaleAndExchange, ()) {
  const double shift = *rc::gen::inRange(-1000, 1000) / 10.0;
  const double scale = *rc::gen::inRange(1, 1000) / 10.0;
  std::vector<double> moved;
  std::vector<double> scaled_a;
  std::vector<double> scaled_b;
  for (std::size_t i = 0; i < kWright.size(); ++i) {
    moved.push_back(kWright[i] + shift);
    scaled_a.push_back(kWright[i] * scale);
    scaled_b.push_back(kMini[i] * scale);
  }
  const Agreement plain = AgreementOf(kWright, kMini);
  const Agreement shifted = AgreementOf(moved, kMini);
  RC_ASSERT(std::abs(shifted.bias - plain.bias - shift) < 1e-9);
  RC_ASSERT(std::abs(*shifted.sd - *plain.sd) < 1e-9);
  const Agreement scaled = AgreementOf(scaled_a, scaled_b);
  RC_ASSERT(std::abs(*scaled.sd - scale * *plain.sd) < 1e-6);
  RC_ASSERT(std::abs(scaled.icc->value - plain.icc->value) < 1e-9);
  RC_ASSERT(std::abs(*scaled.cv_percent - *plain.cv_percent) < 1e-9);
  const Agreement exchanged = AgreementOf(kMini, kWright);
  RC_ASSERT(std::abs(exchanged.bias + plain.bias) < 1e-9);
  RC_ASSERT(std::abs(exchanged.icc->value - plain.icc->value) < 1e-9);
}

}  // namespace
}  // namespace plyo
