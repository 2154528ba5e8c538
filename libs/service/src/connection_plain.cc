#include <boost/beast/core/tcp_stream.hpp>
#include <utility>

#include "connection.h"
#include "http_stream.h"

namespace plyo::service {

boost::asio::awaitable<void> ServePlain(boost::asio::ip::tcp::socket socket, std::string remote,
                                        ConnectionParts& parts) {
  boost::beast::tcp_stream stream(std::move(socket));
  auto serving = ServeRequests(std::move(stream), std::move(remote), parts);
  co_await std::move(serving);
}

}  // namespace plyo::service
