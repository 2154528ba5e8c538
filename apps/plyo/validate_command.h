#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "force_file_options.h"

namespace plyo::cli {

/// What was typed after `plyo validate`, not yet checked.
struct ValidateRequest {
  std::vector<std::string> videos;  ///< result documents
  std::vector<std::string> forces;  ///< force files, or their result documents, as many
  std::string manifest;
  std::optional<double> offset_s;
  bool in_order = false;
  ForceFileOptions layout;
  std::string json;
  std::string csv;
  std::string report;
  bool quiet = false;
};

/// Adds `validate`; its flags fill `request`, which must live as long as the parsing.
CLI::App* AddValidateCommand(CLI::App& app, ValidateRequest& request);

/// Compares results of videos with force plates; messages go to standard error. Returns the exit
/// status.
int RunValidate(const ValidateRequest& request, const std::string& version);

}  // namespace plyo::cli
