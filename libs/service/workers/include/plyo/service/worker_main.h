#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/sport.h"
#include "plyo/pose/pose_estimator.h"

namespace plyo::service {

/// What a worker process is made of.
struct WorkerSetup {
  int socket = -1;  ///< to the front, connected; taken over
  std::vector<Sport> sports;
  std::function<Result<std::unique_ptr<PoseEstimator>>()> make_estimator;
  std::string version;  ///< for the provenance
};

/// The life of a worker process: loads the models, closes the sandbox around itself, serves
/// sessions until the front hangs up. Failures are told to the front. Returns the exit status.
int RunWorker(const WorkerSetup& setup);

/// Everything that loads, compiles or opens something at its first use does it now. Errors: those
/// of the estimator.
Result<void> WarmUpEstimator(PoseEstimator& estimator);

}  // namespace plyo::service
