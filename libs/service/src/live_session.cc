#include "live_session.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>
#include <utility>

#include "plyo/service/caller_message.h"
#include "plyo/service/log.h"

namespace plyo::service {
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
namespace {

/// One text for the store, the socket and whoever watches.
std::shared_ptr<const std::string> Shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

// A store that is away for so long is waited for: the athlete goes on, and his figures come late.
constexpr std::chrono::minutes kStoreAway{5};
constexpr std::chrono::seconds kStoreAskedAgain{1};

}  // namespace

std::string ErrorMessage(const Error& error, std::optional<double> retry_after_s) {
  nlohmann::ordered_json json{{"type", "error"},
                              {"code", ErrorId(error.code)},
                              {"message", CallerMessage(error)},
                              {"fatal", true}};
  if (retry_after_s) json["retry_after_s"] = *retry_after_s;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void EndWithError(LiveSocket& socket, const Error& error, std::optional<double> retry_after_s) {
  socket.Send(Shared(ErrorMessage(error, retry_after_s)), SendMode::kLive);
  socket.Close(CloseCode(error.code), retry_after_s
                                          ? fmt::format("retry_after_s={:.10g}", *retry_after_s)
                                          : CallerMessage(error));
}

LiveSession::LiveSession(const LiveParts& parts, Identity identity, Audience audience)
    : parts_(parts),
      identity_(std::move(identity)),
      audience_(std::move(audience)),
      deadline_(parts.executor),
      done_(parts.executor, Clock::time_point::max()) {}

LiveSession::~LiveSession() = default;

Result<void> LiveSession::Open(const LiveSessionSpec& spec) {
  // The backend's thread only posts, so that no lock of its is held while something happens here.
  LiveBackend::Sink sink{
      .output =
          [weak = weak_from_this(), executor = parts_.executor](LiveOutput output) {
            asio::post(executor, [weak, output = std::move(output)]() mutable {
              if (const auto self = weak.lock()) self->Take(std::move(output));
            });
          },
      .ended =
          [weak = weak_from_this(), executor = parts_.executor](Error error) {
            asio::post(executor, [weak, error = std::move(error)] {
              if (const auto self = weak.lock()) self->Failed(error);
            });
          }};
  auto channel = parts_.backend.Open(spec, std::move(sink));
  if (!channel) return tl::unexpected(channel.error());
  channel_ = std::move(*channel);
  return {};
}

void LiveSession::Start(LiveSocket& socket, const std::string& hello_json) {
  socket_ = &socket;
  state_ = State::kLive;
  if (parts_.recorder) {
    track_ = parts_.recorder->Begin(identity_.id, identity_.epoch, identity_.sport,
                                    parts_.pose_model, hello_json, identity_.first_capture_us);
  }
  parts_.telemetry.SessionOpened();
  Pump();
}

void LiveSession::EndStored() {
  state_ = State::kLive;
  parts_.telemetry.SessionOpened();
  End();
}

void LiveSession::Media(MediaMessage message, std::span<const std::uint8_t> bytes) {
  if (state_ != State::kLive) return;
  if (!identity_.first_capture_us) BeginTime(message.capture_us);
  if (track_) parts_.recorder->Add(track_, bytes);
  channel_->Send(std::move(message));
}

/// So that times go on where they were when the session is resumed.
void LiveSession::BeginTime(std::int64_t capture_us) {
  identity_.first_capture_us = capture_us;
  Keep(Keeping{[id = identity_.id, epoch = identity_.epoch, capture_us](Store& store) {
                 return store.SetFirstCapture(id, epoch, capture_us);
               },
               [this](const Result<void>& stored) {
                 if (!stored) Failed(stored.error());
               }});
}

/// `then` is told on the server's thread, while this is there; again and again it is tried before.
void LiveSession::Keep(const std::shared_ptr<const Keeping>& keeping) {
  parts_.store.Run(keeping->work, [self = shared_from_this(), keeping](const Result<void>& stored) {
    if (stored || !MayPass(stored.error()) || self->state_ == State::kDone ||
        Clock::now() - keeping->begun > kStoreAway) {
      return keeping->then(stored);
    }
    Log(LogLevel::kWarning, "live_store_away",
        {{"session", self->identity_.id}, {"message", stored.error().message}});
    auto again = std::make_shared<asio::steady_timer>(self->parts_.executor, kStoreAskedAgain);
    again->async_wait([self, keeping, again](boost::system::error_code) { self->Keep(keeping); });
  });
}

void LiveSession::End() {
  if (state_ != State::kLive) return;
  state_ = State::kEnding;
  channel_->End();
  CloseAfter(parts_.result_time);
}

void LiveSession::Lost() {
  socket_ = nullptr;
  if (state_ == State::kLive) {
    Flush({ErrorCode::kIdle, "the connection was lost"});
  } else if (state_ == State::kOpening) {
    Finish(false);
  }
}

void LiveSession::TakenOver() {
  const Error reason{ErrorCode::kSessionTaken, "the session was resumed over another connection"};
  if (socket_) EndWithError(*std::exchange(socket_, nullptr), reason);
  if (state_ == State::kLive) Flush(reason);
  // Its result is what the new connection wants.
  if (state_ == State::kEnding && !measured_) CloseAfter(parts_.flush_time);
}

void LiveSession::GiveUp(Error reason) {
  const bool going_down = reason.code == ErrorCode::kShuttingDown;
  going_down_ = going_down_ || going_down;
  if (state_ == State::kLive) {
    Flush(std::move(reason));
  } else if (going_down && (state_ == State::kEnding || state_ == State::kFlushing)) {
    if (!give_up_reason_) give_up_reason_ = std::move(reason);
    CloseAfter(parts_.flush_time);
  }
}

asio::awaitable<void> LiveSession::WaitUntilDone() {
  boost::system::error_code cancelled;
  while (state_ != State::kDone)
    co_await done_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

void LiveSession::Flush(Error reason) {
  if (state_ == State::kLive) channel_->End();
  state_ = State::kFlushing;
  give_up_reason_ = std::move(reason);
  CloseAfter(parts_.flush_time);
}

void LiveSession::CloseAfter(std::chrono::seconds time) {
  deadline_.expires_after(time);
  deadline_.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
    const auto self = weak.lock();
    if (cancelled || !self) return;
    Log(LogLevel::kWarning, "live_session_overdue", {{"session", self->identity_.id}});
    const Error store{ErrorCode::kStoreFailed, "the session was not stored in time"};
    const Error worker{ErrorCode::kWorkerLost, "the worker did not finish the session in time"};
    self->Failed(self->measured_ ? store : worker);
  });
}

void LiveSession::Take(LiveOutput output) {
  if (state_ == State::kDone) return;
  parts_.telemetry.OutputCame(output);
  if (output.droppable) {
    if (state_ != State::kOpening) Deliver(Shared(std::move(output.json)), SendMode::kDroppable);
    return;
  }
  if (output.kind == LiveOutputKind::kResult) {
    // From here on it is the store that is waited for, and for long, unless the server goes down.
    measured_ = true;
    if (!going_down_) deadline_.cancel();
  }
  waiting_.push_back(std::move(output));
  Pump();
}

void LiveSession::Pump() {
  if (state_ == State::kOpening) return;
  while (!committing_ && !waiting_.empty() && state_ != State::kDone) {
    auto output = std::move(waiting_.front());
    waiting_.pop_front();
    switch (output.kind) {
      case LiveOutputKind::kMessage:
        Deliver(Shared(std::move(output.json)), SendMode::kLive);
        break;
      case LiveOutputKind::kConfirmedRep:
        Commit(std::move(output));
        break;
      case LiveOutputKind::kResult:
        Conclude(std::move(output));
        break;
    }
  }
}

void LiveSession::Commit(LiveOutput rep) {
  committing_ = true;
  const auto begin = Clock::now();
  auto json = Shared(std::move(rep.json));
  Keep(Keeping{[id = identity_.id, epoch = identity_.epoch, index = rep.rep_index,
                json](Store& store) { return store.AddRep(id, epoch, index, *json); },
               [this, json, begin](const Result<void>& stored) {
                 committing_ = false;
                 if (state_ == State::kDone) return;
                 if (!stored) return Failed(stored.error());
                 parts_.telemetry.StoreWritten(
                     std::chrono::duration<double>(Clock::now() - begin).count());
                 parts_.telemetry.RepConfirmed(identity_.sport);
                 Deliver(json, SendMode::kLive);
                 Pump();
               }});
}

void LiveSession::Conclude(LiveOutput result) {
  if (state_ != State::kEnding) return Finish(false);
  committing_ = true;
  auto json = Shared(std::move(result.json));
  Keep(Keeping{[id = identity_.id, epoch = identity_.epoch, json](Store& store) {
                 return store.Finish(id, epoch, *json);
               },
               [this, json](const Result<void>& stored) {
                 committing_ = false;
                 if (state_ == State::kDone) return;
                 if (!stored) return Failed(stored.error());
                 Deliver(json, SendMode::kStored);
                 if (socket_) socket_->Close(1000, "");
                 Finish(true);
               }});
}

void LiveSession::Deliver(const std::shared_ptr<const std::string>& text, SendMode mode) {
  if (socket_) socket_->Send(text, mode);
  audience_.publish(text, mode);
}

void LiveSession::Failed(const Error& error) {
  if (state_ == State::kDone) return;
  Log(LogLevel::kWarning, "live_session_failed",
      {{"session", identity_.id}, {"error", ErrorId(error.code)}, {"message", error.message}});
  // A failure while it is given up changes nothing about why.
  if (socket_ && !give_up_reason_) EndWithError(*socket_, error);
  Finish(false);
}

void LiveSession::Finish(bool result_came) {
  if (state_ == State::kDone) return;
  const auto self = shared_from_this();  // `done` may let go of the last other owner
  if (socket_ && give_up_reason_ && !result_came) EndWithError(*socket_, *give_up_reason_);
  const bool was_started = state_ != State::kOpening;
  state_ = State::kDone;
  channel_.reset();
  track_.reset();
  deadline_.cancel();
  done_.cancel();
  if (was_started) parts_.telemetry.SessionClosed();
  audience_.done(*this, result_came);
}

}  // namespace plyo::service
