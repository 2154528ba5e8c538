#include "plyo/wire/comparison_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace plyo {
namespace {

TEST(ComparisonDocument, HasEverySessionAndTrend) {
  const std::vector<Session> sessions = {
      {.name = "a.mp4", .athlete = "Ann \xff", .date = "2026-01-01", .result = nullptr},
      {.name = "b.mp4", .athlete = "Ann \xff", .date = {}, .result = nullptr}};
  Trend trend;
  trend.metric = "jump_height";
  trend.unit = "m";
  trend.sessions = {{.n = 2, .mean = 0.3, .sd = 0.01, .best = 0.31, .since_first = {}},
                    {.n = 1,
                     .mean = 0.1 + 0.2 + 0.1,
                     .sd = {},
                     .best = 0.4,
                     .since_first = Change{.value = 0.1, .half = 0.02, .kind = ChangeKind::kReal}}};
  trend.typical_error = 0.01;
  trend.degrees_of_freedom = 1;
  trend.mdc95 = 0.0277;
  trend.swc = 0.003;
  trend.swc_method = "0.3_typical_error";
  const std::vector<AthleteTrends> athletes = {
      {.athlete = "Ann", .sessions = {0, 1}, .trends = {trend}}};
  const auto json = nlohmann::json::parse(ComparisonDocument("cmj", sessions, athletes));
  EXPECT_EQ(json["schema"], "plyo.comparison/1");
  EXPECT_EQ(json["sport"], "cmj");
  EXPECT_EQ(json["sessions"][1]["name"], "b.mp4");
  const auto& height = json["athletes"][0]["trends"][0];
  EXPECT_EQ(height["sessions"][1]["mean"], 0.4);
  EXPECT_TRUE(height["sessions"][1]["sd"].is_null());
  EXPECT_TRUE(height["sessions"][0]["since_first"].is_null());
  EXPECT_EQ(height["sessions"][1]["since_first"]["kind"], "real");
  EXPECT_EQ(height["typical_error"], 0.01);
}

}  // namespace
}  // namespace plyo
