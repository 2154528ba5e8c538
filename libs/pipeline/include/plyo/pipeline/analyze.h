#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/sport.h"
#include "plyo/pose/pose_estimator.h"
#include "plyo/video/frame_source.h"

namespace plyo {

struct AnalyzeOptions {
  AthleteOptions athlete;
  std::optional<TrackId> only_athlete;  ///< restricts the result to this track
  bool keep_poses = false;              ///< for the overlay, the report and the export
  std::function<void(std::int64_t frames_done, std::int64_t frames_estimate)> progress;
  const std::atomic<bool>* cancel = nullptr;  ///< set: ends with ErrorCode::kInterrupted
};

/// Wall time of each stage, for benchmarks. Decoding, poses and the rest run beside each other,
/// each in its thread.
struct StageTimes {
  double decode_s = 0;
  double pose_s = 0;
  double evidence_s = 0;
  double analysis_s = 0;
  double wall_s = 0;
};

struct AnalysisRun {
  AnalysisResult result;  ///< provenance.options and created_at are the caller's to fill
  std::map<TrackId, std::vector<PoseFrame>> poses;  ///< with keep_poses; every tracked person
  StageTimes times;
};

/// Frames -> poses -> tracks -> analyzers, each stage a bounded few frames ahead of the next.
Result<AnalysisRun> Analyze(FrameSource& source, PoseEstimator& estimator, const Sport& sport,
                            const AnalyzeOptions& options);

/// The same analysis from landmarks alone; poses of all tracks in time order.
Result<AnalysisRun> AnalyzeLandmarks(std::span<const PoseFrame> poses, const Sport& sport,
                                     const AnalyzeOptions& options);

}  // namespace plyo
