#include <gtest/gtest.h>

#include "plyo/report/advice.h"
#include "testing/fixture.h"

namespace plyo {
namespace {

TEST(CueTexts, HaveTheUnitsOfTheField) {
  Sport sport = report::testing::JumpSport();
  const CueRule& low = sport.cues.at(0);
  EXPECT_EQ(CueFigure({&low, 0.35, 0.008}, sport), "35.0 ± 1.6\u00a0cm");
  EXPECT_EQ(CueRuleText(low, sport), "Jump height below 40\u00a0cm");
  const CueRule long_way = {
      .id = "slow", .metric = "time_to_takeoff", .side = CueSide::kAbove, .threshold = 0.8125};
  EXPECT_EQ(CueRuleText(long_way, sport), "Time to take-off above 812.5\u00a0ms");
}

}  // namespace
}  // namespace plyo
