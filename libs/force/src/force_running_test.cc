#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "plyo/base/units.h"
#include "plyo/force/force_analysis.h"
#include "plyo/kinematics/flags.h"
#include "testing_force.h"

namespace plyo {
namespace {

const Sport& Running() { return *FindForceSport("running"); }

/// Half sines of force, a contact every step; the mean over whole steps is the weight.
ForceRecord HalfSineRun(double contact_s, double step_s, double drift_n, double mass_kg = 65,
                        double rate_hz = 1000) {
  ForceRecord record{.rate_hz = rate_hz, .begin_s = 0, .force_n = {}};
  const double peak = mass_kg * kGravity * step_s / contact_s * M_PI / 2;
  for (double i = 0; i / rate_hz < 10; ++i) {
    const double t = i / rate_hz;
    const double into = std::fmod(t, step_s);
    const double force = into < contact_s ? peak * std::sin(M_PI * into / contact_s) : 0;
    record.force_n.push_back(force + drift_n * t / 10);
  }
  return record;
}

const Summary* Find(const AthleteResult& athlete, std::string_view id) {
  const auto at = std::ranges::find(athlete.summary, id, &Summary::id);
  return at == athlete.summary.end() ? nullptr : &*at;
}

RC_GTEST_PROP(ForceRunning, FindsEveryStanceWhateverTheDrift, ()) {
  const double contact = *rc::gen::inRange(18, 30) / 100.0;
  const double step = contact + *rc::gen::inRange(6, 15) / 100.0;
  const double drift = *rc::gen::inRange(-150, 150);
  const auto findings = AnalyzeForce(HalfSineRun(contact, step, drift), Running());
  RC_ASSERT(findings.has_value());
  RC_ASSERT(findings->athlete.has_value());
  const AthleteResult& athlete = *findings->athlete;
  // 50 N are passed some milliseconds into the sine.
  RC_ASSERT(std::abs(*Find(athlete, "contact_time")->mean - contact) < 0.012);
  RC_ASSERT(std::abs(*Find(athlete, "step_time")->mean - step) < 0.001);
  RC_ASSERT(std::abs(*Find(athlete, "cadence")->mean - 60 / step) < 0.5);
  RC_ASSERT(std::abs(*Find(athlete, "stride_time")->mean - 2 * step) < 0.002);
  RC_ASSERT(std::abs(static_cast<double>(athlete.steps.size()) - 10 / step) < 3);
  RC_ASSERT(std::abs(*athlete.mass_kg - 65) < 1.5);
  const bool told = std::ranges::find(findings->flags, flag::kForceDrift) != findings->flags.end();
  if (std::abs(drift) > 30) RC_ASSERT(told);
  if (std::abs(drift) < 10) RC_ASSERT(!told);
}

TEST(ForceRunning, TheThresholdIsTheUsersToChoose) {
  const auto at = [](double threshold) {
    return *Find(*AnalyzeForce(HalfSineRun(0.25, 0.35, 0), Running(), {.threshold_n = threshold})
                      ->athlete,
                 "contact_time")
                ->mean;
  };
  EXPECT_GT(at(20), at(50));
  EXPECT_GT(at(50), at(140));
}

TEST(ForceRunning, FeetHaveSidesWhereTheFirstIsKnown) {
  const auto findings =
      AnalyzeForce(HalfSineRun(0.25, 0.35, 0), Running(), {.first_foot = FirstFoot::kLeft});
  ASSERT_TRUE(findings && findings->athlete);
  const auto& steps = findings->athlete->steps;
  EXPECT_TRUE(steps[0].FindEvent("left_foot_contact") && steps[0].FindEvent("left_toe_off"));
  EXPECT_TRUE(steps[1].FindEvent("right_foot_contact"));
  EXPECT_TRUE(Find(*findings->athlete, "contact_time")->left);
  const auto unknown = AnalyzeForce(HalfSineRun(0.25, 0.35, 0), Running());
  EXPECT_TRUE(unknown->athlete->steps[0].FindEvent("foot_contact"));
  EXPECT_FALSE(Find(*unknown->athlete, "contact_time")->left);
}

TEST(ForceRunning, TheCadenceIsThatOfAllContactsTogether) {
  for (const FirstFoot first : {FirstFoot::kUnknown, FirstFoot::kRight}) {
    const auto findings =
        AnalyzeForce(HalfSineRun(0.25, 0.35, 0), Running(), {.first_foot = first});
    ASSERT_TRUE(findings && findings->athlete);
    const Summary* cadence = Find(*findings->athlete, "cadence");
    EXPECT_NEAR(*cadence->mean, 60 / 0.35, 0.02);
    // That of a step by its two contacts, each to a millisecond or so, is 0.5.
    EXPECT_LT(*cadence->u, 0.05);
    EXPECT_FALSE(cadence->left || cadence->right || cadence->sd);
  }
}

TEST(ForceRunning, AJumpIsNoRun) {
  const auto findings = AnalyzeForce(force::testing::RecordOf({}), Running());
  ASSERT_TRUE(findings);
  EXPECT_FALSE(findings->athlete);
  EXPECT_TRUE(findings->flags.empty()) << "it has a flight";
  ASSERT_EQ(findings->left_out.size(), 1U);
  EXPECT_EQ(findings->left_out.front().find("the plate is empty too seldom for a run; a jump?"),
            0U);
}

TEST(ForceRunning, WalkingHasNoFlight) {
  ForceRecord record = HalfSineRun(0.25, 0.35, 0);
  for (std::size_t i = 0; i < record.force_n.size(); ++i)
    record.force_n[i] = 650 + 200 * std::sin(0.02 * static_cast<double>(i));
  const auto findings = AnalyzeForce(record, Running());
  ASSERT_TRUE(findings);
  EXPECT_FALSE(findings->athlete);
  EXPECT_EQ(findings->flags.front(), flag::kNoFlight);
}

}  // namespace
}  // namespace plyo
