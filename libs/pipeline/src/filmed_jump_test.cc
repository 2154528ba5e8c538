// The whole way from pixels to a result: a drawn jump whose every instant is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/pipeline/analyze.h"
#include "plyo/sports/catalogue.h"
#include "testing/filmed_jump.h"

namespace plyo {
namespace {

using pipeline::testing::FilmedJump;
using pipeline::testing::JumpEstimator;
using pipeline::testing::JumpFilm;
using testing::HasFlag;
using testing::SyntheticJump;
using testing::SyntheticTruth;
using testing::TimeOf;

AthleteResult Athlete(const SyntheticJump& jump, std::optional<std::int64_t> frames = {}) {
  JumpFilm film(jump, frames);
  JumpEstimator estimator(jump, 0.6);
  AnalyzeOptions options;
  options.athlete.height_m = jump.stature_m;
  const auto run = Analyze(film, estimator, *FindSport("cmj"), options);
  if (!run || run->result.athletes.size() != 1) return {};
  return run->result.athletes[0];
}

class RatesTest : public ::testing::TestWithParam<double> {};

TEST_P(RatesTest, TheSolesInThePixelsTellTakeoffAndLanding) {
  const SyntheticJump jump = FilmedJump(GetParam());
  const SyntheticTruth truth = testing::TruthOf(jump).at(0);
  const AthleteResult athlete = Athlete(jump);
  ASSERT_EQ(athlete.reps.size(), 1U);
  const Rep& rep = athlete.reps[0];
  EXPECT_NEAR(TimeOf(rep, "takeoff").value_or(0), truth.takeoff_s, 0.005);
  EXPECT_NEAR(TimeOf(rep, "landing").value_or(0), truth.landing_s, 0.004);
  for (const char* id : {"takeoff", "landing"}) {
    EXPECT_FALSE(HasFlag(rep.FindEvent(id)->flags, flag::kLandmarksOnly)) << id;
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, RatesTest, ::testing::Values(30.0, 60.0, 120.0));

TEST(FilmedJump, WhatComesLaterChangesNoConfirmedRep) {
  const SyntheticJump jump = FilmedJump(60, 2);
  const auto truth = testing::TruthOf(jump);
  const AthleteResult whole = Athlete(jump);
  ASSERT_EQ(whole.reps.size(), 2U);
  // The recording may end anywhere after the first rep was confirmed.
  for (const double end : {truth[1].onset_s - 0.1, truth[1].takeoff_s + 0.2}) {
    const AthleteResult part = Athlete(jump, static_cast<std::int64_t>(end * jump.filming.fps));
    ASSERT_GE(part.reps.size(), 1U) << end;
    EXPECT_EQ(part.reps[0], whole.reps[0]) << end;
  }
}

}  // namespace
}  // namespace plyo
