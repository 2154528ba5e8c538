#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "plyo/base/error.h"
#include "plyo/service/limits.h"

namespace plyo::service {

/// Accepts connections of one port, as many as the limits allow in all and from one address; one
/// more is closed at once. On the server's thread alone.
class Listener {
 public:
  using Handler =
      std::function<boost::asio::awaitable<void>(boost::asio::ip::tcp::socket, std::string remote)>;

  /// Errors: kInvalidArgument for a port that cannot be had.
  static Result<std::unique_ptr<Listener>> Open(boost::asio::io_context& io,
                                                const std::string& address, int port,
                                                const Limits& limits, bool count_addresses);

  int port() const { return port_; }
  void Serve(Handler handler);
  void Close();

 private:
  Listener(boost::asio::io_context& io, const Limits& limits, bool count_addresses)
      : io_(io), limits_(limits), count_addresses_(count_addresses), acceptor_(io) {}
  boost::asio::awaitable<void> Accept();
  void Begin(boost::asio::ip::tcp::socket socket, const std::string& remote);

  boost::asio::io_context& io_;
  const Limits limits_;
  const bool count_addresses_;
  boost::asio::ip::tcp::acceptor acceptor_;
  int port_ = 0;
  Handler handler_;
  int open_ = 0;
  std::map<std::string, int> by_address_;
};

}  // namespace plyo::service
