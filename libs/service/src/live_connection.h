#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "live_hub.h"

namespace plyo::service {

inline constexpr std::size_t kTextMessageBytes = std::size_t{64} << 10;

/// One WebSocket's way through the live protocol: hello, media, end. Whatever is wrong ends the
/// socket with its documented code. On the server's thread alone.
class LiveConnection {
 public:
  LiveConnection(LiveHub& hub, LiveSocket& socket, LiveCaller caller, std::string traceparent);
  ~LiveConnection();  ///< the socket is gone
  LiveConnection(const LiveConnection&) = delete;
  LiveConnection& operator=(const LiveConnection&) = delete;

  /// The text must stay where it is until this has ended.
  boost::asio::awaitable<void> OnText(std::string_view text);
  void OnBinary(std::span<const std::uint8_t> bytes);
  /// Sends the error and ends the socket.
  void Fail(const Error& error);

  bool joined() const { return session_ != nullptr || watching_; }
  bool joining() const { return joining_; }  ///< its hello waits for the store or a session before
  bool watching() const { return watching_; }

 private:
  boost::asio::awaitable<Result<void>> OnHello(std::string_view text);
  Result<void> OnMessage(std::string_view text);
  Result<void> OnMedia(std::span<const std::uint8_t> bytes);
  void OnSeen(double end_to_end_ms);

  LiveHub& hub_;
  LiveSocket& socket_;
  LiveCaller caller_;
  std::string traceparent_;
  std::shared_ptr<LiveSession> session_;
  bool watching_ = false;
  bool joining_ = false;
  bool ended_ = false;
  MediaKind codec_ = MediaKind::kH264;
  std::optional<std::uint32_t> last_sequence_;
  std::int64_t last_capture_us_ = 0;
  std::chrono::steady_clock::time_point last_seen_{};
};

}  // namespace plyo::service
