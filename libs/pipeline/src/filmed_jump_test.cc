// The whole way from pixels to a result: a drawn jump whose every instant is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/pipeline/analyze.h"
#include "plyo/pose/region.h"
#include "plyo/sports/catalogue.h"
#include "testing/grey_frame.h"

namespace plyo {
namespace {

using pipeline::testing::SceneFilm;
using pipeline::testing::SceneOptions;
using pipeline::testing::Shoe;
using testing::HasFlag;
using testing::SyntheticJump;
using testing::SyntheticTruth;
using testing::TimeOf;

SceneOptions SceneOf(const SyntheticJump& jump) {
  SceneOptions options;
  options.width = jump.filming.image_width;
  options.height = jump.filming.image_height;
  options.noise = 1;
  options.shadow = 0.3;
  return options;
}

/// The floor and the athlete's shoes, seen from the side.
class JumpFilm final : public FrameSource {
 public:
  /// Ends after `frames`, or with the jump.
  JumpFilm(const SyntheticJump& jump, std::optional<std::int64_t> frames)
      : shoe_px_(0.15 * jump.stature_m * jump.filming.px_per_m),
        poses_(testing::Render(jump)),
        film_(SceneOf(jump)) {
    if (frames) poses_.resize(std::min(poses_.size(), static_cast<std::size_t>(*frames)));
    info_.width = jump.filming.image_width;
    info_.height = jump.filming.image_height;
    info_.stored_fps = info_.capture_fps = jump.filming.fps;
  }
  const VideoInfo& Info() const override { return info_; }
  Result<std::optional<Frame>> Next() override {
    if (next_ == poses_.size()) return std::nullopt;
    const PoseFrame& pose = poses_[next_];
    const ImageLandmark& toe = pose[LandmarkId::kRightFootIndex];
    const ImageLandmark& heel = pose[LandmarkId::kRightHeel];
    Shoe shoe;
    shoe.toe_x = static_cast<double>(toe.x);
    shoe.toe_y = static_cast<double>(toe.y);
    shoe.length = shoe_px_;
    shoe.pitch = std::max(0.0, static_cast<double>(std::atan2(toe.y - heel.y, toe.x - heel.x)));
    return film_.Picture({shoe}, pose.t, static_cast<std::int64_t>(next_++));
  }
  std::vector<std::string> Flags() const override { return {}; }

 private:
  double shoe_px_;
  std::vector<PoseFrame> poses_;
  SceneFilm film_;
  VideoInfo info_;
  std::size_t next_ = 0;
};

/// Sees the figure of the jump, with errors of a good model.
class JumpEstimator final : public PoseEstimator {
 public:
  JumpEstimator(const SyntheticJump& jump, double noise_px) : jump_(jump), noise_px_(noise_px) {}
  const ModelInfo& Model() const override { return info_; }

  Result<std::vector<PersonDetection>> Detect(const Frame& frame) override {
    const auto [hips, circle] = Body(At(frame));
    return std::vector<PersonDetection>{{RegionAroundBody(hips, circle), 0.9}};
  }

  Result<LandmarkEstimate> Estimate(const Frame& frame, const RegionOfInterest&) override {
    const PoseFrame pose = At(frame);
    LandmarkEstimate estimate;
    estimate.presence = 1;
    estimate.image = pose.image;
    estimate.world = pose.world;
    std::mt19937 random(static_cast<std::uint32_t>(frame.index));
    std::normal_distribution<float> noise(0, static_cast<float>(noise_px_));
    for (ImageLandmark& landmark : estimate.image) {
      landmark.x += noise(random);
      landmark.y += noise(random);
    }
    const auto [hips, circle] = Body(pose);
    estimate.auxiliary[0] = {static_cast<float>(hips.x), static_cast<float>(hips.y), 0, 1};
    estimate.auxiliary[1] = {static_cast<float>(circle.x), static_cast<float>(circle.y), 0, 1};
    return estimate;
  }

 private:
  PoseFrame At(const Frame& frame) const { return testing::RenderAt(jump_, frame.t.Seconds()); }
  std::pair<Point2, Point2> Body(const PoseFrame& pose) const {
    const ImageLandmark& hip = pose[LandmarkId::kLeftHip];
    const Point2 hips{static_cast<double>(hip.x), static_cast<double>(hip.y)};
    const double reach = 0.6 * jump_.stature_m * jump_.filming.px_per_m;
    return {hips, {hips.x, hips.y - reach}};
  }

  SyntheticJump jump_;
  double noise_px_;
  ModelInfo info_{"blazepose_full", ""};
};

SyntheticJump Jump(double fps, int repetitions = 1) {
  SyntheticJump jump;
  jump.standing_s = 0.9;
  jump.repetitions = repetitions;
  jump.filming.fps = fps;
  jump.filming.px_per_m = 170;
  jump.filming.image_width = 560;
  jump.filming.image_height = 480;
  jump.filming.x_px = 280;
  jump.filming.floor_y_px = 440;
  return jump;
}

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
  const SyntheticJump jump = Jump(GetParam());
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
  const SyntheticJump jump = Jump(60, 2);
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
