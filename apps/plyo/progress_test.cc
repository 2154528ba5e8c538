#include "progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plyo::cli {
namespace {

TEST(ProgressLine, ShowsFramesRateAndTimeLeft) {
  ProgressState state;
  state.clip = "jump";
  state.stage = "analysing";
  state.frames_done = 60;
  state.frames_estimate = 240;
  state.frames_all_clips = 60;
  state.elapsed_s = 1;
  EXPECT_EQ(ProgressLine(state, 120),
            "jump, analysing [#####---------------] 25 %  60/240 frames  60 frames/s  0:03 left");
}

TEST(ProgressLine, DoesWithoutAnEstimate) {
  ProgressState state;
  state.clip = "jump";
  state.stage = "analysing";
  state.frames_done = 60;
  EXPECT_EQ(ProgressLine(state, 120), "jump, analysing [--------------------]  60 frames");
}

TEST(ProgressLine, NeverPassesTheEnd) {
  ProgressState state;
  state.clip = "jump";
  state.stage = "analysing";
  state.frames_done = 300;
  state.frames_estimate = 240;
  EXPECT_THAT(ProgressLine(state, 120), ::testing::HasSubstr(" 100 %"));
}

TEST(ProgressLine, CountsTheClipsOfABatch) {
  ProgressState state;
  state.clip = "b";
  state.stage = "report";
  state.clips = 4;
  state.clips_done = 1;
  state.frames_done = 1;
  state.frames_estimate = 2;
  EXPECT_EQ(ProgressLine(state, 120), "b, report [########------------] 1/4 clips 37 %");
}

TEST(ProgressLine, FitsTheWidth) {
  ProgressState state;
  state.clip = std::string(200, 'x');
  state.stage = "analysing";
  for (const int width : {40, 60, 80, 200}) {
    EXPECT_LT(Columns(ProgressLine(state, width)), static_cast<std::size_t>(width));
  }
}

TEST(Progress, ShowsNothingWhereNobodyLooks) {
  ::testing::internal::CaptureStderr();
  {
    Progress progress(2, true);
    progress.Begin("a");
    progress.Stage("a", "analysing");
    progress.Frames("a", 1, 10);
    progress.End("a");
    progress.Message("plyo: a message");
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "plyo: a message\n");
}

}  // namespace
}  // namespace plyo::cli
