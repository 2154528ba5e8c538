#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/sport.h"

namespace plyo::cli {

/// What was typed after `plyo edit`.
struct EditRequest {
  std::vector<std::string> words;  ///< the document, then EVENT=SECONDS
  std::optional<int> rep;
  std::optional<int> athlete;
  std::optional<int> exclude;
  std::string reason;
  std::string json;
  std::string csv;
  std::string report;
};

CLI::App* AddEditCommand(CLI::App& app, EditRequest& request);

/// Changes a result document by hand and writes it; its exit status.
int RunEdit(const EditRequest& request, std::span<const Sport> sports);

}  // namespace plyo::cli
