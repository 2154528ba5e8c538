#include "plyo/formats/landmark_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <sstream>

namespace plyo {
namespace {

using ::testing::HasSubstr;

PoseFrame MakePose(double t, std::int64_t frame, TrackId track) {
  PoseFrame pose;
  pose.t = Timestamp::FromSeconds(t);
  pose.frame = frame;
  pose.track = track;
  pose.image_width = 640;
  pose.image_height = 360;
  pose.presence = 0.98765F;
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    const auto n = static_cast<float>(i);
    pose.image[i] = {100.0625F + n, -3.5F + n, -0.25F * n, n / 64};
    pose.world[i] = {0.125F * n, -0.5F, 0.0625F};
  }
  return pose;
}

std::string Write(const TracksById& tracks, std::string_view pose_model = "") {
  std::string text;
  const auto written =
      WriteLandmarkCsv(tracks, pose_model, [&text](std::string_view piece) -> Result<void> {
        text += piece;
        return {};
      });
  EXPECT_TRUE(written);
  return text;
}

Result<LandmarkTable> ReadTable(const std::string& text, const LandmarkCsvLimits& limits = {}) {
  std::istringstream in(text);
  return ReadLandmarkCsv(in, "l.csv", limits);
}

Result<std::vector<PoseFrame>> Read(const std::string& text, const LandmarkCsvLimits& limits = {}) {
  auto table = ReadTable(text, limits);
  if (!table) return tl::unexpected(table.error());
  return std::move(table->poses);
}

const TracksById& TwoPeople() {
  static const TracksById kTracks = {
      {1, {MakePose(0, 0, 1), MakePose(1.0 / 60, 1, 1), MakePose(3.0 / 60, 3, 1)}},
      {4, {MakePose(1.0 / 60, 1, 4), MakePose(2.0 / 60, 2, 4)}}};
  return kTracks;
}

TEST(LandmarkCsv, HeaderIsTheDocumentedOne) {
  const auto text = Write(TwoPeople());
  const auto header = text.substr(0, text.find("\r\n"));
  EXPECT_TRUE(
      header.starts_with("t_s,frame,track,width,height,presence,nose_x,nose_y,nose_z,nose_"
                         "visibility,left_eye_inner_x,"));
  EXPECT_THAT(header,
              HasSubstr("right_foot_index_visibility,nose_wx,nose_wy,nose_wz,left_eye_inner_wx,"));
  EXPECT_TRUE(header.ends_with("right_foot_index_wx,right_foot_index_wy,right_foot_index_wz"));
  EXPECT_EQ(std::ranges::count(header, ','), 236);
}

TEST(LandmarkCsv, RowsComeInTheOrderOfTimeThenTrack) {
  const auto poses = Read(Write(TwoPeople()));
  ASSERT_TRUE(poses) << poses.error().message;
  std::vector<std::pair<std::int64_t, TrackId>> order;
  for (const auto& pose : *poses) order.emplace_back(pose.frame, pose.track);
  EXPECT_THAT(order, ::testing::ElementsAre(std::pair(0, 1), std::pair(1, 1), std::pair(1, 4),
                                            std::pair(2, 4), std::pair(3, 1)));
}

TEST(LandmarkCsv, ComesBackToTheDigitsThatItKeeps) {
  const auto poses = Read(Write(TwoPeople()));
  ASSERT_TRUE(poses);
  const auto& back = poses->front();
  const auto& pose = TwoPeople().at(1).front();
  EXPECT_EQ(back.t, pose.t);
  EXPECT_EQ(back.presence, pose.presence);
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    EXPECT_NEAR(back.image[i].x, pose.image[i].x, 1e-4);
    EXPECT_NEAR(back.image[i].visibility, pose.image[i].visibility, 1e-5);
    EXPECT_NEAR(back.world[i].x, pose.world[i].x, 1e-5);
  }
  // What was read once is written and read unchanged.
  EXPECT_EQ(*Read(Write({{1, {*poses->begin()}}})), std::vector<PoseFrame>{back});
}

TEST(LandmarkCsv, KnowsThePoseModelWhereOneIsNamed) {
  EXPECT_EQ(ReadTable(Write(TwoPeople()))->pose_model, "");
  const auto table = ReadTable(Write(TwoPeople(), "blazepose_full"));
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->pose_model, "blazepose_full");
  EXPECT_EQ(table->poses, *Read(Write(TwoPeople())));
}

/// The text with the model of its row exchanged, 0: that of the header.
std::string WithModel(std::size_t row, const std::string& value) {
  std::istringstream lines(Write(TwoPeople(), "rtmpose"));
  std::ostringstream out;
  std::string line;
  for (std::size_t i = 0; std::getline(lines, line); ++i) {
    out << (i == row ? line.substr(0, line.rfind(',') + 1) + value + "\r" : line) << '\n';
  }
  return out.str();
}

TEST(LandmarkCsv, APoseModelIsOneNameForTheWholeFile) {
  EXPECT_THAT(ReadTable(WithModel(3, "exact")).error().message,
              HasSubstr("l.csv:4: pose_model: 'exact' in a file of 'rtmpose'"));
  EXPECT_THAT(ReadTable(WithModel(1, "")).error().message,
              HasSubstr("l.csv:2: pose_model: '' is no name"));
  EXPECT_THAT(ReadTable(WithModel(1, "a b")).error().message, HasSubstr("'a b' is no name"));
  EXPECT_THAT(ReadTable(WithModel(0, "model")).error().message,
              HasSubstr("has 238 columns and should have 237, or one more, pose_model"));
}

TEST(LandmarkCsv, SemicolonsAreNamed) {
  std::string text = Write(TwoPeople());
  std::ranges::replace(text, ',', ';');
  const auto poses = Read(text);
  ASSERT_FALSE(poses);
  EXPECT_THAT(poses.error().message, HasSubstr("l.csv:1: the columns are separated by ';'"));
  EXPECT_THAT(Read("t_s;frame\n").error().message, HasSubstr("separated by ';'"));
}

TEST(LandmarkCsv, TimesKeepTheMicrosecond) {
  const auto poses = Read(Write({{1, {MakePose(0.033367, 1, 1), MakePose(1234.567891, 2, 1)}}}));
  EXPECT_EQ((*poses)[0].t.us, 33'367);
  EXPECT_EQ((*poses)[1].t.us, 1'234'567'891);
}

/// The text with the given field of the given row (1: the first after the header) exchanged.
std::string WithField(std::size_t row, std::size_t column, const std::string& value) {
  std::istringstream lines(Write(TwoPeople()));
  std::ostringstream out;
  std::string line;
  for (std::size_t i = 0; std::getline(lines, line); ++i) {
    if (i == row) {
      std::istringstream fields(line);
      std::string field;
      for (std::size_t j = 0; std::getline(fields, field, ','); ++j)
        out << (j ? "," : "") << (j == column ? value : field);
      out << '\n';
    } else {
      out << line << '\n';
    }
  }
  return out.str();
}

struct Damage {
  std::size_t row;
  std::size_t column;
  const char* value;
  const char* message;
};
class DamagedLandmarks : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedLandmarks, AreRefusedWithLineAndColumn) {
  const auto [row, column, value, message] = GetParam();
  const auto poses = Read(WithField(row, column, value));
  ASSERT_FALSE(poses);
  EXPECT_EQ(poses.error().code, ErrorCode::kInvalidLandmarks);
  EXPECT_THAT(poses.error().message, HasSubstr(message));
}

INSTANTIATE_TEST_SUITE_P(
    Fields, DamagedLandmarks,
    ::testing::Values(
        Damage{0, 6, "nase_x", "l.csv:1: column 7 is 'nase_x' and should be 'nose_x'"},
        Damage{1, 0, "soon", "l.csv:2: t_s: 'soon' is not a number"},
        Damage{2, 7, "", "l.csv:3: nose_y: '' is not a number"},
        Damage{2, 7, "nan", "l.csv:3: nose_y: 'nan' is not a number"},
        Damage{2, 7, "1.5px", "l.csv:3: nose_y: '1.5px' is not a number"},
        Damage{2, 7, "1e9", "l.csv:3: nose_y: 1e9 is outside of"},
        Damage{2, 1, "1.5", "l.csv:3: frame: '1.5' is not a whole number"},
        Damage{2, 2, "0", "l.csv:3: track: 0 is outside of 1 to"},
        Damage{2, 5, "1.01", "l.csv:3: presence: 1.01 is outside of 0 to 1"},
        Damage{2, 9, "-0.1", "l.csv:3: nose_visibility: -0.1 is outside of 0 to 1"},
        Damage{2, 3, "641", "l.csv:3: width, height: 641 x 360 in a recording of 640 x 360"},
        Damage{5, 0, "0.01",
               "l.csv:6: t_s: 0.010000 s is not after 0.016667 s, the row of track 1"},
        Damage{5, 1, "1", "l.csv:6: frame: 1 does not come after 1"},
        Damage{3, 5, "1,1", "l.csv:4: 238 columns and not 237"}));

TEST(LandmarkCsv, EmptyFilesSaySo) {
  EXPECT_EQ(Read("").error().code, ErrorCode::kFileEmpty);
  const auto text = Write(TwoPeople());
  EXPECT_THAT(Read(text.substr(0, text.find('\n') + 1)).error().message,
              HasSubstr("nobody was seen"));
  EXPECT_THAT(Read("t_s,frame\n1,2\n").error().message,
              HasSubstr("has 2 columns and should have 237"));
}

TEST(LandmarkCsv, TheLimitIsKept) {
  EXPECT_TRUE(Read(Write(TwoPeople()), {.rows = 5}));
  EXPECT_FALSE(Read(Write(TwoPeople()), {.rows = 4}));
}

TEST(LandmarkCsv, AFailureOfTheWriterEndsTheWriting) {
  const auto written = WriteLandmarkCsv(TwoPeople(), "", [](std::string_view) {
    return Result<void>(Fail(ErrorCode::kDiskFull, "full"));
  });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kDiskFull);
}

TEST(LandmarkCsv, MissingFilesSaySo) {
  EXPECT_EQ(ReadLandmarkCsvFile("/no/such.csv").error().code, ErrorCode::kFileNotFound);
  EXPECT_EQ(ReadLandmarkCsvFile(PLYO_TEST_TMP).error().code, ErrorCode::kFileUnreadable);
}

RC_GTEST_PROP(LandmarkCsv, CutAnywhereDoesNoHarm, ()) {
  static const std::string kText = Write(TwoPeople());
  const auto poses = Read(kText.substr(0, *rc::gen::inRange<std::size_t>(0, kText.size())));
  RC_ASSERT(!poses || poses->size() <= 5);
}

}  // namespace
}  // namespace plyo
