#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hello.h"
#include "live_session.h"
#include "stored_texts.h"

namespace plyo::service {

/// All live sessions of this process and who watches them. On the server's thread alone.
class LiveHub {
 public:
  static constexpr std::size_t kMaxWatchers = 32;  ///< of one session

  LiveHub(LiveParts parts, const SportList& sports);

  const SportList& sports() const { return sports_; }
  const LiveParts& parts() const { return parts_; }

  /// Begins or resumes the session of a `hello` and sends `welcome`; `socket` must live until
  /// Lost() of the session. None where it has ended: its result is sent again and the socket
  /// closed. Errors: those of the store and the backend, kForbidden, kShuttingDown, kNoCapacity
  /// also where too much waits to be sent again.
  boost::asio::awaitable<Result<std::shared_ptr<LiveSession>>> Join(const Hello& hello,
                                                                    const LiveCaller& caller,
                                                                    LiveSocket& socket);
  /// Lets the socket follow a session until Unwatch(), also one that is away and may be resumed;
  /// fills in what its media are. Errors: kSessionNotFound, also for a session of another project,
  /// kNoCapacity, kForbidden.
  boost::asio::awaitable<Result<void>> Watch(Hello& hello, const LiveCaller& caller,
                                             LiveSocket& socket);
  void Unwatch(LiveSocket& socket);

  /// Seconds until a new session may be tried again, where that is known of the error.
  std::optional<double> RetryAfter(ErrorCode why) const;

  /// Keeps the resume tokens of open sessions valid, and ends sessions that nobody has resumed in
  /// time; runs until it is cancelled.
  boost::asio::awaitable<void> Housekeeping();
  /// Ends what may not go on any more: revoked keys, withdrawn consents; runs until it is
  /// cancelled.
  boost::asio::awaitable<void> Rechecking();

  /// From now on nothing is admitted. Returns when every session has been stored and told.
  boost::asio::awaitable<void> Drain();
  bool draining() const { return draining_; }

 private:
  struct Begun {
    StoredSession stored;
    std::string token;
    bool resumed = false;
  };
  struct Watcher {
    LiveSocket* socket = nullptr;
    std::string actor;
  };
  struct Watched {
    std::vector<Watcher> watchers;
    std::chrono::steady_clock::time_point seen = std::chrono::steady_clock::now();
  };

  boost::asio::awaitable<Result<Begun>> Begin(const Hello& hello, const LiveCaller& caller);
  boost::asio::awaitable<void> Withdraw(const Begun& begun);
  boost::asio::awaitable<Result<Begun>> Resume(const Hello& hello);
  std::shared_ptr<LiveSession> MakeSession(const StoredSession& stored, const std::string& actor);
  std::vector<LiveClaim> Claims() const;
  void Refuse(const LiveClaim& claim, const Error& why);
  void SendReps(LiveSocket& socket, const StoredSession& stored, std::int64_t last_rep);
  void Publish(const std::string& id, const std::shared_ptr<const std::string>& text,
               SendMode mode);
  void Done(LiveSession& session, bool result_came);
  void ExtendTokens(std::vector<std::string> ids);
  boost::asio::awaitable<void> EndExpired();
  /// How often Housekeeping() looks.
  std::chrono::seconds Round() const { return parts_.token_time / 10; }
  std::shared_ptr<LiveSession> Find(const std::string& id) const;

  LiveParts parts_;
  const SportList& sports_;
  std::map<std::string, std::shared_ptr<LiveSession>> sessions_;
  std::map<std::string, Watched> watched_;
  StoredTexts stored_texts_;
  bool draining_ = false;
};

}  // namespace plyo::service
