#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/message_generator.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <cerrno>
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

/// Puts a connection onto the list of those that are asked over HTTP.
class Listed {
 public:
  Listed(ConnectionParts& parts, ConnectionParts::Open open)
      : parts_(parts), open_(std::move(open)) {
    parts_.requests.insert(&open_);
  }
  ~Listed() { parts_.requests.erase(&open_); }
  Listed(const Listed&) = delete;
  Listed& operator=(const Listed&) = delete;

 private:
  ConnectionParts& parts_;
  ConnectionParts::Open open_;
};

/// What to answer where a request could not be read; nothing where there is nobody to answer.
struct Unread {
  Error error;
  int status = 400;
};
/// Said of the file that a body goes into; no socket says that.
inline bool IsDiskFull(boost::system::error_code error) {
  namespace errc = boost::system::errc;
  return error == errc::no_space_on_device || error == errc::file_too_large ||
         error == boost::system::error_condition(EDQUOT, boost::system::generic_category());
}

/// `most_bytes`: what a body may have, where it is that which was read.
inline std::optional<Unread> WhyUnread(boost::system::error_code error, bool timed_out,
                                       bool got_some, std::uint64_t most_bytes = 0) {
  namespace http = boost::beast::http;
  if (timed_out) {
    if (!got_some) return std::nullopt;
    return Unread{{ErrorCode::kIdle, "the request did not come in time"}, 408};
  }
  if (error == http::error::header_limit)
    return Unread{{ErrorCode::kMessageTooLarge, "the headers are larger than is taken"}, 431};
  if (error == http::error::body_limit) {
    const auto kib = most_bytes >> 10;
    const auto most =
        kib < 1024 ? std::to_string(kib) + " KiB" : std::to_string(kib >> 10) + " MiB";
    return Unread{{ErrorCode::kMessageTooLarge,
                   "the body has more than the " + most + " that are taken here"},
                  413};
  }
  if (IsDiskFull(error))
    return Unread{{ErrorCode::kDiskFull, "the body cannot be stored: " + error.message()}, 507};
  // The errors of the parser; others are those of the connection.
  if (error.category() == http::make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return Unread{{ErrorCode::kProtocolError, "this is no HTTP request"}, 400};
  }
  return std::nullopt;
}

/// A request as it came, or why it could not be read.
struct ReadRequest {
  std::optional<HttpRequest> request{};
  BodyFile file{};
  std::optional<Unread> unread{};
  std::optional<Error> refused{};  ///< before its body was read
  bool gone = false;               ///< there is nobody to answer
  std::string foreign_origin{};    ///< of a request with a body, once its head was read
  RestHeaders headers{};           ///< likewise, of a refusal
};

/// The time in which a body of that size has to come, at 64 KiB a second.
inline std::chrono::milliseconds BodyTime(const Limits& limits, std::uint64_t bytes) {
  return limits.header_time + std::chrono::milliseconds(bytes / 64);
}

/// The body of a request whose head was read, in memory or into a file.
template <typename Body, typename Stream, typename Begin>
boost::asio::awaitable<void> ReadBody(
    Stream& stream, boost::beast::flat_buffer& buffer,
    boost::beast::http::request_parser<boost::beast::http::empty_body>& head, const BodyPlan& plan,
    const Limits& limits, ReadRequest& read, Begin begin) {
  namespace http = boost::beast::http;
  constexpr auto kTuple = boost::asio::as_tuple(boost::asio::use_awaitable);
  http::request_parser<Body> parser(std::move(head));
  parser.body_limit(plan.most_bytes);
  boost::system::error_code error;
  begin(parser, error);
  if (error) {
    read.refused = Error{ErrorCode::kDiskFull, "the body cannot be stored: " + error.message()};
    co_return;
  }
  const Deadline deadline(stream, BodyTime(limits, plan.most_bytes));
  auto reading = http::async_read(stream, buffer, parser, kTuple);
  const auto [failed, size] = co_await std::move(reading);
  if (failed) {
    read.unread = WhyUnread(failed, deadline.over(), true, plan.most_bytes);
    read.gone = !read.unread;
    co_return;
  }
  if constexpr (std::is_same_v<Body, http::string_body>) {
    read.request.emplace(parser.release());
  } else {
    parser.get().body().close();
    read.request.emplace(http::request_header<>(parser.get().base()));
  }
}

template <typename Stream>
boost::asio::awaitable<ReadRequest> ReadWhole(Stream& stream, boost::beast::flat_buffer& buffer,
                                              const std::string& remote, ConnectionParts& parts) {
  namespace http = boost::beast::http;
  constexpr auto kTuple = boost::asio::as_tuple(boost::asio::use_awaitable);
  const auto& limits = parts.limits;
  ReadRequest read;
  http::request_parser<http::empty_body> head;
  head.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  // What a body may be is known when its head has been read.
  head.body_limit(boost::none);
  {
    const Deadline deadline(stream, limits.header_time);
    auto reading = http::async_read_header(stream, buffer, head, kTuple);
    const auto [error, size] = co_await std::move(reading);
    if (error) {
      read.unread = WhyUnread(error, deadline.over(), head.got_some() || buffer.size() > 0);
      read.gone = !read.unread;
      co_return read;
    }
  }
  BodyPlan plan{.most_bytes = limits.body_bytes};
  const auto length = head.content_length();
  const bool has_body = head.chunked() || (length && *length > 0);
  if (has_body) {
    const HttpRequest asked{http::request_header<>(head.get().base())};
    const auto trace = asked["traceparent"];
    read.foreign_origin = parts.handler.ForeignOrigin(asked);
    const auto context = MakeContext(remote, {trace.data(), trace.size()}, read.foreign_origin);
    auto planning = parts.handler.PlanBody(asked, context);
    plan = co_await std::move(planning);
    read.headers = plan.headers;
    if (plan.refused) {
      read.request.emplace(asked.base());
      read.refused = std::move(plan.refused);
      co_return read;
    }
    if (length && *length > plan.most_bytes) {
      read.unread = WhyUnread(http::error::body_limit, false, true, plan.most_bytes);
      co_return read;
    }
    if (head.get()[http::field::expect] == "100-continue") {
      http::response<http::empty_body> go_on(http::status::continue_, 11);
      auto writing = http::async_write(stream, go_on, kTuple);
      const auto [error, size] = co_await std::move(writing);
      if (error) read.gone = true;
      if (error) co_return read;
    }
  }
  if (plan.file.empty()) {
    auto reading = ReadBody<http::string_body>(stream, buffer, head, plan, limits, read,
                                               [](auto&, boost::system::error_code&) {});
    co_await std::move(reading);
  } else {
    BodyFile file(plan.file);
    auto reading = ReadBody<http::file_body>(
        stream, buffer, head, plan, limits, read,
        [&](auto& parser, boost::system::error_code& error) {
          parser.get().body().open(plan.file.c_str(), boost::beast::file_mode::write, error);
        });
    co_await std::move(reading);
    co_return ReadRequest{std::move(read.request), std::move(file), std::move(read.unread),
                          std::move(read.refused), read.gone,       std::move(read.foreign_origin),
                          std::move(read.headers)};
  }
  co_return read;
}

/// A head, and then pieces as they come, until there are no more or the server stops. False: the
/// client is gone.
template <typename Stream>
boost::asio::awaitable<bool> WritePieces(Stream& stream, HttpReply& reply, const Limits& limits,
                                         const bool& stopping) {
  namespace http = boost::beast::http;
  namespace asio = boost::asio;
  constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
  constexpr std::chrono::milliseconds kLook{250};
  asio::steady_timer timer(stream.get_executor());
  http::response_serializer<http::empty_body> serializer(reply.head);
  {
    const Deadline deadline(stream, limits.answer_time);
    auto writing = http::async_write_header(stream, serializer, kTuple);
    const auto [error, size] = co_await std::move(writing);
    if (error) co_return false;
  }
  for (;;) {
    std::optional<std::string> piece;
    if (!stopping) {
      auto asking = reply.next();
      piece = co_await std::move(asking);
    }
    const Deadline deadline(stream, limits.answer_time);
    if (!piece) {
      auto writing = asio::async_write(stream, http::make_chunk_last(), kTuple);
      const auto [error, size] = co_await std::move(writing);
      co_return !error;
    }
    if (!piece->empty()) {
      auto writing = asio::async_write(stream, http::make_chunk(asio::buffer(*piece)), kTuple);
      const auto [error, size] = co_await std::move(writing);
      if (error) co_return false;
    }
    timer.expires_after(kLook);
    co_await timer.async_wait(kTuple);
  }
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
  bool stopping = parts.hub.draining();  // the next answer is the last one
  bool idle = false;                     // nothing of a request has come
  HttpRequest* asked = nullptr;          // what is being answered
  const auto close = [&stream] { beast::get_lowest_layer(stream).close(); };
  const auto going_down = [&] {
    stopping = true;
    if (asked) asked->keep_alive(false);
    boost::system::error_code ignored;
    if (idle && beast::get_lowest_layer(stream).socket().available(ignored) == 0) close();
  };
  std::optional<Listed> listed(std::in_place, parts, ConnectionParts::Open{going_down, close});
  beast::flat_buffer buffer;
  for (bool first = true;; first = false) {
    if (!first && stopping) co_return;
    if (buffer.size() == 0) {
      const Deadline deadline(stream, first ? limits.header_time : limits.keep_alive);
      idle = true;
      const auto [error, size] = co_await stream.async_read_some(buffer.prepare(4096), kTuple);
      idle = false;
      if (error) co_return;
      buffer.commit(size);
    }
    auto reading = ReadWhole(stream, buffer, remote, parts);
    auto read = co_await std::move(reading);
    if (read.gone) co_return;
    std::optional<HttpAnswer> answer;
    if (read.unread) {
      const auto context = MakeContext(remote, {}, read.foreign_origin);
      Log(LogLevel::kInfo, "request_unread",
          {{"remote", remote},
           {"status", read.unread->status},
           {"request_id", context.request_id}});
      answer.emplace(parts.handler.Refuse(read.unread->error, 11, false, context,
                                          read.unread->status, read.headers));
    } else if (read.refused) {
      // Its body still comes; the connection ends, so that it is not taken for a request.
      answer.emplace(parts.handler.Refuse(*read.refused, read.request->version(), false,
                                          MakeContext(remote, {}, read.foreign_origin), 0,
                                          read.headers));
    } else {
      auto& request = *read.request;
      if (stopping) request.keep_alive(false);
      const auto trace = request["traceparent"];
      const auto context =
          MakeContext(remote, {trace.data(), trace.size()}, parts.handler.ForeignOrigin(request));
      if (beast::websocket::is_upgrade(request)) {
        auto admitting = parts.handler.AdmitLive(request);
        const auto admitted = co_await std::move(admitting);
        if (admitted) {
          listed.reset();
          // On the heap: its writer may still be at work when its reader has ended.
          const auto socket = std::make_shared<WebSocket<Stream>>(std::move(stream), parts,
                                                                  *admitted, context.traceparent);
          co_await socket->Run(request);
          co_return;
        }
        Log(LogLevel::kInfo, "live_refused",
            {{"remote", remote},
             {"error", ErrorId(admitted.error().code)},
             {"request_id", context.request_id},
             {"traceparent", context.traceparent}});
        answer.emplace(
            parts.handler.Refuse(admitted.error(), request.version(), false, context, 0, {}));
      } else {
        asked = &request;
        auto responding = parts.handler.Respond(request, read.file.path(), context);
        auto reply = co_await std::move(responding);
        asked = nullptr;
        if (!reply.answer) {
          auto writing = WritePieces(stream, reply, limits, stopping);
          const bool written = co_await std::move(writing);
          if (!written || !reply.head.keep_alive()) co_return;
          continue;
        }
        answer.emplace(std::move(*reply.answer));
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
    // Before the answer goes: whoever has it finds nothing left of what he sent, however slowly he
    // reads.
    read.file.Remove();
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
