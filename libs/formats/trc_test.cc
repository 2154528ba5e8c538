#include "plyo/formats/trc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

namespace plyo {
namespace {

using ::testing::HasSubstr;
using enum LandmarkId;

const std::vector<std::string>& Halpe() {
  static const std::vector<std::string> kNames = {
      "Hip",       "RHip",   "RKnee",   "RAnkle",    "RBigToe", "RSmallToe", "RHeel", "LHip",
      "LKnee",     "LAnkle", "LBigToe", "LSmallToe", "LHeel",   "Neck",      "Head",  "Nose",
      "RShoulder", "RElbow", "RWrist",  "LShoulder", "LElbow",  "LWrist"};
  return kNames;
}

/// As Pose2Sim writes it: marker n at (n, n + 0.5, n + 0.25) units.
std::string Trc(const std::string& units = "m", const std::vector<std::string>& names = Halpe()) {
  std::string text =
      "PathFileType\t4\t(X/Y/Z)\tjump.trc\n"
      "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\t"
      "OrigNumFrames\n60\t60\t2\t22\t" +
      units + "\t60\t1\t2\nFrame#\tTime\t";
  std::string axes = "\t\t";
  std::string row;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string n = std::to_string(i);
    text += names[i] + "\t\t\t";
    axes += "X" + n + "\tY" + n + "\tZ" + n + "\t";
    row += "\t" + n + "\t" + n + ".5\t" + n + ".25";
  }
  return text + "\n" + axes + "\n\n1\t0.0" + row + "\n2\t0.016667" + row + "\n";
}

Result<std::vector<BodyPoints>> Read(const std::string& text, const TrcLimits& limits = {}) {
  std::istringstream in(text);
  return ReadTrc(in, "j.trc", limits);
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ReadTrc, TakesMarkersByTheirNames) {
  const auto frames = Read(Trc());
  ASSERT_TRUE(frames) << frames.error().message;
  ASSERT_EQ(frames->size(), 2U);
  const BodyPoints& frame = frames->back();
  EXPECT_EQ(frame.t_s, 0.016667);
  EXPECT_EQ(frame.frame, 1);
  EXPECT_EQ(frame[kRightHip], (Point3{1, 1.5, 1.25}));
  EXPECT_EQ(frame[kLeftFootIndex], (Point3{10, 10.5, 10.25}));
  EXPECT_EQ(frame[kNose], (Point3{15, 15.5, 15.25}));
  EXPECT_EQ(frame.head_top, (Point3{14, 14.5, 14.25}));
  EXPECT_FALSE(frame[kLeftEar]);
}

TEST(ReadTrc, TakesMillimetresAndWindowsLines) {
  auto text = Trc("mm");
  for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2))
    text.insert(at, "\r");
  const auto frames = Read(text);
  ASSERT_TRUE(frames) << frames.error().message;
  EXPECT_NEAR(frames->front()[kRightHip]->y, 0.0015, 1e-12);
  EXPECT_NEAR(Read(Trc("cm"))->front()[kRightHip]->y, 0.015, 1e-12);
}

TEST(ReadTrc, MarkersThatWereNotSeenAreGaps) {
  for (const char* gone :
       {"1\t0.0\t0\t0.5\t0.25\t\t\t\t", "1\t0.0\t0\t0.5\t0.25\tnan\tNaN\tnan\t"}) {
    const auto frames = Read(Replaced(Trc(), "1\t0.0\t0\t0.5\t0.25\t1\t1.5\t1.25\t", gone));
    ASSERT_TRUE(frames) << frames.error().message;
    EXPECT_FALSE(frames->front()[kRightHip]);
    EXPECT_TRUE(frames->front()[kRightKnee]);
    EXPECT_TRUE(frames->back()[kRightHip]);
  }
}

struct Damage {
  const char* from;
  const char* to;
  const char* message;
};
class DamagedTrc : public ::testing::TestWithParam<Damage> {};

TEST_P(DamagedTrc, IsRefusedWithItsLine) {
  const auto frames = Read(Replaced(Trc(), GetParam().from, GetParam().to));
  ASSERT_FALSE(frames);
  EXPECT_EQ(frames.error().code, ErrorCode::kInvalidLandmarks);
  EXPECT_THAT(frames.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Places, DamagedTrc,
    ::testing::Values(
        Damage{"PathFileType", "t_s,frame", "j.trc:1: this is no TRC file"},
        Damage{"Units", "Einheit", "j.trc:2: the second line of a TRC file names its Units"},
        Damage{"\tm\t", "\tinch\t", "j.trc:3: Units: 'inch' is not one of m, mm, cm"},
        Damage{"Frame#", "Bild", "j.trc:4: the line of the markers' names"},
        Damage{"LBigToe", "LToeTip", "j.trc:4: there is no marker for left_foot_index;"},
        Damage{"Hip\t", "LHip\t", "j.trc:4: 'LHip' and 'LHip' are the same point"},
        Damage{"2\t0.016667", "2\t0.0", "j.trc:8: Time: 0 is not after 0"},
        Damage{"2\t0.016667", "2\tsoon", "j.trc:8: Time: 'soon' is not a number"},
        Damage{"\t1.5\t", "\t1,5\t", "j.trc:7: RHip: '1,5' is not a number"},
        Damage{"\t1.5\t", "\t1500\t", "j.trc:7: RHip: 1500 m is too far; are the Units right?"}));

TEST(ReadTrc, EmptyFilesAndLimits) {
  EXPECT_EQ(Read("").error().code, ErrorCode::kFileEmpty);
  const auto text = Trc();
  EXPECT_THAT(Read(text.substr(0, text.find("\n1\t0.0"))).error().message,
              HasSubstr("a head and no rows"));
  EXPECT_TRUE(Read(text, {.rows = 2, .markers = 22}));
  EXPECT_FALSE(Read(text, {.rows = 1, .markers = 22}));
  EXPECT_FALSE(Read(text, {.rows = 2, .markers = 3}));
  EXPECT_FALSE(Read(std::string(1 << 20, 'x')));
  EXPECT_EQ(ReadTrcFile("/no/such.trc").error().code, ErrorCode::kFileNotFound);
  EXPECT_EQ(ReadTrcFile(PLYO_TEST_TMP).error().code, ErrorCode::kFileUnreadable);
}

RC_GTEST_PROP(ReadTrc, CutAnywhereDoesNoHarm, ()) {
  static const std::string kText = Trc();
  const auto frames = Read(kText.substr(0, *rc::gen::inRange<std::size_t>(0, kText.size())));
  RC_ASSERT(!frames || frames->size() <= 2);
}

}  // namespace
}  // namespace plyo
