#include "timing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace plyo::ffmpeg {
namespace {

using Ticks = std::optional<std::int64_t>;
constexpr AVRational kMilliseconds{1, 1000};

std::vector<std::int64_t> PlaceAll(Timeline& timeline, const std::vector<Ticks>& ticks) {
  std::vector<std::int64_t> times;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    auto time = timeline.Place(ticks[i]);
    if (!time) time = timeline.Repair(ticks[i], i + 1 < ticks.size() ? ticks[i + 1] : std::nullopt);
    times.push_back(*time);
  }
  return times;
}

TEST(Timeline, StartsAtZeroAndKeepsWhatTheFileSays) {
  Timeline timeline(kMilliseconds, 1, 30, false);
  EXPECT_EQ(PlaceAll(timeline, {500, 533, 600, 601}),
            (std::vector<std::int64_t>{0, 33'000, 100'000, 101'000}));
  EXPECT_FALSE(timeline.Repaired());
}

TEST(Timeline, DividesBySlowMotion) {
  Timeline timeline({1, 30}, 8, 30, false);
  EXPECT_EQ(PlaceAll(timeline, {0, 1, 2, 30}), (std::vector<std::int64_t>{0, 4167, 8333, 125'000}));
}

TEST(Timeline, PutsAnEqualTimeHalfWayToTheNextPicture) {
  Timeline timeline(kMilliseconds, 1, 30, false);
  EXPECT_EQ(PlaceAll(timeline, {0, 33, 33, 100, 133}),
            (std::vector<std::int64_t>{0, 33'000, 66'500, 100'000, 133'000}));
  EXPECT_TRUE(timeline.Repaired());
}

TEST(Timeline, FillsAMissingTimeAndGoesOnWithThoseOfTheFile) {
  Timeline timeline(kMilliseconds, 1, 50, false);
  EXPECT_EQ(PlaceAll(timeline, {0, {}, 40, 60}),
            (std::vector<std::int64_t>{0, 20'000, 40'000, 60'000}));
  EXPECT_TRUE(timeline.Repaired());
}

TEST(Timeline, StepsOnNominallyWithoutAnyTimes) {
  Timeline timeline(kMilliseconds, 2, 50, false);
  EXPECT_EQ(PlaceAll(timeline, {{}, {}, {}}), (std::vector<std::int64_t>{0, 10'000, 20'000}));
  EXPECT_TRUE(timeline.Repaired());
}

TEST(Timeline, KeepsTheStepsWhenTimesStartAgain) {
  Timeline timeline(kMilliseconds, 1, 50, false);
  EXPECT_EQ(PlaceAll(timeline, {1000, 1020, 0, 20, 45}),
            (std::vector<std::int64_t>{0, 20'000, 40'000, 60'000, 85'000}));
  EXPECT_TRUE(timeline.Repaired());
}

TEST(Timeline, TakesUpTheTimesWhenTheFirstPicturesHadNone) {
  Timeline timeline(kMilliseconds, 1, 50, false);
  EXPECT_EQ(PlaceAll(timeline, {{}, {}, 500, 530}),
            (std::vector<std::int64_t>{0, 20'000, 40'000, 70'000}));
}

TEST(Timeline, FillsExpectedGapsWithoutAWord) {
  Timeline timeline({1, 25}, 1, 25, true);
  EXPECT_EQ(PlaceAll(timeline, {2, 3, {}, {}}),
            (std::vector<std::int64_t>{0, 40'000, 80'000, 120'000}));
  EXPECT_FALSE(timeline.Repaired());
  EXPECT_EQ(PlaceAll(timeline, {3}), (std::vector<std::int64_t>{160'000}));
  EXPECT_TRUE(timeline.Repaired());
}

RC_GTEST_PROP(Timeline, AlwaysRises,
              (std::vector<std::int64_t> numbers, std::vector<bool> missing)) {
  const auto scale = *rc::gen::element(0.5, 1.0, 8.0, 66.7);
  const auto base = *rc::gen::element(AVRational{1, 1}, AVRational{1, 1000}, AVRational{1, 90'000},
                                      AVRational{1, std::numeric_limits<int>::max()},
                                      AVRational{std::numeric_limits<int>::max(), 1});
  std::vector<Ticks> ticks;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const bool none = i < missing.size() && missing[i];
    ticks.push_back(none ? Ticks() : Ticks(numbers[i]));
  }
  Timeline timeline(base, scale, 30, false);
  const auto times = PlaceAll(timeline, ticks);
  for (std::size_t i = 1; i < times.size(); ++i) RC_ASSERT(times[i] > times[i - 1]);
}

RC_GTEST_PROP(Timeline, NeverTouchesTimesInOrder, (const std::vector<std::uint16_t>& steps)) {
  std::vector<Ticks> ticks = {-7};
  for (const std::uint16_t step : steps) ticks.emplace_back(*ticks.back() + 1 + step);
  Timeline timeline(kMilliseconds, 1, 30, false);
  const auto times = PlaceAll(timeline, ticks);
  for (std::size_t i = 0; i < times.size(); ++i) RC_ASSERT(times[i] == (*ticks[i] + 7) * 1000);
  RC_ASSERT(!timeline.Repaired());
}

std::vector<std::int64_t> Rounded(double fps, int count, AVRational base) {
  std::vector<std::int64_t> times;
  times.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) times.push_back(std::llround(i / fps / av_q2d(base)));
  return times;
}

TEST(SurveyTiming, SeesASteadyRateThroughRounding) {
  for (const double fps : {24.0, 29.97, 60.0, 120.0, 240.0, 999.0}) {
    const TimingSurvey survey = SurveyTiming(Rounded(fps, 200, kMilliseconds), kMilliseconds);
    EXPECT_NEAR(survey.fps, fps, fps * (survey.rounding + 1e-9)) << fps;
    EXPECT_FALSE(survey.variable) << fps;
    EXPECT_FALSE(survey.stalled) << fps;
  }
}

TEST(SurveyTiming, SeesADroppedFrameAndMixedSteps) {
  auto times = Rounded(60, 100, {1, 600});
  times.erase(times.begin() + 40);
  EXPECT_TRUE(SurveyTiming(times, {1, 600}).variable);
  EXPECT_TRUE(SurveyTiming({0, 33, 50, 83, 100, 133}, kMilliseconds).variable);
}

TEST(SurveyTiming, DoesNotMindTheOrder) {
  const TimingSurvey survey = SurveyTiming({0, 120, 40, 80, 240, 160, 200}, kMilliseconds);
  EXPECT_DOUBLE_EQ(survey.fps, 25);
  EXPECT_FALSE(survey.variable);
}

TEST(SurveyTiming, SeesTimesThatStandStill) {
  EXPECT_TRUE(SurveyTiming({5, 5, 5, 5}, kMilliseconds).stalled);
  EXPECT_EQ(SurveyTiming({5, 5, 5, 5}, kMilliseconds).fps, 0);
  EXPECT_TRUE(SurveyTiming({0, 0, 0, 1, 1, 1, 2, 2, 2}, {1, 1}).stalled);
  EXPECT_FALSE(SurveyTiming({0, 1, 1, 2, 3, 4}, {1, 25}).stalled);
}

TEST(SurveyTiming, SaysNothingOfOnePicture) {
  EXPECT_EQ(SurveyTiming({}, kMilliseconds).fps, 0);
  EXPECT_EQ(SurveyTiming({7}, kMilliseconds).fps, 0);
}

}  // namespace
}  // namespace plyo::ffmpeg
