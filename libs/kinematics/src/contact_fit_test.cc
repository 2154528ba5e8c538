#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <random>

#include "plyo/kinematics/contact.h"

// FitLift and FitHinge against feet that leave and meet the ground at known instants.
namespace plyo {
namespace {

constexpr double kGravity_statures = 5.6;

struct Foot {
  double event_s = 1;
  double speed = 1.3;     // statures/s
  double toe_roll_s = 0;  // the toe gathers speed over this time
  double fps = 60;
  double phase = 0;  // of the frames, share of a frame
  double noise = 0;  // statures
  unsigned seed = 1;
};

/// Statures over the ground, frame by frame, from `event_s` - 0.3 to + 0.3.
Signal LiftOf(const Foot& foot, ContactEnd end) {
  std::mt19937 random(foot.seed);
  std::normal_distribution<double> noise(0, 1);
  Signal lift;
  const double first = foot.event_s - 0.3;
  for (int i = 0;; ++i) {
    const double t = first + (i + foot.phase) / foot.fps;
    if (t > foot.event_s + 0.3) break;
    const double tau = end == ContactEnd::kTakeoff ? t - foot.event_s : foot.event_s - t;
    double height = 0;
    if (tau > 0) {
      const double roll = foot.toe_roll_s;
      const double reach = tau < roll ? tau * tau / (2 * roll) : tau - roll / 2;
      const double fall = std::max(0.0, tau - roll);
      height = foot.speed * reach - kGravity_statures / 2 * fall * fall;
    }
    lift.Push(t, height + foot.noise * noise(random));
  }
  return lift;
}

double InAir(const Foot& foot, ContactEnd end) {
  return foot.event_s + (end == ContactEnd::kTakeoff ? 0.06 : -0.06);
}

constexpr double kRates[] = {30, 60, 120, 240};
constexpr int kPhases = 8;

TEST(FitLift, FindsBothEndsAtEveryFrameRateAndPhase) {
  for (const ContactEnd end : {ContactEnd::kTakeoff, ContactEnd::kTouchdown}) {
    for (const double fps : kRates) {
      double sum = 0;
      for (int phase = 0; phase < kPhases; ++phase) {
        const Foot foot{.fps = fps, .phase = static_cast<double>(phase) / kPhases};
        const auto fit = FitLift(LiftOf(foot, end), end, InAir(foot, end), {});
        ASSERT_TRUE(fit);
        EXPECT_NEAR(fit->t_s, foot.event_s, 0.005) << fps << " " << phase;
        EXPECT_GT(fit->slope, 0.8);
        EXPECT_NEAR(fit->bracket_s, 1 / fps, 1e-9);
        sum += fit->t_s - foot.event_s;
      }
      // At 30 frames/s a straight line reaches far into a fall that is none.
      EXPECT_LT(std::abs(sum / kPhases), fps < 50 ? 0.0025 : 0.0015) << fps;
    }
  }
}

TEST(FitLift, DoesNotTakeAFootThatStillFallsForOneOnTheGround) {
  // Landmarks: all below 0.02 statures counts as ground. Slow and low, it is 25 ms before landing.
  for (const double fps : {30.0, 240.0}) {
    for (int phase = 0; phase < kPhases; ++phase) {
      const Foot foot{.speed = 0.9, .fps = fps, .phase = static_cast<double>(phase) / kPhases};
      const auto fit =
          FitLift(LiftOf(foot, ContactEnd::kTouchdown), ContactEnd::kTouchdown,
                  InAir(foot, ContactEnd::kTouchdown), {.ground_top = 0.02, .line_top = 0.08});
      ASSERT_TRUE(fit);
      EXPECT_NEAR(fit->t_s, foot.event_s, 0.012) << fps << " " << phase;
    }
  }
}

TEST(FitLift, AssumesASpeedWhereTheSamplesSayNone) {
  // In the air at once, and then it hovers: no foot, but the bracket is known.
  Signal lift;
  for (int i = 0; i < 30; ++i) lift.Push(i / 60.0, i < 15 ? 0.0 : 0.04);
  const auto fit = FitLift(lift, ContactEnd::kTakeoff, 20 / 60.0, {});
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->slope_assumed);
  EXPECT_GE(fit->t_s, 14 / 60.0);
  EXPECT_LE(fit->t_s, 15 / 60.0);
}

TEST(FitLift, NeedsTheGround) {
  const Foot foot;
  const Signal lift = LiftOf(foot, ContactEnd::kTakeoff);
  const Signal air = Slice(lift, foot.event_s + 0.02, 9);
  EXPECT_FALSE(FitLift(air, ContactEnd::kTakeoff, foot.event_s + 0.06, {}).has_value());
  EXPECT_FALSE(FitLift(lift, ContactEnd::kTakeoff, foot.event_s + 5, {}).has_value());
  EXPECT_FALSE(FitLift({}, ContactEnd::kTakeoff, 1, {}).has_value());
}

TEST(FitHinge, FindsBothEndsAtEveryFrameRateAndPhase) {
  for (const ContactEnd end : {ContactEnd::kTakeoff, ContactEnd::kTouchdown}) {
    for (const double fps : kRates) {
      for (const double noise : {0.0, 0.001}) {
        double sum = 0;
        for (int phase = 0; phase < kPhases; ++phase) {
          const Foot foot{.toe_roll_s = end == ContactEnd::kTakeoff ? 0.014 : 0,
                          .fps = fps,
                          .phase = static_cast<double>(phase) / kPhases,
                          .noise = noise,
                          .seed = static_cast<unsigned>(phase) + 1};
          const auto fit = FitHinge(LiftOf(foot, end), end, InAir(foot, end),
                                    {.gravity_statures_s2 = kGravity_statures, .speed = {}});
          ASSERT_TRUE(fit);
          EXPECT_NEAR(fit->t_s, foot.event_s, 0.005) << fps << " " << phase << " " << noise;
          EXPECT_NEAR(fit->speed, foot.speed, 0.3);
          EXPECT_GT(fit->u_s, 0);
          EXPECT_LT(fit->u_s, 0.01);
          sum += fit->t_s - foot.event_s;
        }
        EXPECT_LT(std::abs(sum / kPhases), 0.0015) << fps << " " << noise;
      }
    }
  }
}

TEST(FitHinge, IsAsUnsureAsItsSamplesScatter) {
  constexpr int kFeet = 200;
  double usual_u = 0;
  for (const double noise : {0.001, 0.004}) {
    double u = 0;
    double squares = 0;
    for (int i = 0; i < kFeet; ++i) {
      const Foot foot{.fps = 120,
                      .phase = static_cast<double>(i % kPhases) / kPhases,
                      .noise = noise,
                      .seed = static_cast<unsigned>(i) + 1};
      const auto fit = FitHinge(LiftOf(foot, ContactEnd::kTouchdown), ContactEnd::kTouchdown,
                                InAir(foot, ContactEnd::kTouchdown),
                                {.gravity_statures_s2 = kGravity_statures, .speed = {}});
      ASSERT_TRUE(fit);
      u += fit->u_s / kFeet;
      squares += std::pow((fit->t_s - foot.event_s) / fit->u_s, 2) / kFeet;
    }
    EXPECT_GT(std::sqrt(squares), 0.5) << noise;
    EXPECT_LT(std::sqrt(squares), 1.5) << noise;
    EXPECT_GT(u, 2 * usual_u);
    usual_u = u;
  }
}

TEST(FitHinge, FindsASlowFootAmongManyFrames) {
  for (const double fps : {120.0, 240.0, 1000.0}) {
    for (int phase = 0; phase < kPhases; ++phase) {
      const Foot foot{.speed = 0.8,
                      .toe_roll_s = 0.014,
                      .fps = fps,
                      .phase = static_cast<double>(phase) / kPhases};
      const auto fit = FitHinge(LiftOf(foot, ContactEnd::kTakeoff), ContactEnd::kTakeoff,
                                InAir(foot, ContactEnd::kTakeoff),
                                {.gravity_statures_s2 = kGravity_statures, .speed = 0.8 / 0.83});
      ASSERT_TRUE(fit);
      EXPECT_NEAR(fit->t_s, foot.event_s, 0.0015) << fps << " " << phase;
    }
  }
}

TEST(FitHinge, BracketsTheEventByTheFramesAroundIt) {
  const Foot foot{.phase = 0.4};
  const auto takeoff = FitHinge(LiftOf(foot, ContactEnd::kTakeoff), ContactEnd::kTakeoff,
                                InAir(foot, ContactEnd::kTakeoff),
                                {.gravity_statures_s2 = kGravity_statures, .speed = {}});
  ASSERT_TRUE(takeoff);
  EXPECT_LT(takeoff->last_ground_s, takeoff->first_air_s);
  EXPECT_NEAR(takeoff->first_air_s - takeoff->last_ground_s, 1 / foot.fps, 1e-9);
  const auto landing = FitHinge(LiftOf(foot, ContactEnd::kTouchdown), ContactEnd::kTouchdown,
                                InAir(foot, ContactEnd::kTouchdown),
                                {.gravity_statures_s2 = kGravity_statures, .speed = {}});
  ASSERT_TRUE(landing);
  EXPECT_LT(landing->first_air_s, landing->last_ground_s);
}

TEST(FitHinge, IsNotLedAstrayByOneBadSample) {
  for (const ContactEnd end : {ContactEnd::kTakeoff, ContactEnd::kTouchdown}) {
    const Foot foot{.toe_roll_s = end == ContactEnd::kTakeoff ? 0.014 : 0, .fps = 120};
    Signal lift = LiftOf(foot, end);
    for (std::size_t i = 0; i < lift.size(); ++i) {
      const double before =
          end == ContactEnd::kTakeoff ? foot.event_s - lift.t_s[i] : lift.t_s[i] - foot.event_s;
      if (before > 0.03 && before < 0.038) lift.value[i] = 0.006;
    }
    const auto fit = FitHinge(lift, end, InAir(foot, end),
                              {.gravity_statures_s2 = kGravity_statures, .speed = {}});
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->t_s, foot.event_s, 0.006);
  }
}

TEST(FitHinge, NeedsTheGround) {
  const Foot foot;
  const Signal lift = LiftOf(foot, ContactEnd::kTakeoff);
  EXPECT_FALSE(FitHinge(Slice(lift, foot.event_s + 0.02, 9), ContactEnd::kTakeoff,
                        foot.event_s + 0.06,
                        {.gravity_statures_s2 = kGravity_statures, .speed = {}})
                   .has_value());
  EXPECT_FALSE(FitHinge(lift, ContactEnd::kTakeoff, foot.event_s + 5,
                        {.gravity_statures_s2 = kGravity_statures, .speed = {}})
                   .has_value());
  EXPECT_FALSE(FitHinge({}, ContactEnd::kTouchdown, 1,
                        {.gravity_statures_s2 = kGravity_statures, .speed = {}})
                   .has_value());
}

RC_GTEST_PROP(FitHinge, MovesWithTheEvent, ()) {
  const auto end = *rc::gen::element(ContactEnd::kTakeoff, ContactEnd::kTouchdown);
  const double shift = *rc::gen::inRange(-2000, 2000) / 1000.0;
  Foot foot{.speed = *rc::gen::inRange(90, 200) / 100.0,
            .fps = static_cast<double>(*rc::gen::inRange(30, 240))};
  const auto here = FitHinge(LiftOf(foot, end), end, InAir(foot, end),
                             {.gravity_statures_s2 = kGravity_statures, .speed = {}});
  foot.event_s += shift;
  const auto there = FitHinge(LiftOf(foot, end), end, InAir(foot, end),
                              {.gravity_statures_s2 = kGravity_statures, .speed = {}});
  RC_ASSERT(here && there);
  // Rounding decides whether a sample at a threshold is used.
  RC_ASSERT(std::abs(there->t_s - here->t_s - shift) < 0.002);
  RC_ASSERT(std::abs(there->speed - here->speed) < 0.15);
}

}  // namespace
}  // namespace plyo
