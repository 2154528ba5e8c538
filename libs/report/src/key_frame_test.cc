#include "plyo/report/key_frame.h"

#include <gtest/gtest.h>
#include <turbojpeg.h>

#include <algorithm>
#include <set>

#include "testing/fixture.h"
#include "testing/textured.h"

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

std::vector<int> Grey(const KeyFrame& frame) {
  std::vector<std::uint8_t> grey(static_cast<std::size_t>(frame.width) *
                                 static_cast<std::size_t>(frame.height));
  tjhandle decoder = tjInitDecompress();
  EXPECT_EQ(tjDecompress2(decoder, frame.jpeg.data(), frame.jpeg.size(), grey.data(), frame.width,
                          0, frame.height, TJPF_GRAY, 0),
            0);
  tjDestroy(decoder);
  return {grey.begin(), grey.end()};
}

/// What covering faces changed in one picture, block by block.
struct Changed {
  int blocks = 0;
  int lowest_y = 0;  ///< px
  double detail_before = 0;
  double detail_after = 0;  ///< median difference of neighbours, mean of the blocks
};

Changed Compare(const KeyFrame& plain, const KeyFrame& covered) {
  constexpr int kBlock = 16;
  const auto a = Grey(plain);
  const auto b = Grey(covered);
  Changed changed;
  for (int y0 = 0; y0 + kBlock <= plain.height; y0 += kBlock) {
    for (int x0 = 0; x0 + kBlock < plain.width; x0 += kBlock) {
      std::vector<int> differences;
      std::vector<int> steps_a;
      std::vector<int> steps_b;
      for (int y = y0; y < y0 + kBlock; ++y) {
        for (int x = x0; x < x0 + kBlock; ++x) {
          const auto at = static_cast<std::size_t>(y * plain.width + x);
          differences.push_back(std::abs(a[at] - b[at]));
          steps_a.push_back(std::abs(a[at] - a[at + 1]));
          steps_b.push_back(std::abs(b[at] - b[at + 1]));
        }
      }
      const auto median = [](std::vector<int>& values) {
        std::ranges::nth_element(values, values.begin() + kBlock * kBlock / 2);
        return values[kBlock * kBlock / 2];
      };
      if (median(differences) < 10) continue;
      ++changed.blocks;
      changed.lowest_y = y0 + kBlock;
      changed.detail_before += median(steps_a);
      changed.detail_after += median(steps_b);
    }
  }
  changed.detail_before /= std::max(1, changed.blocks);
  changed.detail_after /= std::max(1, changed.blocks);
  return changed;
}

TEST(ExtractKeyFrames, CoversTheFacesOfAthletesAndOfWhoeverStandsBeside) {
  std::vector<Changed> standing;
  for (const bool bystander : {false, true}) {
    PosesByTrack poses = JumpPoses();
    if (bystander) {  // who is in no result
      poses[9] = poses.at(1);
      for (PoseFrame& pose : poses[9]) {
        for (ImageLandmark& landmark : pose.image) landmark.x += 60;
      }
    }
    const auto extract = [&](bool blur) {
      const auto video = JumpVideo();
      auto frames = ExtractKeyFrames(*video, report::testing::TextureToBgra, JumpResult(),
                                     JumpSport(), poses, {.blur_faces = blur});
      EXPECT_TRUE(frames.has_value());
      return frames.value_or(std::vector<KeyFrame>{});
    };
    const auto plain = extract(false);
    const auto covered = extract(true);
    ASSERT_EQ(plain.size(), 5U);
    ASSERT_EQ(covered.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
      const Changed changed = Compare(plain[i], covered[i]);
      EXPECT_GT(changed.blocks, 12) << plain[i].event_id;
      EXPECT_GT(changed.detail_before, 15) << plain[i].event_id;
      EXPECT_LT(changed.detail_after, 4) << plain[i].event_id << ": no more than at the rims";
      EXPECT_LT(changed.lowest_y, 400) << "what lies below the heads is as it was";
      if (i == 0) standing.push_back(changed);
    }
  }
  EXPECT_GT(standing[1].blocks, 1.5 * standing[0].blocks);
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
