#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/sport.h"
#include "store_options.h"

namespace plyo::cli {

/// What `plyo admin` was asked.
struct AdminRequest {
  std::string data_dir;
  StoreRequest store;
  std::string name;
  std::string plan = "free";
  std::string plans_file;
  std::string organization;
  std::string project;
  std::vector<std::string> scopes;
  bool test = false;
  double days = 0;
  std::string folder;
  std::string keys_file;
  std::string new_master_key_file;
};

/// Adds `admin` with its own commands: tenants and keys, backups of the data directory.
CLI::App* AddAdminCommand(CLI::App& app, AdminRequest& request);

/// Returns the exit status.
int RunAdmin(const CLI::App& admin, const AdminRequest& request, std::span<const Sport> sports);

}  // namespace plyo::cli
