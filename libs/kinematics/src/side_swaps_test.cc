#include "plyo/kinematics/side_swaps.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace plyo {
namespace {

void Put(PoseFrame& pose, LandmarkId id, double x, double y) {
  pose[id] = {static_cast<float>(x), static_cast<float>(y), 0, 1};
  pose.world[static_cast<std::size_t>(id)] = {static_cast<float>(x), static_cast<float>(y), 0};
}

/// A leg that swings about the hip; `phase` in turns.
void PutLeg(PoseFrame& pose, double phase, double stature, bool left) {
  const double swing = 0.5 * std::sin(2 * std::numbers::pi * phase);
  const double bend = 0.4 + 0.4 * std::cos(2 * std::numbers::pi * phase);
  const double hip_x = 500, hip_y = 300;
  const double knee_x = hip_x + 0.245 * stature * std::sin(swing);
  const double knee_y = hip_y + 0.245 * stature * std::cos(swing);
  const double ankle_x = knee_x + 0.246 * stature * std::sin(swing - bend);
  const double ankle_y = knee_y + 0.246 * stature * std::cos(swing - bend);
  const auto id = [left](LandmarkId left_id) {
    return static_cast<LandmarkId>(static_cast<int>(left_id) + (left ? 0 : 1));
  };
  Put(pose, id(LandmarkId::kLeftShoulder), hip_x, hip_y - 0.29 * stature);
  Put(pose, id(LandmarkId::kLeftHip), hip_x, hip_y);
  Put(pose, id(LandmarkId::kLeftKnee), knee_x, knee_y);
  Put(pose, id(LandmarkId::kLeftAnkle), ankle_x, ankle_y);
  Put(pose, id(LandmarkId::kLeftHeel), ankle_x - 0.02 * stature, ankle_y + 0.03 * stature);
  Put(pose, id(LandmarkId::kLeftFootIndex), ankle_x + 0.1 * stature, ankle_y + 0.03 * stature);
}

std::vector<PoseFrame> Runner(double fps, double seconds, double stature = 400) {
  std::vector<PoseFrame> track;
  for (int i = 0; i < static_cast<int>(fps * seconds); ++i) {
    PoseFrame pose;
    pose.t = Timestamp::FromSeconds(i / fps);
    pose.frame = i;
    const double phase = 1.4 * i / fps;
    PutLeg(pose, phase, stature, true);
    PutLeg(pose, phase + 0.5, stature, false);
    track.push_back(pose);
  }
  return track;
}

std::size_t Count(const std::vector<bool>& swaps) {
  return static_cast<std::size_t>(std::count(swaps.begin(), swaps.end(), true));
}

TEST(SideSwapsTest, ARunnerWithoutSwapsHasNone) {
  for (const double fps : {30.0, 60.0, 120.0, 240.0}) {
    EXPECT_EQ(Count(FindSideSwaps(Runner(fps, 4))), 0U) << fps;
  }
}

TEST(SideSwapsTest, AnExchangedStretchIsFoundAndRepaired) {
  for (const double fps : {30.0, 60.0, 120.0, 240.0}) {
    const auto truth = Runner(fps, 4);
    auto track = truth;
    const auto begin = static_cast<std::size_t>(1.3 * fps);
    const auto end = static_cast<std::size_t>(1.6 * fps);
    for (std::size_t i = begin; i < end; ++i) ExchangeLegs(track[i]);
    const auto swaps = FindSideSwaps(track);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < track.size(); ++i) {
      if (swaps[i]) ExchangeLegs(track[i]);
      const double off =
          std::abs(track[i][LandmarkId::kLeftKnee].x - truth[i][LandmarkId::kLeftKnee].x) +
          std::abs(track[i][LandmarkId::kLeftAnkle].x - truth[i][LandmarkId::kLeftAnkle].x);
      wrong += off > 0.05 * 400 ? 1U : 0U;  // where the legs coincide either name is right
    }
    EXPECT_EQ(wrong, 0U) << fps;
    EXPECT_GT(Count(swaps), (end - begin) / 2) << fps;
  }
}

RC_GTEST_PROP(SideSwapsProperty, NeitherSizeNorPlaceNorTimeMatters, ()) {
  auto track = Runner(60, 3);
  const auto begin = static_cast<std::size_t>(*rc::gen::inRange(10, 140));
  const auto end = begin + static_cast<std::size_t>(*rc::gen::inRange(1, 30));
  for (std::size_t i = begin; i < end; ++i) ExchangeLegs(track[i]);
  const auto swaps = FindSideSwaps(track);
  const float scale = static_cast<float>(*rc::gen::inRange(2, 40)) * 0.125F;
  for (PoseFrame& pose : track) {
    pose.t.us += 123000000;
    for (ImageLandmark& mark : pose.image) {
      mark.x = mark.x * scale + 64;
      mark.y = mark.y * scale - 32;
    }
  }
  RC_ASSERT(swaps == FindSideSwaps(track));
}

TEST(SideSwapsTest, StandingOnCoincidingLegsHasNone) {
  auto track = Runner(60, 0.1);
  track.resize(1);
  PutLeg(track[0], 0.1, 400, true);
  PutLeg(track[0], 0.1, 400, false);
  track.resize(200, track[0]);
  for (std::size_t i = 0; i < track.size(); ++i)
    track[i].t = Timestamp::FromSeconds(static_cast<double>(i) / 60);
  EXPECT_EQ(Count(FindSideSwaps(track)), 0U);
}

TEST(SideSwapsTest, NothingIsComparedAcrossAGap) {
  // After a second out of sight the legs may be anywhere.
  auto track = Runner(60, 4);
  track.erase(track.begin() + 100, track.begin() + 160);
  EXPECT_EQ(Count(FindSideSwaps(track)), 0U);
}

TEST(SideSwapsTest, ShortTracksHaveNone) {
  EXPECT_TRUE(FindSideSwaps({}).empty());
  EXPECT_EQ(FindSideSwaps(Runner(60, 0.02)), std::vector<bool>(1, false));
  EXPECT_EQ(FindSideSwaps(Runner(60, 0.04)), std::vector<bool>(2, false));
}

TEST(SideSwapsTest, PosesWithoutExtentOrTimeHaveNone) {
  const std::vector<PoseFrame> empty(5);
  EXPECT_EQ(Count(FindSideSwaps(empty)), 0U);
}

TEST(SideSwapsTest, ExchangingTwiceIsNothing) {
  const auto track = Runner(60, 1);
  PoseFrame pose = track[17];
  ExchangeLegs(pose);
  EXPECT_EQ(pose[LandmarkId::kLeftKnee], track[17][LandmarkId::kRightKnee]);
  EXPECT_EQ(pose.World(LandmarkId::kRightFootIndex), track[17].World(LandmarkId::kLeftFootIndex));
  EXPECT_EQ(pose[LandmarkId::kLeftHip], track[17][LandmarkId::kLeftHip]);
  ExchangeLegs(pose);
  EXPECT_EQ(pose, track[17]);
}

}  // namespace
}  // namespace plyo
