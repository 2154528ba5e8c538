#include "plyo/validation/validation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plyo {
namespace {

Metric Figure(const char* id, std::optional<double> value, std::optional<double> u = {}) {
  Metric metric;
  metric.id = id;
  metric.unit = "m";
  metric.value = value;
  metric.u = u;
  if (!value) metric.reason = "event_missing";
  return metric;
}

Rep JumpAt(int index, double takeoff_s, Metric height) {
  Rep rep;
  rep.index = index;
  rep.events = {{.id = "takeoff", .t_s = takeoff_s, .u_s = 0, .frame = 0, .flags = {}},
                {.id = "landing", .t_s = takeoff_s + 0.5, .u_s = 0, .frame = 0, .flags = {}}};
  rep.metrics = {std::move(height)};
  return rep;
}

AnalysisResult ResultOf(std::vector<Rep> reps) {
  AnalysisResult result;
  result.sport = "cmj";
  result.athletes.emplace_back();
  result.athletes.front().reps = std::move(reps);
  return result;
}

Sport OneMetric() {
  Sport sport;
  sport.id = "cmj";
  MetricDescriptor height;
  height.id = "jump_height";
  height.unit = "m";
  sport.metrics = {height};
  return sport;
}

TEST(Validation, PoolsThePairsOfAllRecordings) {
  std::vector<RecordingPair> recordings(2);
  recordings[0].measured = ResultOf({JumpAt(1, 2, Figure("jump_height", 0.31, 0.01)),
                                     JumpAt(2, 9, Figure("jump_height", 0.35, 0.01))});
  recordings[0].reference = ResultOf(
      {JumpAt(1, 4, Figure("jump_height", 0.30)), JumpAt(2, 11, Figure("jump_height", 0.36))});
  recordings[1].measured = ResultOf(
      {JumpAt(1, 3, Figure("jump_height", 0.44, 0.01)), JumpAt(2, 8, Figure("jump_height", {}))});
  recordings[1].reference = ResultOf({JumpAt(1, 1, Figure("jump_height", 0.40)),
                                      JumpAt(2, 6, Figure("jump_height", 0.41)),
                                      JumpAt(3, 16, Figure("jump_height", 0.39))});
  const Validation validation = Validate(recordings, OneMetric());
  EXPECT_EQ(validation.pairs.size(), 4U);
  ASSERT_EQ(validation.unpaired.size(), 1U);
  EXPECT_EQ(validation.unpaired[0].recording, 1U);
  EXPECT_EQ(validation.unpaired[0].rep, 3);
  EXPECT_FALSE(validation.unpaired[0].measured);
  EXPECT_NEAR(validation.alignments[1].offset_s, -2, 1e-9);
  ASSERT_EQ(validation.metrics.size(), 1U);
  const auto& height = validation.metrics[0];
  EXPECT_EQ(height.agreement.n, 3);
  EXPECT_NEAR(height.agreement.bias, (0.01 - 0.01 + 0.04) / 3, 1e-12);
  EXPECT_EQ(height.with_interval, 3);
  EXPECT_EQ(height.covered, 2);
}

TEST(Validation, WhatWasExcludedAlignsTheClocksAndDoesNotCount) {
  std::vector<RecordingPair> recordings(1);
  recordings[0].measured = ResultOf({JumpAt(1, 2, Figure("jump_height", 0.31)),
                                     JumpAt(2, 9, Figure("jump_height", 0.99)),
                                     JumpAt(3, 12, Figure("jump_height", 0.33))});
  recordings[0].measured.athletes[0].reps[1].excluded = "stumbled";
  recordings[0].reference = ResultOf({JumpAt(1, 4, Figure("jump_height", 0.30)),
                                      JumpAt(2, 11, Figure("jump_height", 0.30)),
                                      JumpAt(3, 14, Figure("jump_height", 0.30))});
  Validation validation = Validate(recordings, OneMetric());
  EXPECT_NEAR(validation.alignments[0].offset_s, 2, 1e-9);
  EXPECT_EQ(validation.alignments[0].pairs, 2);
  EXPECT_EQ(validation.pairs.size(), 2U);
  EXPECT_TRUE(validation.unpaired.empty());
  ASSERT_EQ(validation.excluded.size(), 1U);
  EXPECT_EQ(validation.excluded[0].pair.measured_rep, 2);
  EXPECT_EQ(validation.excluded[0].why, "stumbled");
  EXPECT_EQ(validation.metrics[0].agreement.n, 2);
  EXPECT_NEAR(validation.metrics[0].agreement.bias, 0.02, 1e-12);

  recordings[0].reference.athletes[0].reps[2].excluded = "off the plate";
  validation = Validate(recordings, OneMetric());
  EXPECT_EQ(validation.metrics[0].agreement.n, 1);
  EXPECT_EQ(validation.excluded[1].why, "off the plate");
}

TEST(Validation, MarksThePairsThatDoNotTellHowTheProgramMeasures) {
  std::vector<RecordingPair> recordings(1);
  recordings[0].measured = ResultOf({JumpAt(1, 2, Figure("jump_height", 4.80)),
                                     JumpAt(2, 9, Figure("jump_height", 0.31)),
                                     JumpAt(3, 12, Figure("jump_height", 0.33))});
  recordings[0].reference = ResultOf({JumpAt(1, 4, Figure("jump_height", 0.30)),
                                      JumpAt(2, 11, Figure("jump_height", 0.30)),
                                      JumpAt(3, 14, Figure("jump_height", 0.30))});
  auto& measured = recordings[0].measured.athletes[0].reps;
  auto& reference = recordings[0].reference.athletes[0].reps;
  measured[0].flags = {"gap", "suspected_slow_motion"};
  measured[0].metrics[0].flags = {"implausible", "suspected_slow_motion"};
  measured[1].flags = {"manual"};
  measured[1].metrics[0].flags = {"landmarks_only", "manual"};
  measured[2].flags = {"manual"};  // of an event that its height does not follow from
  reference[1].metrics[0].flags = {"implausible"};
  const Validation validation = Validate(recordings, OneMetric());
  const auto& height = validation.metrics.at(0);
  EXPECT_EQ(height.agreement.n, 3);
  using Flags = std::vector<std::string>;
  ASSERT_EQ(height.values.size(), 3U);
  EXPECT_EQ(height.values[0].flags, (Flags{"suspected_slow_motion", "implausible"}));
  EXPECT_EQ(height.values[1].flags, (Flags{"manual", "implausible"}));
  EXPECT_EQ(height.values[2].flags, Flags{});
  EXPECT_EQ(height.flags, (Flags{"suspected_slow_motion", "implausible", "manual"}));
}

TEST(Validation, TheAthleteOnThePlateIsTheOneWhoFits) {
  std::vector<RecordingPair> recordings(1);
  recordings[0].measured = ResultOf(
      {JumpAt(1, 2, Figure("jump_height", 0.2)), JumpAt(2, 3, Figure("jump_height", 0.2))});
  recordings[0].measured.athletes.push_back({});
  recordings[0].measured.athletes[1].reps = {JumpAt(1, 5, Figure("jump_height", 0.3)),
                                             JumpAt(2, 9, Figure("jump_height", 0.3))};
  recordings[0].reference = ResultOf(
      {JumpAt(1, 1, Figure("jump_height", 0.3)), JumpAt(2, 5, Figure("jump_height", 0.3))});
  const Validation validation = Validate(recordings, OneMetric());
  EXPECT_EQ(validation.pairs.size(), 2U);
  EXPECT_NEAR(validation.metrics[0].agreement.bias, 0, 1e-12);
}

TEST(Validation, NobodyOnThePlateLeavesAllUnpaired) {
  std::vector<RecordingPair> recordings(1);
  recordings[0].measured = ResultOf({JumpAt(1, 2, Figure("jump_height", 0.2))});
  const Validation validation = Validate(recordings, OneMetric());
  EXPECT_TRUE(validation.pairs.empty() && validation.metrics.empty());
  EXPECT_EQ(validation.unpaired.size(), 1U);
}

}  // namespace
}  // namespace plyo
