#include "plyo/pipeline/live_admission.h"

#include <gtest/gtest.h>

namespace plyo {
namespace {

constexpr LiveCosts kCosts{.decode_ms = 0.5, .pose_ms = 5.5, .analysis_ms = 0.5};

TEST(LiveAdmission, AContinuousSessionCostsEveryPicture) {
  EXPECT_NEAR(ExpectedLoad({.fps = 30}, kCosts, 1), 30 * 6.5e-3, 1e-12);
}

TEST(LiveAdmission, ACoachingSessionCostsLittleWhileTheAthleteStands) {
  const double load = ExpectedLoad({.fps = 30, .still_fps = 5}, kCosts, 0.2);
  EXPECT_NEAR(load, (30 * 0.5 + (0.2 * 30 + 0.8 * 5) * 6) * 1e-3, 1e-12);
  EXPECT_LT(ExpectedLoad({.fps = 4, .still_fps = 5}, kCosts, 0.2), 4 * 6.5e-3 + 1e-12);
}

TEST(LiveAdmission, TheShareIsReadFromWhatIsLookedAt) {
  const LiveDemand demand{.fps = 30, .still_fps = 5};
  EXPECT_EQ(ShareFromLooks(demand, 0), 0);
  EXPECT_EQ(ShareFromLooks(demand, 40), 1);
  for (const double share : {0.0, 0.3, 1.0}) {
    EXPECT_NEAR(ShareFromLooks(demand, share * 30 + (1 - share) * 5), share, 1e-12);
  }
  EXPECT_EQ(ShareFromLooks({.fps = 4, .still_fps = 5}, 1), 1);
}

TEST(LiveAdmission, LandmarksCostTheAnalysisAlone) {
  EXPECT_NEAR(ExpectedLoad({.fps = 30, .landmarks = true}, kCosts, 1), 30 * 0.5e-3, 1e-12);
}

TEST(LiveAdmission, FillsAWorkerAndNoMore) {
  const double session = ExpectedLoad({.fps = 30}, kCosts, kCoachingShare);
  WorkerLoad worker;
  int admitted = 0;
  while (Admits(worker, session)) {
    EXPECT_GE(Room(worker, session), 1);
    worker.expected += session;
    ++admitted;
  }
  EXPECT_EQ(Room(worker, session), 0);
  EXPECT_EQ(admitted, static_cast<int>(kFullLoad / session));
  EXPECT_GE(admitted, 8);
}

TEST(LiveAdmission, BelievesTheMeasurementWhereItIsHigher) {
  const WorkerLoad busy{.expected = 0.2, .measured = 0.8, .p95_ms = 20};
  EXPECT_FALSE(Admits(busy, 0.1));
  EXPECT_TRUE(Admits(busy, 0.04));
}

TEST(LiveAdmission, AdmitsNobodyToAWorkerThatIsLate) {
  EXPECT_FALSE(Admits({.expected = 0.1, .measured = 0.1, .p95_ms = 60}, 0.01));
}

TEST(LiveAdmission, CostsFollowTheMeasurement) {
  LiveCosts costs = kCosts;
  costs.MeasurePose(0, 0);
  EXPECT_EQ(costs.pose_ms, 5.5);
  costs.MeasurePose(200 * 10.0, 200);
  EXPECT_NEAR(costs.pose_ms, 7.75, 1e-12);
  for (int i = 0; i < 20; ++i) costs.MeasurePose(200 * 10.0, 200);
  EXPECT_NEAR(costs.pose_ms, 10, 1e-3);
  EXPECT_EQ(costs.decode_ms, 0.5);
}

}  // namespace
}  // namespace plyo
