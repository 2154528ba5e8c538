#include "plyo/kinematics/flight.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <random>

#include "plyo/base/units.h"

namespace plyo {
namespace {

/// A flight that obeys physics: `drop` is how much lower the body is at landing than at take-off.
struct TrueFlight {
  double takeoff, apex, landing, height, drop;
};

TrueFlight Fly(double takeoff, double height, double drop) {
  const double up = std::sqrt(2 * height / kGravity);
  const double down = std::sqrt(2 * (height + drop) / kGravity);
  return {takeoff, takeoff + up, takeoff + up + down, height, drop};
}

FlightEvidence EvidenceOf(const TrueFlight& flight) {
  FlightEvidence evidence;
  evidence.takeoff_s = {flight.takeoff, 0.004};
  evidence.apex_s = {flight.apex, 0.003};
  evidence.landing_s = {flight.landing, 0.003};
  evidence.posture_difference_m = Estimate{flight.drop, 0.02};
  return evidence;
}

TEST(FuseFlight, WithoutRedundancyGivesBackWhatItGot) {
  FlightEvidence evidence;
  evidence.takeoff_s = {1.00, 0.004};
  evidence.apex_s = {1.25, 0.003};
  evidence.landing_s = {1.52, 0.005};
  const Flight flight = FuseFlight(evidence);
  EXPECT_NEAR(flight.takeoff_s.value, 1.00, 1e-12);
  EXPECT_NEAR(flight.apex_s.value, 1.25, 1e-12);
  EXPECT_NEAR(flight.landing_s.value, 1.52, 1e-12);
  EXPECT_NEAR(flight.flight_time_s.value, 0.52, 1e-12);
  // v = g 0.25, h = g 0.25² / 2, g 0.52² / 8.
  EXPECT_NEAR(flight.takeoff_velocity_m_s.value, 2.4516625, 1e-9);
  EXPECT_NEAR(flight.height_m.value, 0.3064578, 1e-7);
  EXPECT_NEAR(flight.flight_time_height_m.value, 0.3314648, 1e-7);
  // Independent: u² = 4² + 3² = 5² ms, and 4² + 5² ms.
  EXPECT_NEAR(flight.takeoff_velocity_m_s.u, kGravity * 0.005, 1e-9);
  EXPECT_NEAR(flight.height_m.u, kGravity * 0.25 * 0.005, 1e-9);
  EXPECT_NEAR(flight.flight_time_s.u, std::hypot(0.004, 0.005), 1e-9);
  EXPECT_NEAR(flight.flight_time_height_m.u, kGravity / 4 * 0.52 * std::hypot(0.004, 0.005), 1e-9);
}

TEST(FuseFlight, EvidenceThatAgreesNarrows) {
  const TrueFlight truth = Fly(1, 0.35, 0.03);
  FlightEvidence evidence = EvidenceOf(truth);
  evidence.posture_difference_m.reset();
  const Flight alone = FuseFlight(evidence);
  evidence = EvidenceOf(truth);
  const Flight with_posture = FuseFlight(evidence);
  evidence.rise_m = Estimate{truth.height, 0.02};
  const Flight with_both = FuseFlight(evidence);
  for (const Flight& flight : {alone, with_posture, with_both}) {
    EXPECT_NEAR(flight.height_m.value, 0.35, 1e-9);
    EXPECT_NEAR(flight.takeoff_s.value, truth.takeoff, 1e-9);
    EXPECT_NEAR(flight.landing_s.value, truth.landing, 1e-9);
  }
  EXPECT_LT(with_posture.height_m.u, 0.95 * alone.height_m.u);
  EXPECT_LT(with_both.height_m.u, 0.95 * with_posture.height_m.u);
}

TEST(FuseFlight, PostureTiesTakeoffAndLanding) {
  // Take-off seen 10 ms late, everything else right: the posture pulls it back, most of it stays.
  const TrueFlight truth = Fly(1, 0.35, 0);
  FlightEvidence evidence = EvidenceOf(truth);
  evidence.takeoff_s.value += 0.010;
  evidence.posture_difference_m->u = 0.002;
  const Flight flight = FuseFlight(evidence);
  EXPECT_LT(flight.takeoff_s.value, truth.takeoff + 0.010 - 0.002);
  EXPECT_GT(flight.takeoff_s.value, truth.takeoff);
  // Free fall between the fused instants gives the posture's difference.
  const double up = flight.apex_s.value - flight.takeoff_s.value;
  const double down = flight.landing_s.value - flight.apex_s.value;
  EXPECT_NEAR(kGravity / 2 * (down * down - up * up), 0, 0.003);
}

TEST(FuseFlight, ABentLandingDoesNotRaiseTheJump) {
  const TrueFlight bent = Fly(1, 0.15, 0.13);
  const Flight flight = FuseFlight(EvidenceOf(bent));
  EXPECT_NEAR(flight.height_m.value, 0.15, 1e-9);
  EXPECT_GT(flight.flight_time_height_m.value, 0.20);
}

TEST(FuseFlight, UncertaintyIsThatOfTheErrors) {
  const TrueFlight truth = Fly(1, 0.35, 0.03);
  std::mt19937 random(11);
  std::normal_distribution<double> noise(0, 1);
  double square_h = 0;
  double square_t = 0;
  double u_h = 0;
  double u_t = 0;
  int covered = 0;
  constexpr int kTrials = 2000;
  for (int trial = 0; trial < kTrials; ++trial) {
    FlightEvidence evidence = EvidenceOf(truth);
    evidence.rise_m = Estimate{truth.height, 0.03};
    for (Estimate* e : {&evidence.takeoff_s, &evidence.apex_s, &evidence.landing_s,
                        &*evidence.posture_difference_m, &*evidence.rise_m}) {
      e->value += e->u * noise(random);
    }
    const Flight flight = FuseFlight(evidence);
    const double error = flight.height_m.value - truth.height;
    square_h += error * error / kTrials;
    square_t += std::pow(flight.takeoff_s.value - truth.takeoff, 2) / kTrials;
    u_h += flight.height_m.u / kTrials;
    u_t += flight.takeoff_s.u / kTrials;
    covered += std::abs(error) < 1.96 * flight.height_m.u;
  }
  // The weights of the robust fit and the widening by contradiction make it a little wide.
  EXPECT_GT(u_h / std::sqrt(square_h), 0.95);
  EXPECT_LT(u_h / std::sqrt(square_h), 1.4);
  EXPECT_GT(u_t / std::sqrt(square_t), 0.95);
  EXPECT_LT(u_t / std::sqrt(square_t), 1.4);
  EXPECT_GT(covered, 0.94 * kTrials);
}

TEST(FuseFlight, EvidenceThatContradictsWidens) {
  const TrueFlight truth = Fly(1, 0.35, 0);
  const Flight agreed = FuseFlight(EvidenceOf(truth));
  FlightEvidence evidence = EvidenceOf(truth);
  evidence.landing_s.value += 0.05;
  const Flight contradicted = FuseFlight(evidence);
  EXPECT_GT(contradicted.height_m.u, 1.5 * agreed.height_m.u);
  EXPECT_GT(contradicted.flight_time_s.u, 1.5 * agreed.flight_time_s.u);
}

TEST(FuseFlight, OneWrongWitnessLosesAgainstTheOthers) {
  const TrueFlight truth = Fly(1, 0.35, 0);
  FlightEvidence evidence = EvidenceOf(truth);
  evidence.rise_m = Estimate{truth.height, 0.01};
  evidence.posture_difference_m->u = 0.005;
  evidence.takeoff_s.value += 0.03;
  const Flight wrong = FuseFlight(evidence);
  EXPECT_LT(wrong.takeoff_s.value, truth.takeoff + 0.015);
  // The farther off, the less it is believed: its pull stays what it was.
  evidence.takeoff_s.value += 0.03;
  const Flight absurd = FuseFlight(evidence);
  EXPECT_LT(absurd.takeoff_s.value, wrong.takeoff_s.value + 0.02);
}

RC_GTEST_PROP(FuseFlight, DoesNotCareWhatTimeItIs, ()) {
  const double shift = *rc::gen::inRange(-100000, 1000000) / 1000.0;
  const double height = *rc::gen::inRange(50, 900) / 1000.0;
  const double drop = *rc::gen::inRange(-20, 80) / 1000.0;
  FlightEvidence evidence = EvidenceOf(Fly(1, height, drop));
  evidence.landing_s.value += 0.006;
  const Flight here = FuseFlight(evidence);
  for (Estimate* e : {&evidence.takeoff_s, &evidence.apex_s, &evidence.landing_s})
    e->value += shift;
  const Flight there = FuseFlight(evidence);
  RC_ASSERT(std::abs(there.takeoff_s.value - here.takeoff_s.value - shift) < 1e-8);
  RC_ASSERT(std::abs(there.height_m.value - here.height_m.value) < 1e-8);
  RC_ASSERT(std::abs(there.height_m.u - here.height_m.u) < 1e-8);
}

RC_GTEST_PROP(FuseFlight, ObeysFreeFallWhateverTheEvidence, ()) {
  FlightEvidence evidence = EvidenceOf(Fly(1, *rc::gen::inRange(50, 900) / 1000.0, 0));
  evidence.takeoff_s.value += *rc::gen::inRange(-20, 20) / 1000.0;
  evidence.landing_s.value += *rc::gen::inRange(-20, 20) / 1000.0;
  const Flight flight = FuseFlight(evidence);
  const double up = flight.apex_s.value - flight.takeoff_s.value;
  RC_ASSERT(std::abs(flight.takeoff_velocity_m_s.value - kGravity * up) < 1e-9);
  RC_ASSERT(std::abs(flight.height_m.value - kGravity * up * up / 2) < 1e-9);
  RC_ASSERT(std::abs(flight.flight_time_s.value -
                     (flight.landing_s.value - flight.takeoff_s.value)) < 1e-9);
  RC_ASSERT(flight.height_m.u > 0);
}

}  // namespace
}  // namespace plyo
