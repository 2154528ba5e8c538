#include "plyo/pipeline/analyze.h"

#include <tbb/task_group.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "athlete_path.h"
#include "brightness.h"
#include "ground_strips.h"
#include "plyo/kinematics/flags.h"
#include "plyo/pose/tracker.h"

namespace plyo {
namespace {

using pipeline::AthletePath;
using pipeline::GroundStrips;

// The tracker gives a lost person his id back within a second; after this he is gone for good.
constexpr std::int64_t kGone_us = 2'000'000;
// Who was seen for less is no bystander but a flicker.
constexpr std::int64_t kFewestFrames = 5;
// Share of the frames with exchanged legs from which a user should know of it.
constexpr double kManySwaps = 0.02;

class Stopwatch {
 public:
  explicit Stopwatch(double& sum) : sum_(sum) {}
  ~Stopwatch() {
    sum_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& sum_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// All tracks of a recording: who appears gets a path, who has left is finished.
class Athletes {
 public:
  Athletes(const Sport& sport, const AnalyzeOptions& options) : sport_(sport), options_(options) {}

  AthletePath& PathOf(TrackId track) {
    auto& path = paths_[track];
    if (!path) path = std::make_unique<AthletePath>(track, sport_, options_.athlete);
    return *path;
  }

  /// Moves results out, most reps first, then the largest in the picture.
  void Fill(std::int64_t frames, AnalysisResult& result) && {
    std::vector<AthletePath*> performing;
    std::int64_t seen_most = 0;
    for (const auto& [track, path] : paths_) {
      if (options_.only_athlete && track != *options_.only_athlete) continue;
      seen_most = std::max(seen_most, path->frames_seen());
      if (path->Performs()) {
        performing.push_back(path.get());
      } else if (path->frames_seen() >= kFewestFrames) {
        ++result.quality.bystanders;
      }
    }
    std::vector<std::pair<AthleteResult, double>> ordered;
    std::map<TrackId, std::int64_t> seen;
    for (AthletePath* path : performing) {
      seen[path->track()] = path->frames_seen();
      result.quality.side_swaps += path->side_swaps();
      const double size = path->size_px();
      ordered.emplace_back(std::move(*path).Take(options_.athlete), size);
    }
    std::ranges::stable_sort(ordered, [](const auto& a, const auto& b) {
      const auto count = [](const auto& one) {
        return one.first.reps.size() + one.first.steps.size();
      };
      return std::pair(count(a), a.second) > std::pair(count(b), b.second);
    });
    for (auto& [athlete, size] : ordered) result.athletes.push_back(std::move(athlete));
    if (!result.athletes.empty()) seen_most = seen[result.athletes.front().track_id];
    if (frames > 0) {
      result.quality.detected_fraction =
          static_cast<double>(seen_most) / static_cast<double>(frames);
    }
    if (static_cast<double>(result.quality.side_swaps) > kManySwaps * static_cast<double>(frames)) {
      result.quality.flags.emplace_back(flag::kSideSwaps);
    }
    if (paths_.empty()) result.quality.flags.emplace_back(flag::kNoPerson);
  }

 private:
  const Sport& sport_;
  const AnalyzeOptions& options_;
  std::map<TrackId, std::unique_ptr<AthletePath>> paths_;
};

/// A picture and everyone in it.
struct PosedFrame {
  Frame frame;
  std::vector<PoseFrame> poses;
};

bool Cancelled(const AnalyzeOptions& options) {
  return options.cancel != nullptr && options.cancel->load(std::memory_order_relaxed);
}

Error Interrupted() { return {ErrorCode::kInterrupted, "The analysis was interrupted."}; }

}  // namespace

Result<AnalysisRun> Analyze(FrameSource& source, PoseEstimator& estimator, const Sport& sport,
                            const AnalyzeOptions& options) {
  AnalyzeOptions with_model = options;
  with_model.athlete.pose_model = estimator.Model().name;
  AnalysisRun run;
  const VideoInfo& info = source.Info();
  std::int64_t frames = 0;
  Timestamp first;
  Timestamp last;
  Athletes athletes(sport, with_model);
  pipeline::Brightness brightness;
  std::map<TrackId, std::unique_ptr<GroundStrips>> strips;
  const auto analyze = [&](const PosedFrame& posed) {
    const Frame& frame = posed.frame;
    if (frames++ == 0) first = frame.t;
    last = frame.t;
    brightness.Observe(frame);
    {
      Stopwatch stopwatch(run.times.evidence_s);
      for (const PoseFrame& pose : posed.poses) {
        auto& strip = strips[pose.track];
        if (!strip)
          strip = std::make_unique<GroundStrips>(
              pipeline::GroundStripsOptions{.fps = info.capture_fps});
      }
      for (auto& [track, strip] : strips) {
        const auto pose = std::ranges::find(posed.poses, track, &PoseFrame::track);
        strip->Observe(frame, pose == posed.poses.end() ? nullptr : &*pose);
      }
    }
    Stopwatch stopwatch(run.times.analysis_s);
    for (const PoseFrame& pose : posed.poses) {
      athletes.PathOf(pose.track).Push(pose, *strips[pose.track]);
      if (options.keep_poses) run.poses[pose.track].push_back(pose);
    }
    std::erase_if(strips, [&](const auto& entry) {
      AthletePath& path = athletes.PathOf(entry.first);
      if (frame.t.us - path.last_seen().us < kGone_us) return false;
      path.Finish(*entry.second);
      return true;
    });
  };
  {
    Stopwatch wall(run.times.wall_s);
    const auto decode = [&] {
      Stopwatch stopwatch(run.times.decode_s);
      return source.Next();
    };
    // While the poses of one picture are found, the next picture is decoded and the last one
    // analyzed. As tasks of the same pool that works inside an inference: more threads than cores
    // would make each of its layers wait for a time slice of another's.
    tbb::task_group beside;
    Tracker tracker(estimator);
    Result<std::optional<Frame>> next = decode();
    std::optional<PosedFrame> posed;
    while (next && *next) {
      if (Cancelled(options)) return tl::unexpected<Error>(Interrupted());
      const Frame frame = std::move(**next);
      beside.run([&] { next = decode(); });
      if (posed) beside.run([&] { analyze(*posed); });
      Result<std::vector<PoseFrame>> poses = [&] {
        Stopwatch stopwatch(run.times.pose_s);
        return tracker.Track(frame);
      }();
      beside.wait();
      if (!poses) return tl::unexpected<Error>(std::move(poses.error()));
      posed = {frame, std::move(*poses)};
      if (options.progress) options.progress(frames + 1, info.frames_estimate);
    }
    if (!next) return tl::unexpected<Error>(std::move(next.error()));
    if (posed) analyze(*posed);
    for (auto& [track, strip] : strips) athletes.PathOf(track).Finish(*strip);
  }

  AnalysisResult& result = run.result;
  result.sport = sport.id;
  result.source.name = info.name;
  result.source.width = info.width;
  result.source.height = info.height;
  result.source.rotation_deg = info.rotation_deg;
  result.source.frames = frames;
  result.source.capture_fps = info.capture_fps;
  result.source.variable_frame_rate = info.variable_frame_rate;
  if (frames > 1) {
    const double shown = last.Seconds() - first.Seconds();
    result.source.duration_s = shown + shown / static_cast<double>(frames - 1);
  }
  for (std::string& flag : source.Flags()) result.quality.flags.push_back(std::move(flag));
  if (info.variable_frame_rate) result.quality.flags.emplace_back(flag::kVariableFrameRate);
  if (brightness.Dark()) result.quality.flags.emplace_back(flag::kDark);
  std::move(athletes).Fill(frames, result);
  result.provenance.model_name = estimator.Model().name;
  result.provenance.model_sha256 = estimator.Model().sha256;
  return run;
}

Result<AnalysisRun> AnalyzeLandmarks(std::span<const PoseFrame> poses, const Sport& sport,
                                     const AnalyzeOptions& options) {
  AnalysisRun run;
  Athletes athletes(sport, options);
  std::set<TrackId> tracks;
  std::set<std::int64_t> frames;
  const NoContactEvidence none;
  {
    Stopwatch wall(run.times.wall_s);
    Stopwatch stopwatch(run.times.analysis_s);
    for (const PoseFrame& pose : poses) {
      if (Cancelled(options)) return tl::unexpected<Error>(Interrupted());
      tracks.insert(pose.track);
      frames.insert(pose.frame);
      athletes.PathOf(pose.track).Push(pose, none);
      if (options.keep_poses) run.poses[pose.track].push_back(pose);
    }
    for (const TrackId track : tracks) athletes.PathOf(track).Finish(none);
  }
  AnalysisResult& result = run.result;
  result.sport = sport.id;
  if (!poses.empty()) {
    const double shown = poses.back().t.Seconds() - poses.front().t.Seconds();
    const auto count = static_cast<double>(frames.size());
    result.source.width = poses.front().image_width;
    result.source.height = poses.front().image_height;
    result.source.frames = static_cast<std::int64_t>(frames.size());
    if (count > 1 && shown > 0) {
      result.source.capture_fps = (count - 1) / shown;
      result.source.duration_s = shown + shown / (count - 1);
    }
  }
  std::move(athletes).Fill(static_cast<std::int64_t>(frames.size()), result);
  return run;
}

}  // namespace plyo
