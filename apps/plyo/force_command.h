#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "force_file_options.h"

namespace plyo::cli {

/// What was typed after `plyo force`, not yet checked.
struct ForceRequest {
  std::string file;
  std::string sport = "cmj";
  ForceFileOptions layout;
  std::string json;
  std::string csv;
  std::string report;
  std::string output_dir;
  bool again = false;  ///< in place of a result that was edited, too
  bool quiet = false;
};

/// Adds `force`; its flags fill `request`, which must live as long as the parsing.
CLI::App* AddForceCommand(CLI::App& app, ForceRequest& request);

/// Analyses a force plate's file; messages go to standard error. Returns the exit status.
int RunForce(const ForceRequest& request, const std::string& version);

}  // namespace plyo::cli
