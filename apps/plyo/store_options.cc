#include "store_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "plyo/service/blobs/s3.h"
#include "plyo/service/queue/nats.h"
#include "plyo/service/server.h"
#include "plyo/service/store/postgres.h"
#include "plyo/service/store/sqlite.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kRecordsSchema = "plyo";
constexpr std::string_view kKeysSchema = "plyo_keys";
constexpr std::chrono::seconds kToConnect{3};

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

Result<std::string> DatabaseOf(const StoreRequest& request) {
  if (request.database_file.empty()) return request.database;
  if (!request.database.empty())
    return Fail(ErrorCode::kUsage, "--database and --database-file exclude each other");
  std::ifstream in(request.database_file);
  std::string url;
  if (!in || !std::getline(in, url) || url.empty()) {
    return Fail(ErrorCode::kFileUnreadable,
                request.database_file + ": its first line is to be the address of the database");
  }
  while (url.ends_with('\r') || url.ends_with(' ')) url.pop_back();
  return url;
}

/// Of a file as the programs of AWS have it: `aws_access_key_id = …` under `[default]`.
Result<service::S3Keys> KeysOfFile(const std::string& file) {
  const auto profile = FromEnvironment("AWS_PROFILE");
  service::S3Keys keys;
  try {
    std::ifstream in(file);
    if (!in) return Fail(ErrorCode::kFileUnreadable, file + ": the keys of S3 cannot be read");
    for (const auto& item : CLI::ConfigINI().from_config(in)) {
      if (item.inputs.empty()) continue;
      if (item.fullname() != (profile.empty() ? item.name : profile + "." + item.name)) continue;
      if (item.name == "aws_access_key_id") keys.access_key = item.inputs[0];
      if (item.name == "aws_secret_access_key") keys.secret_key = item.inputs[0];
      if (item.name == "aws_session_token") keys.session_token = item.inputs[0];
    }
  } catch (const CLI::Error&) {  // what it says may have a key in it
    return Fail(ErrorCode::kFileUnreadable, file + ": is not a file of keys of S3");
  }
  if (keys.access_key.empty() || keys.secret_key.empty()) {
    return Fail(ErrorCode::kFileUnreadable,
                fmt::format("{}: has no aws_access_key_id and aws_secret_access_key under [{}]",
                            file, profile.empty() ? "default" : profile));
  }
  return keys;
}

/// As the programs of AWS look for them: the environment, a file, the role of the container.
Result<void> FindKeys(service::S3Options& options) {
  options.keys = {.access_key = FromEnvironment("AWS_ACCESS_KEY_ID"),
                  .secret_key = FromEnvironment("AWS_SECRET_ACCESS_KEY"),
                  .session_token = FromEnvironment("AWS_SESSION_TOKEN")};
  if (!options.keys.access_key.empty() || !options.keys.secret_key.empty()) return {};
  if (const auto file = FromEnvironment("AWS_SHARED_CREDENTIALS_FILE"); !file.empty()) {
    auto keys = KeysOfFile(file);
    if (!keys) return tl::unexpected(keys.error());
    options.keys = std::move(*keys);
    return {};
  }
  options.lender = {.url = FromEnvironment("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
                    .token = FromEnvironment("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
                    .token_file = FromEnvironment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")};
  if (const auto path = FromEnvironment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); !path.empty())
    options.lender.url = "http://169.254.170.2" + path;
  return {};
}

Result<std::unique_ptr<service::Blobs>> OpenBlobs(const fs::path& data_dir,
                                                  const StoreRequest& request) {
  if (request.blobs.empty()) return service::OpenFileBlobs(data_dir / "files");
  service::S3Options options;
  options.place = request.blobs;
  options.endpoint = request.s3_endpoint;
  options.region = request.s3_region;
  if (auto found = FindKeys(options); !found) return tl::unexpected(found.error());
  return service::OpenS3Blobs(std::move(options));
}

}  // namespace

CLI::Option* ByEnvironment(CLI::Option* option) {
  auto name = "PLYO_" + option->get_name(false, false).substr(2);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return option->envname(name);
}

void AddStoreOptions(CLI::App& command, StoreRequest& request) {
  const auto add = [&](const char* name, std::string& value, const char* text) {
    ByEnvironment(command.add_option(name, value, text));
  };
  add("--database", request.database,
      "postgres://user:password@host/name for the records (SQLite in the data folder)");
  add("--database-file", request.database_file, "File whose first line is that address");
  add("--keys-database", request.keys_database,
      "The same for the keys of athletes (the schema plyo_keys beside the records)");
  add("--blobs", request.blobs,
      "s3://bucket for the files (the data folder); keys as programs of AWS find them");
  add("--s3-endpoint", request.s3_endpoint, "http(s)://host:port of another S3 than Amazon's");
  add("--s3-region", request.s3_region, "Region of the bucket");
  add("--nats", request.nats, "nats://host:port by which instances wake each other");
  add("--master-key-file", request.master_key_file,
      "32 bytes, the same for all instances (master.key in the data folder)");
}

void AddConfigOption(CLI::App& command, std::string& file) {
  ByEnvironment(command.add_option("--config", file, "File of settings, TOML or INI"))
      ->configurable(false);
}

std::string PrintableConfig(std::string config, const StoreRequest& request) {
  for (const auto* secret : {&request.database, &request.keys_database, &request.nats}) {
    const auto shown = service::WithoutPassword(*secret);
    if (shown == *secret) continue;
    for (auto at = config.find(*secret); at != std::string::npos;
         at = config.find(*secret, at + shown.size())) {
      config.replace(at, secret->size(), shown);
    }
  }
  return config;
}

std::vector<StoreTrial> TryStores(const StoreRequest& request) {
  std::vector<StoreTrial> trials;
  const auto add = [&](const char* what, const std::string& place, const auto& opened) {
    trials.push_back({what, service::WithoutPassword(place), {}});
    if (!opened) trials.back().result = tl::unexpected(opened.error());
  };
  const auto database = DatabaseOf(request);
  if (!database) {
    add("records", request.database_file, database);
  } else if (!database->empty()) {
    add("records", *database, service::OpenPostgres(*database, kRecordsSchema));
  }
  if (!request.keys_database.empty()) {
    add("keys", request.keys_database, service::OpenPostgres(request.keys_database, kKeysSchema));
  }
  if (!request.blobs.empty()) add("files", request.blobs, OpenBlobs({}, request));
  if (!request.nats.empty()) {
    auto news = service::OpenNats(request.nats);
    // A server that is away is waited for, while the rest goes on; here somebody wants to know.
    const auto latest = std::chrono::steady_clock::now() + kToConnect;
    while (news && !(*news)->connected() && std::chrono::steady_clock::now() < latest)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (news && !(*news)->connected())
      news = Fail(ErrorCode::kStoreFailed, "no NATS server with JetStream answers there");
    add("news", request.nats, news);
  }
  return trials;
}

Result<std::string> ReadPlansFile(const std::string& file) {
  std::ifstream in(file);
  if (!in) return Fail(ErrorCode::kFileNotFound, file + ": there is no such file");
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.empty()) return Fail(ErrorCode::kFileEmpty, file + ": the file is empty");
  return text;
}

Result<std::unique_ptr<service::Platform>> OpenPlatform(const fs::path& data_dir,
                                                        const StoreRequest& request,
                                                        service::PlatformOptions options) {
  std::error_code error;
  fs::create_directories(data_dir, error);
  if (!fs::is_directory(data_dir, error)) {
    return Fail(ErrorCode::kOutputNotWritable,
                fmt::format("{}: the folder cannot be made", data_dir.string()));
  }
  const auto database = DatabaseOf(request);
  if (!database) return tl::unexpected(database.error());
  if (database->empty() && !request.keys_database.empty())
    return Fail(ErrorCode::kUsage, "--keys-database goes with --database");
  auto records = database->empty() ? service::OpenSqlite(data_dir / "plyo.db")
                                   : service::OpenPostgres(*database, kRecordsSchema);
  if (!records) return tl::unexpected(records.error());
  const auto& keys_database = request.keys_database.empty() ? *database : request.keys_database;
  auto keys = database->empty() ? service::OpenSqlite(data_dir / "keys.db")
                                : service::OpenPostgres(keys_database, kKeysSchema);
  if (!keys) return tl::unexpected(keys.error());
  auto blobs = OpenBlobs(data_dir, request);
  if (!blobs) return tl::unexpected(blobs.error());
  auto master =
      service::SecretOfFile(request.master_key_file.empty() ? data_dir / "master.key"
                                                            : fs::path(request.master_key_file));
  if (!master) return tl::unexpected(master.error());
  std::unique_ptr<service::NewsChannel> news;
  if (!request.nats.empty()) {
    auto opened = service::OpenNats(request.nats);
    if (!opened) return tl::unexpected(opened.error());
    news = std::move(*opened);
  }
  options.work_dir = data_dir / "work";
  options.program = fs::read_symlink("/proc/self/exe", error).string();
  return service::Platform::Open(std::move(options), std::move(*records), std::move(*keys),
                                 std::move(*blobs), std::move(*master), std::move(news));
}

}  // namespace plyo::cli
