#pragma once

#include <openvino/openvino.hpp>
#include <string>

#include "plyo/base/error.h"
#include "plyo/pose/pose_estimator.h"
#include "plyo/pose_openvino/estimator.h"

namespace plyo {

/// The two networks, compiled for the processor, and what is known of the second one.
struct CompiledModels {
  ov::CompiledModel detector;
  ov::CompiledModel landmarks;
  ModelInfo info;
};

/// Outputs of the compiled landmark model.
enum LandmarkOutput : std::size_t {
  kLandmarkOutput,
  kPresenceOutput,
  kHeatmapOutput,
  kWorldOutput,
};

/// Outputs of the compiled detector.
enum DetectorOutput : std::size_t { kBoxOutput, kScoreOutput };

/// Finds, checks and compiles the models. Errors as MakeOpenVinoEstimator has them.
Result<CompiledModels> LoadModels(const OpenVinoOptions& options);

}  // namespace plyo
