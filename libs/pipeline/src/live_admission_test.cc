#include "plyo/pipeline/live_admission.h"

#include <gtest/gtest.h>

namespace plyo {
namespace {

constexpr LiveCosts kCosts{.decode = {0.5}, .pose = {5.5}, .analysis = {0.5}};

TEST(LiveAdmission, AContinuousSessionCostsEveryPicture) {
  const SessionLoad load = ExpectedLoad({.fps = 30}, kCosts, 1);
  EXPECT_NEAR(load.mean, 30 * 6.5e-3, 1e-12);
  EXPECT_EQ(load.variance, 0);
  EXPECT_EQ(load.Peak(), load.mean);
}

TEST(LiveAdmission, ACoachingSessionCostsLittleWhileTheAthleteStands) {
  const double load = ExpectedLoad({.fps = 30, .still_fps = 5}, kCosts, 0.2).mean;
  EXPECT_NEAR(load, (30 * 0.5 + (0.2 * 30 + 0.8 * 5) * 6) * 1e-3, 1e-12);
  EXPECT_LT(ExpectedLoad({.fps = 4, .still_fps = 5}, kCosts, 0.2).mean, 4 * 6.5e-3 + 1e-12);
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
  const SessionLoad load = ExpectedLoad({.fps = 30, .landmarks = true}, kCosts, 0.5);
  EXPECT_NEAR(load.mean, 30 * 0.5e-3, 1e-12);
  EXPECT_EQ(load.variance, 0);
}

TEST(LiveAdmission, FillsAWorkerAndNoMore) {
  const SessionLoad session = ExpectedLoad({.fps = 30}, kCosts, kCoachingShare);
  WorkerLoad worker;
  int admitted = 0;
  const int room = Room(worker, session);
  while (Admits(worker, session)) {
    worker.expected += session;
    ++admitted;
  }
  EXPECT_EQ(admitted, room);
  EXPECT_EQ(Room(worker, session), 0);
  EXPECT_GE(admitted, 6);
  EXPECT_LE(worker.expected.Peak(), kFullLoad);
}

/// Who comes to a core of which few sessions make the load may meet all others moving.
TEST(LiveAdmission, LeavesRoomForThoseWhoMoveAtATime) {
  const SessionLoad session = ExpectedLoad({.fps = 30}, kCosts, kCoachingShare);
  LiveCosts slow = kCosts;
  slow.pose.ms *= 4;
  const SessionLoad heavy = ExpectedLoad({.fps = 30}, slow, kCoachingShare);
  const double filled = Room({}, session) * session.mean;
  const double filled_by_heavy = Room({}, heavy) * heavy.mean;
  EXPECT_LT(filled, 0.8);
  EXPECT_LT(filled_by_heavy, filled - 0.1);
  // Who always moves is no surprise.
  const SessionLoad continuous = ExpectedLoad({.fps = 30}, kCosts, 1);
  EXPECT_EQ(Room({}, continuous), static_cast<int>(kFullLoad / continuous.mean));
}

TEST(LiveAdmission, BelievesTheMeasurementWhereItIsHigher) {
  const WorkerLoad busy{.expected = {0.2, 0}, .measured = 0.8, .p95_ms = 20};
  EXPECT_FALSE(Admits(busy, {0.15, 0}));
  EXPECT_TRUE(Admits(busy, {0.04, 0}));
}

TEST(LiveAdmission, AWorkerWithoutSessionsTakesAny) {
  EXPECT_TRUE(Admits({}, {1.5, 0.2}));
  EXPECT_EQ(Room({}, {1.5, 0.2}), 1);
  EXPECT_FALSE(Admits({.expected = {1.5, 0.2}}, {0.1, 0}));
}

TEST(LiveAdmission, AdmitsNobodyToAWorkerThatIsLate) {
  EXPECT_FALSE(Admits({.expected = {0.1, 0}, .measured = 0.1, .p95_ms = 60}, {0.01, 0}));
}

TEST(LiveAdmission, CostsFollowTheMeasurement) {
  LiveCost cost{.ms = 5.5, .pictures = 10};
  cost.Measure(0, 0);
  EXPECT_EQ(cost.ms, 5.5);
  cost.Measure(30 * 9.5, 30);
  EXPECT_NEAR(cost.ms, 8.5, 1e-12) << "the first pictures weigh most";
  for (int i = 0; i < 20; ++i) cost.Measure(200 * 9.5, 200);
  EXPECT_NEAR(cost.ms, 9.5, 1e-3);
  cost.Measure(10 * 30.0, 10);
  EXPECT_LT(cost.ms, 11) << "and a few of many little";
}

}  // namespace
}  // namespace plyo
