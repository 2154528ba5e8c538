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
  LiveRecord record(sport, false);
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
  LiveRecord record(sport, false);
  EXPECT_EQ(IndexIn(record.Take(1, With(Jump(1, kProvisional)))[0]), 1);
  EXPECT_EQ(IndexIn(record.Take(2, With(Jump(1, kProvisional)))[0]), 2);
  EXPECT_EQ(record.Take(2, With(Jump(1, kConfirmed)))[0].rep_index, 2);
  EXPECT_EQ(record.Take(1, With(Jump(1, kConfirmed)))[0].rep_index, 1);
  EXPECT_EQ(record.Take(1, With(Jump(2, kConfirmed)))[0].rep_index, 3);
}

TEST(LiveRecord, GoesOnAfterWhatWasStored) {
  const Sport sport = Jumping();
  LiveRecord record(sport, false);
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
  LiveRecord record(sport, false);
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
  LiveRecord record(sport, false);
  ASSERT_TRUE(record.Restore(std::vector<std::string>{live::WriteRep(4, Jump(1, kConfirmed))}));
  AnalysisResult result;
  record.Complete(result);
  ASSERT_EQ(result.athletes.size(), 1U);
  EXPECT_EQ(result.athletes[0].track_id, 4);
  EXPECT_EQ(result.athletes[0].reps.size(), 1U);
}

AthleteResult Jumped(TrackId track, std::vector<Rep> reps) {
  AthleteResult athlete;
  athlete.track_id = track;
  athlete.reps = std::move(reps);
  return athlete;
}

/// The numbers of an athlete's repetitions.
std::vector<int> Numbers(const AthleteResult& athlete) {
  std::vector<int> numbers;
  for (const Rep& rep : athlete.reps) numbers.push_back(rep.index);
  return numbers;
}

// One of the first athlete, two of the second, who jumps less high.
const std::vector<std::string> kTwoAthletes{live::WriteRep(1, Jump(1, kConfirmed, 0.40)),
                                            live::WriteRep(2, Jump(2, kConfirmed, 0.20)),
                                            live::WriteRep(2, Jump(3, kConfirmed, 0.20))};

TEST(LiveRecord, LeavesEveryAthleteHisOwnWhereTheClientSaysWhoIsWho) {
  const Sport sport = Jumping();
  LiveRecord record(sport, true);
  ASSERT_TRUE(record.Restore(kTwoAthletes));
  EXPECT_EQ(record.Take(1, With(Jump(1, kConfirmed, 0.30))).size(), 1U) << "his best was higher";
  EXPECT_EQ(record.Take(2, With(Jump(1, kConfirmed, 0.30))).size(), 2U) << "and his was not";

  AnalysisResult result;
  result.athletes = {Jumped(1, {Jump(1, kConfirmed, 0.30)}),
                     Jumped(2, {Jump(1, kConfirmed, 0.30)})};
  record.Complete(result);
  ASSERT_EQ(result.athletes.size(), 2U);
  EXPECT_EQ(result.athletes[0].track_id, 2) << "who did most comes first";
  EXPECT_EQ(Numbers(result.athletes[0]), (std::vector{2, 3, 5}));
  EXPECT_EQ(result.athletes[0].summary.at(0).n, 3);
  EXPECT_EQ(result.athletes[1].track_id, 1);
  EXPECT_EQ(Numbers(result.athletes[1]), (std::vector{1, 4}));
  EXPECT_NEAR(*result.athletes[1].summary.at(0).mean, 0.35, 1e-12);
}

TEST(LiveRecord, KeepsWhoDidNotComeBack) {
  const Sport sport = Jumping();
  LiveRecord record(sport, true);
  ASSERT_TRUE(record.Restore(kTwoAthletes));
  EXPECT_EQ(record.Take(3, With(Jump(1, kConfirmed, 0.30))).size(), 1U) << "nobody's best";
  AnalysisResult result;
  result.athletes = {Jumped(3, {Jump(1, kConfirmed, 0.30)})};
  record.Complete(result);
  ASSERT_EQ(result.athletes.size(), 3U);
  EXPECT_EQ(result.athletes[0].track_id, 2);
  EXPECT_EQ(Numbers(result.athletes[0]), (std::vector{2, 3}));
  EXPECT_EQ(result.athletes[1].track_id, 3);
  EXPECT_EQ(Numbers(result.athletes[1]), (std::vector{4}));
  EXPECT_EQ(result.athletes[2].track_id, 1);
  EXPECT_EQ(Numbers(result.athletes[2]), (std::vector{1}));
}

TEST(LiveRecord, TakesNobodyForSomebodyElseWherePeopleAreToldApartAnew) {
  const Sport sport = Jumping();
  LiveRecord record(sport, false);
  ASSERT_TRUE(record.Restore(kTwoAthletes));
  EXPECT_EQ(record.Take(1, With(Jump(1, kConfirmed, 0.50))).size(), 1U) << "it may be either";
  AnalysisResult result;
  result.athletes = {Jumped(1, {Jump(1, kConfirmed, 0.50)})};
  record.Complete(result);
  ASSERT_EQ(result.athletes.size(), 3U);
  EXPECT_EQ(Numbers(result.athletes[0]), (std::vector{2, 3}));
  EXPECT_EQ(result.athletes[0].track_id, 2);
  EXPECT_EQ(Numbers(result.athletes[1]), (std::vector{4}));
  EXPECT_EQ(result.athletes[1].track_id, 1);
  EXPECT_EQ(Numbers(result.athletes[2]), (std::vector{1}));
  EXPECT_EQ(result.athletes[2].track_id, 3) << "no two have the same";
}

TEST(LiveRecord, TakesNoneOfTwoForTheOneFromBefore) {
  const Sport sport = Jumping();
  LiveRecord record(sport, false);
  ASSERT_TRUE(record.Restore(std::vector<std::string>{live::WriteRep(1, Jump(1, kConfirmed))}));
  AnalysisResult result;
  result.athletes = {Jumped(1, {Jump(1, kConfirmed)}), Jumped(2, {Jump(1, kConfirmed)})};
  record.Complete(result);
  ASSERT_EQ(result.athletes.size(), 3U);
  for (const AthleteResult& athlete : result.athletes) EXPECT_EQ(athlete.reps.size(), 1U);
  EXPECT_EQ(result.athletes[2].track_id, 3);
}

TEST(LiveRecord, RefusesWhatIsNoRepetition) {
  const Sport sport = Jumping();
  LiveRecord record(sport, false);
  EXPECT_FALSE(record.Restore(std::vector<std::string>{"{}"}));
}

TEST(LiveRecord, TheResultNamesWhereThePoseWasFound) {
  const Sport sport = Jumping();
  const auto pose_of = [&sport](const std::string& before, bool jumps_now) {
    LiveRecord record(sport, true, "browser");
    if (!before.empty()) {
      const std::vector<std::string> stored{live::WriteRep(1, Jump(1, kConfirmed), before)};
      EXPECT_TRUE(record.Restore(stored));
    }
    if (jumps_now) record.Take(1, With(Jump(1, kConfirmed)));
    AnalysisResult result;
    record.Complete(result);
    return result.provenance.Option("pose");
  };
  EXPECT_EQ(pose_of("", true), "browser");
  EXPECT_EQ(pose_of("", false), "browser");
  EXPECT_EQ(pose_of("browser", true), "browser");
  EXPECT_EQ(pose_of("server", true), "both");
  EXPECT_EQ(pose_of("server", false), "server") << "nothing came of the browser's";
}

}  // namespace
}  // namespace plyo::service
