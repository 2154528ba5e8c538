#pragma once

#include <filesystem>
#include <memory>

#include "plyo/base/error.h"
#include "plyo/pose/pose_estimator.h"

namespace plyo {

enum class PoseModel { kLite, kFull, kHeavy };

struct OpenVinoOptions {
  PoseModel model = PoseModel::kFull;
  /// Threads inside one inference: 2 halves the time of one athlete, 1 is right for many workers.
  /// Landmarks are the same.
  int threads = 1;
  /// Folder of pose_detection.tflite and pose_landmark_{lite,full,heavy}.tflite; empty: where the
  /// build or the installation put them.
  std::filesystem::path model_dir;
  /// Keeps compiled models for a faster start; a folder that cannot be written is done without.
  /// Empty: no cache.
  std::filesystem::path cache_dir;
};

/// ${XDG_CACHE_HOME:-~/.cache}/plyo/openvino, or empty where neither is known.
std::filesystem::path DefaultPoseCacheDir();

/// BlazePose on the processor, in single precision. The detector is loaded beside the landmark
/// model. Errors: kModelNotFound, kModelInvalid (both name the file); kInferenceFailed from its
/// methods.
Result<std::unique_ptr<PoseEstimator>> MakeOpenVinoEstimator(const OpenVinoOptions& options);

}  // namespace plyo
