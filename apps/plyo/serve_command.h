#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/sport.h"
#include "plyo/service/live_backend.h"
#include "plyo/service/platform.h"
#include "store_options.h"

namespace plyo::cli {

/// What `plyo serve` was asked: the values of its flags, PLYO_* and its file.
struct ServeRequest {
  std::string address = "127.0.0.1";
  int port = 8080;
  std::string metrics_address = "127.0.0.1";
  int metrics_port = 9464;
  std::string tls_certificate;
  std::string tls_key;
  bool behind_proxy = false;
  bool lan = false;
  std::string keys_file;
  std::vector<std::string> allow_hosts;
  std::vector<std::string> allow_origins;
  std::string web_dir;
  std::string data_dir;
  std::string record_dir;
  std::string model = "lite";
  int workers = 0;  ///< 0: one a core
  double idle_timeout_s = 30;
  double header_timeout_s = 10;
  double write_timeout_s = 10;
  double drain_timeout_s = 5;
  int max_connections = 2000;
  int max_connections_per_address = 500;
  std::string log_level = "info";
  std::string config_file;
  bool print_config = false;
  bool check_config = false;
  bool hash_key = false;
  // The platform.
  int jobs = 1;
  double job_time_s = 1800;
  double job_memory_gib = 4;
  std::string plans_file;
  std::vector<std::string> fetch_hosts;
  bool allow_private_addresses = false;
  // Several instances.
  StoreRequest store;
  std::string role = "all";
};

/// What `plyo serve` stands in front of.
struct ServeHooks {
  /// Makes what analyses live sessions, once the flags are known.
  std::function<Result<std::unique_ptr<service::LiveBackend>>(const ServeRequest& request)>
      make_backend;
  /// service::PlatformOptions::render_report.
  std::function<Result<std::string>(const std::string& result_json)> render_report;
};

/// Adds `serve` with its flags; they fill `request`, which must live as long as the parsing.
CLI::App* AddServeCommand(CLI::App& app, ServeRequest& request);

/// Gives `command` what neither a flag nor the environment said of the settings that it shares with
/// `serve`, from the file of `--config` (empty: from none); the others are left to `serve`. Errors:
/// kUsage, kFileNotFound.
Result<void> ReadServeConfig(const CLI::App& serve, const std::string& file, CLI::App& command);

/// `plyo serve` until a signal ends it; messages go to standard error. Returns the exit status.
int RunServe(CLI::App& serve, const ServeRequest& request, std::span<const Sport> sports,
             const std::string& version, const ServeHooks& hooks);

/// Folder of the page unless `--web` says otherwise.
std::filesystem::path DefaultWebDir();

/// Where the data lies unless `--data` says otherwise: ${XDG_DATA_HOME:-~/.local/share}/plyo.
std::filesystem::path DefaultDataDir();

}  // namespace plyo::cli
