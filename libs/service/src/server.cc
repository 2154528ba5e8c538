#include "plyo/service/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <map>
#include <set>
#include <utility>

#include "access.h"
#include "connection.h"
#include "listener.h"
#include "local_files.h"
#include "plyo/service/log.h"
#include "plyo/service/telemetry.h"
#include "router.h"
#include "server_plan.h"

namespace plyo::service {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kRestThreads = 4;
constexpr std::size_t kFileThreads = 8;  // mostly they wait for the network
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

/// One that is none is refused when it is listened to.
bool IsLoopback(const std::string& address) {
  boost::system::error_code not_an_address;
  return asio::ip::make_address(address, not_an_address).is_loopback() || not_an_address;
}

class FrontServer final : public Server {
 public:
  FrontServer(ServerPlan plan, SportList sports, StaticFiles files, LiveBackend& backend,
              RestHandler& rest, Store& store)
      : plan_(std::move(plan)),
        sports_(std::move(sports)),
        files_(std::move(files)),
        store_(store, io_.get_executor()),
        recorder_(plan_.options.record_dir ? std::make_unique<Recorder>(*plan_.options.record_dir)
                                           : nullptr),
        access_(plan_.access, plan_.keys),
        hub_({.executor = io_.get_executor(),
              .backend = backend,
              .store = store_,
              .telemetry = telemetry_,
              .recorder = recorder_.get(),
              .pose_model = plan_.options.pose_model,
              .flush_time = plan_.options.flush_time},
             sports_),
        router_({.access = access_,
                 .hub = hub_,
                 .rest = rest,
                 .pool = pool_,
                 .file_pool = file_pool_,
                 .telemetry = telemetry_,
                 .files = files_,
                 .body_dir = plan_.options.body_dir,
                 .openapi_yaml = plan_.options.openapi_yaml,
                 .authority_pem = plan_.authority_pem,
                 .version = plan_.options.version}),
        admin_access_({.loopback = IsLoopback(plan_.options.metrics_address),
                       .url_token = false,
                       .hosts = plan_.access.hosts},
                      KeyRing{}),
        admin_(admin_access_, hub_, telemetry_),
        public_parts_{plan_.options.limits, router_, hub_, telemetry_, {}, {}},
        admin_parts_{plan_.options.limits, admin_, hub_, telemetry_, {}, {}},
        signals_(io_, SIGTERM, SIGINT) {
    telemetry_.Watch({.capacity = [&backend] { return backend.Capacity(); },
                      .data_dir = plan_.options.data_dir,
                      .certificate_expires_s = plan_.certificate_expires_s,
                      .version = plan_.options.version,
                      .more = plan_.options.more_figures});
    access_.on_new_token = [this] { TellAddress(); };
  }

  Result<void> Listen() {
    const auto& options = plan_.options;
    auto front =
        Listener::Open(io_, options.address, options.port, options.limits, !options.behind_proxy);
    if (!front)
      return Fail(front.error().code, front.error().message + "; --port takes another one");
    public_ = std::move(*front);
    // The name of the cookie and the printed address need the port.
    access_.SetPort(public_->port());
    if (options.metrics_port < 0) return {};
    auto admin =
        Listener::Open(io_, options.metrics_address, options.metrics_port, options.limits, true);
    if (!admin) {
      return Fail(admin.error().code,
                  admin.error().message + "; --metrics-port takes another one, -1 takes none");
    }
    metrics_ = std::move(*admin);
    return {};
  }

  int port() const override { return public_->port(); }
  int metrics_port() const override { return metrics_ ? metrics_->port() : -1; }

  void Run() override {
    public_->Serve([this](tcp::socket socket, std::string remote) {
      return plan_.tls ? ServeTls(std::move(socket), *plan_.tls, std::move(remote), public_parts_)
                       : ServePlain(std::move(socket), std::move(remote), public_parts_);
    });
    if (metrics_) {
      metrics_->Serve([this](tcp::socket socket, std::string remote) {
        return ServePlain(std::move(socket), std::move(remote), admin_parts_);
      });
    }
    asio::co_spawn(io_, hub_.Housekeeping(),
                   asio::bind_cancellation_slot(housekeeping_.slot(), asio::detached));
    asio::co_spawn(io_, hub_.Rechecking(),
                   asio::bind_cancellation_slot(rechecking_.slot(), asio::detached));
    signals_.async_wait([this](boost::system::error_code cancelled, int) {
      if (cancelled) return;
      // Before it stops: with nothing open it has stopped, and cancelled this, when that returns.
      signals_.async_wait([](boost::system::error_code again, int number) {
        if (again) return;
        std::signal(number, SIG_DFL);
        std::raise(number);
      });
      BeginToStop();
    });
    Log(LogLevel::kInfo, "listening",
        {{"address", plan_.options.address},
         {"port", port()},
         {"tls", plan_.tls != nullptr},
         {"metrics_port", metrics_port()},
         {"page_files", files_.size()}});
    TellAddress();
    io_.run();
    pool_.join();
    file_pool_.join();
    Log(LogLevel::kInfo, "stopped");
  }

  void Stop() override {
    asio::post(io_, [this] { BeginToStop(); });
  }

 private:
  void TellAddress() {
    if (!plan_.options.on_address) return;
    auto url = fmt::format("{}://{}:{}/", plan_.tls ? "https" : "http", plan_.shown_host, port());
    if (!access_.UrlToken().empty()) url += "?token=" + access_.UrlToken();
    plan_.options.on_address(url);
  }

  void BeginToStop() {
    if (std::exchange(stopping_, true)) return;
    Log(LogLevel::kInfo, "draining");
    asio::co_spawn(io_, StopInOrder(), asio::detached);
  }

  using Clock = std::chrono::steady_clock;
  using Connections = std::set<ConnectionParts::Open*>;

  asio::awaitable<void> WaitUntilGone(const Connections& connections, Clock::time_point latest) {
    asio::steady_timer timer(io_);
    while (!connections.empty() && Clock::now() < latest) {
      timer.expires_after(std::chrono::milliseconds(20));
      co_await timer.async_wait(kTuple);
    }
  }

  /// Each may take itself off its list meanwhile.
  static void TellAll(const Connections& connections,
                      std::function<void()> ConnectionParts::Open::*what) {
    for (auto at = connections.begin(); at != connections.end();) ((*at++)->*what)();
  }

  asio::awaitable<void> StopInOrder() {
    using Open = ConnectionParts::Open;
    const auto& limits = plan_.options.limits;
    const auto until = Clock::now() + plan_.options.flush_time;
    TellAll(public_parts_.sockets, &Open::going_down);
    TellAll(public_parts_.requests, &Open::going_down);
    co_await hub_.Drain();
    // Each WebSocket has its own bounded time to agree to its end.
    co_await WaitUntilGone(public_parts_.sockets, Clock::now() + limits.close_time * 2);
    public_->Close();
    if (metrics_) metrics_->Close();
    TellAll(public_parts_.requests, &Open::going_down);
    // Those that came at last are answered, too.
    co_await WaitUntilGone(public_parts_.requests,
                           std::max(until, Clock::now() + limits.linger_time));
    housekeeping_.emit(asio::cancellation_type::all);
    rechecking_.emit(asio::cancellation_type::all);
    for (auto* parts : {&public_parts_, &admin_parts_}) {
      TellAll(parts->requests, &Open::end_now);
      TellAll(parts->sockets, &Open::end_now);
    }
    signals_.cancel();
    // Whatever a thread still waits for: from now on a signal ends it at once.
    signals_.clear();
  }

  asio::io_context io_{1};
  asio::thread_pool pool_{kRestThreads};
  asio::thread_pool file_pool_{kFileThreads};
  ServerPlan plan_;
  SportList sports_;
  StaticFiles files_;
  Telemetry telemetry_;
  AsyncStore store_;
  std::unique_ptr<Recorder> recorder_;
  Access access_;
  LiveHub hub_;
  Router router_;
  Access admin_access_;  ///< of the operators' port, which has an address of its own
  AdminRouter admin_;
  ConnectionParts public_parts_;
  ConnectionParts admin_parts_;
  std::unique_ptr<Listener> public_;
  std::unique_ptr<Listener> metrics_;
  asio::cancellation_signal housekeeping_;
  asio::cancellation_signal rechecking_;
  asio::signal_set signals_;
  bool stopping_ = false;
};

}  // namespace

Result<void> Server::Check(ServerOptions options) {
  if (auto plan = CheckOptions(std::move(options)); !plan) return tl::unexpected(plan.error());
  return {};
}

Result<std::unique_ptr<Server>> Server::Make(ServerOptions options, LiveBackend& backend,
                                             RestHandler& rest, Store& store) {
  auto sports = SportList::FromCatalogue(options.catalogue_json);
  if (!sports) return tl::unexpected(sports.error());
  auto files = StaticFiles::Read(options.web_dir);
  if (!files) return tl::unexpected(files.error());
  auto plan = PlanServer(std::move(options));
  if (!plan) return tl::unexpected(plan.error());
  auto server = std::make_unique<FrontServer>(std::move(*plan), std::move(*sports),
                                              std::move(*files), backend, rest, store);
  if (auto listening = server->Listen(); !listening) return tl::unexpected(listening.error());
  return server;
}

Result<std::string> HashKey(const std::string& key) { return KeyLine(key); }

Result<std::string> SecretOfFile(const std::filesystem::path& file) { return SharedSecret(file); }

}  // namespace plyo::service
