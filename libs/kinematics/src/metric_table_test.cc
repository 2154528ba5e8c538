#include "plyo/kinematics/metric_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

MetricDescriptor Described(const char* id, const char* unit) {
  MetricDescriptor descriptor;
  descriptor.id = id;
  descriptor.unit = unit;
  return descriptor;
}

std::vector<MetricDescriptor> Catalogue() {
  MetricDescriptor height = Described("height", "m");
  height.headline = true;
  height.better = Better::kMore;
  height.min = 0.1;
  height.max = 1;
  return {height, Described("time", "s"), Described("power", "W")};
}

TEST(MetricTable, HoldsTheWholeCatalogueInItsOrder) {
  const auto catalogue = Catalogue();
  MetricTable table(catalogue, reason::kEventMissing);
  table.Set("time", {0.5, 0.01}, {1, 2}, {"gap"});
  table.SetAbsent("power", reason::kMassNotGiven);
  const std::vector<Metric> metrics = std::move(table).Finish();
  ASSERT_EQ(metrics.size(), 3U);
  EXPECT_EQ(metrics[0].id, "height");
  EXPECT_EQ(metrics[0].unit, "m");
  EXPECT_FALSE(metrics[0].value.has_value());
  EXPECT_EQ(metrics[0].reason, reason::kEventMissing);
  EXPECT_EQ(metrics[1].value, 0.5);
  EXPECT_EQ(metrics[1].u, 0.01);
  EXPECT_EQ(metrics[1].begin_s, 1);
  EXPECT_EQ(metrics[1].end_s, 2);
  EXPECT_EQ(metrics[1].reason, "");
  EXPECT_EQ(metrics[1].flags, std::vector<std::string>{"gap"});
  EXPECT_EQ(metrics[2].reason, reason::kMassNotGiven);
}

TEST(MetricTable, NeverHoldsAValueThatIsNone) {
  const auto catalogue = Catalogue();
  MetricTable table(catalogue, reason::kNotSeen);
  table.Set("height", {std::numeric_limits<double>::quiet_NaN(), 0.1}, {0, 1});
  table.Set("time", {std::numeric_limits<double>::infinity(), 0.1}, {0, 1});
  for (const Metric& metric : std::move(table).Finish()) {
    EXPECT_FALSE(metric.value.has_value()) << metric.id;
    EXPECT_EQ(metric.reason, reason::kNotSeen);
  }
}

TEST(MetricTable, RangesRunForward) {
  const auto catalogue = Catalogue();
  MetricTable table(catalogue, reason::kNotSeen);
  table.Set("time", {0.5, 0.01}, {3, 2});
  EXPECT_EQ(table["time"].begin_s, 2);
  EXPECT_EQ(table["time"].end_s, 3);
}

TEST(MetricTable, TakesBack) {
  const auto catalogue = Catalogue();
  MetricTable table(catalogue, reason::kNotSeen);
  table.Set("time", {0.5, 0.01}, {1, 2});
  table.SetAbsent("time", reason::kGap);
  EXPECT_FALSE(table["time"].value.has_value());
  EXPECT_FALSE(table["time"].u.has_value());
  EXPECT_EQ(table["time"].reason, reason::kGap);
}

TEST(MetricTable, FlagsOnceWhatIsImplausibleAndClipsNothing) {
  const auto catalogue = Catalogue();
  for (const double value : {0.05, 1.7}) {
    MetricTable table(catalogue, reason::kNotSeen);
    table.Set("height", {value, 0.1}, {0, 1});
    table.Set("time", {1e9, 1}, {0, 1});  // no range, no flag
    table.AddFlag("height", flag::kGap);
    table.AddFlag("height", flag::kGap);
    const std::vector<Metric> metrics = std::move(table).Finish();
    EXPECT_EQ(metrics[0].value, value);
    EXPECT_EQ(metrics[0].flags, (std::vector<std::string>{"gap", "implausible"}));
    EXPECT_TRUE(metrics[1].flags.empty());
  }
  MetricTable table(catalogue, reason::kNotSeen);
  table.Set("height", {0.5, 0.1}, {0, 1});
  EXPECT_TRUE(std::move(table).Finish()[0].flags.empty());
}

Rep RepWith(std::optional<double> height, double u) {
  Rep rep;
  Metric metric;
  metric.id = "height";
  metric.unit = "m";
  metric.value = height;
  if (height) metric.u = u;
  rep.metrics.push_back(metric);
  return rep;
}

TEST(Summarize, HandComputed) {
  const std::vector<Rep> reps = {RepWith(0.30, 0.01), RepWith(0.36, 0.02), RepWith({}, 0),
                                 RepWith(0.33, 0.02)};
  const std::vector<Summary> summary = Summarize(reps, Catalogue());
  ASSERT_EQ(summary.size(), 1U) << "of metrics that have a value somewhere, and no others";
  EXPECT_EQ(summary[0].id, "height");
  EXPECT_EQ(summary[0].unit, "m");
  EXPECT_EQ(summary[0].n, 3);
  EXPECT_NEAR(*summary[0].mean, 0.33, 1e-12);
  EXPECT_NEAR(*summary[0].sd, 0.03, 1e-12);
  EXPECT_EQ(summary[0].best, 0.36);
  // Errors that the reps share do not average out: between the smallest and the largest u.
  EXPECT_NEAR(*summary[0].u, std::sqrt((0.0001 + 0.0004 + 0.0004) / 3), 1e-12);
}

TEST(Summarize, TheBestIsTheLeastWhereLessIsBetterAndNoneWhereNeitherIs) {
  const std::vector<Rep> reps = {RepWith(0.30, 0.01), RepWith(0.36, 0.02)};
  std::vector<MetricDescriptor> catalogue = Catalogue();
  catalogue[0].better = Better::kLess;
  EXPECT_EQ(Summarize(reps, catalogue)[0].best, 0.30);
  catalogue[0].better = Better::kNeither;
  EXPECT_FALSE(Summarize(reps, catalogue)[0].best);
}

TEST(Summarize, FiguresInAnotherUnitAreNotAveragedWithTheOthers) {
  std::vector<Rep> reps = {RepWith(0.30, 0.01), RepWith(0.17, 0.01)};
  reps[1].metrics[0].unit = kBodyHeight;
  const std::vector<Summary> summary = Summarize(reps, Catalogue());
  ASSERT_EQ(summary.size(), 1U);
  EXPECT_EQ(summary[0].unit, "m");
  EXPECT_EQ(summary[0].n, 1);
}

TEST(Summarize, OneRepHasNoSpread) {
  const std::vector<Rep> reps = {RepWith(0.30, 0.01)};
  const std::vector<Summary> summary = Summarize(reps, Catalogue());
  ASSERT_EQ(summary.size(), 1U);
  EXPECT_FALSE(summary[0].sd.has_value());
  EXPECT_EQ(summary[0].mean, 0.30);
  EXPECT_TRUE(Summarize({}, Catalogue()).empty());
}

TEST(Summarize, IsTheSportsOwnWhereItHasOne) {
  const std::vector<Rep> reps = {RepWith(0.30, 0.01), RepWith(0.36, 0.02)};
  Sport sport;
  sport.metrics = Catalogue();
  EXPECT_EQ(Summarize(reps, sport), Summarize(reps, sport.metrics));
  sport.summarize = [](std::span<const Rep> all) {
    Summary count;
    count.id = "count";
    count.mean = static_cast<double>(all.size());
    return std::vector<Summary>{count};
  };
  const std::vector<Summary> summary = Summarize(reps, sport);
  ASSERT_EQ(summary.size(), 1U);
  EXPECT_EQ(summary[0].id, "count");
  EXPECT_EQ(summary[0].mean, 2);
}

TEST(MetricTable, LeavesOutWhatIsOfTheSummary) {
  std::vector<MetricDescriptor> catalogue = Catalogue();
  MetricDescriptor count;
  count.id = "count";
  count.of_summary = true;
  catalogue.push_back(count);
  const std::vector<Metric> metrics = MetricTable(catalogue, "gap").Finish();
  EXPECT_EQ(metrics.size(), catalogue.size() - 1);
}

TEST(Rep, FindsByName) {
  Rep rep = RepWith(0.3, 0.01);
  rep.events.push_back({.id = "takeoff", .t_s = 1, .u_s = 0, .frame = 0, .flags = {}});
  ASSERT_NE(rep.FindEvent("takeoff"), nullptr);
  EXPECT_EQ(rep.FindEvent("takeoff")->t_s, 1);
  EXPECT_EQ(rep.FindEvent("landing"), nullptr);
  ASSERT_NE(rep.FindMetric("height"), nullptr);
  EXPECT_EQ(rep.FindMetric("depth"), nullptr);
}

}  // namespace
}  // namespace plyo
