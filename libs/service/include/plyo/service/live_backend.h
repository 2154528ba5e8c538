#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

enum class MediaKind : std::uint8_t { kH264 = 1, kJpeg = 2, kLandmarks = 3 };

/// One binary message of a client, its header read and checked (contract/stream.yaml, `media`).
struct MediaMessage {
  MediaKind kind = MediaKind::kH264;
  bool key = false;
  std::uint32_t sequence = 0;
  std::int64_t capture_us = 0;  ///< on the client's clock
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> payload;
};

/// What a session is to measure, from `hello`.
struct LiveSessionSpec {
  std::string id;
  std::string hello_json;  ///< the message as the client sent it, checked against the contract
  /// Confirmed repetitions that were stored before, as JSON: those of a resumed session.
  std::vector<std::string> stored_reps;
  /// Capture time of the session's first picture, if it has had one: times count from it.
  std::optional<std::int64_t> first_capture_us;
};

enum class LiveOutputKind : std::uint8_t {
  kMessage,       ///< to be passed on as it is
  kConfirmedRep,  ///< to be stored first, then passed on
  kResult,        ///< the answer to End(); nothing comes after it
};

/// A message for the client, ready as text, with what the server's own figures need.
struct LiveOutput {
  LiveOutputKind kind = LiveOutputKind::kMessage;
  std::string json;
  bool droppable = false;  ///< a skeleton: of no use when a newer one waits
  std::optional<std::uint32_t> sequence;
  // Of a skeleton, milliseconds in the server; the total is until it was sent.
  double queue_ms = 0, decode_ms = 0, pose_ms = 0, analysis_ms = 0, total_ms = 0;
  // Frames that were passed over at first since the last output of the session, for the server's
  // figures.
  std::int32_t skipped = 0;    ///< of a still athlete
  std::int32_t dropped = 0;    ///< for want of time
  std::int32_t caught_up = 0;  ///< looked at after all, too late to be shown
  std::int64_t rep_index = 0;  ///< of a confirmed repetition, 1-based over the whole session
};

struct LiveCapacity {
  int sessions = 0;                ///< open now
  int room = 0;                    ///< how many more would be admitted now, by the coaching profile
  double load = 0;                 ///< 0 to 1, of what the workers can do
  double retry_after_s = 0;        ///< where there is no room
  std::int64_t workers_ended = 0;  ///< processes that ended by themselves, or were given up
};

/// One open session on a worker. Not thread safe; made and used by one thread.
class LiveChannel {
 public:
  virtual ~LiveChannel() = default;  ///< an open session is given up without a result
  /// Never blocks and never fails: what the worker cannot take is dropped there and counted.
  virtual void Send(MediaMessage message) = 0;
  /// Asks for the result.
  virtual void End() = 0;
};

/// Where the analysis of live sessions is done; the front knows no more of it than this.
class LiveBackend {
 public:
  /// Both are called from a thread of the backend's, in order, never after the channel is gone.
  struct Sink {
    std::function<void(LiveOutput)> output;
    /// The session has ended by itself: its media were bad, or its worker died (kWorkerLost, then
    /// it may be opened again).
    std::function<void(Error)> ended;
  };

  virtual ~LiveBackend() = default;
  /// Errors: kNoCapacity (see Capacity().retry_after_s), kInvalidArgument, kUnsupportedCodec,
  /// kResourceLimit for a session that has stored too much to go on.
  virtual Result<std::unique_ptr<LiveChannel>> Open(const LiveSessionSpec& spec, Sink sink) = 0;
  virtual LiveCapacity Capacity() const = 0;  ///< thread safe
};

}  // namespace plyo::service
