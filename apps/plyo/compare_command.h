#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/sport.h"

namespace plyo::cli {

/// What was typed after `plyo compare`.
struct CompareRequest {
  std::vector<std::string> results;
  std::vector<std::string> metrics;  ///< to show; empty: the headline metrics
  std::optional<int> athlete;
  std::string json;
  std::string report;
};

CLI::App* AddCompareCommand(CLI::App& app, CompareRequest& request);

/// Sets sessions beside each other and tells changes from chance; its exit status.
int RunCompare(const CompareRequest& request, std::span<const Sport> sports);

}  // namespace plyo::cli
