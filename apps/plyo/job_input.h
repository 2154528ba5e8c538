#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyze_plan.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/video/frame_source.h"

namespace plyo::cli {

/// A job with what its input says of itself where it was not said otherwise: a recorded live
/// session knows its athlete and its pose model, and whether it holds pictures or landmarks.
/// Errors: those of the recording, kInvalidArgument for --capture-fps with one.
Result<AnalyzeJob> CompleteJob(AnalyzeJob job);

/// The pictures of a complete job that is not `from_landmarks`.
Result<std::unique_ptr<FrameSource>> OpenPictures(const AnalyzeJob& job);

/// Poses in time order; with the scale where they were points in space.
struct Landmarks {
  std::string pose_model;  ///< empty where nothing says what found them
  std::vector<PoseFrame> poses;
  std::optional<double> m_per_px;
};

/// Those of a complete job that is `from_landmarks`.
Result<Landmarks> ReadLandmarks(const AnalyzeJob& job);

}  // namespace plyo::cli
