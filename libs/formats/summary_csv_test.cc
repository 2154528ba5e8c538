#include "plyo/formats/summary_csv.h"

#include <gtest/gtest.h>

namespace plyo {
namespace {

std::vector<Sport> Sports() {
  Sport cmj;
  cmj.id = "cmj";
  cmj.metrics.resize(3);
  cmj.metrics[0].id = "jump_height";
  cmj.metrics[0].unit = "m";
  cmj.metrics[0].headline = true;
  cmj.metrics[1].id = "peak_power";
  cmj.metrics[1].unit = "W";
  cmj.metrics[2].id = "rsi_mod";
  cmj.metrics[2].unit = "m/s";
  cmj.metrics[2].headline = true;
  Sport running;
  running.id = "running";
  running.metrics.resize(1);
  running.metrics[0].id = "cadence";
  running.metrics[0].unit = "steps/min";
  running.metrics[0].headline = true;
  return {cmj, running};
}

BatchAthlete Athlete(TrackId id, int reps, double best) {
  AthleteResult athlete;
  athlete.track_id = id;
  athlete.reps.resize(static_cast<std::size_t>(reps));
  athlete.reps.front().flags = {"gap"};
  Summary summary;
  summary.id = "jump_height";
  summary.unit = "m";
  summary.mean = 0.3;
  if (reps > 1) summary.sd = 0.01;
  summary.best = best;
  Summary other = summary;
  other.id = "peak_power";
  athlete.summary = {other, summary};
  return ToBatchAthlete(athlete, Sports()[0]);
}

TEST(SummaryCsv, HasARowForEachRecordingAndAthlete) {
  std::vector<BatchOutcome> outcomes(3);
  outcomes[0] = {"x/a.mp4",
                 "a",
                 "Ann",
                 "2026-05-31",
                 "cmj",
                 {},
                 {Athlete(1, 2, 0.31), Athlete(5, 1, 0.3)},
                 {"gap", "truncated"}};
  outcomes[1] = {"b.mp4", "b", "", "", "cmj", {}, {}, {"no_person"}};
  outcomes[2] = {
      "c.mp4", "c", "", "", "cmj", Error{ErrorCode::kFileEmpty, "c.mp4: empty, try again"}, {}, {}};
  EXPECT_EQ(SummaryCsv(outcomes, Sports()),
            "file,name,athlete,date,sport,status,track_id,reps,jump_height_best_m,jump_height_mean_"
            "m,jump_height_sd_m,"
            "rsi_mod_best_m_s,rsi_mod_mean_m_s,rsi_mod_sd_m_s,flags,error,message\r\n"
            "x/a.mp4,a,Ann,2026-05-31,cmj,done,1,2,0.31,0.3,0.01,,,,gap truncated,,\r\n"
            "x/a.mp4,a,Ann,2026-05-31,cmj,done,5,1,0.3,0.3,,,,,gap truncated,,\r\n"
            "b.mp4,b,,,cmj,nothing_found,,0,,,,,,,no_person,,\r\n"
            "c.mp4,c,,,cmj,failed,,,,,,,,,,file_empty,\"c.mp4: empty, try again\"\r\n");
}

TEST(SummaryCsv, SaysWhereAHeadlineIsImplausible) {
  AthleteResult athlete;
  athlete.reps.resize(1);
  Metric height;
  height.id = "jump_height";
  height.value = 3;
  height.flags = {"implausible", "landing_posture"};
  Metric power = height;
  power.id = "peak_power";
  power.flags = {"scale_conflict"};
  athlete.reps[0].metrics = {height, power};
  athlete.summary.resize(2);
  athlete.summary[0].id = "jump_height";
  athlete.summary[1].id = "peak_power";
  BatchOutcome outcome;
  outcome.sport = "cmj";
  outcome.athletes = {ToBatchAthlete(athlete, Sports()[0])};
  const auto csv = SummaryCsv(std::vector{outcome}, Sports());
  EXPECT_NE(csv.find(",implausible,,\r\n"), std::string::npos) << csv;
}

TEST(SummaryCsv, WhatDoesNotCountHasNoFlags) {
  AthleteResult athlete;
  athlete.reps.resize(2);
  athlete.reps[0].flags = {"gap"};
  athlete.reps[0].excluded = "stumbled";
  EXPECT_TRUE(ToBatchAthlete(athlete, Sports()[0]).flags.empty());
  athlete.reps[1].flags = {"low_visibility"};
  EXPECT_EQ(ToBatchAthlete(athlete, Sports()[0]).flags, std::vector<std::string>{"low_visibility"});
}

TEST(UnitInName, IsAWord) {
  EXPECT_EQ(UnitInName("1"), "");
  EXPECT_EQ(UnitInName("%"), "pct");
  EXPECT_EQ(UnitInName("steps/min"), "steps_min");
}

}  // namespace
}  // namespace plyo
