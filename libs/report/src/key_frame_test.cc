#include "plyo/report/key_frame.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <set>

#include "testing/fixture.h"

namespace plyo {
namespace {

using report::testing::GreyToBgra;
using report::testing::JumpOptions;
using report::testing::JumpPoses;
using report::testing::JumpResult;
using report::testing::JumpSport;
using report::testing::JumpVideo;

std::vector<KeyFrame> Extract(const AnalysisResult& result, const JumpOptions& options = {},
                              const KeyFrameOptions& key_frame_options = {}) {
  const auto video = JumpVideo(options);
  auto frames = ExtractKeyFrames(*video, GreyToBgra, result, JumpSport(), JumpPoses(options),
                                 key_frame_options);
  EXPECT_TRUE(frames.has_value());
  return frames.value_or(std::vector<KeyFrame>{});
}

TEST(ExtractKeyFrames, TakesThePictureNearestToEachKeyEvent) {
  const auto frames = Extract(JumpResult());
  ASSERT_EQ(frames.size(), 5U);
  const char* ids[] = {"movement_onset", "lowest_point", "takeoff", "apex", "landing"};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(frames[i].event_id, ids[i]);
    EXPECT_LE(std::abs(frames[i].picture_s - frames[i].event_s), 0.5 / 60 + 1e-6);
  }
}

TEST(ExtractKeyFrames, PicturesOfARepHaveOneSizeAndAreJpegs) {
  const auto frames = Extract(JumpResult());
  for (const KeyFrame& frame : frames) {
    tjhandle decoder = tjInitDecompress();
    int width = 0;
    int height = 0;
    int sampling = 0;
    int space = 0;
    ASSERT_EQ(tjDecompressHeader3(decoder, frame.jpeg.data(), frame.jpeg.size(), &width, &height,
                                  &sampling, &space),
              0);
    tjDestroy(decoder);
    EXPECT_EQ(width, frame.width);
    EXPECT_EQ(height, frame.height);
    EXPECT_EQ(frame.height, 600);
    EXPECT_EQ(frame.width, frames.front().width);
  }
}

TEST(ExtractKeyFrames, GoesByAthleteRepAndTimeAlthoughTheVideoMixesThem) {
  const JumpOptions options{.reps = 2, .athletes = 2};
  const auto frames = Extract(JumpResult(options), options);
  ASSERT_EQ(frames.size(), 20U);
  EXPECT_EQ(frames[0].track, 1);
  EXPECT_EQ(frames[5].rep, 2);
  EXPECT_EQ(frames[10].track, 2);
  EXPECT_EQ(frames[10].rep, 1);
  EXPECT_DOUBLE_EQ(frames[10].event_s, frames[0].event_s);
}

TEST(ExtractKeyFrames, BoundsTheNumberOfReps) {
  const JumpOptions options{.reps = 3};
  KeyFrameOptions few;
  few.max_reps = 1;
  EXPECT_EQ(Extract(JumpResult(options), options, few).size(), 5U);
}

TEST(ExtractKeyFrames, AnEventAfterTheLastPictureHasNone) {
  AnalysisResult result = JumpResult();
  result.athletes.front().reps.front().events[5].t_s = 99;  // landing
  const auto frames = Extract(result);
  ASSERT_EQ(frames.size(), 4U);
  EXPECT_EQ(frames.back().event_id, "apex");
}

TEST(ExtractKeyFrames, ReadsNoFurtherThanTheLastEvent) {
  const auto video = JumpVideo({.reps = 2});
  ASSERT_TRUE(
      ExtractKeyFrames(*video, GreyToBgra, JumpResult(), JumpSport(), JumpPoses(), {}).has_value());
  const auto next = video->Next();
  ASSERT_TRUE(next.has_value() && next->has_value());
  EXPECT_LT((*next)->t.Seconds(), 2.1);
}

TEST(ExtractKeyFrames, WorksWithoutPoses) {
  const auto video = JumpVideo();
  const auto frames = ExtractKeyFrames(*video, GreyToBgra, JumpResult(), JumpSport(), {}, {});
  ASSERT_TRUE(frames.has_value());
  EXPECT_EQ(frames->size(), 5U);
}

TEST(ExtractKeyFrames, HandsOnAFailureOfTheConverter) {
  const auto video = JumpVideo();
  const ToBgraFunction broken = [](const Frame&, int, int, std::uint8_t*,
                                   std::ptrdiff_t) -> Result<void> {
    return Fail(ErrorCode::kInternal, "broken");
  };
  const auto frames = ExtractKeyFrames(*video, broken, JumpResult(), JumpSport(), JumpPoses(), {});
  ASSERT_FALSE(frames.has_value());
  EXPECT_EQ(frames.error().message, "broken");
}

}  // namespace
}  // namespace plyo
