#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/service/platform.h"

namespace plyo::cli {

/// Where records, keys and files lie, and how instances wake each other.
struct StoreRequest {
  std::string database;  ///< postgres://; empty: SQLite in the data folder
  std::string database_file;
  std::string keys_database;  ///< empty: beside the records
  std::string blobs;          ///< s3://bucket/prefix; empty: files in the data folder
  std::string s3_endpoint;
  std::string s3_region = "us-east-1";
  std::string nats;
  std::string master_key_file;  ///< empty: master.key in the data folder
};

/// Adds the flags that `plyo serve` and `plyo admin` share; each is an environment variable, too
/// (PLYO_DATABASE for --database).
void AddStoreOptions(CLI::App& command, StoreRequest& request);

/// A setting of the environment: PLYO_METRICS_PORT for --metrics-port.
CLI::Option* ByEnvironment(CLI::Option* option);

/// Adds --config, the file of settings that `plyo serve` and `plyo admin` share.
void AddConfigOption(CLI::App& command, std::string& file);

/// What --print-config prints, without passwords.
std::string PrintableConfig(std::string config, const StoreRequest& request);

/// Whether one of the stores can be used as `request` says.
struct StoreTrial {
  std::string what;   ///< "records", "keys", "files", "news"
  std::string place;  ///< without passwords
  Result<void> result;
};
/// Connects to what is not in the data folder; the schema of a database is made where it is
/// missing.
std::vector<StoreTrial> TryStores(const StoreRequest& request);

/// The text of the file of --plans. Errors: kFileNotFound, kFileEmpty.
Result<std::string> ReadPlansFile(const std::string& file);

/// The platform of a data folder and what `request` puts elsewhere. Errors: those of the stores,
/// kUsage.
Result<std::unique_ptr<service::Platform>> OpenPlatform(const std::filesystem::path& data_dir,
                                                        const StoreRequest& request,
                                                        service::PlatformOptions options);

}  // namespace plyo::cli
