#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "http_handler.h"
#include "live_hub.h"
#include "plyo/service/limits.h"

namespace plyo::service {

/// What connections use of the server; it outlives them.
struct ConnectionParts {
  const Limits& limits;
  HttpHandler& handler;
  LiveHub& hub;
  Telemetry& telemetry;
  /// A connection, where the server stops.
  struct Open {
    /// Over HTTP: what is under way is answered, and nothing else. A WebSocket: whoever has not
    /// joined a session is sent away.
    std::function<void()> going_down;
    std::function<void()> end_now;
  };
  std::set<Open*> requests;  ///< is asked over HTTP
  std::set<Open*> sockets;   ///< has become a WebSocket
};

/// Serves one accepted connection until it ends: requests, and perhaps a WebSocket. Each stream
/// type is compiled by itself, since Beast's templates take long.
boost::asio::awaitable<void> ServePlain(boost::asio::ip::tcp::socket socket, std::string remote,
                                        ConnectionParts& parts);
boost::asio::awaitable<void> ServeTls(boost::asio::ip::tcp::socket socket,
                                      boost::asio::ssl::context& context, std::string remote,
                                      ConnectionParts& parts);

}  // namespace plyo::service
