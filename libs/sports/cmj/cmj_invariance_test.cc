#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
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

SyntheticJump AnyJump() {
  SyntheticJump jump;
  jump.height_m = *rc::gen::inRange(18, 50) / 100.0;
  jump.depth_m = *rc::gen::inRange(22, 38) / 100.0;
  jump.stature_m = *rc::gen::inRange(150, 200) / 100.0;
  jump.landing_drop_m = *rc::gen::inRange(0, 6) / 100.0;
  jump.takeoff_rise_m = 0.037 * jump.stature_m;
  jump.standing_s = 0.7;
  jump.filming.fps = *rc::gen::element(30, 50, 60);
  jump.filming.noise_px = *rc::gen::inRange(0, 8) / 10.0;
  jump.filming.seed = static_cast<unsigned>(*rc::gen::inRange(1, 1000));
  jump.filming.azimuth_deg = *rc::gen::element(90, -90, 70, -75);
  jump.filming.image_width = 4000;
  jump.filming.image_height = 3000;
  jump.filming.x_px = 2000;
  jump.filming.floor_y_px = 2000;
  return jump;
}

/// Equal but for rounding: values to `relative` of their uncertainty, times shifted.
void AssertAlike(const Outcome& a, const Outcome& b, double later_s, double relative) {
  RC_ASSERT(a.confirmed.size() == 1U);
  RC_ASSERT(b.confirmed.size() == 1U);
  const Rep& first = a.confirmed[0];
  const Rep& second = b.confirmed[0];
  RC_ASSERT(first.flags == second.flags);
  RC_ASSERT(first.events.size() == second.events.size());
  for (std::size_t i = 0; i < first.events.size(); ++i) {
    const Event& x = first.events[i];
    const Event& y = second.events[i];
    RC_ASSERT(x.id == y.id);
    if (x.id == "stand_again") continue;  // when exactly 0.3 s are over, rounding decides
    RC_ASSERT(std::abs(y.t_s - x.t_s - later_s) < relative * x.u_s);
    RC_ASSERT(x.flags == y.flags);
  }
  for (const Metric& x : first.metrics) {
    std::string id = x.id;
    const Metric* y = second.FindMetric(id);
    RC_ASSERT(y->value.has_value() == x.value.has_value());
    RC_ASSERT(y->reason == x.reason);
    RC_ASSERT(y->flags == x.flags);
    if (x.value) {
      RC_ASSERT(std::abs(*y->value - *x.value) < relative * *x.u);
      RC_ASSERT(std::abs(*y->u / *x.u - 1) < 0.01);
    }
  }
}

RC_GTEST_PROP(CmjInvariance, OfPlaceTimeAndMagnification, ()) {
  const SyntheticJump jump = AnyJump();
  const Poses frames = Render(jump);
  const Outcome here = Analyze(frames, AthleteOf(jump));
  const double later = *rc::gen::inRange(0, 3600);
  const double dx = *rc::gen::inRange(-900, 900);
  const double dy = *rc::gen::inRange(-700, 900);
  const double bigger = *rc::gen::element(1.0, 2.0, 4.0);
  const Poses there =
      testing::Enlarged(testing::Moved(testing::LaterBy(frames, later), dx, dy), bigger);
  AssertAlike(here, Analyze(there, AthleteOf(jump)), later, 0.02);
}

RC_GTEST_PROP(CmjInvariance, OfTheMirror, ()) {
  const SyntheticJump jump = AnyJump();
  const Outcome seen = Analyze(Render(jump), AthleteOf(jump));
  Outcome mirrored = Analyze(testing::Mirrored(Render(jump)), AthleteOf(jump));
  RC_ASSERT(mirrored.confirmed.size() == 1U);
  for (Metric& metric : mirrored.confirmed[0].metrics) {
    if (metric.id.starts_with("left_")) {
      metric.id = "right_" + metric.id.substr(5);
    } else if (metric.id.starts_with("right_")) {
      metric.id = "left_" + metric.id.substr(6);
    }
  }
  AssertAlike(seen, mirrored, 0, 0.02);
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
