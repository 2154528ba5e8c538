#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_sole.h"

// What must not change a figure: when and where in the picture the jump was filmed, from which
// side, how fast, and how its frames came.
namespace plyo::sports::cmj {

Sport Describe();

namespace {

using testing::Outcome;
using testing::Poses;
using testing::SyntheticJump;
using testing::TimeOf;
using testing::ValueOf;

Outcome Analyze(const std::vector<PoseFrame>& frames, const AthleteOptions& athlete = {},
                const ContactEvidence& evidence = NoContactEvidence()) {
  return testing::Analyze(Describe(), frames, athlete, evidence);
}

AthleteOptions AthleteOf(const SyntheticJump& jump) {
  AthleteOptions athlete;
  athlete.height_m = jump.stature_m;
  return athlete;
}

/// Always the same sequence: an analysis takes too long for the hundreds of runs of a property.
class AnyJump {
 public:
  int Between(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }

  SyntheticJump Next() {
    SyntheticJump jump;
    jump.height_m = Between(18, 50) / 100.0;
    jump.depth_m = 0.12 + jump.height_m / 2 + Between(0, 10) / 100.0;
    jump.stature_m = Between(150, 200) / 100.0;
    jump.landing_drop_m = Between(0, 6) / 100.0;
    jump.takeoff_rise_m = 0.037 * jump.stature_m;
    jump.standing_s = 0.7;
    const double rates[] = {30, 50, 60};
    jump.filming.fps = rates[Between(0, 2)];
    jump.filming.noise_px = Between(0, 8) / 10.0;
    jump.filming.seed = static_cast<unsigned>(Between(1, 1000));
    const double azimuths[] = {90, -90, 70, -75, 45, 0};
    jump.filming.azimuth_deg = azimuths[Between(0, 5)];
    jump.filming.image_width = 4000;
    jump.filming.image_height = 3000;
    jump.filming.x_px = 2000;
    jump.filming.floor_y_px = 2000;
    return jump;
  }

 private:
  std::mt19937 random_{20261124};
};

constexpr int kJumps = 20;

/// Equal but for rounding: times shifted, values to a fraction of their uncertainty.
void ExpectAlike(const Outcome& a, const Outcome& b, double later_s) {
  constexpr double kFraction = 0.05;
  ASSERT_EQ(a.confirmed.size(), 1U);
  ASSERT_EQ(b.confirmed.size(), 1U);
  const Rep& first = a.confirmed[0];
  const Rep& second = b.confirmed[0];
  EXPECT_EQ(first.flags, second.flags);
  ASSERT_EQ(first.events.size(), second.events.size());
  for (std::size_t i = 0; i < first.events.size(); ++i) {
    const Event& x = first.events[i];
    const Event& y = second.events[i];
    ASSERT_EQ(x.id, y.id);
    EXPECT_EQ(x.flags, y.flags);
    if (x.id == "stand_again") continue;  // when exactly 0.3 s are over, rounding decides
    EXPECT_NEAR(y.t_s - later_s, x.t_s, kFraction * x.u_s) << x.id;
  }
  for (const Metric& x : first.metrics) {
    const Metric& y = *second.FindMetric(x.id);
    ASSERT_EQ(y.value.has_value(), x.value.has_value()) << x.id;
    EXPECT_EQ(y.reason, x.reason) << x.id;
    EXPECT_EQ(y.flags, x.flags) << x.id;
    if (!x.value) continue;
    EXPECT_NEAR(*y.value, *x.value, kFraction * *x.u) << x.id;
    EXPECT_NEAR(*y.u, *x.u, 0.01 * *x.u) << x.id;
  }
}

TEST(CmjInvariance, OfPlaceTimeAndMagnification) {
  AnyJump any;
  for (int i = 0; i < kJumps; ++i) {
    SCOPED_TRACE(i);
    const SyntheticJump jump = any.Next();
    const Poses frames = Render(jump);
    const double later = any.Between(0, 3600);
    const double dx = any.Between(-900, 900);
    const double dy = any.Between(-700, 900);
    const Poses there = testing::Enlarged(testing::Moved(testing::LaterBy(frames, later), dx, dy),
                                          1 << any.Between(0, 2));
    ExpectAlike(Analyze(frames, AthleteOf(jump)), Analyze(there, AthleteOf(jump)), later);
  }
}

TEST(CmjInvariance, OfTheMirror) {
  AnyJump any;
  for (int i = 0; i < kJumps; ++i) {
    SCOPED_TRACE(i);
    SyntheticJump jump = any.Next();
    // From the front the sides are seen alike, and which one leads is a convention.
    if (jump.filming.azimuth_deg == 0) jump.filming.noise_px = 0;
    const Poses frames = Render(jump);
    Outcome mirrored = Analyze(testing::Mirrored(frames), AthleteOf(jump));
    ASSERT_EQ(mirrored.confirmed.size(), 1U);
    for (Metric& metric : mirrored.confirmed[0].metrics) {
      if (metric.id.starts_with("left_")) {
        metric.id = "right_" + metric.id.substr(5);
      } else if (metric.id.starts_with("right_")) {
        metric.id = "left_" + metric.id.substr(6);
      } else if (metric.id.starts_with("asymmetry_") && metric.value) {
        *metric.value *= -1;
      }
    }
    ExpectAlike(Analyze(frames, AthleteOf(jump)), mirrored, 0);
  }
}

TEST(CmjInvariance, OfTheFrameRate) {
  SyntheticJump jump;
  jump.filming.fps = 240;
  const Poses all = Render(jump);
  const Rep whole = Analyze(all, AthleteOf(jump)).confirmed.at(0);
  for (const int keep : {2, 4, 8}) {  // 120, 60 and 30 frames/s
    const Rep rep = Analyze(testing::Thinned(all, keep), AthleteOf(jump)).confirmed.at(0);
    SCOPED_TRACE(240 / keep);
    EXPECT_NEAR(*ValueOf(rep, "jump_height"), *ValueOf(whole, "jump_height"), 0.015);
    EXPECT_NEAR(*ValueOf(rep, "com_rise"), *ValueOf(whole, "com_rise"), 0.005);
    EXPECT_NEAR(*ValueOf(rep, "countermovement_depth"), *ValueOf(whole, "countermovement_depth"),
                0.005);
    EXPECT_NEAR(*ValueOf(rep, "flight_time"), *ValueOf(whole, "flight_time"), 0.008);
    EXPECT_NEAR(*ValueOf(rep, "knee_angle_lowest_point"),
                *ValueOf(whole, "knee_angle_lowest_point"), 1);
    for (const char* id : {"takeoff", "landing", "apex"})
      EXPECT_NEAR(*TimeOf(rep, id), *TimeOf(whole, id), 0.006) << id;
    EXPECT_NEAR(*TimeOf(rep, "lowest_point"), *TimeOf(whole, "lowest_point"), 0.004);
    EXPECT_NEAR(*TimeOf(rep, "movement_onset"), *TimeOf(whole, "movement_onset"), 0.015);
  }
}

// A browser on a slow machine finds ten poses a second: whenever its pictures fall, the intervals
// hold.
TEST(CmjInvariance, IntervalsHoldAtTenFramesASecond) {
  int jumps = 0;
  int held = 0;
  for (const double fps : {10.0, 12.0, 15.0}) {
    for (int phase = 0; phase < 12; ++phase) {
      SyntheticJump jump;
      jump.filming.fps = fps;
      jump.filming.noise_px = 1;
      jump.filming.seed = static_cast<unsigned>(phase + 1);
      jump.standing_s = 1 + phase / (12 * fps);
      for (const Rep& rep : Analyze(Render(jump), AthleteOf(jump)).confirmed) {
        const Metric& height = *rep.FindMetric("jump_height");
        ++jumps;
        held += std::abs(*height.value - jump.height_m) <= 1.96 * *height.u ? 1 : 0;
        EXPECT_TRUE(testing::HasFlag(height.flags, "low_frame_rate"));
      }
    }
  }
  EXPECT_GE(jumps, 34);
  EXPECT_GE(held, jumps * 9 / 10);
}

TEST(CmjInvariance, OfWhereTheAthleteLookedBefore) {
  SyntheticJump jump;
  jump.standing_s = 7;
  const Poses frames = Render(jump);
  const Poses mirrored = testing::Mirrored(frames);
  Poses turns;  // looks the other way for most of the time
  for (std::size_t i = 0; i < frames.size(); ++i) {
    turns.push_back(frames[i].t.Seconds() < 5.5 ? mirrored[i] : frames[i]);
  }
  const Rep rep = Analyze(frames, AthleteOf(jump)).confirmed.at(0);
  const Rep turned = Analyze(turns, AthleteOf(jump)).confirmed.at(0);
  for (const char* id : {"trunk_lean_lowest_point", "knee_angle_lowest_point", "jump_height"}) {
    EXPECT_NEAR(*ValueOf(turned, id), *ValueOf(rep, id), 0.05 * *rep.FindMetric(id)->u) << id;
  }
  for (const Metric& metric : rep.metrics) {
    EXPECT_EQ(turned.FindMetric(metric.id)->reason, metric.reason) << metric.id;
  }
}

TEST(CmjInvariance, OfARateThatFallsOnTheWay) {
  SyntheticJump jump;
  jump.filming.fps = 240;
  const Poses all = Render(jump);
  for (const int slow : {8, 10, 12}) {  // 60 frames/s, and 30, 24 and 20 from the push-off on
    Poses falls;
    int wait = 0;
    for (const PoseFrame& frame : all) {
      if (wait-- > 0) continue;
      falls.push_back(frame);
      wait = (frame.t.Seconds() < 1.9 ? 4 : slow) - 1;
    }
    const Outcome outcome = Analyze(falls, AthleteOf(jump));
    ASSERT_EQ(outcome.confirmed.size(), 1U) << slow;
    const Metric& height = *outcome.confirmed[0].FindMetric("jump_height");
    EXPECT_NEAR(*height.value, jump.height_m, 1.96 * *height.u) << slow;
    const Metric& depth = *outcome.confirmed[0].FindMetric("countermovement_depth");
    ASSERT_TRUE(depth.value) << depth.reason;
    EXPECT_NEAR(*depth.value, jump.depth_m, 1.96 * *depth.u) << slow;
  }
}

TEST(CmjInvariance, IntervalsHoldForHighJumpsInSlowVideos) {
  int jumps = 0;
  int held = 0;
  for (const double fps : {24.0, 25.0, 29.97, 30.0}) {
    for (int phase = 0; phase < 12; ++phase) {
      SyntheticJump jump;
      jump.height_m = 0.75;
      jump.depth_m = 0.45;
      jump.filming.fps = fps;
      jump.standing_s = 1 + phase / (12 * fps);
      for (const Rep& rep : Analyze(Render(jump), AthleteOf(jump)).confirmed) {
        const Metric& height = *rep.FindMetric("jump_height");
        ++jumps;
        held += std::abs(*height.value - jump.height_m) <= 1.96 * *height.u ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(jumps, 48);
  EXPECT_GE(held, 45);
}

TEST(CmjInvariance, OfAnUnsteadyClock) {
  SyntheticJump jump;
  jump.filming.fps = 240;
  const Poses all = Render(jump);
  Poses uneven;  // steps of 4, 3, 6 and 5 frames: 40 to 80 frames/s
  const std::size_t steps[] = {4, 3, 6, 5};
  for (std::size_t i = 0, k = 0; i < all.size(); i += steps[k++ % 4]) uneven.push_back(all[i]);
  const Rep even = Analyze(testing::Thinned(all, 4), AthleteOf(jump)).confirmed.at(0);
  const Rep rep = Analyze(uneven, AthleteOf(jump)).confirmed.at(0);
  EXPECT_NEAR(*ValueOf(rep, "jump_height"), *ValueOf(even, "jump_height"), 0.012);
  EXPECT_NEAR(*TimeOf(rep, "lowest_point"), *TimeOf(even, "lowest_point"), 0.004);
  EXPECT_FALSE(testing::HasFlag(rep.flags, "gap"));
}

TEST(CmjInvariance, ConfirmedIsFinalAndRestsOnThePastAlone) {
  SyntheticJump jump;
  jump.repetitions = 3;
  jump.standing_s = 0.8;
  jump.filming.noise_px = 0.5;
  const Poses frames = Render(jump);
  const testing::SyntheticSole sole(jump, {.noise_px = 0.2});
  const Outcome whole = Analyze(frames, AthleteOf(jump), sole);
  ASSERT_EQ(whole.confirmed.size(), 3U);

  // Cut anywhere: what was said by then is what is said of the whole.
  const auto analyzer = Describe().make_analyzer(AthleteOf(jump));
  std::vector<Rep> so_far;
  std::size_t pushed = 0;
  for (const PoseFrame& frame : frames) {
    for (Rep& rep : analyzer->Push(frame, sole).reps) so_far.push_back(std::move(rep));
    if (++pushed % 97 != 0) continue;
    const auto another = Describe().make_analyzer(AthleteOf(jump));
    std::vector<Rep> of_part;
    for (std::size_t i = 0; i < pushed; ++i) {
      for (Rep& rep : another->Push(frames[i], sole).reps) of_part.push_back(std::move(rep));
    }
    EXPECT_EQ(of_part, so_far) << pushed;
  }
  EXPECT_EQ(so_far, whole.reps);
}

TEST(CmjInvariance, AthletesDoNotDisturbEachOther) {
  SyntheticJump one;
  SyntheticJump two;
  two.height_m = 0.25;
  two.stature_m = 1.6;
  two.standing_s = 1.3;
  two.filming.seed = 5;
  const Outcome alone = Analyze(Render(one), AthleteOf(one));
  const auto a = Describe().make_analyzer(AthleteOf(one));
  const auto b = Describe().make_analyzer(AthleteOf(two));
  const Poses first = Render(one);
  const Poses second = Render(two);
  std::vector<Rep> reps;
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i) {
    for (Rep& rep : a->Push(first[i], NoContactEvidence()).reps) reps.push_back(std::move(rep));
    b->Push(second[i], NoContactEvidence());
  }
  EXPECT_EQ(reps, alone.reps);
}

TEST(CmjInvariance, TheSameTwiceIsTheSame) {
  SyntheticJump jump;
  jump.filming.noise_px = 1;
  const Outcome first = Analyze(Render(jump), AthleteOf(jump));
  const Outcome second = Analyze(Render(jump), AthleteOf(jump));
  EXPECT_EQ(first.reps, second.reps);
  EXPECT_EQ(first.summary, second.summary);
  EXPECT_EQ(first.events, second.events);
}

}  // namespace
}  // namespace plyo::sports::cmj
