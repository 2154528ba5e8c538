#include "plyo/sports/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <set>

namespace plyo {
namespace {

TEST(Catalogue, EverySportIsDescribedInFull) {
  const std::vector<Sport> sports = AllSports();
  ASSERT_FALSE(sports.empty());
  const std::regex id_form("[a-z][a-z0-9_]*");
  std::set<std::string> sport_ids;
  for (const Sport& sport : sports) {
    SCOPED_TRACE(sport.id);
    EXPECT_TRUE(std::regex_match(sport.id, id_form));
    EXPECT_TRUE(sport_ids.insert(sport.id).second);
    EXPECT_FALSE(sport.label.empty());
    EXPECT_FALSE(sport.text.empty());
    ASSERT_TRUE(sport.make_analyzer);
    EXPECT_NE(sport.make_analyzer({}), nullptr);
    std::set<std::string> ids;
    for (const MetricDescriptor& metric : sport.metrics) {
      SCOPED_TRACE(metric.id);
      EXPECT_TRUE(std::regex_match(metric.id, id_form));
      EXPECT_TRUE(ids.insert(metric.id).second);
      EXPECT_FALSE(metric.unit.empty());
      EXPECT_FALSE(metric.label.empty());
      EXPECT_FALSE(metric.text.empty());
      if (metric.min && metric.max) EXPECT_LT(*metric.min, *metric.max);
    }
    EXPECT_TRUE(std::ranges::any_of(sport.metrics, &MetricDescriptor::headline));
    EXPECT_TRUE(std::ranges::any_of(sport.events, &EventDescriptor::key_frame));
  }
}

TEST(Catalogue, FindsBySportId) {
  for (const Sport& sport : AllSports()) {
    const auto found = FindSport(sport.id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, sport.id);
  }
  EXPECT_FALSE(FindSport("quidditch"));
}

}  // namespace
}  // namespace plyo
