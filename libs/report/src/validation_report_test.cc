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

TEST(ValidationReport, MarksWhatIsInDoubt) {
  auto input = report::testing::TwoComparedClips();
  input[1].measured.athletes[0].reps[2].flags = {"suspected_slow_motion"};
  input[0].measured.athletes[0].reps[0].metrics[0].flags = {"manual"};
  const auto validation = Validate(input, report::testing::JumpSport());
  const json data = DataOf(RenderValidationReport({.validation = validation,
                                                   .recordings = input,
                                                   .sport = report::testing::JumpSport(),
                                                   .plyo_version = "",
                                                   .created_at = ""}));
  EXPECT_EQ(data["rows"][0]["doubt"], "by hand, slow motion suspected");
  EXPECT_EQ(data["rows"][1]["doubt"], "slow motion suspected");
  const json& plot = data["plots"][0];
  ASSERT_EQ(plot["doubts"].size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(plot["doubts"][i], plot["names"][i] == "Ann, 1"  ? "by hand"
                                 : plot["names"][i] == "Bo, 3" ? "slow motion suspected"
                                                               : "")
        << plot["names"][i];
  }
  ASSERT_EQ(data["doubts"].size(), 2U);
  EXPECT_NE(data["doubts"][1].get<std::string>().find("plyo edit --exclude"), std::string::npos);
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
