#include "ground_strips.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "testing/ground_scene.h"

namespace plyo::pipeline {
namespace {

using testing::GroundScene;
using testing::SceneOptions;
using testing::Shoe;
using testing::ToFrame;

constexpr double kStature = 300;

/// A standing figure with its soles at (x, y), as a model would see it; the landmarks of the feet
/// lie in the shoe.
PoseFrame Standing(double x, double y, double t, int width, int height, double stature = kStature) {
  PoseFrame pose;
  pose.t = Timestamp::FromSeconds(t);
  pose.track = 1;
  pose.image_width = width;
  pose.image_height = height;
  pose.presence = 1;
  const auto put = [&](LandmarkId id, double dx, double up) {
    pose[id] = {static_cast<float>(x + dx * stature), static_cast<float>(y - up * stature), 0, 1};
  };
  for (std::size_t i = 0; i < kLandmarkCount; ++i) put(static_cast<LandmarkId>(i), 0, 0.93);
  for (const LandmarkId id : {LandmarkId::kLeftShoulder, LandmarkId::kRightShoulder})
    put(id, 0, 0.82);
  for (const LandmarkId id : {LandmarkId::kLeftHip, LandmarkId::kRightHip}) put(id, 0, 0.53);
  for (const LandmarkId id : {LandmarkId::kLeftKnee, LandmarkId::kRightKnee}) put(id, 0, 0.285);
  for (const LandmarkId id : {LandmarkId::kLeftAnkle, LandmarkId::kRightAnkle}) put(id, 0, 0.04);
  for (const LandmarkId id : {LandmarkId::kLeftHeel, LandmarkId::kRightHeel}) put(id, -0.04, 0.02);
  for (const LandmarkId id : {LandmarkId::kLeftFootIndex, LandmarkId::kRightFootIndex}) {
    put(id, 0.10, 0.01);
  }
  return pose;
}

/// A jump: where the soles are at t.
struct Way {
  double x = 0;
  double y = 0;
};
constexpr double kTakeoff_s = 1.0;
constexpr double kLanding_s = 1.5;
Way JumpAt(double t, double x, double y, double lands_ahead = 0, double lands_lower = 0) {
  if (t <= kTakeoff_s) return {x, y};
  if (t >= kLanding_s) return {x + lands_ahead, y + lands_lower};
  const double part = (t - kTakeoff_s) / (kLanding_s - kTakeoff_s);
  const double flight = kLanding_s - kTakeoff_s;
  const double rise = 4.9 * flight * flight / 4 * (kStature / 1.75) * 4 * part * (1 - part);
  return {x + lands_ahead * part, y + lands_lower * part - rise};
}

SoleRequest Request(double x, double y, double event, bool takeoff) {
  SoleRequest request;
  request.stance = {x - 0.04 * kStature, y - 0.04 * kStature, x + 0.10 * kStature, y};
  request.foot_level_px = y - 0.01 * kStature;
  request.stature_px = kStature;
  const auto at = [](double t) { return Timestamp::FromSeconds(t); };
  request.measure_begin = at(event - 0.2);
  request.measure_end = at(event + 0.2);
  request.air_begin = at(kTakeoff_s + 0.15);
  request.air_end = at(kLanding_s - 0.15);
  request.ground_begin = at(takeoff ? event - 0.2 : event + 0.05);
  request.ground_end = at(takeoff ? event - 0.05 : event + 0.2);
  return request;
}

struct Film {
  int width = 640;
  int height = 400;
  double fps = 60;
  double begin = 0;
  double end = 2.2;
};

/// Feeds pictures of shoes that follow `way` and the poses to it.
template <typename WayAt>
void Feed(GroundStrips& strips, const Film& film, const WayAt& way, bool draw = true) {
  SceneOptions options;
  options.width = film.width;
  options.height = film.height;
  GroundScene scene(options);
  const cv::Mat plain = scene.Draw({});
  for (std::int64_t index = 0;; ++index) {
    const double t = film.begin + static_cast<double>(index) / film.fps;
    if (t >= film.end) break;
    const Way at = way(t);
    const Shoe shoe{at.x + 0.11 * kStature, at.y, 0.16 * kStature, 0};
    const cv::Mat picture = draw ? scene.Draw({shoe}) : plain;
    const PoseFrame pose = Standing(at.x, at.y, t, film.width, film.height);
    strips.Observe(ToFrame(picture, pose.t, index), &pose);
  }
}

double WorstLiftError(const SoleTrace& trace, const std::function<double(double)>& lift_at) {
  double worst = trace.samples.empty() ? 1e9 : 0;
  for (const SoleSample& s : trace.samples) {
    const double lift = lift_at(s.t.Seconds());
    if (lift < 0.05 * kStature)
      worst = std::max(worst, s.visible ? std::abs(s.lift_px - lift) : 1e9);
  }
  return worst;
}

TEST(GroundStrips, TellsTheLiftOfAJump) {
  GroundStrips strips({});
  const auto way = [](double t) { return JumpAt(t, 300, 320, 20); };
  Feed(strips, {}, way);
  const SoleTrace takeoff = strips.Sole(Request(300, 320, kTakeoff_s, true));
  const SoleTrace landing = strips.Sole(Request(320, 320, kLanding_s, false));
  const auto lift = [&](double t) { return 320 - way(t).y; };
  EXPECT_EQ(takeoff.unavailable, "");
  EXPECT_LT(WorstLiftError(takeoff, lift), 0.6);
  EXPECT_LT(WorstLiftError(landing, lift), 0.6);
  EXPECT_LT(takeoff.camera_motion_px, 0.3);
}

TEST(GroundStrips, ALargeAthleteIsScaledDownAndStillMeasured) {
  GroundStripsOptions options;
  options.max_stature_px = 150;
  GroundStrips strips(options);
  const auto way = [](double t) { return JumpAt(t, 300, 320); };
  Feed(strips, {}, way);
  const SoleTrace trace = strips.Sole(Request(300, 320, kTakeoff_s, true));
  EXPECT_LT(WorstLiftError(trace, [&](double t) { return 320 - way(t).y; }), 1.6);
}

TEST(GroundStrips, ADropFromABoxIsSeenWithoutANewAnchor) {
  GroundStrips strips({});
  const double lower = 0.30 * kStature;
  const auto way = [&](double t) { return JumpAt(t, 250, 280, 80, lower); };
  Feed(strips, {.height = 420}, way);
  const SoleTrace contact = strips.Sole(Request(330, 280 + lower, kLanding_s, false));
  EXPECT_EQ(contact.unavailable, "");
  EXPECT_LT(WorstLiftError(contact, [&](double t) { return 280 + lower - way(t).y; }), 0.8);
}

TEST(GroundStrips, AFlightDoesNotMoveTheAnchorAndANewPlaceDoes) {
  GroundStrips strips({});
  // The jump ends where the strip does not reach; half a second later the new place is kept.
  const Film film{.width = 1200, .end = 3.0};
  const double far = 1.6 * kStature;
  Feed(strips, film, [&](double t) { return JumpAt(t, 300, 320, far); });
  EXPECT_EQ(strips.Sole(Request(300, 320, kTakeoff_s, true)).unavailable, "");
  EXPECT_NE(strips.Sole(Request(300 + far, 320, kLanding_s, false)).unavailable, "");
  const SoleTrace there = strips.Sole(Request(300 + far, 320, 2.6, false));
  EXPECT_EQ(there.unavailable, "no_background")
      << "frames of the new place are kept, none in the air";
}

TEST(GroundStrips, WhoWalksIsFollowedOnlyWhenHeStands) {
  GroundStrips strips({});
  const auto way = [](double t) { return Way{t < 1 ? 200 + 500 * t : 700.0, 320}; };
  Feed(strips, {.width = 1000, .end = 2.5}, way, false);
  EXPECT_EQ(strips.Sole(Request(700, 320, 0.9, true)).unavailable, "no_frames_kept");
  EXPECT_EQ(strips.Sole(Request(700, 320, 2.2, true)).unavailable, "no_background");
}

TEST(GroundStrips, KeepsThreeSecondsAndNotMore) {
  GroundStrips strips({});
  Feed(
      strips, {.end = 5.0}, [](double t) { return JumpAt(t, 300, 320); }, false);
  EXPECT_EQ(strips.Sole(Request(300, 320, 1.0, true)).unavailable, "no_frames_kept");
  const SoleTrace late = strips.Sole(Request(300, 320, 2.5, true));
  EXPECT_EQ(late.unavailable, "no_background") << "the flight is too long ago";
}

class BoundTest : public ::testing::TestWithParam<Film> {};

TEST_P(BoundTest, StaysBelowTheBoundAtEveryFrame) {
  const Film& film = GetParam();
  GroundStrips strips({.fps = film.fps});
  const cv::Mat picture(film.height, film.width, CV_8UC1, cv::Scalar(90));
  const Frame frame = ToFrame(picture, {}, 0);
  const double stature = 0.8 * film.height;
  std::size_t most = 0;
  double first_kept_s = 0;
  for (std::int64_t index = 0;; ++index) {
    const double t = film.begin + static_cast<double>(index) / film.fps;
    if (t >= film.end) break;
    Frame now = frame;
    now.t = Timestamp::FromSeconds(t);
    now.index = index;
    const PoseFrame pose =
        Standing(film.width / 2.0, 0.85 * film.height, t, film.width, film.height, stature);
    strips.Observe(now, &pose);
    ASSERT_LE(strips.bytes(), 24U << 20);
    most = std::max(most, strips.bytes());
  }
  // The bound is used, and three seconds fit into it.
  EXPECT_GT(most, 8U << 20);
  first_kept_s = film.end - 2.9;
  SoleRequest request;
  request.stance = {0.45 * film.width, 0, 0.55 * film.width, 0.85 * film.height};
  request.foot_level_px = 0.84 * film.height;
  request.stature_px = stature;
  request.measure_begin = Timestamp::FromSeconds(first_kept_s);
  request.measure_end = Timestamp::FromSeconds(first_kept_s + 2.5 / film.fps);
  request.ground_begin = request.measure_begin;
  request.ground_end = request.measure_end;
  request.air_begin = Timestamp::FromSeconds(film.end - 0.5);
  request.air_end = Timestamp::FromSeconds(film.end);
  EXPECT_EQ(strips.Sole(request).unavailable, "low_contrast") << "the frames are there, and plain";
}

INSTANTIATE_TEST_SUITE_P(
    Sources, BoundTest,
    ::testing::Values(Film{.width = 1920, .height = 1080, .fps = 240, .end = 4},
                      Film{.width = 1920, .height = 1080, .fps = 60, .end = 5},
                      Film{.width = 7680, .height = 4320, .fps = 30, .end = 4},
                      Film{.width = 1280, .height = 720, .fps = 1000, .end = 4}),
    [](const auto& param) {
      return std::to_string(param.param.width) + "at" +
             std::to_string(static_cast<int>(param.param.fps));
    });

TEST(GroundStrips, ARateHigherThanTheSourceSaidCostsTimeAndNotMemory) {
  GroundStrips strips({.fps = 30});
  const cv::Mat picture(720, 1280, CV_8UC1, cv::Scalar(90));
  for (int i = 0; i < 900; ++i) {
    const double t = i / 240.0;
    const PoseFrame pose = Standing(640, 600, t, 1280, 720, 500);
    strips.Observe(ToFrame(picture, pose.t, i), &pose);
    ASSERT_LE(strips.bytes(), 24U << 20);
  }
}

TEST(GroundStrips, FramesWithoutThePoseAreKept) {
  GroundStrips with({});
  GroundStrips without({});
  SceneOptions options;
  options.width = 640;
  options.height = 400;
  GroundScene scene(options);
  for (int i = 0; i < 132; ++i) {
    const double t = i / 60.0;
    const Way at = JumpAt(t, 300, 320);
    const cv::Mat picture = scene.Draw({{at.x + 0.11 * kStature, at.y, 0.16 * kStature, 0}});
    const PoseFrame pose = Standing(at.x, at.y, t, 640, 400);
    const Frame frame = ToFrame(picture, pose.t, i);
    with.Observe(frame, &pose);
    const bool lost = t > kTakeoff_s && t < kLanding_s;
    without.Observe(frame, lost ? nullptr : &pose);
  }
  const SoleRequest request = Request(300, 320, kLanding_s, false);
  EXPECT_EQ(with.Sole(request).unavailable, "");
  EXPECT_EQ(with.Sole(request), without.Sole(request));
}

TEST(GroundStrips, AHandThatShakesIsUndone) {
  GroundStrips strips({});
  SceneOptions options;
  options.width = 800;
  options.height = 400;
  GroundScene scene(options);
  const auto camera = [](double t) {
    return cv::Point2d(4 * std::sin(7 * t), 3 * std::cos(9 * t));
  };
  for (int i = 0; i < 132; ++i) {
    const double t = i / 60.0;
    const Way at = JumpAt(t, 400, 320);
    const cv::Point2d c = camera(t);
    const cv::Mat picture = scene.Draw({{at.x + 0.11 * kStature, at.y, 0.16 * kStature, 0}}, c);
    const PoseFrame pose = Standing(at.x + c.x, at.y + c.y, t, 800, 400);
    strips.Observe(ToFrame(picture, pose.t, i), &pose);
  }
  const cv::Point2d c = camera(kTakeoff_s - 0.1);
  const SoleTrace trace = strips.Sole(Request(400 + c.x, 320 + c.y, kTakeoff_s, true));
  EXPECT_LT(trace.camera_motion_px, 0.3);
  EXPECT_LT(WorstLiftError(trace, [](double t) { return 320 - JumpAt(t, 400, 320).y; }), 0.8);
}

TEST(GroundStrips, AnAnswerThatNoLaterFrameCouldChangeIsKept) {
  GroundStrips strips({});
  const auto way = [](double t) { return JumpAt(t, 300, 320); };
  Feed(strips, {}, way);
  const SoleRequest request = Request(300, 320, kTakeoff_s, true);
  const SoleTrace trace = strips.Sole(request);
  ASSERT_EQ(trace.unavailable, "");
  SoleRequest open = request;
  open.measure_end = Timestamp::FromSeconds(9);
  EXPECT_EQ(strips.Sole(open).unavailable, "");
  // Ten seconds later the frames themselves are gone.
  Feed(strips, {.begin = 12, .end = 16}, way, false);
  EXPECT_EQ(strips.Sole(request), trace);
  EXPECT_EQ(strips.Sole(open).unavailable, "no_frames_kept");
}

TEST(GroundStrips, OddRequestsGetAReason) {
  GroundStrips strips({});
  EXPECT_EQ(strips.Sole(Request(300, 320, 1, true)).unavailable, "spot_not_kept");
  Feed(
      strips, {}, [](double t) { return JumpAt(t, 300, 320); }, false);
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  SoleRequest request = Request(300, 320, 1, true);
  request.stature_px = kNan;
  EXPECT_EQ(strips.Sole(request).unavailable, "bad_request");
  request = Request(300, 320, 1, true);
  request.foot_level_px = kNan;
  EXPECT_EQ(strips.Sole(request).unavailable, "bad_request");
  request = Request(300, 320, 1, true);
  request.stance = {kInfinity, kInfinity, -kInfinity, -kInfinity};
  EXPECT_EQ(strips.Sole(request).unavailable, "bad_request");
  request = Request(300, 320, 1, true);
  std::swap(request.measure_begin, request.measure_end);
  EXPECT_EQ(strips.Sole(request).unavailable, "no_frames_kept");
  EXPECT_EQ(strips.Sole(Request(-4000, 320, 1, true)).unavailable, "spot_not_kept");
  EXPECT_EQ(strips.Sole(Request(300, 9000, 1, true)).unavailable, "spot_not_kept");
}

TEST(GroundStrips, FeetOutsideOfThePictureAreNoAnchor) {
  GroundStrips strips({});
  Feed(
      strips, {},
      [](double) {
        return Way{300, 520};
      },
      false);
  EXPECT_EQ(strips.bytes(), 0U);
  Feed(
      strips, {.begin = 3, .end = 4},
      [](double) {
        return Way{300, 320};
      },
      false);
  EXPECT_GT(strips.bytes(), 0U);
}

}  // namespace
}  // namespace plyo::pipeline
