#include "plyo/report/display.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace plyo {
namespace {

TEST(DisplayUnitFor, SpeaksTheUnitsOfTheField) {
  EXPECT_EQ(DisplayUnitFor("m", 3), (DisplayUnit{"cm", 100, 1}));
  EXPECT_EQ(DisplayUnitFor("m", 3, 1.5), (DisplayUnit{"cm", 100, 1}));
  EXPECT_EQ(DisplayUnitFor("m", 2, 5.0), (DisplayUnit{"m", 1, 2}));
  EXPECT_EQ(DisplayUnitFor("s", 3, 2.0), (DisplayUnit{"ms", 1000, 0}));
  EXPECT_EQ(DisplayUnitFor("s", 3, 20.0), (DisplayUnit{"ms", 1000, 0}));
  EXPECT_EQ(DisplayUnitFor("s", 1, 60.0), (DisplayUnit{"s", 1, 1}));
  EXPECT_EQ(DisplayUnitFor("deg", 0), (DisplayUnit{"°", 1, 0}));
  EXPECT_EQ(DisplayUnitFor("1", 2), (DisplayUnit{"", 1, 2}));
  EXPECT_EQ(DisplayUnitFor("m/s", 2), (DisplayUnit{"m/s", 1, 2}));
}

TEST(FormatNumber, RoundsInDisplayedDigits) {
  const DisplayUnit cm = DisplayUnitFor("m", 3);
  EXPECT_EQ(FormatNumber(0.35249, cm), "35.2");
  EXPECT_EQ(FormatNumber(-0.012, cm), "\u22121.2");
  EXPECT_EQ(FormatNumber(-0.0001, cm), "0.0");
  EXPECT_EQ(FormatNumber(std::nan(""), cm), "–");
}

TEST(FormatHalfWidth, IsTheHalfOfThe95PercentInterval) {
  EXPECT_EQ(FormatHalfWidth(0.0082, DisplayUnitFor("m", 3)), "1.6");
  EXPECT_EQ(FormatHalfWidth(0.0046, DisplayUnitFor("s", 3)), "9");
}

TEST(FormatHalfWidth, NeverReadsZeroForAnUncertaintyThatIsNot) {
  EXPECT_EQ(FormatHalfWidth(0.0002, DisplayUnitFor("s", 3)), "0.4");
  EXPECT_EQ(FormatHalfWidth(0, DisplayUnitFor("s", 3)), "0");
}

TEST(WithUnit, SpacesUnitsButNotDegrees) {
  EXPECT_EQ(WithUnit("36.4", DisplayUnitFor("m", 3)), "36.4\u00a0cm");
  EXPECT_EQ(WithUnit("112", DisplayUnitFor("deg", 0)), "112°");
  EXPECT_EQ(WithUnit("1.9", DisplayUnitFor("1", 1)), "1.9");
}

TEST(Labels, ComeFromTheDescriptorElseFromTheId) {
  Sport sport;
  sport.metrics.push_back({"jump_height", "m", "Jump height", "", 3, true, {}, {}});
  EXPECT_EQ(MetricLabel(sport, "jump_height"), "Jump height");
  EXPECT_EQ(MetricLabel(sport, "com_rise"), "Com rise");
  EXPECT_EQ(EventLabel(sport, ""), "");
}

RC_GTEST_PROP(FormatNumber, IsWithinHalfAnUnitOfItsLastDigit, ()) {
  const double value = *rc::gen::inRange(-3'000'000, 3'000'000) * 1e-6;
  const DisplayUnit unit = DisplayUnitFor("m", *rc::gen::inRange(2, 6));
  std::string text = FormatNumber(value, unit);
  if (text.starts_with("\u2212")) text.replace(0, std::string("\u2212").size(), "-");
  RC_ASSERT(std::abs(std::stod(text) - value * 100) <= 0.5000001 * std::pow(10.0, -unit.decimals));
}

}  // namespace
}  // namespace plyo
