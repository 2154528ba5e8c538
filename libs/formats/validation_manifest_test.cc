#include "plyo/formats/validation_manifest.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "plyo/formats/validation_csv.h"

namespace plyo {
namespace {

Result<std::vector<ValidationEntry>> Read(const std::string& text) {
  std::istringstream in(text);
  return ReadValidationManifest(in, "pairs.csv");
}

TEST(ValidationManifest, ReadsPairsAndHowToReadThem) {
  const auto entries = Read(
      "video,force,athlete,force_columns,rate_hz,offset_s\n"
      "a.json,a.csv,Ann,FP1+FP2,1000,\nb.json,b.csv,,,,-1.5\n");
  ASSERT_TRUE(entries) << entries.error().message;
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ((*entries)[0].force_columns, (std::vector<std::string>{"FP1", "FP2"}));
  EXPECT_EQ((*entries)[0].rate_hz, 1000);
  EXPECT_FALSE((*entries)[0].offset_s);
  EXPECT_EQ((*entries)[1].offset_s, -1.5);
}

TEST(ValidationManifest, WhatIsWrongIsNamed) {
  const auto message = [](const std::string& text) {
    const auto entries = Read(text);
    EXPECT_FALSE(entries);
    return entries ? std::string() : entries.error().message;
  };
  EXPECT_NE(message("video,plate\n").find("unknown column 'plate'"), std::string::npos);
  EXPECT_NE(message("video\na\n").find("there is no column 'force'"), std::string::npos);
  EXPECT_NE(message("video,force\na,\n").find("pairs.csv:2"), std::string::npos);
  EXPECT_NE(message("video,force,rate_hz\na,b,fast\n").find("rate_hz: 'fast' is not a number"),
            std::string::npos);
  EXPECT_NE(message("video,force\n").find("no rows"), std::string::npos);
}

TEST(ValidationCsv, WhatNeedsMorePairsIsEmpty) {
  Validation validation;
  MetricAgreement height;
  height.id = "jump_height";
  height.unit = "m";
  height.agreement.n = 1;
  height.agreement.bias = 0.01;
  height.agreement.mae = 0.01;
  validation.metrics.push_back(height);
  const auto csv = ValidationCsv(validation);
  EXPECT_NE(csv.find("jump_height,m,1,0.01,,,,,,,,,,,,,,,0.01,0,0"), std::string::npos) << csv;
}

}  // namespace
}  // namespace plyo
