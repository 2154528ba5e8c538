#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "plyo/kinematics/flags.h"
#include "plyo/report/advice.h"
#include "testing/fixture.h"

namespace plyo {
namespace {

using report::testing::JumpResult;
using report::testing::JumpSport;
using ::testing::ElementsAre;

const RecordingCheck* Find(const std::vector<RecordingCheck>& checks, std::string_view flag) {
  const auto it = std::ranges::find(checks, flag, &RecordingCheck::flag);
  return it == checks.end() ? nullptr : &*it;
}

const RecordingCheck* Find(const std::vector<RecordingCheck>& checks, Aspect aspect) {
  const auto it = std::ranges::find(checks, aspect, &RecordingCheck::aspect);
  return it == checks.end() ? nullptr : &*it;
}

TEST(CheckRecording, NamesWhatCarriesAFlag) {
  const AnalysisResult result = JumpResult();
  const auto checks = CheckRecording(result, &result.athletes.front(), JumpSport());
  const RecordingCheck* check = Find(checks, flag::kLowVisibility);
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->severity, Severity::kLimited);
  EXPECT_THAT(check->affects, ElementsAre("Ankle extension"));
}

TEST(CheckRecording, AdvisesNothingAboutAVideoWhereThereIsNone) {
  AnalysisResult result = JumpResult();
  result.source.kind = SourceKind::kForcePlate;
  result.quality.flags = {std::string(flag::kImplausible), std::string(flag::kFallsShort)};
  const auto checks = CheckRecording(result, nullptr, JumpSport());
  EXPECT_THAT(Find(checks, flag::kImplausible)->advice, ::testing::StartsWith("Check the columns"));
  EXPECT_THAT(Find(checks, flag::kFallsShort)->advice, ::testing::StartsWith("Record on"));
}

TEST(CheckRecording, PutsTheWorstFirst) {
  AnalysisResult result = JumpResult();
  result.quality.flags = {std::string(flag::kVariableFrameRate),
                          std::string(flag::kSuspectedSlowMotion)};
  const auto checks = CheckRecording(result, &result.athletes.front(), JumpSport());
  EXPECT_EQ(checks.front().flag, flag::kSuspectedSlowMotion);
  EXPECT_TRUE(std::ranges::is_sorted(checks, std::greater{}, &RecordingCheck::severity));
}

TEST(CheckRecording, SaysWhatWasFine) {
  AnalysisResult result = JumpResult();
  for (Metric& metric : result.athletes.front().reps.front().metrics) metric.flags.clear();
  const auto checks = CheckRecording(result, &result.athletes.front(), JumpSport());
  for (const RecordingCheck& check : checks)
    EXPECT_EQ(check.severity, Severity::kGood) << check.finding;
  EXPECT_EQ(checks.size(), 11U);
  EXPECT_EQ(Find(checks, Aspect::kFrameRate)->finding, "60 frames/s.");
  EXPECT_EQ(Find(checks, Aspect::kScale)->finding,
            "By the body height of 1.80\u00a0m, ±\u00a02.4\u00a0%.");
}

TEST(CheckRecording, OfARunSaysNothingThatWasNotLookedAt) {
  AnalysisResult result = JumpResult();
  AthleteResult& athlete = result.athletes.front();
  athlete.steps = std::move(athlete.reps);
  athlete.reps.clear();
  for (Metric& metric : athlete.steps.front().metrics) metric.flags.clear();
  Sport run = JumpSport();
  run.repeats_steps = true;
  const auto checks = CheckRecording(result, &athlete, run);
  for (const Aspect aspect : {Aspect::kCamera, Aspect::kLight, Aspect::kReference})
    EXPECT_EQ(Find(checks, aspect), nullptr) << AspectLabel(aspect);
  EXPECT_EQ(Find(checks, Aspect::kContact)->finding,
            "From the landmarks of heel, ankle, toe and knee.");
  athlete.height_m.reset();
  athlete.steps.front().scale = {};
  const auto unscaled = CheckRecording(result, &athlete, run);
  EXPECT_THAT(Find(unscaled, Aspect::kScale)->finding, ::testing::HasSubstr("body heights"));
}

TEST(CheckRecording, WithoutPixelsNobodySawTheCameraStandStill) {
  AnalysisResult result = JumpResult();
  result.athletes.front().reps.front().events[3].flags = {std::string(flag::kLandmarksOnly)};
  const auto checks = CheckRecording(result, &result.athletes.front(), JumpSport());
  EXPECT_EQ(Find(checks, Aspect::kCamera), nullptr);
  EXPECT_EQ(Find(checks, Aspect::kContact)->flag, flag::kLandmarksOnly);
}

TEST(CheckRecording, AFlaggedAspectIsNotCalledFineAsWell) {
  AnalysisResult result = JumpResult();
  result.quality.flags = {std::string(flag::kMovingCamera)};
  const auto checks = CheckRecording(result, &result.athletes.front(), JumpSport());
  EXPECT_EQ(std::ranges::count(checks, Aspect::kCamera, &RecordingCheck::aspect), 1);
}

TEST(CheckRecording, AsksForTheHeightWhereNoneWasGiven) {
  AnalysisResult result = JumpResult();
  AthleteResult& athlete = result.athletes.front();
  athlete.height_m.reset();
  athlete.reps.front().scale.method = "free_fall";
  const auto* check = Find(CheckRecording(result, &athlete, JumpSport()), Aspect::kScale);
  ASSERT_NE(check, nullptr);
  const auto checks = CheckRecording(result, &athlete, JumpSport());
  EXPECT_EQ(Find(checks, Aspect::kScale)->severity, Severity::kLimited);
  EXPECT_NE(Find(checks, Aspect::kScale)->advice.find("--height"), std::string::npos);
}

TEST(CheckRecording, WithoutAnAthleteTellsOnlyWhatTheRecordingTells) {
  const AnalysisResult result = JumpResult();
  const auto checks = CheckRecording(result, nullptr, JumpSport());
  EXPECT_EQ(Find(checks, Aspect::kView), nullptr);
  EXPECT_EQ(Find(checks, Aspect::kScale), nullptr);
  EXPECT_NE(Find(checks, Aspect::kFrameRate), nullptr);
}

TEST(ExplainNothingFound, NamesNobodyBeforeAnythingElse) {
  AnalysisResult result = JumpResult();
  result.athletes.clear();
  result.quality.flags = {std::string(flag::kNoPerson)};
  const auto causes = ExplainNothingFound(result, JumpSport());
  ASSERT_EQ(causes.size(), 1U);
  EXPECT_EQ(causes.front().flag, flag::kNoPerson);
}

TEST(ExplainNothingFound, KnowsASinglePicture) {
  AnalysisResult result = JumpResult();
  result.athletes.clear();
  for (const double duration_s : {0.0, 2.0}) {
    result.source.frames = 1;
    result.source.duration_s = duration_s;
    EXPECT_EQ(ExplainNothingFound(result, JumpSport())[0].finding, "The clip is a single picture.");
  }
}

TEST(ExplainNothingFound, MentionsAShortClipAndAnAthleteRarelySeen) {
  AnalysisResult result = JumpResult();
  result.athletes.clear();
  result.source.duration_s = 0.8;
  result.quality.detected_fraction = 0.3;
  const auto causes = ExplainNothingFound(result, JumpSport());
  EXPECT_EQ(causes[0].finding, "Seen in 30\u00a0% of the frames.");
  EXPECT_EQ(causes[1].finding, "The clip lasts only 0.8\u00a0s.");
  for (const RecordingCheck& cause : causes) EXPECT_FALSE(cause.advice.empty());
}

}  // namespace
}  // namespace plyo
