#include "server_plan.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/ip/address.hpp>
#include <ctime>
#include <utility>

#include "lan_certificate.h"
#include "local_files.h"

namespace plyo::service {
namespace asio = boost::asio;
namespace fs = std::filesystem;
namespace {

Result<std::unique_ptr<asio::ssl::context>> MakeTls(const fs::path& certificate,
                                                    const fs::path& key) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  boost::system::error_code error;
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                           asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                           asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression,
                       error);
  context->use_certificate_chain_file(certificate.string(), error);
  if (error) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("--tls-cert {}: {}", certificate.string(), error.message()));
  }
  context->use_private_key_file(key.string(), asio::ssl::context::pem, error);
  if (error) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("--tls-key {}: {}", key.string(), error.message()));
  }
  return context;
}

/// When its certificate ends, since 1970.
double EndOf(asio::ssl::context& tls) {
  const auto* certificate = SSL_CTX_get0_certificate(tls.native_handle());
  std::tm end{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) return 0;
  return static_cast<double>(timegm(&end));
}

Result<void> CheckExposure(const ServerOptions& options, bool loopback, bool has_keys) {
  if (options.tls_certificate.empty() != options.tls_key.empty())
    return Fail(ErrorCode::kUsage, "--tls-cert and --tls-key go together");
  if (options.lan && (options.behind_proxy || !options.tls_certificate.empty()))
    return Fail(ErrorCode::kUsage, "--lan makes its own certificate and has no proxy in front");
  if (options.behind_proxy && !has_keys)
    return Fail(ErrorCode::kUsage, "--behind-proxy needs --keys: others can call through it");
  if (loopback || options.lan) return {};
  if (!has_keys) {
    return Fail(ErrorCode::kUsage,
                fmt::format("listening on {} needs --keys, so that not everybody can call; or take "
                            "--lan for a phone of your own",
                            options.address));
  }
  if (options.tls_certificate.empty() && !options.behind_proxy) {
    return Fail(ErrorCode::kUsage,
                fmt::format("listening on {} needs --tls-cert and --tls-key, or --behind-proxy "
                            "where one ends TLS: keys would go over the network in the clear",
                            options.address));
  }
  return {};
}

Result<void> MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder)) {
    return Fail(ErrorCode::kOutputNotWritable,
                fmt::format("{}: the folder cannot be made: {}", folder.string(),
                            error ? error.message() : "there is a file of that name"));
  }
  return {};
}

Result<void> LoadTls(ServerPlan& plan) {
  auto tls = MakeTls(plan.options.tls_certificate, plan.options.tls_key);
  if (!tls) return tl::unexpected(tls.error());
  plan.tls = std::move(*tls);
  plan.certificate_expires_s = EndOf(*plan.tls);
  return {};
}

}  // namespace

Result<ServerPlan> CheckOptions(ServerOptions options) {
  ServerPlan plan;
  if (options.lan && options.address == ServerOptions{}.address) options.address = "0.0.0.0";
  boost::system::error_code error;
  const auto address = asio::ip::make_address(options.address, error);
  if (error) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("--listen {}: not an IP address", options.address));
  }
  const bool loopback = address.is_loopback();
  if (!options.keys_file.empty()) {
    const auto text = ReadSmallFile(options.keys_file);
    if (!text) return tl::unexpected(text.error());
    auto keys = KeyRing::Parse(*text, options.keys_file.string());
    if (!keys) return tl::unexpected(keys.error());
    plan.keys = std::move(*keys);
  }
  if (auto safe = CheckExposure(options, loopback, !plan.keys.Empty()); !safe)
    return tl::unexpected(safe.error());
  if (options.behind_proxy) options.limits.keep_alive = options.limits.proxy_keep_alive;
  plan.access = {.loopback = loopback,
                 .tls = options.lan || !options.tls_certificate.empty(),
                 .behind_proxy = options.behind_proxy,
                 .url_token = options.lan || (loopback && !options.behind_proxy),
                 .hosts = options.allow_hosts,
                 .origins = options.allow_origins,
                 .cookie_secret = options.cookie_secret};
  plan.shown_host = address.is_v6() ? "[" + options.address + "]" : options.address;
  if (address.is_unspecified()) {
    const auto lan = LanAddresses();
    plan.shown_host = lan.empty() ? "127.0.0.1" : lan.front();
  }
  plan.options = std::move(options);
  if (!plan.options.tls_certificate.empty()) {
    if (auto loaded = LoadTls(plan); !loaded) return tl::unexpected(loaded.error());
  }
  return plan;
}

Result<ServerPlan> PlanServer(ServerOptions options) {
  auto plan = CheckOptions(std::move(options));
  if (!plan) return plan;
  auto& planned = plan->options;
  if (auto made = MakeFolder(planned.data_dir); !made) return tl::unexpected(made.error());
  if (planned.record_dir) {
    if (auto made = MakeFolder(*planned.record_dir); !made) return tl::unexpected(made.error());
  }
  if (planned.lan) {
    const auto files = EnsureLanCertificate(planned.data_dir / "tls", LanAddresses());
    if (!files) return tl::unexpected(files.error());
    planned.tls_certificate = files->certificate;
    planned.tls_key = files->key;
    auto authority = ReadSmallFile(files->authority);
    if (!authority) return tl::unexpected(authority.error());
    plan->authority_pem = std::move(*authority);
    if (auto loaded = LoadTls(*plan); !loaded) return tl::unexpected(loaded.error());
  }
  return plan;
}

}  // namespace plyo::service
