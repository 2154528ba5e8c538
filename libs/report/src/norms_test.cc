#include "plyo/report/norms.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace plyo {
namespace {

TEST(Norms, EveryRowSaysWhoseHowManyAndWhereItStands) {
  ASSERT_FALSE(AllNorms().empty());
  for (const Norm& norm : AllNorms()) {
    SCOPED_TRACE(norm.sport + " " + norm.metric);
    EXPECT_FALSE(norm.population.empty());
    EXPECT_FALSE(norm.measured.empty());
    EXPECT_FALSE(norm.citation.empty());
    EXPECT_TRUE(norm.doi.starts_with("10."));
    EXPECT_GT(norm.n, 0);
    EXPECT_EQ(norm.mean.has_value(), norm.sd.has_value());
    EXPECT_EQ(norm.low.has_value(), norm.high.has_value());
    EXPECT_NE(norm.mean.has_value(), norm.low.has_value());
  }
}

TEST(Norms, OfTheOtherSexAreLeftOut) {
  const auto of = [](Sex sex) {
    std::vector<Sex> sexes;
    for (const Norm* norm : NormsFor("cmj", sex)) sexes.push_back(norm->sex);
    return sexes;
  };
  EXPECT_EQ(of(Sex::kFemale), std::vector{Sex::kFemale});
  EXPECT_EQ(of(Sex::kMale), std::vector{Sex::kMale});
  EXPECT_EQ(of(Sex::kUnknown).size(), 2U);
  EXPECT_TRUE(std::ranges::any_of(NormsFor("running", Sex::kFemale), [](const Norm* norm) {
    return norm->sex == Sex::kUnknown;
  })) << "of both";
  EXPECT_TRUE(NormsFor("chess", Sex::kUnknown).empty());
}

}  // namespace
}  // namespace plyo
