#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "plyo/kinematics/sport.h"

namespace plyo::cli {

struct WorkerRequest {
  std::string model = "lite";
  int socket = -1;
};

/// `plyo worker`: a process that `plyo serve` starts, hidden from people.
CLI::App* AddWorkerCommand(CLI::App& app, WorkerRequest& request);

/// What starts it: its arguments but for the socket's number at the end.
std::vector<std::string> WorkerArguments(const std::string& model);

/// Serves live sessions until the other end of the socket hangs up. Returns the exit status.
int RunWorkerCommand(const WorkerRequest& request, const std::vector<Sport>& sports,
                     const std::string& version);

}  // namespace plyo::cli
