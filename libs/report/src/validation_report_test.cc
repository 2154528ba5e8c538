#include "plyo/report/validation_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "testing/fixture.h"

namespace plyo {
namespace {

using nlohmann::json;

/// The data in the page.
json DataOf(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const auto at = page.find(begin) + begin.size();
  return json::parse(page.substr(at, page.find("</script>", at) - at));
}

TEST(ValidationReport, ShowsBiasLimitsAndEveryPair) {
  const auto input = report::testing::TwoComparedClips();
  const auto validation = Validate(input, report::testing::JumpSport());
  const auto page = RenderValidationReport({.validation = validation,
                                            .recordings = input,
                                            .sport = report::testing::JumpSport(),
                                            .plyo_version = "0.1.0",
                                            .created_at = "2026-01-01T00:00:00Z"});
  const json data = DataOf(page);
  ASSERT_FALSE(data["plots"].empty());
  const auto& plot = data["plots"][0];
  EXPECT_EQ(plot["title"], "Jump height");
  EXPECT_EQ(plot["unit"], "cm");
  EXPECT_EQ(plot["mean"].size(), validation.pairs.size());
  EXPECT_EQ(plot["lines"].size(), 3U);
  EXPECT_TRUE(std::is_sorted(plot["mean"].begin(), plot["mean"].end()));
  EXPECT_EQ(data["rows"].size(), data["plots"].size());
  EXPECT_EQ(data["recordings"].size(), 2U);
}

TEST(ValidationReport, NamesStayText) {
  auto input = report::testing::TwoComparedClips();
  input[0].athlete = "</script><script>window.hacked=1</script>";
  const auto validation = Validate(input, report::testing::JumpSport());
  const auto page = RenderValidationReport({.validation = validation,
                                            .recordings = input,
                                            .sport = report::testing::JumpSport(),
                                            .plyo_version = "",
                                            .created_at = ""});
  EXPECT_EQ(page.find("<script>window.hacked"), std::string::npos);
  EXPECT_EQ(DataOf(page)["recordings"][0]["athlete"], input[0].athlete);
}

}  // namespace
}  // namespace plyo
