#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "plyo/formats/c3d.h"
#include "plyo/formats/motion_csv.h"
#include "plyo/formats/opensim.h"
#include "plyo/formats/trc.h"

namespace plyo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using enum LandmarkId;

/// Three frames at 50 a second, of which the second was not seen.
Motion MakeMotion() {
  Motion motion;
  motion.has_lengths = true;
  for (const int i : {0, 2, 3}) {
    MotionFrame frame;
    frame.t_s = 0.02 * i;
    frame.frame = i;
    for (std::size_t k = 0; k < kLandmarkCount; ++k) {
      const auto n = static_cast<double>(k);
      frame.points_m[k] = {0.01 * n, 1 + 0.125 * n, -0.5 - 0.25 * i};
    }
    frame.com_m = {0.25, 1.0625 + i, 0};
    frame.angles_deg = {{{170, 160.5, 110}, {171, 161.25, 111}}};
    frame.trunk_lean_deg = -3.5;
    motion.frames.push_back(frame);
  }
  return motion;
}

template <typename Write>
std::string Text(const Write& write) {
  std::string text;
  const auto done = write([&text](std::string_view piece) -> Result<void> {
    text += piece;
    return {};
  });
  EXPECT_TRUE(done);
  return text;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(WriteTrc, ComesBackThroughTheReader) {
  const Motion motion = MakeMotion();
  std::istringstream in(Text([&](const auto& write) { return WriteTrc(motion, "j.trc", write); }));
  const auto frames = ReadTrc(in, "j.trc");
  ASSERT_TRUE(frames) << frames.error().message;
  ASSERT_EQ(frames->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR((*frames)[i].t_s, motion.frames[i].t_s, 1e-6);
    for (std::size_t k = 0; k < kLandmarkCount; ++k) {
      ASSERT_TRUE((*frames)[i].points[k]);
      EXPECT_NEAR((*frames)[i].points[k]->x, motion.frames[i].points_m[k].x, 1e-5);
      EXPECT_NEAR((*frames)[i].points[k]->y, motion.frames[i].points_m[k].y, 1e-5);
      EXPECT_NEAR((*frames)[i].points[k]->z, motion.frames[i].points_m[k].z, 1e-5);
    }
  }
}

TEST(WriteTrc, HasTheHeadThatOpenSimReads) {
  const auto lines =
      Lines(Text([](const auto& write) { return WriteTrc(MakeMotion(), "a\tb\n.trc", write); }));
  ASSERT_EQ(lines.size(), 9U);
  EXPECT_EQ(lines[0], "PathFileType\t4\t(X/Y/Z)\ta b .trc");
  EXPECT_EQ(lines[2], "50\t50\t3\t33\tm\t50\t1\t3");
  EXPECT_TRUE(lines[3].starts_with("Frame#\tTime\tnose\t\t\tleft_eye_inner\t\t\t"));
  EXPECT_TRUE(lines[4].starts_with("\t\tX1\tY1\tZ1\tX2"));
  EXPECT_EQ(lines[5], "");
  EXPECT_TRUE(lines[7].starts_with("3\t0.040000\t0.00000\t1.00000\t-1.00000\t"));
}

TEST(WriteMot, HasAnglesInDegrees) {
  const auto lines =
      Lines(Text([](const auto& write) { return WriteMot(MakeMotion(), "jump", write); }));
  EXPECT_THAT(
      lines,
      ElementsAre("jump", "version=1", "nRows=3", "nColumns=8", "inDegrees=yes", "endheader",
                  "time\tleft_hip_angle\tleft_knee_angle\tleft_ankle_angle\tright_hip_angle\t"
                  "right_knee_angle\tright_ankle_angle\ttrunk_lean",
                  "0.000000\t170.000\t160.500\t110.000\t171.000\t161.250\t111.000\t-3.500",
                  "0.040000\t170.000\t160.500\t110.000\t171.000\t161.250\t111.000\t-3.500",
                  "0.060000\t170.000\t160.500\t110.000\t171.000\t161.250\t111.000\t-3.500"));
}

TEST(WriteMotionCsv, HasARowForEachAthleteAndFrame) {
  Motion unscaled = MakeMotion();
  unscaled.has_lengths = false;
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  for (auto& frame : unscaled.frames) frame.com_m.x = kNone;
  for (auto& frame : unscaled.frames) frame.angles_deg[0][2] = kNone;
  const auto lines = Lines(Text([&](const auto& write) {
    return WriteMotionCsv({{1, MakeMotion()}, {4, unscaled}}, write);
  }));
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_EQ(lines[0],
            "track,t_s,frame,com_x_m,com_z_m,left_hip_angle_deg,left_knee_angle_deg,"
            "left_ankle_angle_deg,right_hip_angle_deg,right_knee_angle_deg,right_ankle_angle_deg,"
            "trunk_lean_deg\r");
  EXPECT_EQ(
      lines[2],
      "1,0.040000,2,0.25000,3.06250,170.000,160.500,110.000,171.000,161.250,111.000,-3.500\r");
  EXPECT_THAT(lines[4], HasSubstr("4,0.000000,0,,,170.000,160.500,,171.000"));
}

TEST(C3dDocument, HasARowForEveryFrame) {
  const auto bytes = C3dDocument(MakeMotion());
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_EQ((*bytes)[1], 'P') << "the mark of C3D";
  // Four frames, of which one was not seen, of 33 points of 16 bytes.
  EXPECT_GE(bytes->size(), 4U * 33 * 16);
  EXPECT_THAT(*bytes, HasSubstr("right_foot_index"));
}

TEST(MotionFiles, EndWithTheFirstFailureOfTheWriter) {
  const auto full = [](std::string_view) { return Result<void>(Fail(ErrorCode::kDiskFull, "")); };
  EXPECT_EQ(WriteTrc(MakeMotion(), "", full).error().code, ErrorCode::kDiskFull);
  EXPECT_EQ(WriteMot(MakeMotion(), "", full).error().code, ErrorCode::kDiskFull);
  EXPECT_EQ(WriteMotionCsv({{1, MakeMotion()}}, full).error().code, ErrorCode::kDiskFull);
}

}  // namespace
}  // namespace plyo
