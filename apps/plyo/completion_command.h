#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>

#include "plyo/base/error.h"
#include "plyo/kinematics/sport.h"

namespace plyo::cli {

/// A script that completes words of the command line in `shell` (bash, zsh, fish), made from the
/// very options of `app`, so that it never lags behind them. Fails with kUsage for another shell.
Result<std::string> CompletionScript(const CLI::App& app, std::span<const Sport> sports,
                                     const std::string& shell);

}  // namespace plyo::cli
