#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "analyze_plan.h"
#include "plyo/kinematics/sport.h"

namespace plyo::cli {

/// Adds `analyze` with the flags of every sport's parameters; they fill `request`, which must live
/// as long as the parsing.
CLI::App* AddAnalyzeCommand(CLI::App& app, std::span<const Sport> sports, AnalyzeRequest& request);

/// Does what the request asks for; messages go to standard error. Returns the exit status.
int RunAnalyze(const AnalyzeRequest& request, std::span<const Sport> sports,
               const std::string& version);

}  // namespace plyo::cli
