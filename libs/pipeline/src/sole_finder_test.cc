#include "sole_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <ostream>
#include <string>

#include "testing/ground_scene.h"

namespace plyo::pipeline {
namespace {

using testing::GroundScene;
using testing::SceneOptions;
using testing::Shoe;

constexpr double kStature = 400;
constexpr double kLevel = 140;  // row of the sole on the ground
constexpr double kFoot = 0.15 * kStature;
constexpr double kSpeed = 1.3 * kStature;  // px/s
constexpr double kTakeoff_s = 0.2;
constexpr double kToeX = 190;

/// A take-off at kTakeoff_s: on the toe before it, straight up after it.
double LiftAt(double t) { return std::max(0.0, kSpeed * (t - kTakeoff_s)); }

Shoe ShoeAt(double t, double pitch_rate) {
  const double pitch = std::clamp(pitch_rate * (t - kTakeoff_s + 0.08), 0.0, 0.9);
  return {kToeX, kLevel - LiftAt(t), kFoot, pitch};
}

struct Take {
  SceneOptions scene = {};
  double fps = 60;
  double exposure_s = 0;
  double pitch_rate = 0;  ///< of the heel, rad/s, from just before the take-off
};

SoleTrace Find(const Take& take, const std::function<void(SoleInput&)>& change = {}) {
  GroundScene scene(take.scene);
  std::vector<cv::Mat> pictures;
  std::vector<double> times;
  SoleInput input;
  input.width = take.scene.width;
  input.height = take.scene.height;
  input.stature = kStature;
  input.foot_level = kLevel - 0.01 * kStature;
  input.stance_x0 = kToeX - kFoot;
  input.stance_x1 = kToeX;
  const auto draw = [&](double t) {
    const int n = take.exposure_s > 0 ? 9 : 1;
    std::vector<std::vector<Shoe>> exposure;
    exposure.reserve(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
      exposure.push_back({ShoeAt(t + take.exposure_s * ((i + 0.5) / n - 0.5), take.pitch_rate)});
    }
    return scene.DrawExposure(exposure);
  };
  for (int i = 0; 0.003 + i / take.fps < 0.40; ++i) {
    const double t = 0.003 + i / take.fps;
    times.push_back(t);
    pictures.push_back(draw(t));
  }
  const std::size_t measured = pictures.size();
  for (int i = 0; i < 9; ++i) pictures.push_back(draw(kTakeoff_s + 0.5));
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const cv::Mat& m = pictures[i];
    const auto stride = static_cast<std::ptrdiff_t>(m.step[0]);
    if (i < measured) {
      input.measure.push_back({Timestamp::FromSeconds(times[i]), m.data, stride});
    } else {
      input.air.push_back({Timestamp::FromSeconds(0.6), m.data, stride});
    }
  }
  input.ground_begin = Timestamp::FromSeconds(0);
  input.ground_end = Timestamp::FromSeconds(kTakeoff_s - 0.05);
  if (change) change(input);
  return FindSole(input);
}

/// Largest error of the lifts between the ground and `top`, px; 1e9 where one of them was not seen.
double WorstError(const SoleTrace& trace, double top = 0.06 * kStature) {
  double worst = trace.samples.empty() ? 1e9 : 0;
  for (const SoleSample& s : trace.samples) {
    const double lift = LiftAt(s.t.Seconds());
    if (lift > top) continue;
    worst = std::max(worst, s.visible ? std::abs(s.lift_px - lift) : 1e9);
  }
  return worst;
}

struct Look {
  std::string name;
  SceneOptions scene = {};
  double tolerance_px;
};

class LooksTest : public ::testing::TestWithParam<Look> {};

TEST_P(LooksTest, LiftsAreThoseOfTheShoe) {
  const Look& look = GetParam();
  for (const double fps : {30.0, 120.0}) {
    const SoleTrace trace = Find({.scene = look.scene, .fps = fps});
    EXPECT_EQ(trace.unavailable, "");
    EXPECT_LT(WorstError(trace), look.tolerance_px) << fps;
    EXPECT_LT(trace.ground_mad_px, look.tolerance_px) << fps;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Scenes, LooksTest,
    ::testing::Values(
        Look{"bright_shoe", {}, 0.5}, Look{"dark_shoe", {.shoe = 30, .sole = 30}, 0.5},
        Look{"coarse_floor", {.grain = 20, .grain_px = 7}, 0.6},
        Look{"plain_floor", {.grain = 0}, 0.5}, Look{"noisy", {.noise = 6}, 1.0},
        Look{"dim", {.floor = 30, .grain = 3, .shoe = 70, .sole = 70, .noise = 3}, 1.2},
        Look{"shoe_as_dark_as_a_shadow", {.shoe = 80, .sole = 80}, 0.8},
        Look{"contact_shadow_under_a_bright_sole", {.shadow = 0.5}, 0.8},
        Look{"contact_shadow_under_a_dark_sole", {.shoe = 20, .sole = 20, .shadow = 0.4}, 0.8},
        Look{"bright_rim", {.shoe = 60, .sole = 200}, 0.6},
        Look{"dark_rim", {.shoe = 200, .sole = 40}, 0.6}),
    [](const auto& param) { return param.param.name; });

TEST(SoleFinder, ATurningFootIsAsHighAsItsToe) {
  // A stiff shoe on its very tip is a little higher than flat, by the columns that count as a toe.
  EXPECT_LT(WorstError(Find({.pitch_rate = 8})), 0.004 * kStature);
  EXPECT_LT(WorstError(Find({.scene = {.shoe = 30, .sole = 30}, .pitch_rate = 8})),
            0.004 * kStature);
}

TEST(SoleFinder, TheMiddleOfTheExposureCounts) {
  const SoleTrace trace = Find({.exposure_s = 1.0 / 120});
  for (const SoleSample& s : trace.samples) {
    const double lift = LiftAt(s.t.Seconds());
    if (lift < 0.01 * kStature || lift > 0.06 * kStature) continue;
    ASSERT_TRUE(s.visible);
    EXPECT_NEAR(s.lift_px, lift, 0.25 * kSpeed / 120);
  }
}

TEST(SoleFinder, TheShadowOfSomebodyIsNoFoot) {
  const Take take{};
  const SoleTrace plain = Find(take);
  std::vector<cv::Mat> shaded;
  const SoleTrace trace = Find(take, [&](SoleInput& input) {
    for (std::size_t i = 0; i < input.measure.size(); ++i) {
      GreyView& view = input.measure[i];
      cv::Mat m(input.height, input.width, CV_8UC1, const_cast<std::uint8_t*>(view.data),
                static_cast<std::size_t>(view.stride));
      cv::Mat light(m.size(), CV_32FC1);
      const double edge = 40.0 + 6.0 * static_cast<double>(i);  // a soft shadow that wanders
      for (int x = 0; x < m.cols; ++x) {
        light.col(x) = 1 - 0.35 / (1 + std::exp((x - edge) / 12));
      }
      cv::Mat f;
      m.convertTo(f, CV_32F);
      cv::Mat(f.mul(light)).convertTo(m, CV_8U);
      shaded.push_back(m.clone());
      view.data = shaded.back().data;
      view.stride = static_cast<std::ptrdiff_t>(shaded.back().step[0]);
    }
  });
  EXPECT_LT(WorstError(trace), WorstError(plain) + 0.7);
}

TEST(SoleFinder, AFootThatHasLeftIsNotSeen) {
  const SoleTrace trace = Find({});
  ASSERT_FALSE(trace.samples.empty());
  EXPECT_FALSE(trace.samples.back().visible);
  EXPECT_EQ(trace.samples.back().lift_px, 0);
}

TEST(SoleFinder, SaysWhyThereIsNoAnswer) {
  EXPECT_EQ(Find({}, [](SoleInput& in) { in.air.resize(2); }).unavailable, "no_background");
  EXPECT_EQ(Find({}, [](SoleInput& in) { in.measure.resize(1); }).unavailable, "no_frames_kept");
  EXPECT_EQ(Find({}, [](SoleInput& in) { in.width = 4; }).unavailable, "spot_not_kept");
  const auto no_ground = [](SoleInput& in) { in.ground_end = in.ground_begin = Timestamp{-1}; };
  EXPECT_EQ(Find({}, no_ground).unavailable, "no_ground_frames");
  EXPECT_EQ(Find({.scene = {.shoe = 110, .sole = 110, .noise = 4}}).unavailable, "low_contrast");
}

TEST(SoleFinder, IsDeterministic) { EXPECT_EQ(Find({}), Find({})); }

}  // namespace
}  // namespace plyo::pipeline
