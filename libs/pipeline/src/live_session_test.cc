#include "plyo/pipeline/live_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/pipeline/analyze.h"
#include "plyo/sports/catalogue.h"
#include "testing/filmed_jump.h"

namespace plyo {
namespace {

using pipeline::testing::FilmedJump;
using pipeline::testing::JumpEstimator;
using pipeline::testing::JumpFilm;
using testing::SyntheticJump;

/// Somebody who stands for long between two jumps.
SyntheticJump Coached(double standing_s = 4) {
  SyntheticJump jump = FilmedJump(30, 2);
  jump.standing_s = standing_s;
  return jump;
}

/// A session with everything that came out of it.
struct Live {
  std::int64_t frames = 0, inferred = 0, caught_up = 0, skipped = 0, estimates = 0;
  std::vector<Rep> provisional, confirmed;
  std::vector<double> shown_after_s;  ///< of each provisional rep, after its landing
  AnalysisResult result;
};

LiveSessionOptions OptionsFor(const SyntheticJump& jump, double still_fps) {
  LiveSessionOptions options;
  options.athlete.height_m = jump.stature_m;
  options.capture_fps = jump.filming.fps;
  options.still_fps = still_fps;
  return options;
}

/// `at_once`: pictures that are caught up with after each one.
Live Watched(const SyntheticJump& jump, double still_fps, int at_once = 100) {
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  LiveSession session(*FindSport("cmj"), &estimator, OptionsFor(jump, still_fps));
  Live live;
  const auto take = [&live](const LiveStep& step, double t_s) {
    live.inferred += step.inferred;
    live.caught_up += step.caught_up;
    live.skipped += step.skipped;
    for (const AthleteStep& one : step.steps) {
      for (const Rep& rep : one.step.reps) {
        if (rep.status == RepStatus::kConfirmed) {
          live.confirmed.push_back(rep);
        } else {
          live.provisional.push_back(rep);
          live.shown_after_s.push_back(t_s - rep.FindEvent("landing")->t_s);
        }
      }
    }
  };
  while (const auto frame = film.Next().value()) {
    ++live.frames;
    take(session.Push(*frame).value(), frame->t.Seconds());
    if (session.Behind()) take(session.CatchUp(at_once).value(), frame->t.Seconds());
  }
  take(session.Finish().value(), 1e9);
  live.estimates = estimator.estimates;
  live.result = session.TakeResult();
  return live;
}

AnalysisResult Offline(const SyntheticJump& jump) {
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  AnalyzeOptions options;
  options.athlete.height_m = jump.stature_m;
  return Analyze(film, estimator, *FindSport("cmj"), options).value().result;
}

/// Where pictures were left out the curves have gaps, which equal nothing.
std::vector<AthleteResult> WithoutTraces(AnalysisResult result) {
  for (AthleteResult& athlete : result.athletes) {
    for (Rep& rep : athlete.reps) rep.traces.clear();
  }
  return result.athletes;
}

/// Equal but for a third of the stated uncertainty.
void ExpectAlike(const std::vector<Rep>& reps, const std::vector<Rep>& others) {
  ASSERT_EQ(reps.size(), others.size());
  for (std::size_t i = 0; i < reps.size(); ++i) {
    ASSERT_EQ(reps[i].events.size(), others[i].events.size());
    for (std::size_t k = 0; k < reps[i].events.size(); ++k) {
      const Event& event = others[i].events[k];
      EXPECT_LE(std::abs(reps[i].events[k].t_s - event.t_s), event.u_s / 3) << event.id;
    }
    for (const Metric& metric : others[i].metrics) {
      const Metric& other = *reps[i].FindMetric(metric.id);
      ASSERT_EQ(other.value.has_value(), metric.value.has_value()) << metric.id;
      if (!metric.value || !metric.u) continue;
      EXPECT_LE(std::abs(*other.value - *metric.value), *metric.u / 3) << metric.id;
    }
  }
}

TEST(LiveSession, WhereEveryPictureIsLookedAtItIsTheAnalysisOfTheFile) {
  const SyntheticJump jump = Coached(1.5);
  const Live live = Watched(jump, jump.filming.fps);
  const AnalysisResult file = Offline(jump);
  ASSERT_EQ(file.athletes.size(), 1U);
  EXPECT_EQ(file.athletes[0].reps.size(), 2U);
  EXPECT_EQ(live.result.athletes, file.athletes);
  EXPECT_EQ(live.confirmed, file.athletes[0].reps);
  EXPECT_EQ(live.result.source.frames, file.source.frames);
  EXPECT_EQ(live.result.quality.detected_fraction, file.quality.detected_fraction);
  EXPECT_EQ(live.inferred, live.frames);
  EXPECT_EQ(live.skipped + live.caught_up, 0);
}

TEST(LiveSession, StillPicturesAreLeftOutAndNoFigureSuffers) {
  const SyntheticJump jump = Coached();
  const Live live = Watched(jump, 5);
  const AnalysisResult file = Offline(jump);
  ASSERT_EQ(live.confirmed.size(), 2U);
  ExpectAlike(live.confirmed, file.athletes.at(0).reps);
  EXPECT_GT(live.skipped, live.frames / 6) << "of " << live.frames;
  EXPECT_GT(live.caught_up, 10);
  EXPECT_LT(live.estimates, live.frames);
}

TEST(LiveSession, ARepetitionIsShownSoonAfterLandingAndConfirmedOnce) {
  const Live live = Watched(Coached(), 5);
  ASSERT_EQ(live.provisional.size(), 2U);
  ASSERT_EQ(live.confirmed.size(), 2U);
  for (const double after_s : live.shown_after_s) EXPECT_LT(after_s, 0.4);
  EXPECT_EQ(live.provisional[1].index, 2);
  EXPECT_EQ(live.confirmed[1].index, 2);
}

TEST(LiveSession, IsTheSameFromRunToRun) {
  const SyntheticJump jump = Coached();
  const Live a = Watched(jump, 5);
  const Live b = Watched(jump, 5);
  EXPECT_EQ(WithoutTraces(a.result), WithoutTraces(b.result));
  EXPECT_EQ(a.result.quality, b.result.quality);
  EXPECT_EQ(a.result.source, b.result.source);
  EXPECT_EQ(a.inferred, b.inferred);
}

TEST(LiveSession, ItDoesNotMatterHowSoonItCatchesUp) {
  const SyntheticJump jump = Coached();
  const Live soon = Watched(jump, 5);
  ASSERT_EQ(soon.confirmed.size(), 2U);
  const Live late = Watched(jump, 5, 2);
  EXPECT_EQ(WithoutTraces(late.result), WithoutTraces(soon.result));
  EXPECT_EQ(late.result.quality, soon.result.quality);
  EXPECT_EQ(late.skipped, soon.skipped);
  EXPECT_EQ(late.inferred + late.caught_up, soon.inferred + soon.caught_up);
  // Some of what comes meanwhile is shown at once.
  EXPECT_GT(late.inferred, soon.inferred / 2);
}

/// A worker that has no time loses nothing while there is memory, and comes to the same.
TEST(LiveSession, WhatIsNeverCaughtUpWithIsAnalysedAtTheEnd) {
  const SyntheticJump jump = Coached();
  const Live never = Watched(jump, 5, 0);
  ExpectAlike(never.confirmed, Watched(jump, 5).confirmed);
  EXPECT_GT(never.caught_up, never.frames / 3);
}

TEST(LiveSession, LatePicturesAreAnalysedButNotShown) {
  const SyntheticJump jump = Coached(1.5);
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  LiveSession session(*FindSport("cmj"), &estimator, OptionsFor(jump, jump.filming.fps));
  std::int64_t shown = 0, caught_up = 0, frames = 0;
  while (const auto frame = film.Next().value()) {
    // For half of a second in two there is no time.
    const bool late = frame->t.us % 2'000'000 > 1'500'000;
    ASSERT_TRUE(session.TakesLate());
    const LiveStep step = session.Push(*frame, late).value();
    EXPECT_FALSE(late && step.inferred);
    shown += step.inferred;
    if (!late && session.Behind()) caught_up += session.CatchUp(3).value().caught_up;
    ++frames;
  }
  EXPECT_TRUE(session.Finish());
  EXPECT_LT(shown, frames * 9 / 10);
  EXPECT_GT(caught_up, frames / 10);
  EXPECT_EQ(session.TakeResult().athletes, Offline(jump).athletes);
}

TEST(LiveSession, SkeletonsAreShownBeforeAnythingElseIsDone) {
  const SyntheticJump jump = Coached(1.5);
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  LiveSession session(*FindSport("cmj"), &estimator, OptionsFor(jump, 3));
  std::int64_t inferred = 0, shown = 0, left = 0;
  while (const auto frame = film.Next().value()) {
    const LiveStep step = session
                              .Push(*frame, false,
                                    [&](const std::vector<PoseFrame>& poses, double pose_s) {
                                      ++shown;
                                      EXPECT_EQ(poses.size(), 1U);
                                      EXPECT_EQ(poses[0].t, frame->t);
                                      EXPECT_GE(pose_s, 0);
                                    })
                              .value();
    inferred += step.inferred;
    // Nobody was followed into the first one.
    EXPECT_EQ(session.Incomplete(), step.inferred && shown > 1);
    // Now and then there is time for what is left; else the next call does it.
    if (frame->index % 3 != 0 && session.Incomplete()) {
      EXPECT_TRUE(session.Complete());
      EXPECT_FALSE(session.Incomplete());
      ++left;
    }
    if (session.Behind()) {
      EXPECT_TRUE(session.CatchUp(2));
    }
  }
  EXPECT_TRUE(session.Finish());
  EXPECT_EQ(shown, inferred);
  EXPECT_GT(left, 0);
  EXPECT_EQ(WithoutTraces(session.TakeResult()), WithoutTraces(Watched(jump, 3).result));
}

TEST(LiveSession, NobodyIsSearchedForInAPictureThatIsOnlyShown) {
  const SyntheticJump jump = Coached(1.5);
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  LiveSession session(*FindSport("cmj"), &estimator, OptionsFor(jump, jump.filming.fps));
  int shown = 0;
  std::int64_t before = 0;
  for (int i = 0; i < 90; ++i) {
    // Ten pictures come late, and are never caught up with: the others are only shown.
    if (i == 20) before = estimator.detections;
    ASSERT_TRUE(session.Push(*film.Next().value(), i >= 10 && i < 20,
                             [&](const auto&, double) { shown += i >= 20 ? 1 : 0; }));
    ASSERT_TRUE(session.Complete());
    EXPECT_EQ(session.Behind(), i >= 10);
  }
  EXPECT_GT(shown, 10);
  EXPECT_EQ(estimator.detections, before);
}

TEST(LiveSession, AMovementIsCaughtUpWithFromWhereTheTrackerStartedAfresh) {
  SyntheticJump jump = Coached(5.3);
  jump.repetitions = 1;
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  LiveSession session(*FindSport("cmj"), &estimator, OptionsFor(jump, 3));
  while (const auto frame = film.Next().value()) {
    const LiveStep step = session.Push(*frame).value();
    if (!session.Behind()) continue;
    std::int64_t caught_up = step.caught_up;
    while (session.Behind()) caught_up += session.CatchUp(1).value().caught_up;
    // From a whole second: at least 0.85 s of pictures, and less than a second more.
    const double noticed_s = frame->t.Seconds();
    const double begin_s = std::floor(noticed_s - 0.85 + 1e-3);
    const double looked_at = 3 * (noticed_s - begin_s);
    EXPECT_NEAR(static_cast<double>(caught_up), 30 * (noticed_s - begin_s) - looked_at, 2);
    return;
  }
  FAIL() << "nothing moved";
}

TEST(LiveSession, AtRestNewPeopleAreSeldomLookedForAndTheTrackerStartsAfreshWhenHeMoves) {
  SyntheticJump jump = Coached(12.3);
  jump.repetitions = 1;
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  LiveSession session(*FindSport("cmj"), &estimator, OptionsFor(jump, 3));
  std::int64_t at_rest = 0;
  while (const auto frame = film.Next().value()) {
    const std::int64_t before = estimator.detections;
    (void)session.Push(*frame).value();
    const std::int64_t in_this = estimator.detections - before;
    if (!session.Behind()) {
      if (frame->t.Seconds() > 2) at_rest += in_this;
      continue;
    }
    EXPECT_EQ(at_rest, 4) << "at 3, 6, 9 and 12 s";
    const std::int64_t at_begin = estimator.detections;
    (void)session.CatchUp(1).value();
    EXPECT_EQ(estimator.detections, at_begin + 1) << "what was put off";
    return;
  }
  FAIL() << "nothing moved";
}

/// Sees one athlete until a time, and then the other, whose own time begins there.
class CutEstimator final : public PoseEstimator {
 public:
  CutEstimator(const SyntheticJump& before, const SyntheticJump& after, std::int64_t cut_us)
      : before_(before, 0.6), after_(after, 0.6), cut_us_(cut_us) {}
  const ModelInfo& Model() const override { return before_.Model(); }
  Result<std::vector<PersonDetection>> Detect(const Frame& frame) override {
    return frame.t.us < cut_us_ ? before_.Detect(frame) : after_.Detect(OfAfter(frame));
  }
  Result<LandmarkEstimate> Estimate(const Frame& frame, const RegionOfInterest& region) override {
    return frame.t.us < cut_us_ ? before_.Estimate(frame, region)
                                : after_.Estimate(OfAfter(frame), region);
  }

 private:
  Frame OfAfter(Frame frame) const {
    frame.t.us -= cut_us_;
    return frame;
  }

  JumpEstimator before_, after_;
  std::int64_t cut_us_;
};

/// A camera that was turned, or another part of a file: what moves is looked for where the athlete
/// is now.
TEST(LiveSession, SeesAJumpInAnotherPlaceThanBefore) {
  SyntheticJump here = Coached();
  here.repetitions = 1;
  here.filming.image_width = 900;
  here.filming.x_px = 180;
  SyntheticJump there = here;
  there.filming.x_px = 720;
  constexpr std::int64_t kCut_us = 3'000'000;
  JumpFilm before(here, 90, true);  // stands
  JumpFilm after(there, {}, true);
  CutEstimator estimator(here, there, kCut_us);
  LiveSession session(*FindSport("cmj"), &estimator, OptionsFor(here, 5));
  int confirmed = 0;
  std::int64_t inferred = 0, frames = 0;
  const auto take = [&](const LiveStep& step) {
    inferred += step.inferred;
    for (const AthleteStep& one : step.steps) {
      confirmed +=
          static_cast<int>(std::ranges::count(one.step.reps, RepStatus::kConfirmed, &Rep::status));
    }
  };
  const auto play = [&](JumpFilm& film, std::int64_t shift_us) {
    while (auto frame = film.Next().value()) {
      frame->t.us += shift_us;
      take(session.Push(*frame).value());
      take(session.CatchUp(2).value());
      ++frames;
    }
  };
  play(before, 0);
  play(after, kCut_us);
  take(session.Finish().value());
  EXPECT_EQ(confirmed, 1);
  EXPECT_LT(inferred, frames * 3 / 4) << "there was stillness";
}

TEST(LiveSession, TakesNoMoreLatePicturesThanItMayKeep) {
  const SyntheticJump jump = Coached(1.5);
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  LiveSessionOptions options = OptionsFor(jump, jump.filming.fps);
  options.max_kept_bytes = 20U * 560 * 480 * 3 / 2;
  LiveSession session(*FindSport("cmj"), &estimator, options);
  std::int64_t taken = 0;
  for (; session.TakesLate(); ++taken) {
    EXPECT_TRUE(session.Push(*film.Next().value(), true));
  }
  EXPECT_EQ(taken, 35);
  EXPECT_TRUE(session.Behind());
}

TEST(LiveSession, GoesOnAfterAFailureOfTheModel) {
  const SyntheticJump jump = Coached(1.5);
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  estimator.fail_at = 20;
  LiveSession session(*FindSport("cmj"), &estimator, OptionsFor(jump, 30));
  int failures = 0;
  while (const auto frame = film.Next().value()) failures += !session.Push(*frame);
  EXPECT_TRUE(session.Finish());
  EXPECT_EQ(failures, 1);
  EXPECT_EQ(session.TakeResult().athletes.at(0).reps.size(), 2U);
}

TEST(LiveSession, FewPicturesAreKeptWhereTheyAreLarge) {
  const SyntheticJump jump = Coached();
  JumpFilm film(jump, {}, true);
  JumpEstimator estimator(jump, 0.6);
  LiveSessionOptions options = OptionsFor(jump, 5);
  options.max_kept_bytes = 5U * 560 * 480 * 3 / 2;  // five pictures
  LiveSession session(*FindSport("cmj"), &estimator, options);
  std::int64_t caught_up = 0;
  while (const auto frame = film.Next().value()) {
    EXPECT_TRUE(session.Push(*frame));
    caught_up = std::max(caught_up, session.CatchUp(100).value().caught_up);
  }
  EXPECT_GT(caught_up, 0);
  EXPECT_LT(caught_up, 5);
}

TEST(LiveSession, LandmarksGiveWhatTheyGiveOffline) {
  const SyntheticJump jump = Coached(1.5);
  const std::vector<PoseFrame> poses = testing::Render(jump);
  LiveSessionOptions options = OptionsFor(jump, 5);
  options.athlete.pose_model = "blazepose_lite";
  LiveSession session(*FindSport("cmj"), nullptr, options);
  for (const PoseFrame& pose : poses) EXPECT_TRUE(session.Push(pose.t, {pose}).inferred);
  EXPECT_TRUE(session.Finish());
  const AnalysisResult live = session.TakeResult();
  AnalyzeOptions offline;
  offline.athlete = options.athlete;
  EXPECT_EQ(live.athletes,
            AnalyzeLandmarks(poses, *FindSport("cmj"), offline).value().result.athletes);
  EXPECT_EQ(live.athletes.at(0).reps.size(), 2U);
  EXPECT_EQ(live.provenance.model_name, "blazepose_lite");
}

/// Counts how many there are at a time.
class CountedAnalyzer final : public SportAnalyzer {
 public:
  explicit CountedAnalyzer(int& alive) : alive_(alive) { ++alive_; }
  ~CountedAnalyzer() override { --alive_; }
  Step Push(const PoseFrame&, const ContactEvidence&) override { return {}; }
  Step Finish(const ContactEvidence&) override { return {}; }

 private:
  int& alive_;
};

TEST(LiveSession, OfLandmarksThoseAloneAreAnalysedWhoAreThere) {
  int alive = 0;
  int most = 0;
  Sport sport = *FindSport("cmj");
  sport.make_analyzer = [&alive](const AthleteOptions&) {
    return std::make_unique<CountedAnalyzer>(alive);
  };
  LiveSession session(sport, nullptr, {});
  PoseFrame pose;
  for (int i = 1; i <= 10'000; ++i) {
    pose.t.us = i * std::int64_t{33'333};
    pose.track = i;
    session.Push(pose.t, {pose});
    most = std::max(most, alive);
  }
  EXPECT_EQ(most, 61) << "those of two seconds";
  EXPECT_TRUE(session.Finish());
  EXPECT_EQ(alive, 0);
}

/// Of somebody who leaves soon after his last landing: too soon for its confirmation.
std::vector<PoseFrame> LeavesAfterLanding(const SyntheticJump& jump) {
  std::vector<PoseFrame> poses = testing::Render(jump);
  AnalyzeOptions options;
  options.athlete.height_m = jump.stature_m;
  const AnalysisRun run = AnalyzeLandmarks(poses, *FindSport("cmj"), options).value();
  const double landing_s = run.result.athletes.at(0).reps.back().FindEvent("landing")->t_s;
  std::erase_if(poses, [&](const PoseFrame& pose) { return pose.t.Seconds() > landing_s + 0.4; });
  return poses;
}

TEST(LiveSession, LandmarksOfWhoHasLeftAreConfirmed) {
  SyntheticJump jump = Coached(1.5);
  jump.repetitions = 1;
  LiveSession session(*FindSport("cmj"), nullptr, OptionsFor(jump, 5));
  std::vector<Rep> reps;
  const auto take = [&reps](const LiveStep& step) {
    for (const AthleteStep& one : step.steps)
      std::ranges::copy(one.step.reps, std::back_inserter(reps));
  };
  Timestamp t;
  for (const PoseFrame& pose : LeavesAfterLanding(jump)) take(session.Push(t = pose.t, {pose}));
  ASSERT_EQ(reps.size(), 1U);
  EXPECT_EQ(reps[0].status, RepStatus::kProvisional);
  for (int i = 0; i < 75; ++i) take(session.Push(Timestamp{t.us += 33'333}, {}));
  ASSERT_EQ(reps.size(), 2U);
  EXPECT_EQ(reps[1].status, RepStatus::kConfirmed);
  EXPECT_EQ(reps[1].index, 1);
}

/// Whether pictures came while he was away, as they do live, or none, as in a file of landmarks.
TEST(LiveSession, LandmarksOfWhoComesBackAreThoseOfTheFile) {
  const SyntheticJump jump = Coached(1.5);
  std::vector<PoseFrame> poses = LeavesAfterLanding(jump);
  const Timestamp left = poses.back().t;
  constexpr std::int64_t kAway_us = 3'000'000;
  for (PoseFrame pose : testing::Render(jump)) {
    pose.t.us += left.us + kAway_us;
    pose.frame += 1000;
    poses.push_back(pose);
  }
  LiveSessionOptions options = OptionsFor(jump, 5);
  LiveSession session(*FindSport("cmj"), nullptr, options);
  std::vector<int> confirmed;
  const auto take = [&confirmed](const LiveStep& step) {
    for (const AthleteStep& one : step.steps) {
      for (const Rep& rep : one.step.reps) {
        if (rep.status == RepStatus::kConfirmed) confirmed.push_back(rep.index);
      }
    }
  };
  for (const PoseFrame& pose : poses) {
    if (pose.t.us == left.us + kAway_us) {
      for (std::int64_t us = 33'333; us < kAway_us; us += 33'333)
        take(session.Push(Timestamp{left.us + us}, {}));
    }
    take(session.Push(pose.t, {pose}));
  }
  take(session.Finish().value());
  EXPECT_EQ(confirmed, (std::vector{1, 2, 3, 4}));
  const AnalysisResult live = session.TakeResult();
  AnalyzeOptions offline;
  offline.athlete = options.athlete;
  EXPECT_EQ(live.athletes,
            AnalyzeLandmarks(poses, *FindSport("cmj"), offline).value().result.athletes);
  ASSERT_EQ(live.athletes.size(), 1U);
  EXPECT_EQ(live.athletes[0].reps.size(), 4U);
}

}  // namespace
}  // namespace plyo
