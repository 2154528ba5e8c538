#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "store_options.h"

namespace plyo::cli {

/// What `plyo doctor` was asked.
struct DoctorRequest {
  std::string data_dir;
  std::string web_dir;
  StoreRequest store;
  bool json = false;
};

CLI::App* AddDoctorCommand(CLI::App& app, DoctorRequest& request);

/// `plyo doctor`: what this machine lacks for Plyo, each with what to do about it. Returns 0 where
/// nothing is missing, 2 where something is.
int RunDoctor(const DoctorRequest& request, const std::string& version);

}  // namespace plyo::cli
