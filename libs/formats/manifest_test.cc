#include "plyo/formats/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace plyo {
namespace {

using ::testing::HasSubstr;

const std::vector<Sport>& Sports() {
  static const std::vector<Sport> kSports = [] {
    Sport cmj;
    cmj.id = "cmj";
    Sport drop_jump;
    drop_jump.id = "drop_jump";
    drop_jump.parameters = {{.id = "box_height_m",
                             .unit = "m",
                             .label = {},
                             .text = {},
                             .default_value = {},
                             .min = 0.05,
                             .max = 1.5},
                            {.id = "shoe_m",
                             .unit = "m",
                             .label = {},
                             .text = {},
                             .default_value = {},
                             .min = 0,
                             .max = 0.1}};
    return std::vector<Sport>{cmj, drop_jump};
  }();
  return kSports;
}

Result<std::vector<ManifestEntry>> Read(const std::string& text) {
  std::istringstream in(text);
  return ReadManifest(in, "m.csv", Sports());
}

TEST(Manifest, ReadsEveryColumn) {
  const auto entries = Read(
      "file,sport,athlete,height_m,mass_kg,sex,capture_fps,box_height_m,belt_speed_m_s,date\r\n"
      "\"a b, c.mp4\",drop_jump,\"O'Neil, Ann\",1.72,61.5,F,240,0.3,,2026-05-31\r\n");
  ASSERT_TRUE(entries) << entries.error().message;
  ManifestEntry expected;
  expected.line = 2;
  expected.file = "a b, c.mp4";
  expected.sport = "drop_jump";
  expected.athlete = "O'Neil, Ann";
  expected.height_m = 1.72;
  expected.mass_kg = 61.5;
  expected.sex = Sex::kFemale;
  expected.capture_fps = 240;
  expected.parameters = {{"box_height_m", 0.3}};
  expected.date = "2026-05-31";
  EXPECT_EQ(entries->at(0), expected);
}

TEST(Manifest, ColumnsMayComeInAnyOrderAndCellsMayBeEmpty) {
  const auto entries = Read("height_m,file,shoe_m\n,a.mp4,\n1.8,b.mp4,0.02\n");
  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_FALSE(entries->at(0).height_m);
  EXPECT_EQ(entries->at(1).height_m, 1.8);
  EXPECT_EQ(entries->at(1).parameters.at("shoe_m"), 0.02);
}

struct Bad {
  const char* text;
  const char* message;
};
class BadManifest : public ::testing::TestWithParam<Bad> {};

TEST_P(BadManifest, IsRefusedWithLineAndColumn) {
  const auto entries = Read(GetParam().text);
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().code, ErrorCode::kInvalidManifest);
  EXPECT_THAT(entries.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, BadManifest,
    ::testing::Values(
        Bad{"", "m.csv: the file has no content"}, Bad{"file\n", "m.csv: a header and no rows"},
        Bad{"file,heigth_m\na,1\n",
            "m.csv:1: unknown column 'heigth_m'; known are file, sport, athlete, height_m"},
        Bad{"file,file\na,b\n", "m.csv:1: column 'file' twice"},
        Bad{"sport\ncmj\n", "m.csv:1: there is no column 'file'"},
        Bad{"file;height_m\na;1,8\n", "separated by ';'"},
        Bad{"file,sport\na.mp4\n", "m.csv:2: 1 columns and not 2"},
        Bad{"file,sport\n,cmj\n", "m.csv:2: file: the name of the clip is missing"},
        Bad{"file,sport\na,cmj\nb,golf\n", "m.csv:3: sport: 'golf' is not one of cmj, drop_jump"},
        Bad{"file,height_m\na,tall\n", "m.csv:2: height_m: 'tall' is not a number"},
        Bad{"file,height_m\na,\"1,80\"\n",
            "m.csv:2: height_m: '1,80' is not a number; write a point"},
        Bad{"file,height_m\na,180\n",
            "m.csv:2: height_m 180 is outside of 0.5 to 2.6 m: it is in metres; did you mean "
            "1.80?"},
        Bad{"file,mass_kg\na,5\n", "m.csv:2: mass_kg 5 is outside"},
        Bad{"file,sex\na,x\n", "m.csv:2: sex 'x' is not one of F, M"},
        Bad{"file,capture_fps\na,0\n", "m.csv:2: capture_fps 0 is outside"},
        Bad{"file,date\na,31.5.2026\n", "m.csv:2: date: '31.5.2026' is no day of the form"},
        Bad{"file,date\na,2026-13-01\n", "m.csv:2: date: '2026-13-01'"},
        Bad{"file,date\na,2026-02-30\n", "m.csv:2: date: '2026-02-30'"},
        Bad{"file,sport,box_height_m\na,cmj,0.3\n", "m.csv:2: box_height_m: cmj does not take it"},
        Bad{"file,sport,box_height_m\na,drop_jump,30\n",
            "m.csv:2: box_height_m 30 is outside of 0.05 to 1.5 m"}));

TEST(Manifest, MissingFilesSaySo) {
  EXPECT_EQ(ReadManifestFile("/no/such.csv", Sports()).error().code, ErrorCode::kFileNotFound);
  EXPECT_EQ(ReadManifestFile(PLYO_TEST_TMP, Sports()).error().code, ErrorCode::kFileUnreadable);
}

}  // namespace
}  // namespace plyo
