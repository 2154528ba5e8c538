#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/sport.h"
#include "plyo/service/live_backend.h"

namespace plyo::service {

struct WorkersOptions {
  int count = 0;  ///< processes; 0: one a core
  /// What is run: the program and its arguments before the socket's number ("worker", "--model",
  /// "lite", "--socket").
  std::string program = "/proc/self/exe";
  std::vector<std::string> arguments;
  std::vector<Sport> sports;
};

/// Starts processes that decode, find poses and analyse, and waits until they have loaded their
/// models. Each session is given to the least loaded one that has room. A worker that dies or hangs
/// is started anew; its sessions, and no others, end with kWorkerLost.
///
/// The processes have no network, no files and an environment without secrets, and end with this
/// one. Sinks are called from one thread of the backend's own. The backend must outlive its
/// channels. Errors: those that a worker meets while it starts, kInternal.
Result<std::unique_ptr<LiveBackend>> StartWorkers(WorkersOptions options);

}  // namespace plyo::service
