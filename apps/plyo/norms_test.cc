#include "plyo/report/norms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "plyo/sports/catalogue.h"

namespace plyo {
namespace {

std::optional<MetricDescriptor> Find(const std::string& sport, const std::string& metric) {
  for (const Sport& one : AllSports()) {
    if (one.id != sport) continue;
    const auto at = std::ranges::find(one.metrics, metric, &MetricDescriptor::id);
    if (at != one.metrics.end()) return *at;
  }
  return std::nullopt;
}

TEST(Norms, NameFiguresThatTheSportsHave) {
  for (const Norm& norm : AllNorms()) {
    const auto metric = Find(norm.sport, norm.metric);
    ASSERT_TRUE(metric.has_value()) << norm.sport << " " << norm.metric;
    EXPECT_EQ(metric->unit, norm.unit) << norm.metric;
    for (const auto& value : {norm.mean, norm.low, norm.high}) {
      if (!value) continue;
      EXPECT_GE(*value, metric->min.value_or(*value)) << norm.metric;
      EXPECT_LE(*value, metric->max.value_or(*value)) << norm.metric;
    }
  }
}

TEST(Norms, EveryHeadlineFigureHasOneOrSaysWhyNot) {
  std::set<std::pair<std::string, std::string>> with;
  std::set<std::pair<std::string, std::string>> without;
  for (const Norm& norm : AllNorms()) with.insert({norm.sport, norm.metric});
  for (const WithoutNorm& row : AllWithoutNorm()) {
    EXPECT_FALSE(row.why.empty());
    for (const std::string& metric : row.metrics) {
      EXPECT_TRUE(Find(row.sport, metric).has_value()) << row.sport << " " << metric;
      EXPECT_TRUE(without.insert({row.sport, metric}).second) << row.sport << " " << metric;
      EXPECT_FALSE(with.contains({row.sport, metric})) << "it has one: " << metric;
    }
  }
  for (const Sport& sport : AllSports()) {
    for (const MetricDescriptor& metric : sport.metrics) {
      // Joint angles are read against the rules of the cues.
      if (!metric.headline || metric.id.find("_angle_") != std::string::npos) continue;
      EXPECT_TRUE(with.contains({sport.id, metric.id}) || without.contains({sport.id, metric.id}))
          << sport.id << " " << metric.id;
    }
  }
}

}  // namespace
}  // namespace plyo
