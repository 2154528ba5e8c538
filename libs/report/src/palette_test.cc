#include "palette.h"

#include <gtest/gtest.h>

#include "testing/fixture.h"

namespace plyo::report {
namespace {

TEST(LeafPhases, LeaveOutPhasesThatHoldOthersOrRepeatThem) {
  const AnalysisResult result = testing::JumpResult();
  std::vector<std::string> ids;
  for (const ColoredPhase& leaf : LeafPhases(result.athletes.front().reps.front()))
    ids.push_back(leaf.phase.id);
  const std::vector<std::string> wanted = {"standing",   "unweighting", "braking",
                                           "propulsion", "flight",      "absorption"};
  EXPECT_EQ(
      ids,
      wanted);  // neither eccentric, which holds two, nor concentric, which is propulsion again
}

TEST(LeafPhases, DoNotOverlapAndAreInOrder) {
  Rep rep;
  rep.phases = {{"b", 1, 2}, {"whole", 0, 3}, {"a", 0, 1}, {"empty", 1, 1}};
  const auto leaves = LeafPhases(rep);
  ASSERT_EQ(leaves.size(), 2U);
  EXPECT_EQ(leaves[0].phase.id, "a");
  EXPECT_EQ(leaves[1].phase.id, "b");
}

TEST(PhaseColor, IsOneAPhaseEverywhere) {
  EXPECT_EQ(PhaseColor("flight", 0), PhaseColor("flight", 7));
  EXPECT_NE(PhaseColor("braking", 0), PhaseColor("propulsion", 0));
  EXPECT_NE(PhaseColor("new", 0), PhaseColor("newer", 1));
  EXPECT_EQ(Hex({0x01, 0xab, 0xff}), "#01abff");
}

}  // namespace
}  // namespace plyo::report
