#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <utility>

#include "connection.h"
#include "http_stream.h"

namespace plyo::service {

boost::asio::awaitable<void> ServeTls(boost::asio::ip::tcp::socket socket,
                                      boost::asio::ssl::context& context, std::string remote,
                                      ConnectionParts& parts) {
  // Not Beast's ssl_stream: to clang its async_teardown() is ambiguous.
  boost::asio::ssl::stream<boost::beast::tcp_stream> stream(
      boost::beast::tcp_stream(std::move(socket)), context);
  {
    const auto close = [&stream] { stream.next_layer().close(); };
    const Listed listed(parts, {.going_down = close, .end_now = close});
    const Deadline deadline(stream, parts.limits.header_time);
    const auto [error] = co_await stream.async_handshake(
        boost::asio::ssl::stream_base::server, boost::asio::as_tuple(boost::asio::use_awaitable));
    if (error) co_return;
  }
  auto serving = ServeRequests(std::move(stream), std::move(remote), parts);
  co_await std::move(serving);
}

}  // namespace plyo::service
