#include "plyo/pipeline/analyze.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/flags.h"
#include "plyo/pose/region.h"
#include "testing/grey_frame.h"

namespace plyo {
namespace {

using pipeline::testing::GreyFrame;

constexpr int kWidth = 640;
constexpr int kHeight = 360;
constexpr double kFps = 60;

/// Plain pictures; ends, fails or shows oddities when told so.
class PlainSource final : public FrameSource {
 public:
  explicit PlainSource(std::int64_t frames) : frames_(frames) {
    info.name = "plain.mp4";
    info.width = kWidth;
    info.height = kHeight;
    info.capture_fps = kFps;
    info.frames_estimate = frames;
  }
  const VideoInfo& Info() const override { return info; }
  Result<std::optional<Frame>> Next() override {
    if (index_ == fail_at) return Fail(ErrorCode::kFileUnreadable, "the disk is gone");
    if (index_ >= frames_) return std::nullopt;
    Frame frame = picture_;
    frame.index = index_;
    frame.t = Timestamp::FromSeconds(static_cast<double>(index_) / kFps);
    ++index_;
    return frame;
  }
  std::vector<std::string> Flags() const override { return flags; }

  std::optional<std::int64_t> fail_at;
  std::vector<std::string> flags;
  VideoInfo info;

 private:
  std::int64_t frames_;
  std::int64_t index_ = 0;
  Frame picture_ =
      GreyFrame(kWidth, kHeight, std::vector<std::uint8_t>(kWidth, 128).data(), 0, {}, 0);
};

/// Somebody whose hips are at `x`, or who is not there; `jumps` times in the recording he raises
/// both hands.
struct Actor {
  std::function<std::optional<double>(double t)> x;
  double height = 150;
};

class FakeEstimator final : public PoseEstimator {
 public:
  explicit FakeEstimator(std::vector<Actor> actors) : actors_(std::move(actors)) {}
  const ModelInfo& Model() const override { return info_; }

  Result<std::vector<PersonDetection>> Detect(const Frame& frame) override {
    std::vector<PersonDetection> found;
    for (const Actor& actor : actors_) {
      const auto x = actor.x(frame.t.Seconds());
      if (!x) continue;
      found.push_back({RegionAroundBody({*x, 180}, {*x, 180 - 0.55 * actor.height}), 0.9});
    }
    return found;
  }

  Result<LandmarkEstimate> Estimate(const Frame& frame, const RegionOfInterest& region) override {
    if (frame.index == fail_at) return Fail(ErrorCode::kInferenceFailed, "no model");
    LandmarkEstimate best;
    double nearest = 0.3 * region.size;
    for (const Actor& actor : actors_) {
      const auto x = actor.x(frame.t.Seconds());
      if (!x || std::abs(*x - region.cx) > nearest) continue;
      nearest = std::abs(*x - region.cx);
      best = {};
      best.presence = 1;
      for (std::size_t i = 0; i < kLandmarkCount; ++i) {
        // From eyes to toes, left and right apart.
        const double side = i % 2 == 0 ? 0.1 : -0.1;
        const double down = static_cast<double>(i) / kLandmarkCount - 0.5;
        best.image[i] = {static_cast<float>(*x + side * actor.height),
                         static_cast<float>(180 + down * actor.height), 0, 1};
      }
      best.auxiliary[0] = {static_cast<float>(*x), 180, 0, 1};
      best.auxiliary[1] = {static_cast<float>(*x), static_cast<float>(180 - 0.55 * actor.height), 0,
                           1};
    }
    return best;
  }

  std::optional<std::int64_t> fail_at;

 private:
  std::vector<Actor> actors_;
  ModelInfo info_{"fake", "0123"};
};

/// One rep for every whole second in which the athlete is in the left half: provisional at its end,
/// confirmed a quarter of a second later. Remembers nothing but what it was pushed.
class LeftHalf final : public SportAnalyzer {
 public:
  Step Push(const PoseFrame& pose, const ContactEvidence& evidence) override {
    Step step;
    const double t = pose.t.Seconds();
    const double x = static_cast<double>(pose[LandmarkId::kLeftHip].x);
    if (x > kWidth / 2.0) since_ = t;
    if (!since_) since_ = t;
    if (t - *since_ >= 1) {
      since_ = t;
      open_ = MakeRep(t);
      // The frame that is pushed has been seen by the evidence.
      SoleRequest request;
      const ImageLandmark& toe = pose[LandmarkId::kLeftFootIndex];
      const auto foot_x = static_cast<double>(toe.x);
      request.foot_level_px = static_cast<double>(toe.y);
      request.stance = {foot_x - 10, 0, foot_x + 10, request.foot_level_px};
      request.stature_px = 100;
      request.measure_begin = request.measure_end = pose.t;
      open_->flags.push_back(evidence.Sole(request).unavailable);
      step.reps.push_back(*open_);
      step.reps.back().status = RepStatus::kProvisional;
    } else if (open_ && t - *since_ >= 0.25) {
      Confirm(step);
    }
    return step;
  }
  Step Finish(const ContactEvidence&) override {
    Step step;
    if (open_) Confirm(step);
    return step;
  }

 private:
  Rep MakeRep(double t) {
    Rep rep;
    rep.index = ++count_;
    Event event;
    event.id = "end";
    event.t_s = t;
    rep.events.push_back(event);
    return rep;
  }
  void Confirm(Step& step) {
    step.reps.push_back(*open_);
    step.reps.back().status = RepStatus::kConfirmed;
    open_.reset();
  }

  std::optional<double> since_;
  std::optional<Rep> open_;
  int count_ = 0;
};

Sport LeftHalfSport() {
  Sport sport;
  sport.id = "left_half";
  sport.make_analyzer = [](const AthleteOptions&) { return std::make_unique<LeftHalf>(); };
  sport.summarize = [](std::span<const Rep> reps) {
    Summary summary;
    summary.id = "count";
    summary.n = static_cast<int>(reps.size());
    return std::vector<Summary>{summary};
  };
  return sport;
}

Actor StandsAt(double x, double height = 150) {
  return {[x](double) { return std::optional(x); }, height};
}

AnalysisRun Analyzed(std::vector<Actor> actors, std::int64_t frames,
                     const AnalyzeOptions& options = {}) {
  PlainSource source(frames);
  FakeEstimator estimator(std::move(actors));
  auto run = Analyze(source, estimator, LeftHalfSport(), options);
  EXPECT_TRUE(run);
  return run ? *run : AnalysisRun{};
}

TEST(Analyze, ConfirmedRepsOfWhoPerformsAndNobodyElse) {
  const AnalysisRun run = Analyzed({StandsAt(150), StandsAt(450)}, 210);
  ASSERT_EQ(run.result.athletes.size(), 1U);
  const AthleteResult& athlete = run.result.athletes[0];
  ASSERT_EQ(athlete.reps.size(), 3U) << "the last one is confirmed by the end of the recording";
  for (const Rep& rep : athlete.reps) EXPECT_EQ(rep.status, RepStatus::kConfirmed);
  EXPECT_EQ(athlete.summary.size(), 1U);
  EXPECT_EQ(run.result.quality.bystanders, 1);
  EXPECT_EQ(run.result.quality.detected_fraction, 1);
  EXPECT_EQ(run.result.sport, "left_half");
  EXPECT_EQ(run.result.source.name, "plain.mp4");
  EXPECT_EQ(run.result.source.frames, 210);
  EXPECT_NEAR(run.result.source.duration_s, 3.5, 1e-5);
  EXPECT_EQ(run.result.provenance.model_name, "fake");
  EXPECT_EQ(run.result.provenance.model_sha256, "0123");
  EXPECT_TRUE(run.poses.empty());
}

TEST(Analyze, TheEvidenceHasSeenTheFrameThatIsPushed) {
  const AnalysisRun run = Analyzed({StandsAt(150)}, 100);
  ASSERT_EQ(run.result.athletes.size(), 1U);
  // Not "no_frames_kept": the frame of that instant is there, only nothing to compare it with.
  EXPECT_EQ(run.result.athletes[0].reps.at(0).flags, std::vector<std::string>{"no_background"});
}

TEST(Analyze, MostRepsFirstThenTheLargest) {
  const Actor late{[](double t) { return t < 1.5 ? std::nullopt : std::optional(40.0); }, 160};
  const AnalysisRun run = Analyzed({late, StandsAt(150, 120), StandsAt(260, 170)}, 250);
  ASSERT_EQ(run.result.athletes.size(), 3U);
  EXPECT_EQ(run.result.athletes[0].reps.size(), 4U);
  EXPECT_EQ(run.result.athletes[1].reps.size(), 4U);
  EXPECT_LT(run.result.athletes[2].reps.size(), 4U);
  EXPECT_LT(run.result.athletes[0].track_id, 3);
  AnalyzeOptions options;
  options.keep_poses = true;
  const AnalysisRun kept = Analyzed({late, StandsAt(150, 120), StandsAt(260, 170)}, 250, options);
  const auto leads = kept.poses.at(kept.result.athletes[0].track_id);
  EXPECT_NEAR(static_cast<double>(leads[0][LandmarkId::kLeftHip].x), 260, 20) << "the larger one";
}

TEST(Analyze, OnlyTheAthleteThatWasAskedFor) {
  AnalyzeOptions options;
  options.only_athlete = 2;
  const AnalysisRun run = Analyzed({StandsAt(100), StandsAt(250)}, 150, options);
  ASSERT_EQ(run.result.athletes.size(), 1U);
  EXPECT_EQ(run.result.athletes[0].track_id, 2);
  options.only_athlete = 7;
  EXPECT_TRUE(Analyzed({StandsAt(100)}, 150, options).result.athletes.empty());
}

TEST(Analyze, NobodyInThePicture) {
  const AnalysisRun run = Analyzed({}, 40);
  EXPECT_TRUE(run.result.athletes.empty());
  EXPECT_EQ(run.result.quality.bystanders, 0);
  EXPECT_EQ(run.result.quality.detected_fraction, 0);
  const auto& flags = run.result.quality.flags;
  EXPECT_NE(std::ranges::find(flags, flag::kNoPerson), flags.end());
}

TEST(Analyze, WhoLeavesIsFinishedAndWhoComesBackLateIsSomebodyElse) {
  const Actor leaves{
      [](double t) { return t > 1.2 && t < 4.5 ? std::nullopt : std::optional(150.0); }, 150};
  const AnalysisRun run = Analyzed({leaves}, 360);
  ASSERT_EQ(run.result.athletes.size(), 2U);
  EXPECT_NE(run.result.athletes[0].track_id, run.result.athletes[1].track_id);
  EXPECT_LT(run.result.quality.detected_fraction, 0.5);
}

TEST(Analyze, FlagsOfTheSourceReachTheResult) {
  PlainSource source(30);
  source.flags = {"truncated"};
  source.info.variable_frame_rate = true;
  FakeEstimator estimator({StandsAt(150)});
  const auto run = Analyze(source, estimator, LeftHalfSport(), {});
  ASSERT_TRUE(run);
  const auto& flags = run->result.quality.flags;
  EXPECT_NE(std::ranges::find(flags, "truncated"), flags.end());
  EXPECT_NE(std::ranges::find(flags, flag::kVariableFrameRate), flags.end());
}

TEST(Analyze, AnErrorOfTheSourceIsTheAnswer) {
  PlainSource source(100);
  source.fail_at = 70;
  FakeEstimator estimator({StandsAt(150)});
  const auto run = Analyze(source, estimator, LeftHalfSport(), {});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error(), (Error{ErrorCode::kFileUnreadable, "the disk is gone"}));
}

TEST(Analyze, AnErrorOfTheModelIsTheAnswer) {
  PlainSource source(100);
  FakeEstimator estimator({StandsAt(150)});
  estimator.fail_at = 30;
  const auto run = Analyze(source, estimator, LeftHalfSport(), {});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, ErrorCode::kInferenceFailed);
}

TEST(Analyze, StopsWhenTold) {
  std::atomic<bool> cancel = false;
  std::int64_t last = 0;
  AnalyzeOptions options;
  options.cancel = &cancel;
  options.progress = [&](std::int64_t done, std::int64_t estimate) {
    EXPECT_EQ(done, last + 1);
    EXPECT_EQ(estimate, 5000);
    last = done;
    if (done == 20) cancel = true;
  };
  PlainSource source(5000);
  FakeEstimator estimator({StandsAt(150)});
  const auto run = Analyze(source, estimator, LeftHalfSport(), options);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, ErrorCode::kInterrupted);
  EXPECT_EQ(last, 20);
}

TEST(Analyze, IsTheSameFromRunToRun) {
  const std::vector<Actor> actors = {StandsAt(100), StandsAt(250)};
  EXPECT_EQ(Analyzed(actors, 200).result, Analyzed(actors, 200).result);
}

TEST(AnalyzeLandmarks, IsTheSameAnalysisWithoutPixels) {
  AnalyzeOptions options;
  options.keep_poses = true;
  const AnalysisRun video = Analyzed({StandsAt(100), StandsAt(250), StandsAt(500)}, 200, options);
  std::vector<PoseFrame> poses;
  for (const auto& [track, frames] : video.poses)
    poses.insert(poses.end(), frames.begin(), frames.end());
  std::ranges::stable_sort(poses, {}, &PoseFrame::t);
  const auto again = AnalyzeLandmarks(poses, LeftHalfSport(), options);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->poses, video.poses);
  EXPECT_EQ(again->result.quality.bystanders, 1);
  EXPECT_EQ(again->result.quality.detected_fraction, video.result.quality.detected_fraction);
  EXPECT_EQ(again->result.source.frames, 200);
  EXPECT_NEAR(again->result.source.duration_s, video.result.source.duration_s, 1e-5);
  ASSERT_EQ(again->result.athletes.size(), video.result.athletes.size());
  for (std::size_t i = 0; i < again->result.athletes.size(); ++i) {
    const AthleteResult& a = again->result.athletes[i];
    ASSERT_EQ(a.reps.size(), video.result.athletes[i].reps.size());
    for (std::size_t k = 0; k < a.reps.size(); ++k) {
      EXPECT_EQ(a.reps[k].events, video.result.athletes[i].reps[k].events);
      EXPECT_EQ(a.reps[k].flags, std::vector<std::string>{"no_pixels"});
    }
  }
}

TEST(AnalyzeLandmarks, NothingGivesNothing) {
  const auto run = AnalyzeLandmarks({}, LeftHalfSport(), {});
  ASSERT_TRUE(run);
  EXPECT_TRUE(run->result.athletes.empty());
  EXPECT_EQ(run->result.source.frames, 0);
}

}  // namespace
}  // namespace plyo
