#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "plyo/kinematics/sport.h"

namespace plyo::cli {

/// What `plyo job` was asked by `plyo serve`.
struct JobRequest {
  std::string folder;
  int report = 3;
  int parent = 0;  ///< process that asked
  std::uint64_t memory_bytes = 0;
  long cpu_time_s = 0;
};

/// Adds `job`, which is not for people: it analyses what lies in a folder for the service.
///   FOLDER/job.json   sport, athlete, model, capture_fps, parameters, outputs, blur_faces
///   FOLDER/input      a video, or a table of landmarks
///   FOLDER/out/       result.json, and what the outputs ask for
/// Lines of JSON go to the file that `--report` names: {"progress": 0.5}, and at the end
/// {"done": true} or {"error": "not_a_video", "message": "..."}.
CLI::App* AddJobCommand(CLI::App& app, JobRequest& request);

/// Returns the exit status.
int RunJobCommand(const JobRequest& request, const std::vector<Sport>& sports,
                  const std::string& version);

}  // namespace plyo::cli
