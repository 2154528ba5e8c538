#include "live_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "plyo/base/utf8.h"
#include "plyo/service/log.h"
#include "plyo/service/media_header.h"

namespace plyo::service {
namespace asio = boost::asio;
namespace {

using Json = nlohmann::json;

constexpr double kLongestSeen_ms = 60'000;

tl::unexpected<Error> Wrong(std::string message) {
  return plyo::Fail(ErrorCode::kProtocolError, std::move(message));
}

std::int64_t SteadyUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

LiveConnection::LiveConnection(LiveHub& hub, LiveSocket& socket, LiveCaller caller,
                               std::string traceparent)
    : hub_(hub),
      socket_(socket),
      caller_(std::move(caller)),
      traceparent_(std::move(traceparent)) {}

LiveConnection::~LiveConnection() {
  // A session that was taken over has another socket, or none.
  if (session_ && session_->socket() == &socket_) session_->Lost();
  if (watching_) hub_.Unwatch(socket_);
}

void LiveConnection::Fail(const Error& error) {
  if (!joined()) hub_.parts().telemetry.Refused(error.code);
  Log(LogLevel::kInfo, "live_connection_refused",
      {{"error", ErrorId(error.code)},
       {"message", error.message},
       {"session", session_ ? session_->identity().id : ""}});
  EndWithError(socket_, error, hub_.RetryAfter(error.code));
}

asio::awaitable<void> LiveConnection::OnText(std::string_view text) {
  if (!joined()) {
    joining_ = true;
    auto joining = OnHello(text);
    const auto done = co_await std::move(joining);
    joining_ = false;
    if (!done) Fail(done.error());
  } else if (const auto done = OnMessage(text); !done) {
    Fail(done.error());
  }
}

asio::awaitable<Result<void>> LiveConnection::OnHello(std::string_view text) {
  auto hello = ReadHello(text, hub_.sports());
  if (!hello) co_return tl::unexpected(hello.error());
  const auto kind = hello->kind;
  const auto client = hello->client;
  codec_ = hello->codec;
  std::string id = hello->session;
  if (kind == Hello::Kind::kWatch) {
    const auto watched = co_await hub_.Watch(*hello, caller_, socket_);
    if (!watched) co_return tl::unexpected(watched.error());
    watching_ = true;
  } else {
    auto session = co_await hub_.Join(*hello, caller_, socket_);
    if (!session) co_return tl::unexpected(session.error());
    session_ = std::move(*session);
    if (session_) id = session_->identity().id;
  }
  Log(LogLevel::kInfo, "live_connection_joined",
      {{"session", id},
       {"as", kind == Hello::Kind::kNew      ? "new"
              : kind == Hello::Kind::kResume ? "resumed"
                                             : "watcher"},
       {"client", client},
       {"traceparent", traceparent_}});
  co_return Result<void>{};
}

Result<void> LiveConnection::OnMessage(std::string_view text) {
  const auto json = Json::parse(text, nullptr, false);
  const auto type_at = json.is_object() ? json.find("type") : json.end();
  if (!json.is_object() || type_at == json.end() || !type_at->is_string())
    return Wrong("a text message that is no JSON object with a type");
  const auto type = type_at->get<std::string>();
  const auto number = [&json](const char* name) -> const Json* {
    const auto at = json.find(name);
    return at != json.end() && at->is_number() ? &*at : nullptr;
  };
  if (type == "clock") {
    const auto* client_us = number("client_us");
    if (!client_us || !client_us->is_number_integer())
      return Wrong("clock: client_us is no whole number");
    const Json reply{{"type", "clock"}, {"client_us", *client_us}, {"server_us", SteadyUs()}};
    socket_.Send(std::make_shared<const std::string>(reply.dump()), SendMode::kLive);
    return {};
  }
  if (watching_) return Wrong(fmt::format("who watches sends no {}", Utf8Prefix(type, 40)));
  if (type == "seen") {
    const auto* end_to_end = number("end_to_end_ms");
    if (!end_to_end || !number("sequence")) return Wrong("seen: needs sequence and end_to_end_ms");
    OnSeen(end_to_end->get<double>());
    return {};
  }
  if (type == "end") {
    if (std::exchange(ended_, true)) return Wrong("end: for the second time");
    session_->End();
    return {};
  }
  return Wrong(fmt::format("a message `{}` is not expected here", Utf8Prefix(type, 40)));
}

void LiveConnection::OnSeen(double end_to_end_ms) {
  const auto now = std::chrono::steady_clock::now();
  if (!(end_to_end_ms >= 0) || now - last_seen_ < std::chrono::seconds(1)) return;
  last_seen_ = now;
  // A client's word must not spoil everybody's mean.
  hub_.parts().telemetry.EndToEnd(std::min(end_to_end_ms, kLongestSeen_ms) / 1000);
}

void LiveConnection::OnBinary(std::span<const std::uint8_t> bytes) {
  if (const auto taken = OnMedia(bytes); !taken) Fail(taken.error());
}

Result<void> LiveConnection::OnMedia(std::span<const std::uint8_t> bytes) {
  if (!joined()) return Wrong("media before hello");
  if (watching_) return Wrong("who watches sends no media");
  if (ended_) return Wrong("media after end");
  auto message = ParseMedia(bytes);
  if (!message) return tl::unexpected(message.error());
  if (message->kind != codec_)
    return plyo::Fail(ErrorCode::kUnsupportedCodec, "media: another codec than hello said");
  if (last_sequence_ && message->sequence <= *last_sequence_)
    return Wrong(fmt::format("media: sequence {} after {}", message->sequence, *last_sequence_));
  if (message->capture_us < last_capture_us_) {
    return Wrong(fmt::format("media: the clock ran backwards, from {} to {} µs", last_capture_us_,
                             message->capture_us));
  }
  last_sequence_ = message->sequence;
  last_capture_us_ = message->capture_us;
  hub_.parts().telemetry.FrameReceived(bytes.size());
  session_->Media(std::move(*message), bytes);
  return {};
}

}  // namespace plyo::service
