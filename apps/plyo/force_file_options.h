#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo::cli {

/// What the command line says of a force plate's file, not yet checked.
struct ForceFileOptions {
  std::string time_column;
  std::vector<std::string> force_columns;
  std::optional<double> rate_hz;
  double scale = 1;
  std::string tare;  ///< newtons, or "auto"
  std::optional<double> threshold_n;
  std::string first_foot;
};

/// Adds --time-column, --force-column, --rate, --scale, --tare, --threshold and --first-foot; they
/// fill `options`, which must live as long as the parsing.
void AddForceFileOptions(CLI::App& command, ForceFileOptions& options);

/// A force plate's file, analysed, and what looked like a repetition and is none.
struct ForceOutcome {
  AnalysisResult result;
  std::vector<std::string> left_out;
};

/// Reads and analyses the file. Messages of failures begin with its name.
Result<ForceOutcome> AnalyzeForceFile(const std::filesystem::path& path, const Sport& sport,
                                      const ForceFileOptions& options, const std::string& version);

}  // namespace plyo::cli
