#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "async_store.h"
#include "live_socket.h"
#include "plyo/service/live_backend.h"
#include "plyo/service/telemetry.h"
#include "recorder.h"

namespace plyo::service {

/// What sessions use of the server; it outlives them.
struct LiveParts {
  boost::asio::any_io_executor executor;
  LiveBackend& backend;
  AsyncStore& store;
  Telemetry& telemetry;
  Recorder* recorder = nullptr;
  std::string pose_model;                ///< of the workers, for recordings
  std::chrono::seconds flush_time{5};    ///< for what is open when a session is given up
  std::chrono::seconds result_time{30};  ///< for the result after `end`
  std::chrono::seconds token_time{600};  ///< that a resume token holds
};

/// One session while a worker has it. Confirmed repetitions reach the store before anybody sees
/// them; whatever comes behind one waits for it, also while the store is away for minutes, but for
/// what may be dropped. On the server's thread alone.
class LiveSession : public std::enable_shared_from_this<LiveSession> {
 public:
  struct Identity {
    std::string id;
    std::string sport;
    std::string actor;  ///< who has it open
    std::int64_t epoch = 1;
    std::optional<std::int64_t> first_capture_us{};
  };
  /// `publish` sends to everybody who watches; `done` is told once, at the end.
  struct Audience {
    std::function<void(const std::shared_ptr<const std::string>& text, SendMode mode)> publish;
    std::function<void(LiveSession&, bool result_came)> done;
  };

  LiveSession(const LiveParts& parts, Identity identity, Audience audience);
  ~LiveSession();

  /// Asks the backend for it. Errors: as LiveBackend::Open().
  Result<void> Open(const LiveSessionSpec& spec);
  /// From here on outputs go to the socket, which must call Lost() before it is gone.
  void Start(LiveSocket& socket, const std::string& hello_json);

  void Media(MediaMessage message, std::span<const std::uint8_t> bytes);
  /// In place of Start(): it has no client, and ends with what was stored of it.
  void EndStored();
  void End();        ///< the client has no more
  void Lost();       ///< the connection has gone
  void TakenOver();  ///< ends the connection with 4409; what is open is stored
  /// Stores what is open, then ends the connection with that. A session that ends already is let
  /// end, but kShuttingDown bounds what it may wait for.
  void GiveUp(Error reason);
  boost::asio::awaitable<void> WaitUntilDone();

  const Identity& identity() const { return identity_; }
  LiveSocket* socket() const { return socket_; }

 private:
  enum class State { kOpening, kLive, kEnding, kFlushing, kDone };

  void Take(LiveOutput output);
  void Pump();
  void BeginTime(std::int64_t capture_us);
  /// What is to be stored, and who is told.
  struct Keeping {
    std::function<Result<void>(Store&)> work;
    std::function<void(const Result<void>&)> then;
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  };
  void Keep(Keeping keeping) { Keep(std::make_shared<const Keeping>(std::move(keeping))); }
  void Keep(const std::shared_ptr<const Keeping>& keeping);
  void Commit(LiveOutput rep);
  void Conclude(LiveOutput result);
  void Deliver(const std::shared_ptr<const std::string>& text, SendMode mode);
  void Flush(Error reason);
  void Failed(const Error& error);
  void Finish(bool result_came);
  void CloseAfter(std::chrono::seconds time);

  const LiveParts& parts_;
  Identity identity_;
  Audience audience_;
  State state_ = State::kOpening;
  std::unique_ptr<LiveChannel> channel_;
  LiveSocket* socket_ = nullptr;
  std::shared_ptr<Recorder::Track> track_;
  std::deque<LiveOutput> waiting_;
  bool committing_ = false;
  std::optional<Error> give_up_reason_;
  bool measured_ = false;    // the worker has done its part: only the store is waited for
  bool going_down_ = false;  // and that not for long
  boost::asio::steady_timer deadline_;
  boost::asio::steady_timer done_;
};

/// The message `error` of the protocol.
std::string ErrorMessage(const Error& error, std::optional<double> retry_after_s = std::nullopt);
/// Sends the message and ends the socket with the error's code.
void EndWithError(LiveSocket& socket, const Error& error,
                  std::optional<double> retry_after_s = std::nullopt);

}  // namespace plyo::service
