#include "live_record.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "plyo/wire/live_json.h"

namespace plyo::service {
namespace {

Sport Jumping() {
  Sport sport;
  sport.id = "jump";
  MetricDescriptor height;
  height.id = "jump_height";
  height.unit = "m";
  sport.metrics = {height};
  return sport;
}

Rep Jump(int index, RepStatus status, double height_m = 0.3) {
  Rep rep;
  rep.index = index;
  rep.status = status;
  Metric height;
  height.id = "jump_height";
  height.unit = "m";
  height.value = height_m;
  height.u = 0.01;
  rep.metrics = {height};
  return rep;
}

Step With(Rep rep) {
  Step step;
  step.reps.push_back(std::move(rep));
  return step;
}

constexpr auto kProvisional = RepStatus::kProvisional;
constexpr auto kConfirmed = RepStatus::kConfirmed;

int IndexIn(const LiveOutput& output) {
  return nlohmann::json::parse(output.json).at("rep").at("index");
}

TEST(LiveRecord, StoresWhatIsConfirmedUnderItsNumber) {
  const Sport sport = Jumping();
  LiveRecord record(sport);
  const auto first = record.Take(1, With(Jump(1, kProvisional)));
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].kind, LiveOutputKind::kMessage);
  const auto second = record.Take(1, With(Jump(1, kConfirmed)));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].kind, LiveOutputKind::kConfirmedRep);
  EXPECT_EQ(second[0].rep_index, 1);
}

TEST(LiveRecord, TwoAthletesHaveNumbersOfTheirOwn) {
  const Sport sport = Jumping();
  LiveRecord record(sport);
  EXPECT_EQ(IndexIn(record.Take(1, With(Jump(1, kProvisional)))[0]), 1);
  EXPECT_EQ(IndexIn(record.Take(2, With(Jump(1, kProvisional)))[0]), 2);
  EXPECT_EQ(record.Take(2, With(Jump(1, kConfirmed)))[0].rep_index, 2);
  EXPECT_EQ(record.Take(1, With(Jump(1, kConfirmed)))[0].rep_index, 1);
  EXPECT_EQ(record.Take(1, With(Jump(2, kConfirmed)))[0].rep_index, 3);
}

TEST(LiveRecord, GoesOnAfterWhatWasStored) {
  const Sport sport = Jumping();
  LiveRecord record(sport);
  const std::vector<std::string> stored{live::WriteRep(4, Jump(1, kConfirmed)),
                                        live::WriteRep(4, Jump(2, kConfirmed, 0.35))};
  ASSERT_TRUE(record.Restore(stored));
  const auto outputs = record.Take(1, With(Jump(1, kConfirmed, 0.40)));
  ASSERT_EQ(outputs.size(), 2U) << "and it is the best so far";
  EXPECT_EQ(outputs[0].rep_index, 3);

  AnalysisResult result;
  AthleteResult athlete;
  athlete.track_id = 1;
  athlete.reps = {Jump(1, kConfirmed, 0.40)};
  result.athletes = {athlete};
  record.Complete(result);
  ASSERT_EQ(result.athletes[0].reps.size(), 3U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(result.athletes[0].reps[static_cast<std::size_t>(i)].index, i + 1);
  }
  ASSERT_EQ(result.athletes[0].summary.size(), 1U);
  EXPECT_EQ(result.athletes[0].summary[0].n, 3);
  EXPECT_NEAR(*result.athletes[0].summary[0].mean, 0.35, 1e-12);
}

TEST(LiveRecord, TellsFiguresAndPhasesAsTheMovementGoesOn) {
  const Sport sport = Jumping();
  LiveRecord record(sport);
  Step step;
  step.phase = "flight";
  step.figures = Jump(1, kProvisional, 0.12).metrics;
  const auto outputs = record.Take(2, std::move(step));
  ASSERT_EQ(outputs.size(), 1U);
  EXPECT_EQ(outputs[0].kind, LiveOutputKind::kMessage);
  EXPECT_EQ(outputs[0].json, live::WriteMetric({2, "jump_height", 0.12, "m", 0.01}));

  PoseFrame small, tall;
  small.track = 1;
  small.image[0].y = 100;
  tall.track = 2;
  tall.image[0].y = 200;
  Step standing;
  standing.phase = "standing";
  record.Take(1, std::move(standing));
  EXPECT_EQ(record.PhaseOf(std::vector{small, tall}), "flight");
  EXPECT_EQ(record.PhaseOf(std::vector{small}), "standing");
  EXPECT_EQ(record.PhaseOf({}), "");
}

TEST(LiveRecord, LosesNothingWhereNobodyJumpsAgain) {
  const Sport sport = Jumping();
  LiveRecord record(sport);
  ASSERT_TRUE(record.Restore(std::vector<std::string>{live::WriteRep(4, Jump(1, kConfirmed))}));
  AnalysisResult result;
  record.Complete(result);
  ASSERT_EQ(result.athletes.size(), 1U);
  EXPECT_EQ(result.athletes[0].track_id, 4);
  EXPECT_EQ(result.athletes[0].reps.size(), 1U);
}

TEST(LiveRecord, RefusesWhatIsNoRepetition) {
  const Sport sport = Jumping();
  LiveRecord record(sport);
  EXPECT_FALSE(record.Restore(std::vector<std::string>{"{}"}));
}

}  // namespace
}  // namespace plyo::service
