#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/service/rest.h"

namespace plyo::service {

/// A live session when it begins.
struct NewSession {
  std::string id{};
  std::string sport{};
  std::string hello_json{};         ///< its first message, with what it is to measure
  std::string resume_token_hash{};  ///< SHA-256, hex: the token itself is nowhere kept
  std::int64_t now_us = 0;          ///< since 1970
  std::int64_t token_expires_us = 0;
  LiveCaller caller{};
};

struct StoredRep {
  std::int64_t index = 0;  ///< 1-based over the whole session
  std::string json;        ///< the confirmed `rep` message

  friend bool operator==(const StoredRep&, const StoredRep&) = default;
};

/// A live session as it is stored.
struct StoredSession {
  std::string id{};
  std::string sport{};
  std::string hello_json{};
  std::int64_t created_us = 0;        ///< since 1970
  std::int64_t token_expires_us = 0;  ///< until then it may be resumed
  /// How often it was begun or resumed. What writes for a session names its epoch, so that a
  /// connection that was superseded, here or on another instance, changes nothing any more.
  std::int64_t epoch = 1;
  std::optional<std::int64_t> first_capture_us{};  ///< as SetFirstCapture() was told
  std::vector<StoredRep> reps{};                   ///< in the order of their index
  LiveCaller caller{};                             ///< without the actor
  std::string result_json{};  ///< the message `result`, once the session has ended; else empty
};

/// Whether the store itself is away, or full, for a while: asked again it may do it.
inline bool MayPass(const Error& error) {
  return error.code == ErrorCode::kStoreFailed || error.code == ErrorCode::kDiskFull;
}

/// By what a connection goes on.
struct LiveClaim {
  std::string actor{};    ///< LiveCaller::actor of who opened it
  std::string session{};  ///< that it measures for; empty: it follows those of others
};

/// What outlives the process. Whatever a call has returned without an error has reached the disk.
/// Each call may wait for the disk. Thread safe. Errors: kStoreFailed, kDiskFull and those named;
/// kConsentRequired of Create(), Resume() and AddRep() where the athlete's consent is not there, or
/// not any more: then the session does not begin, or ends.
class Store {
 public:
  virtual ~Store() = default;

  /// Errors: kQuotaExceeded, kUnauthorized where the project was deleted meanwhile.
  virtual Result<void> Create(const NewSession& session) = 0;

  /// Takes back what Create() did, for a session that could not be opened after all: it counts for
  /// nothing. One that was resumed meanwhile stays.
  virtual Result<void> Withdraw(const std::string& id) = 0;

  /// Whether a session may be resumed by that token. Errors: kSessionNotFound for an unknown
  /// session, another token, or one that has expired.
  virtual Result<void> CheckToken(const std::string& id, std::string_view token_hash,
                                  std::int64_t now_us) = 0;

  /// Takes the session over: a new epoch begins. One that has ended is only read, with its result.
  /// Errors as CheckToken().
  virtual Result<StoredSession> Resume(const std::string& id, std::string_view token_hash,
                                       std::int64_t now_us, std::int64_t token_expires_us) = 0;

  /// When the first picture was taken, on the client's clock: the times of the session count from
  /// it. What was said once stays. Errors: kSessionTaken where the epoch is over.
  virtual Result<void> SetFirstCapture(const std::string& id, std::int64_t epoch,
                                       std::int64_t capture_us) = 0;

  /// A confirmed repetition. The same index again changes nothing. Errors: kSessionTaken where the
  /// epoch is over.
  virtual Result<void> AddRep(const std::string& id, std::int64_t epoch, std::int64_t index,
                              const std::string& json) = 0;

  /// The session has ended as asked; its token is no longer extended. Errors: kSessionTaken.
  virtual Result<void> Finish(const std::string& id, std::int64_t epoch,
                              const std::string& result_json) = 0;

  /// Lets the tokens of sessions that go on hold until then.
  virtual Result<void> ExtendTokens(const std::vector<std::string>& ids,
                                    std::int64_t token_expires_us) = 0;

  /// Why each of these connections may not go on; empty where it may: kUnauthorized for a key that
  /// holds no more, kConsentRequired, kSessionNotFound for what was erased.
  virtual Result<std::vector<std::optional<Error>>> Recheck(const std::vector<LiveClaim>& claims,
                                                            std::int64_t now_us) = 0;

  /// Errors: kSessionNotFound.
  virtual Result<StoredSession> Read(const std::string& id) = 0;

  /// Takes over, as Resume() does, a session that has not ended and whose token ran out before that
  /// time, a few days before it at most; nothing where there is none. Of all who ask, one gets it.
  /// Whose athlete's consent is not there any more is left as it is.
  virtual Result<std::optional<StoredSession>> TakeExpired(std::int64_t before_us,
                                                           std::int64_t token_expires_us) = 0;
};

}  // namespace plyo::service
