#pragma once

#include <netinet/tcp.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "connection.h"
#include "live_connection.h"
#include "live_socket.h"
#include "plyo/base/utf8.h"
#include "plyo/service/media_header.h"
#include "tcp_progress.h"

namespace plyo::service {

/// A WebSocket over one kind of stream. Three coroutines: Run() reads, Write() writes and closes,
/// Watch() looks at the clock. On the server's thread alone.
template <typename Stream>
class WebSocket final : public LiveSocket, public std::enable_shared_from_this<WebSocket<Stream>> {
 public:
  WebSocket(Stream stream, ConnectionParts& parts, LiveCaller caller, std::string traceparent)
      : parts_(parts),
        limits_(parts.limits),
        ws_(std::move(stream)),
        wake_(ws_.get_executor()),
        tick_(ws_.get_executor()),
        closing_timer_(ws_.get_executor()),
        caller_(std::move(caller)),
        traceparent_(std::move(traceparent)) {}

  boost::asio::awaitable<void> Run(const HttpRequest& request) {
    Configure();
    open_ = {.going_down = [this] { GoingDown(); }, .end_now = [this] { Drop(); }};
    parts_.sockets.insert(&open_);
    const auto [error] = co_await ws_.async_accept(request, kTuple);
    if (!error) {
      live_.emplace(parts_.hub, *this, caller_, traceparent_);
      boost::asio::co_spawn(ws_.get_executor(), Write(this->shared_from_this()),
                            boost::asio::detached);
      boost::asio::co_spawn(ws_.get_executor(), Watch(this->shared_from_this()),
                            boost::asio::detached);
      if (parts_.hub.draining()) GoingDown();
      co_await Read();
      live_.reset();
      if (closing_) {
        co_await Discard();
      } else {
        gone_ = true;
      }
      wake_.cancel();
      tick_.cancel();
    } else {
      parts_.sockets.erase(&open_);
    }
  }

  void Send(std::shared_ptr<const std::string> text, SendMode mode) override {
    if (closing_ || gone_) return;
    if (mode == SendMode::kDroppable && !outbox_.empty() && outbox_.back().mode == mode) {
      outbox_bytes_ -= outbox_.back().LiveBytes();
      outbox_.pop_back();
      parts_.telemetry.SkeletonDropped();
    }
    outbox_.push_back({std::move(text), mode});
    outbox_bytes_ += outbox_.back().LiveBytes();
    if (outbox_bytes_ > limits_.outbox_bytes) return GiveUp();
    wake_.cancel();
  }

  void Close(int code, const std::string& reason) override {
    if (closing_ || gone_) return;
    closing_ = true;
    parts_.telemetry.SocketClosed(std::to_string(code));
    namespace websocket = boost::beast::websocket;
    close_reason_ = websocket::close_reason(static_cast<websocket::close_code>(code),
                                            Utf8Prefix(reason, kReasonBytes));
    // From here on AwaitEnd() has the clock: Beast's asks for messages of a client that only reads.
    constexpr auto kNever = websocket::stream_base::none;
    ws_.set_option(websocket::stream_base::timeout{kNever(), kNever(), false});
    AwaitEnd();
    wake_.cancel();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr auto kTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

  struct Message {
    std::shared_ptr<const std::string> text;
    SendMode mode = SendMode::kLive;

    std::size_t LiveBytes() const { return mode == SendMode::kStored ? 0 : text->size(); }
  };

  /// Of the message that goes out.
  struct Unread {
    Clock::time_point since;
    std::uint64_t read = 0;  ///< bytes of the connection by then
  };

  void Configure() {
    namespace websocket = boost::beast::websocket;
    websocket::stream_base::timeout timeout{};
    timeout.handshake_timeout = limits_.header_time;
    // Finds connections whose other end is gone: pings after half of it.
    timeout.idle_timeout = limits_.idle_time * 2;
    timeout.keep_alive_pings = true;
    ws_.set_option(timeout);
    ws_.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
      response.set(boost::beast::http::field::server, "plyo");
      response.set(boost::beast::http::field::sec_websocket_protocol, "plyo.live.1");
    }));
    ws_.read_message_max(0);  // Read() has a limit for each kind, and says it when it closes
    // Pings, and the answers to the client's, go out between the pieces of a long message.
    ws_.auto_fragment(true);
    ws_.write_buffer_bytes(kPieceBytes);
    ws_.text(true);
    auto& socket = boost::beast::get_lowest_layer(ws_).socket();
    // A slow network shows here after few skeletons, not when the kernel's buffers are full.
    const int unsent_bytes = 16 << 10;
    setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes,
               sizeof(unsent_bytes));
  }

  boost::asio::awaitable<void> Read() {
    boost::beast::flat_buffer buffer;
    while (!closing_ && !gone_) {
      const auto [error, size] = co_await ws_.async_read_some(buffer, kReadBytes, kTuple);
      if (error) {
        if (!closing_) parts_.telemetry.SocketClosed(EndOf(error));
        co_return;
      }
      if (closing_ || gone_) co_return;
      received_ = Clock::now();
      const auto limit = ws_.got_text() ? kTextMessageBytes : kMediaMessageBytes;
      if (buffer.size() > limit) {
        live_->Fail({ErrorCode::kMessageTooLarge, "limit_bytes=" + std::to_string(limit)});
        co_return;
      }
      if (!ws_.is_message_done()) continue;
      const auto* bytes = static_cast<const std::uint8_t*>(buffer.cdata().data());
      if (ws_.got_text()) {
        const std::string_view text(reinterpret_cast<const char*>(bytes), buffer.size());
        co_await live_->OnText(text);
      } else {
        live_->OnBinary({bytes, buffer.size()});
      }
      buffer.clear();
    }
  }

  /// Until the client has agreed to the end. What it still says is of no interest, but it is there:
  /// its pings are answered, and its end is seen.
  boost::asio::awaitable<void> Discard() {
    boost::beast::flat_buffer buffer;
    while (!gone_) {
      const auto [error, size] = co_await ws_.async_read_some(buffer, kReadBytes, kTuple);
      if (error) co_return;
      buffer.clear();
    }
  }

  /// How a connection ended that was not closed from here, by its code (RFC 6455, 7.4.1). The
  /// client chooses only among ends in order: other codes say what the server did.
  std::string EndOf(boost::system::error_code error) const {
    namespace websocket = boost::beast::websocket;
    if (error == websocket::error::closed) {
      switch (ws_.reason().code) {
        case websocket::close_code::none:
          return "1005";
        case websocket::close_code::normal:
        case websocket::close_code::going_away:
          return std::to_string(ws_.reason().code);
        default:
          return "other";
      }
    }
    if (error == websocket::error::bad_frame_payload) return "1007";
    if (error == websocket::condition::protocol_violation) return "1002";
    return "1006";
  }

  /// Takes its own owner: it goes on where Run() has ended.
  static boost::asio::awaitable<void> Write(std::shared_ptr<WebSocket> self) {
    while (!self->gone_ && !(self->closing_ && self->outbox_.empty())) {
      if (self->outbox_.empty()) {
        self->wake_.expires_at(Clock::time_point::max());
        co_await self->wake_.async_wait(kTuple);
        continue;
      }
      const auto message = std::move(self->outbox_.front());
      self->outbox_.pop_front();
      self->outbox_bytes_ -= message.LiveBytes();
      self->unread_ = self->UnreadNow();
      const auto [error, size] =
          co_await self->ws_.async_write(boost::asio::buffer(*message.text), kTuple);
      self->unread_.reset();
      if (error) self->gone_ = true;
    }
    if (!self->gone_) co_await self->ws_.async_close(self->close_reason_, kTuple);
    self->closing_timer_.cancel();
    self->Drop();
    self->parts_.sockets.erase(&self->open_);
  }

  static boost::asio::awaitable<void> Watch(std::shared_ptr<WebSocket> self) {
    const auto& limits = self->limits_;
    const auto shortest = std::min({limits.hello_time, limits.idle_time, limits.write_time}) / 4;
    const auto begin = Clock::now();
    while (!self->closing_ && !self->gone_) {
      self->tick_.expires_after(std::max(shortest, std::chrono::milliseconds(20)));
      co_await self->tick_.async_wait(kTuple);
      if (self->closing_ || self->gone_ || !self->live_) break;
      const auto now = Clock::now();
      // A long message may take its time, while enough of it is read.
      if (self->unread_ && self->Acknowledged() >= self->unread_->read + kLeastRead)
        self->unread_ = self->UnreadNow();
      if (self->unread_ && now - self->unread_->since > limits.write_time) {
        self->GiveUp();
      } else if (self->live_->joining()) {
        self->received_ = now;  // nothing is read meanwhile
      } else if (!self->live_->joined() && now - begin > limits.hello_time) {
        self->live_->Fail({ErrorCode::kIdle, "no hello came"});
      } else if (!self->live_->watching() && now - self->received_ > limits.idle_time) {
        self->live_->Fail({ErrorCode::kIdle, "nothing came for too long"});
      }
    }
  }

  /// The client does not read: what waits for it would never end.
  void GiveUp() {
    outbox_.clear();
    outbox_bytes_ = 0;
    Close(CloseCode(ErrorCode::kIdle), "what was sent was not read");
  }

  /// Sessions, and who watches them, are ended by the hub, in order.
  void GoingDown() {
    if (live_ && !live_->joined() && !live_->joining())
      live_->Fail({ErrorCode::kShuttingDown, "the server is going down"});
  }

  Unread UnreadNow() { return {Clock::now(), Acknowledged()}; }

  std::uint64_t Acknowledged() {
    return AcknowledgedBytes(boost::beast::get_lowest_layer(ws_).socket().native_handle());
  }

  /// Until the client has agreed to the end, for as long as it goes on reading what is before it:
  /// enough of it while the rest waits here.
  void AwaitEnd() {
    closing_timer_.expires_after(limits_.close_time);
    closing_timer_.async_wait([weak = this->weak_from_this(),
                               read = Acknowledged()](boost::system::error_code cancelled) {
      const auto self = weak.lock();
      if (cancelled || !self || self->gone_) return;
      const bool waits = self->unread_ || !self->outbox_.empty();
      if (self->Acknowledged() < read + (waits ? kLeastRead : 1)) return self->Drop();
      self->AwaitEnd();
    });
  }

  void Drop() {
    gone_ = true;
    boost::beast::get_lowest_layer(ws_).close();
    wake_.cancel();
    tick_.cancel();
  }

  static constexpr std::size_t kReasonBytes = 123;  // RFC 6455, 5.5
  static constexpr std::size_t kReadBytes = std::size_t{64} << 10;
  static constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
  // Within Limits::write_time, or close_time.
  static constexpr std::uint64_t kLeastRead = std::uint64_t{32} << 10;

  ConnectionParts& parts_;
  const Limits& limits_;
  boost::beast::websocket::stream<Stream> ws_;
  boost::asio::steady_timer wake_;
  boost::asio::steady_timer tick_;
  boost::asio::steady_timer closing_timer_;
  LiveCaller caller_;
  std::string traceparent_;
  std::optional<LiveConnection> live_;
  std::deque<Message> outbox_;
  std::size_t outbox_bytes_ = 0;
  boost::beast::websocket::close_reason close_reason_;
  bool closing_ = false;  // a close frame goes out behind the outbox
  bool gone_ = false;     // nothing can be sent any more
  Clock::time_point received_ = Clock::now();
  std::optional<Unread> unread_;  // while a message goes out
  ConnectionParts::Open open_;
};

}  // namespace plyo::service
