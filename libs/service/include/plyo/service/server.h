#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/service/limits.h"
#include "plyo/service/live_backend.h"
#include "plyo/service/rest.h"
#include "plyo/service/store.h"

namespace plyo::service {

struct ServerOptions {
  std::string address = "127.0.0.1";          ///< to listen on
  int port = 8080;                            ///< 0: any that is free
  std::string metrics_address = "127.0.0.1";  ///< of /metrics, which needs no key
  int metrics_port = 9464;                    ///< 0: any that is free; -1: none
  std::filesystem::path tls_certificate;      ///< PEM, with its chain; empty: no TLS
  std::filesystem::path tls_key;
  bool behind_proxy = false;  ///< a proxy in front ends TLS
  bool lan = false;           ///< TLS with a certificate of our own, opened by the printed address
  std::filesystem::path keys_file;
  std::vector<std::string> allow_hosts;
  std::vector<std::string> allow_origins;
  std::filesystem::path web_dir;
  std::filesystem::path data_dir;
  std::optional<std::filesystem::path> record_dir;
  Limits limits;
  std::chrono::seconds flush_time{5};  ///< that sessions and requests have to end
  std::string pose_model;              ///< "lite", "full" or "heavy", which the backend works with
  std::string catalogue_json;          ///< plyo.catalogue/1
  std::string version;
  std::string openapi_yaml;                   ///< the contract of the REST interface
  std::function<std::string()> more_figures;  ///< for /metrics, in its text format
  std::filesystem::path body_dir;             ///< for bodies that do not stay in memory
  std::string cookie_secret;                  ///< 32 bytes, the same for the instances of one store
  /// Told the address to open: when the server listens, and when its token was used.
  std::function<void(const std::string& url)> on_address;
};

/// The front: one port for HTTP and WebSockets, one for operators, and one thread for both.
class Server {
 public:
  virtual ~Server() = default;

  /// Whether Make() would take these options, without making or listening to anything. Errors: as
  /// Make().
  static Result<void> Check(ServerOptions options);

  /// Listens when it returns; answers while Run() runs. Backend, REST interface and store must
  /// outlive it. Errors: kUsage for options that would let strangers in, kInvalidArgument for an
  /// address, a key file or a certificate that cannot be used, kOutputNotWritable for a folder.
  static Result<std::unique_ptr<Server>> Make(ServerOptions options, LiveBackend& backend,
                                              RestHandler& rest, Store& store);

  virtual int port() const = 0;
  virtual int metrics_port() const = 0;  ///< -1: there is none

  /// Until SIGTERM, SIGINT or Stop(): then nothing is admitted any more, every session is stored
  /// and told by 1001, every request that is under way answered. A second signal ends at once.
  virtual void Run() = 0;
  virtual void Stop() = 0;  ///< thread safe
};

/// The line of a key file for a key. Errors: kInvalidArgument for one that could be guessed.
Result<std::string> HashKey(const std::string& key);

/// 32 secret bytes that lie in that file, made where there are none; processes on one folder get
/// the same. Errors: kOutputNotWritable.
Result<std::string> SecretOfFile(const std::filesystem::path& file);

/// A text as a QR code of half blocks, dark on light, with its margin; empty where it is too long.
std::string QrText(const std::string& text);

}  // namespace plyo::service
