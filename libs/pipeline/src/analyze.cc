#include "plyo/pipeline/analyze.h"

#include <tbb/task_group.h>

#include <set>
#include <string>
#include <utility>

#include "athletes.h"
#include "brightness.h"
#include "plyo/kinematics/flags.h"
#include "plyo/pose/tracker.h"
#include "stopwatch.h"

namespace plyo {
namespace {

using pipeline::Athletes;
using pipeline::Stopwatch;

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
  AthleteOptions athlete = options.athlete;
  athlete.pose_model = estimator.Model().name;
  AnalysisRun run;
  const VideoInfo& info = source.Info();
  std::int64_t frames = 0;
  Timestamp first;
  Timestamp last;
  Athletes athletes(sport, athlete, info.capture_fps);
  pipeline::Brightness brightness;
  const auto analyze = [&](const PosedFrame& posed) {
    if (frames++ == 0) first = posed.frame.t;
    last = posed.frame.t;
    brightness.Observe(posed.frame);
    athletes.Observe(posed.frame, posed.poses);
    if (!options.keep_poses) return;
    for (const PoseFrame& pose : posed.poses) run.poses[pose.track].push_back(pose);
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
    athletes.Finish();
    run.times.evidence_s = athletes.evidence_s();
    run.times.analysis_s = athletes.analysis_s();
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
  std::move(athletes).Fill(frames, options.only_athlete, result);
  result.provenance.model_name = estimator.Model().name;
  result.provenance.model_sha256 = estimator.Model().sha256;
  return run;
}

Result<AnalysisRun> AnalyzeLandmarks(std::span<const PoseFrame> poses, const Sport& sport,
                                     const AnalyzeOptions& options) {
  AnalysisRun run;
  Athletes athletes(sport, options.athlete, 0);
  std::set<std::int64_t> frames;
  {
    Stopwatch wall(run.times.wall_s);
    for (const PoseFrame& pose : poses) {
      if (Cancelled(options)) return tl::unexpected<Error>(Interrupted());
      frames.insert(pose.frame);
      athletes.Observe(pose.t, {&pose, 1});
      if (options.keep_poses) run.poses[pose.track].push_back(pose);
    }
    athletes.Finish();
    run.times.analysis_s = athletes.analysis_s();
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
  std::move(athletes).Fill(static_cast<std::int64_t>(frames.size()), options.only_athlete, result);
  result.provenance.model_name = options.athlete.pose_model;
  return run;
}

}  // namespace plyo
