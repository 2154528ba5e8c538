#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "answers.h"
#include "connection.h"
#include "plyo/service/log.h"
#include "web_socket.h"

namespace plyo::service {

/// Cancels what the stream does once the time is over, and leaves it open for an answer, unlike
/// the deadlines of Beast's own streams.
class Deadline {
 public:
  template <typename Stream>
  Deadline(Stream& stream, std::chrono::milliseconds time)
      : timer_(stream.get_executor(), time), over_(std::make_shared<bool>(false)) {
    timer_.async_wait([&socket = boost::beast::get_lowest_layer(stream).socket(),
                       over = std::weak_ptr<bool>(over_)](boost::system::error_code cancelled) {
      const auto alive = over.lock();
      if (cancelled || !alive) return;
      *alive = true;
      boost::system::error_code ignored;
      socket.cancel(ignored);
    });
  }
  bool over() const { return *over_; }

 private:
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> over_;
};

/// Puts a connection onto the list of those that a stopping server ends.
class Listed {
 public:
  Listed(ConnectionParts& parts, std::function<void()> end) : parts_(parts), end_(std::move(end)) {
    parts_.requests.insert(&end_);
  }
  ~Listed() { parts_.requests.erase(&end_); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  ConnectionParts& parts_;
  std::function<void()> end_;
};

/// What to answer where a request could not be read; nothing where there is nobody to answer.
struct Unread {
  Error error;
  int status = 400;
};
inline std::optional<Unread> WhyUnread(boost::system::error_code error, bool timed_out,
                                       bool got_some) {
  namespace http = boost::beast::http;
  if (timed_out) {
    if (!got_some) return std::nullopt;
    return Unread{{ErrorCode::kIdle, "the request did not come in time"}, 408};
  }
  if (error == http::error::header_limit)
    return Unread{{ErrorCode::kMessageTooLarge, "the headers are larger than is taken"}, 431};
  if (error == http::error::body_limit)
    return Unread{{ErrorCode::kMessageTooLarge, "the body is larger than is taken"}, 413};
  // The errors of the parser; others are those of the connection.
  if (error.category() == http::make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return Unread{{ErrorCode::kProtocolError, "this is no HTTP request"}, 400};
  }
  return std::nullopt;
}

template <typename Stream>
boost::asio::awaitable<void> ServeRequests(Stream stream, std::string remote,
                                           ConnectionParts& parts) {
  namespace asio = boost::asio;
  namespace beast = boost::beast;
  namespace http = beast::http;
  constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
  const auto& limits = parts.limits;
  beast::get_lowest_layer(stream).expires_never();
  std::optional<Listed> listed(std::in_place, parts,
                               [&stream] { beast::get_lowest_layer(stream).close(); });
  beast::flat_buffer buffer;
  for (bool first = true;; first = false) {
    if (!first && buffer.size() == 0) {
      const Deadline deadline(stream, limits.keep_alive);
      const auto [error, size] = co_await stream.async_read_some(buffer.prepare(4096), kTuple);
      if (error) co_return;
      buffer.commit(size);
    }
    http::request_parser<http::string_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    parser.body_limit(limits.body_bytes);
    std::optional<Unread> unread;
    {
      const Deadline deadline(stream, limits.header_time);
      const auto [error, size] = co_await http::async_read(stream, buffer, parser, kTuple);
      if (error) {
        unread = WhyUnread(error, deadline.over(), parser.got_some() || buffer.size() > 0);
        if (!unread) co_return;
      }
    }
    std::optional<HttpAnswer> answer;
    if (unread) {
      const auto context = MakeContext(remote, {});
      Log(LogLevel::kInfo, "request_unread",
          {{"remote", remote}, {"status", unread->status}, {"request_id", context.request_id}});
      answer.emplace(parts.handler.Refuse(unread->error, 11, false, context, unread->status));
    } else {
      const auto request = parser.release();
      const auto trace = request["traceparent"];
      const auto context = MakeContext(remote, {trace.data(), trace.size()});
      if (beast::websocket::is_upgrade(request)) {
        const auto admitted = parts.handler.AdmitLive(request);
        if (admitted) {
          listed.reset();
          // On the heap: its writer may still be at work when its reader has ended.
          const auto socket =
              std::make_shared<WebSocket<Stream>>(std::move(stream), parts, context.traceparent);
          co_await socket->Run(request);
          co_return;
        }
        Log(LogLevel::kInfo, "live_refused",
            {{"remote", remote},
             {"error", ErrorId(admitted.error().code)},
             {"request_id", context.request_id},
             {"traceparent", context.traceparent}});
        answer.emplace(
            parts.handler.Refuse(admitted.error(), request.version(), false, context, 0));
      } else {
        auto response = co_await parts.handler.Respond(request, context);
        answer.emplace(std::move(response));
        // Without its query, which may hold a token.
        const auto target = request.target().substr(0, request.target().find('?'));
        Log(LogLevel::kDebug, "request",
            {{"remote", remote},
             {"method", std::string(request.method_string())},
             {"path", std::string(target)},
             {"request_id", context.request_id},
             {"traceparent", context.traceparent}});
      }
    }
    const bool keep_alive = answer->keep_alive();
    const Deadline deadline(stream, limits.answer_time);
    auto writing = beast::async_write(stream, std::move(*answer), kTuple);
    const auto [error, size] = co_await std::move(writing);
    if (error) co_return;
    if (!keep_alive) {
      // What comes in is read away for a moment: a reset would take the answer from the client.
      boost::system::error_code ignored;
      beast::get_lowest_layer(stream).socket().shutdown(asio::ip::tcp::socket::shutdown_send,
                                                        ignored);
      const Deadline drain(stream, limits.linger_time);
      for (;;) {
        buffer.clear();
        const auto [ended, count] = co_await stream.async_read_some(buffer.prepare(4096), kTuple);
        if (ended || drain.over()) co_return;
      }
    }
  }
}

}  // namespace plyo::service
