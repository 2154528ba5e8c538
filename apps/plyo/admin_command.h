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
  std::string config_file;
  std::string data_dir;
  StoreRequest store;
  std::string name;
  std::string plan = "free";
  std::string plans_file;
  std::string organization;
  std::string project;
  std::string key;
  std::vector<std::string> scopes;
  bool test = false;
  double days = 0;
  std::string folder;
  std::string keys_file;
  std::string new_master_key_file;
};

/// Adds `admin` with its own commands: tenants and keys, backups of the data directory.
CLI::App* AddAdminCommand(CLI::App& app, AdminRequest& request);

/// On the store of the service that has these settings; `serve` knows which ones there are. Returns
/// the exit status.
int RunAdmin(CLI::App& admin, const CLI::App& serve, const AdminRequest& request,
             std::span<const Sport> sports);

}  // namespace plyo::cli
