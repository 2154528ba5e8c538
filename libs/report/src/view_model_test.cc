#include "view_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "plyo/kinematics/flags.h"
#include "testing/fixture.h"

namespace plyo::report {
namespace {

using Json = nlohmann::ordered_json;
using testing::JumpResult;
using testing::JumpSport;

Json ViewOf(const AnalysisResult& result) {
  const Sport sport = JumpSport();
  return MakeViewModel({result, sport, {}, "", "", {}});
}

TEST(ViewModel, HeadlineHasDigitsUnitsAndIntervals) {
  const Json card = ViewOf(JumpResult())["athletes"][0]["reps"][0]["headline"][0];
  EXPECT_EQ(card["label"], "Jump height");
  EXPECT_EQ(card["value"], "35.0");
  EXPECT_EQ(card["half"], "1.6");
  EXPECT_EQ(card["interval"], "33.4 to 36.6\u00a0cm");
}

TEST(ViewModel, AbsentFiguresHaveAReasonAndNoNumber) {
  const Json table = ViewOf(JumpResult())["athletes"][0]["reps"][0]["table"];
  for (const Json& group : table) {
    for (const Json& row : group["rows"])
      EXPECT_NE(row.contains("value"), row.contains("reason")) << row;
  }
  EXPECT_EQ(table.back()["rows"][0]["reason"], "the far side is hidden");
}

TEST(ViewModel, ThreeRepetitionsAreComparedAndTheBestIsMarked) {
  const Json athlete = ViewOf(JumpResult({.reps = 3}))["athletes"][0];
  const Json& height = athlete["comparison"][0];
  EXPECT_EQ(height["cells"].size(), 3U);
  EXPECT_EQ(height["best_index"], 2);
  EXPECT_EQ(height["best"], "37.0");
  EXPECT_EQ(height["mean"], "36.0");
  EXPECT_TRUE(ViewOf(JumpResult())["athletes"][0]["comparison"].empty());
}

TEST(ViewModel, CuesStandWithTheirFigureAndRule) {
  const Json cues = ViewOf(JumpResult({.reps = 6}))["athletes"][0]["reps"][0]["cues"];
  ASSERT_EQ(cues.size(), 1U);
  EXPECT_EQ(cues[0]["text"], "Jumps low");
  EXPECT_EQ(cues[0]["figure"], "35.0 ± 1.6\u00a0cm");
  EXPECT_EQ(cues[0]["rule"], "Jump height below 40\u00a0cm");
  EXPECT_EQ(cues[0]["level"], "attention");
  EXPECT_FALSE(cues[0]["reason"].get<std::string>().empty());
  const Json high = ViewOf(JumpResult({.first_height_m = 0.39}));
  EXPECT_TRUE(high["athletes"][0]["reps"][0]["cues"].empty()) << "37.4 to 40.6 cm";
}

TEST(ViewModel, PublishedFiguresStandBesideTheMean) {
  AnalysisResult result = JumpResult({.reps = 3});
  Summary rsi;
  rsi.id = "rsi_mod";
  rsi.unit = "m/s";
  rsi.mean = 0.42;
  result.athletes[0].summary.push_back(rsi);
  const auto groups = [&] { return ViewOf(result)["athletes"][0]["norms"]; };
  ASSERT_EQ(groups().size(), 2U);
  EXPECT_EQ(groups()[0]["head"]["who"], "NCAA Division I athletes, male, n\u00a0=\u00a076");
  EXPECT_EQ(groups()[0]["rows"][0]["label"], "RSI modified");
  EXPECT_EQ(groups()[0]["rows"][0]["his"], "0.42");
  EXPECT_EQ(groups()[0]["rows"][0]["norm"], "0.21 to 0.70");
  for (const char* female : {"F", "female"}) {
    result.provenance.options = {{"sex", female}};
    ASSERT_EQ(groups().size(), 1U) << female;
    EXPECT_EQ(groups()[0]["rows"][0]["norm"], "0.14 to 0.55");
  }
  result.athletes[0].summary.clear();
  EXPECT_TRUE(groups().empty()) << "nothing to compare";
  EXPECT_FALSE(ViewOf(result)["athletes"][0]["without_norm"].empty());
}

TEST(ViewModel, StepsAreSummarisedAndNamedByTheirFoot) {
  AnalysisResult result = JumpResult({.reps = 3});
  AthleteResult& athlete = result.athletes.front();
  athlete.steps = std::move(athlete.reps);
  athlete.reps.clear();
  athlete.steps[1].events.front().id = "left_foot_contact";
  Sport sport = JumpSport();
  sport.repeats_steps = true;
  const Json view = MakeViewModel({result, sport, {}, "", "", {}})["athletes"][0];
  EXPECT_EQ(view["count"], "3 steps");
  EXPECT_EQ(view["reps"][0]["label"], "Step 1");
  EXPECT_EQ(view["reps"][1]["label"], "Step 2, left");
  EXPECT_EQ(view["summary"][0]["label"], "Jump height");
  EXPECT_TRUE(ViewOf(JumpResult({.reps = 3}))["athletes"][0]["summary"].empty());
}

TEST(ViewModel, SaysThatItShowsTheFirstStepsOfALongRun) {
  AnalysisResult result = JumpResult();
  AthleteResult& athlete = result.athletes.front();
  Sport sport = JumpSport();
  sport.repeats_steps = true;
  const auto view = [&] { return MakeViewModel({result, sport, {}, "", "", {}})["athletes"][0]; };
  athlete.steps.assign(60, athlete.reps.front());
  athlete.reps.clear();
  EXPECT_EQ(view()["all"], "All steps");
  EXPECT_EQ(view()["rest"], "");
  athlete.steps.push_back(athlete.steps.front());
  EXPECT_EQ(view()["reps"].size(), 60U);
  EXPECT_EQ(view()["count"], "61 steps");
  EXPECT_EQ(view()["all"], "The first 60 of 61 steps");
  EXPECT_EQ(view()["rest"], "All 61 are in the JSON and in the CSV.");
}

TEST(ViewModel, ChartsShareOneAxisAndLeaveGapsOpen) {
  AnalysisResult result = JumpResult();
  Rep& rep = result.athletes.front().reps.front();
  rep.traces = {{"hip_angle", "deg", {0.0, 0.1, 0.2}, {170, std::nan(""), 150}},
                {"knee_angle", "deg", {0.1, 0.3}, {160, 140}}};
  const Json chart = ViewOf(result)["athletes"][0]["reps"][0]["charts"][0];
  EXPECT_EQ(chart["t"], (Json{0.0, 0.1, 0.2, 0.3}));
  EXPECT_EQ(chart["series"][0]["values"], (Json{170.0, nullptr, 150.0, nullptr}));
  EXPECT_EQ(chart["series"][1]["values"], (Json{nullptr, 160.0, nullptr, 140.0}));
}

TEST(ViewModel, TripleExtensionTellsTheMeasuredRise) {
  const Json charts = ViewOf(JumpResult())["athletes"][0]["reps"][0]["charts"];
  ASSERT_EQ(charts.size(), 3U);
  EXPECT_EQ(charts[0]["title"], "Height of the centre of mass");
  EXPECT_EQ(charts[1]["unit"], "m/s");
  const Json& joints = charts[2]["extension"]["joints"];
  ASSERT_EQ(joints.size(), 3U);
  EXPECT_EQ(joints[2]["label"], "Ankle");
  EXPECT_EQ(joints[2]["text"], "+47°\u00a0±\u00a013°");
  EXPECT_NEAR(joints[2]["from"].get<double>(), 81, 1);
  EXPECT_NEAR(joints[2]["to"].get<double>(), 128, 1);
}

TEST(ViewModel, EventsAreNumberedInOrderWithTheirIntervals) {
  const Json events = ViewOf(JumpResult())["athletes"][0]["reps"][0]["events"];
  EXPECT_EQ(events[3]["label"], "Take-off");
  EXPECT_EQ(events[3]["number"], 4);
  EXPECT_EQ(events[3]["time"], "1.420\u00a0s");
  EXPECT_EQ(events[3]["half_text"], "8\u00a0ms");
}

TEST(ViewModel, AnglesStandInAGridAndAHiddenSideInALine) {
  AnalysisResult result = JumpResult();
  Rep& rep = result.athletes.front().reps.front();
  const auto angle = [&](std::string id, std::optional<double> value) {
    Metric metric{std::move(id), value, "deg", std::nullopt, "", 0, 0, {}, ""};
    if (value) metric.u = 3;
    if (!value) metric.reason = std::string(reason::kFarSideHidden);
    rep.metrics.push_back(metric);
  };
  angle("hip_angle_lowest_point", 80);
  angle("hip_angle_landing_lowest_point", 85);
  angle("right_hip_angle_lowest_point", 80);
  angle("left_hip_angle_lowest_point", std::nullopt);
  angle("left_knee_angle_lowest_point", std::nullopt);
  const Json angles = ViewOf(result)["athletes"][0]["reps"][0]["angles"];
  EXPECT_EQ(angles["columns"], (Json{"Lowest point", "Absorbed", "Extension"}));
  ASSERT_EQ(angles["rows"].size(), 3U);  // the right side's own row is the joint's
  EXPECT_EQ(angles["rows"][0]["label"], "Hip");
  EXPECT_EQ(angles["rows"][0]["cells"][0]["value"], "80");
  EXPECT_EQ(angles["rows"][0]["cells"][1]["value"], "85");
  EXPECT_EQ(angles["rows"][0]["cells"][2]["value"], "92");
  EXPECT_EQ(angles["rows"][1]["cells"][0], nullptr);
}

TEST(ViewModel, ResultWithoutRepsExplainsItself) {
  AnalysisResult result = JumpResult();
  result.athletes.clear();
  const Json view = ViewOf(result);
  EXPECT_TRUE(view["athletes"].empty());
  EXPECT_FALSE(view["causes"].empty());
  EXPECT_FALSE(ViewOf(JumpResult()).contains("causes"));
}

TEST(ViewModel, KeyFramesGoToTheirRepAndAreWholeInBase64) {
  const AnalysisResult result = JumpResult({.reps = 2});
  const Sport sport = JumpSport();
  const std::vector<KeyFrame> frames = {{1, 2, "apex", 4.7, 4.7, 10, 20, {0xff, 0xd8, 0xff}},
                                        {7, 1, "apex", 1.7, 1.7, 10, 20, {1}}};
  const Json reps = MakeViewModel({result, sport, frames, "", "", {}})["athletes"][0]["reps"];
  EXPECT_TRUE(reps[0]["key_frames"].empty());
  ASSERT_EQ(reps[1]["key_frames"].size(), 1U);
  EXPECT_EQ(reps[1]["key_frames"][0]["jpeg"], "/9j/");
}

}  // namespace
}  // namespace plyo::report
