#include "serve_command.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "plyo/service/log.h"
#include "plyo/service/server.h"
#include "plyo/wire/catalogue_json.h"
#include "serve_role.h"
#include "terminal.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

constexpr const char* kExamples = R"(Examples:
  plyo serve                                  the coaching page on this machine; prints its address
  plyo serve --lan                            for a phone on the same network; prints a QR code
  openssl rand -hex 32 | tee key | plyo serve --hash-key >> keys
  plyo serve --listen 0.0.0.0 --keys keys --tls-cert cert.pem --tls-key key.pem
  plyo serve --config plyo.toml --check-config

Every flag may stand in the environment (PLYO_PORT for --port) or in the file of --config (port =
8080); a flag goes before the environment, the environment before the file. SIGTERM and Ctrl-C store
every session and end. Exit status: 0 ended in order, 1 usage, 2 failed surroundings.)";

const std::map<std::string, service::LogLevel> kLogLevels = {
    {"debug", service::LogLevel::kDebug},
    {"info", service::LogLevel::kInfo},
    {"warning", service::LogLevel::kWarning},
    {"error", service::LogLevel::kError},
    {"off", service::LogLevel::kOff}};

int Complain(const Error& error) {
  fmt::print(stderr, "plyo: {}\n", ForTerminal(error.message, TerminalOf(stderr)));
  if (error.code == ErrorCode::kUsage) fmt::print(stderr, "Try 'plyo serve --help'.\n");
  return ExitStatus(error.code);
}

std::chrono::milliseconds Milliseconds(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

service::ServerOptions OptionsOf(const ServeRequest& request, std::span<const Sport> sports,
                                 const std::string& version) {
  service::ServerOptions options;
  options.address = request.address;
  options.port = request.port;
  options.metrics_address = request.metrics_address;
  options.metrics_port = request.metrics_port;
  options.tls_certificate = request.tls_certificate;
  options.tls_key = request.tls_key;
  options.behind_proxy = request.behind_proxy;
  options.lan = request.lan;
  options.keys_file = request.keys_file;
  options.allow_hosts = request.allow_hosts;
  options.allow_origins = request.allow_origins;
  options.web_dir = request.web_dir.empty() ? DefaultWebDir() : fs::path(request.web_dir);
  options.data_dir = request.data_dir.empty() ? DefaultDataDir() : fs::path(request.data_dir);
  if (!request.record_dir.empty()) options.record_dir = request.record_dir;
  options.limits.idle_time = Milliseconds(request.idle_timeout_s);
  options.limits.header_time = Milliseconds(request.header_timeout_s);
  options.limits.hello_time = Milliseconds(request.header_timeout_s);
  options.limits.write_time = Milliseconds(request.write_timeout_s);
  options.limits.connections = request.max_connections;
  options.limits.connections_per_address = request.max_connections_per_address;
  options.flush_time =
      std::chrono::seconds(static_cast<std::int64_t>(std::max(1.0, request.drain_timeout_s)));
  options.pose_model = request.model;
  options.catalogue_json = CatalogueDocument(sports) + "\n";
  options.version = version;
  options.openapi_yaml = service::OpenApiYaml();
  options.on_address = [lan = request.lan](const std::string& url) {
    fmt::print("Open {}\n", url);
    if (url.find("?token=") != std::string::npos)
      fmt::print("The address opens one browser; then another one is printed here.\n");
    if (lan)
      fmt::print(
          "The phone will warn of the certificate, which is this machine's own; an iPhone has "
          "to trust {} first (docs/guide/live.md).\n{}",
          url.substr(0, url.find("/?")) + "/certificate.crt", service::QrText(url));
    std::fflush(stdout);
  };
  return options;
}

Result<service::PlatformOptions> PlatformOptionsOf(const ServeRequest& request,
                                                   const std::string& catalogue_json) {
  service::PlatformOptions options;
  options.catalogue_json = catalogue_json;
  options.fetch_hosts = request.fetch_hosts;
  options.private_addresses = request.allow_private_addresses;
  options.jobs = request.jobs;
  options.job_time = std::chrono::seconds(static_cast<std::int64_t>(request.job_time_s));
  options.job_memory_bytes =
      static_cast<std::uint64_t>(request.job_memory_gib * static_cast<double>(1U << 30U));
  if (!request.plans_file.empty()) {
    auto plans = ReadPlansFile(request.plans_file);
    if (!plans) return tl::unexpected(plans.error());
    options.plans_json = std::move(*plans);
  }
  return options;
}

int PrintHashOfKey() {
  std::string key;
  std::getline(std::cin, key);
  const auto line = service::HashKey(key);
  if (!line) return Complain(line.error());
  fmt::print("{}\n", *line);
  return 0;
}

}  // namespace

fs::path DefaultWebDir() {
  // Beside the installed binary, else where the build made it.
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    auto installed = program.parent_path() / "../share/plyo/web";
    if (fs::is_directory(installed, error)) return installed;
  }
  return PLYO_DEFAULT_WEB_DIR;
}

fs::path DefaultDataDir() {
  const char* data_home = std::getenv("XDG_DATA_HOME");
  if (data_home && *data_home) return fs::path(data_home) / "plyo";
  const char* home = std::getenv("HOME");
  return fs::path(home && *home ? home : ".") / ".local/share/plyo";
}

CLI::App* AddServeCommand(CLI::App& app, ServeRequest& request) {
  auto* serve = app.add_subcommand("serve", "Coach live in the browser: page, WebSocket, store");
  serve->footer(kExamples);
  const auto env = [](CLI::Option* option) { return ByEnvironment(option); };
  serve->option_defaults()->always_capture_default();
  env(serve->add_option("--listen", request.address, "Address to listen on"));
  env(serve->add_option("--port", request.port, "Port; 0 for any that is free"))
      ->check(CLI::Range(0, 65535));
  env(serve->add_option("--metrics-port", request.metrics_port,
                        "Port of /metrics; 0 for any, -1 for none"))
      ->check(CLI::Range(-1, 65535));
  env(serve->add_option("--metrics-listen", request.metrics_address,
                        "Address of /metrics, which needs no key"));
  env(serve->add_option("--keys", request.keys_file, "File of keys, one line of --hash-key each"));
  env(serve->add_option("--tls-cert", request.tls_certificate, "Certificate with its chain (PEM)"));
  env(serve->add_option("--tls-key", request.tls_key, "Key of the certificate (PEM)"));
  env(serve->add_flag("--lan", request.lan,
                      "For phones of this network: own certificate, address as a QR code"));
  env(serve->add_flag("--behind-proxy", request.behind_proxy, "A proxy in front ends TLS"));
  env(serve->add_option("--allow-host", request.allow_hosts,
                        "Name by which it may be called; several with commas"))
      ->delimiter(',')
      ->default_str("");
  env(serve->add_option("--allow-origin", request.allow_origins,
                        "Origin of pages elsewhere that may call; several with commas"))
      ->delimiter(',')
      ->default_str("");
  env(serve->add_option("--data", request.data_dir,
                        "Folder of the store (${XDG_DATA_HOME:-~/.local/share}/plyo)"));
  env(serve->add_option("--web", request.web_dir, "Folder of the page (the one that came along)"));
  env(serve->add_option("--record", request.record_dir,
                        "Folder that keeps the media of every session"));
  env(serve->add_option("--model", request.model, "Pose model: lite, full or heavy"))
      ->check(CLI::IsMember({"lite", "full", "heavy"}));
  env(serve->add_option("--workers", request.workers, "Processes that analyse; 0: one a core"))
      ->check(CLI::Range(0, 256));
  const auto seconds = [&](const char* name, double& value, const char* text) {
    env(serve->add_option(name, value, text))->check(CLI::Range(0.1, 3600.0));
  };
  seconds("--idle-timeout", request.idle_timeout_s, "s without a message that end a session");
  seconds("--header-timeout", request.header_timeout_s, "s for a request, and for hello");
  seconds("--write-timeout", request.write_timeout_s, "s that a client may take to read");
  seconds("--drain-timeout", request.drain_timeout_s,
          "s that sessions and requests have to end on SIGTERM");
  env(serve->add_option("--max-connections", request.max_connections, "Connections in all"))
      ->check(CLI::Range(1, 1'000'000));
  env(serve->add_option("--max-connections-per-address", request.max_connections_per_address,
                        "Connections of one address"))
      ->check(CLI::Range(1, 1'000'000));
  env(serve->add_option("--jobs", request.jobs,
                        "Uploads analysed at a time; 0: others analyse them"))
      ->check(CLI::Range(0, 256));
  env(serve->add_option("--job-time", request.job_time_s, "s that the analysis of one may take"))
      ->check(CLI::Range(1.0, 86'400.0));
  env(serve->add_option("--job-memory", request.job_memory_gib, "GiB that it may take"))
      ->check(CLI::Range(0.25, 1024.0));
  env(serve->add_option("--plans", request.plans_file, "What each plan allows (JSON)"));
  env(serve->add_option("--fetch-host", request.fetch_hosts,
                        "Host from which videos may be fetched; several with commas"))
      ->delimiter(',')
      ->default_str("");
  env(serve->add_flag("--allow-private-addresses", request.allow_private_addresses,
                      "Webhooks and fetched videos may be on this machine and its network"));
  AddStoreOptions(*serve, request.store);
  env(serve->add_option("--role", request.role,
                        "What this instance does: api, live, worker, or all of it"))
      ->check(CLI::IsMember({"api", "live", "worker", "all"}));
  env(serve->add_option("--log-level", request.log_level,
                        "Lines of JSON on standard error: debug, info, warning, error, off"))
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
  AddConfigOption(*serve, request.config_file);
  // Not in the file: they ask for something else than to serve by it.
  serve->add_flag("--print-config", request.print_config, "Print the settings in force, and end")
      ->configurable(false);
  serve
      ->add_flag("--check-config", request.check_config,
                 "Say what is wrong with settings, keys and certificate, and end")
      ->configurable(false);
  serve
      ->add_flag("--hash-key", request.hash_key,
                 "Read a key from standard input, print its line for --keys, and end")
      ->configurable(false);
  return serve;
}

Result<void> ReadServeConfig(const CLI::App& serve, const std::string& file, CLI::App& command) {
  if (file.empty()) return {};
  if (!fs::is_regular_file(file))
    return Fail(ErrorCode::kFileNotFound, file + ": there is no such file");
  const auto wrong = [&](const std::string& what) {
    return Fail(ErrorCode::kUsage, file + ": " + what);
  };
  // Two settings say it, and who has said it by one means the other of the file as well.
  const std::set<std::string> of_database = {"database", "database-file"};
  const bool has_database = std::ranges::any_of(of_database, [&](const std::string& name) {
    const auto* option = command.get_option_no_throw("--" + name);
    return option && option->count() > 0;
  });
  try {
    for (const auto& item : CLI::ConfigTOML().from_file(file)) {
      if (item.name == "++" || item.name == "--") continue;  // a section's begin and end
      const auto* setting = serve.get_option_no_throw("--" + item.name);
      if (!item.parents.empty() || !setting || !setting->get_configurable())
        return wrong(fmt::format("there is no setting '{}'", item.fullname()));
      auto* option = command.get_option_no_throw("--" + item.name);
      if (!option || (has_database && of_database.contains(item.name))) continue;
      // --print-config writes a list in which nothing is as one empty text.
      const bool says_nothing = std::ranges::all_of(item.inputs, &std::string::empty);
      if (option->count() > 0 || (says_nothing && option->get_delimiter() != '\0')) continue;
      auto values = item.inputs;
      // A flag is on or off; CLI11 reads a flag's value as how often it was given.
      if (option->get_expected_max() == 0) {
        if (values.size() != 1 || (values[0] != "true" && values[0] != "false"))
          return wrong(fmt::format("'{}' is true or false", item.name));
        if (values[0] == "false") continue;
      }
      option->add_result(std::move(values));
      option->run_callback();
    }
  } catch (const CLI::Error& error) {
    return wrong(error.what());
  }
  return {};
}

int RunServe(CLI::App& serve, const ServeRequest& request, std::span<const Sport> sports,
             const std::string& version, const ServeHooks& hooks) {
  if (request.hash_key) return PrintHashOfKey();
  if (auto read = ReadServeConfig(serve, request.config_file, serve); !read)
    return Complain(read.error());
  if (request.print_config) {
    fmt::print("{}", PrintableConfig(serve.config_to_str(/*default_also=*/true,
                                                         /*write_description=*/true),
                                     request.store));
    return 0;
  }
  std::error_code error;
  if (!request.web_dir.empty() &&
      !fs::is_regular_file(fs::path(request.web_dir) / "index.html", error))
    return Complain(
        {ErrorCode::kFileNotFound, request.web_dir + ": there is no page (index.html)"});
  ::umask(0077);  // videos of people, keys: whatever is written here is its owner's alone
  service::StartLog(kLogLevels.at(request.log_level));
  auto options = OptionsOf(request, sports, version);
  auto platform_options = PlatformOptionsOf(request, options.catalogue_json);
  if (!platform_options) return Complain(platform_options.error());
  if (request.check_config) {
    const auto checked = service::Server::Check(std::move(options));
    return checked ? 0 : Complain(checked.error());
  }
  platform_options->render_report = hooks.render_report;
  const ServeRole role(request.role);
  auto platform =
      OpenPlatform(options.data_dir, request.store, role.Narrow(std::move(*platform_options)));
  if (!platform) return Complain(platform.error());
  auto backend = role.live() ? hooks.make_backend(request) : MakeNoLiveBackend();
  if (!backend) return Complain(backend.error());
  options.body_dir = (*platform)->work_dir();
  options.cookie_secret = (*platform)->CookieSecret();
  options.more_figures = [&platform = **platform] { return platform.Figures(); };
  const auto rest = role.Narrow((*platform)->rest());
  auto server =
      service::Server::Make(std::move(options), **backend, *rest, (*platform)->sessions());
  if (!server) return Complain(server.error());
  (*platform)->Start();
  (*server)->Run();
  return 0;
}

}  // namespace plyo::cli
