#include "listener.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "plyo/service/log.h"

namespace plyo::service {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
}

Result<std::unique_ptr<Listener>> Listener::Open(asio::io_context& io, const std::string& address,
                                                 int port, const Limits& limits,
                                                 bool count_addresses) {
  std::unique_ptr<Listener> listener(new Listener(io, limits, count_addresses));
  boost::system::error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(address, error),
                               static_cast<std::uint16_t>(port));
  auto& acceptor = listener->acceptor_;
  const auto ok = [&error] { return !error; };
  (void)(ok() && (acceptor.open(endpoint.protocol(), error), ok()) &&
         (acceptor.set_option(tcp::acceptor::reuse_address(true), error), ok()) &&
         (acceptor.bind(endpoint, error), ok()) &&
         (acceptor.listen(asio::socket_base::max_listen_connections, error), ok()));
  if (error) {
    return Fail(
        error == asio::error::address_in_use ? ErrorCode::kConflict : ErrorCode::kInvalidArgument,
        fmt::format("cannot listen on {} port {}: {}", address, port, error.message()));
  }
  listener->port_ = acceptor.local_endpoint(error).port();
  return listener;
}

void Listener::Serve(Handler handler) {
  handler_ = std::move(handler);
  asio::co_spawn(io_, Accept(), asio::detached);
}

void Listener::Close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

asio::awaitable<void> Listener::Accept() {
  asio::steady_timer pause(io_);
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(kTuple);
    if (!acceptor_.is_open()) co_return;
    if (error) {
      // Out of files, or a client that has gone already: later there is one again.
      Log(LogLevel::kWarning, "accept_failed", {{"message", error.message()}});
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(kTuple);
      continue;
    }
    boost::system::error_code gone;
    // Head and body of an answer are two writes: the second would wait until the client confirms
    // the first, which its system puts off by 40 ms.
    socket.set_option(tcp::no_delay(true), gone);
    const auto peer = socket.remote_endpoint(gone);
    if (!gone) Begin(std::move(socket), peer.address().to_string());
  }
}

void Listener::Begin(tcp::socket socket, const std::string& remote) {
  auto& of_address = by_address_[remote];
  if (open_ >= limits_.connections ||
      (count_addresses_ && of_address >= limits_.connections_per_address)) {
    if (of_address == 0) by_address_.erase(remote);
    Log(LogLevel::kWarning, "too_many_connections", {{"remote", remote}, {"open", open_}});
    return;
  }
  ++open_;
  ++of_address;
  asio::co_spawn(io_, handler_(std::move(socket), remote),
                 [this, remote](const std::exception_ptr& failed) {
                   --open_;
                   if (--by_address_[remote] == 0) by_address_.erase(remote);
                   if (failed) Log(LogLevel::kError, "connection_failed", {{"remote", remote}});
                 });
}

}  // namespace plyo::service
