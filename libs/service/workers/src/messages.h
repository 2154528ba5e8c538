#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/service/live_backend.h"

/// What the front and a worker say to each other over a Unix socket: a header, then the body. Both
/// run on one machine, so numbers are as the machine has them.
namespace plyo::service {

enum class MessageType : std::uint8_t {
  kOpen,    ///< front: LiveSessionSpec
  kMedia,   ///< front: MediaMessage and when it came
  kEnd,     ///< front: the result is wanted
  kClose,   ///< front: the session is given up
  kReady,   ///< worker: the models are loaded and the sandbox is closed
  kFailed,  ///< worker: Error; it does not start
  kOutput,  ///< worker: LiveOutput
  kEnded,   ///< worker: Error; the session has ended by itself
  kLoad,    ///< worker: LoadReport, a few times a second
};
inline constexpr std::uint8_t kLastMessageType = static_cast<std::uint8_t>(MessageType::kLoad);

using Bytes = std::vector<std::uint8_t>;

struct MessageHeader {
  std::uint32_t body_bytes = 0;
  MessageType type = MessageType::kOpen;
  std::uint32_t session = 0;
};
inline constexpr std::size_t kMessageHeaderBytes = 9;
/// The longest body: a result with many repetitions.
inline constexpr std::uint32_t kMostBodyBytes = 64U << 20;
/// The longest text of an output: what is beside it fits as well.
inline constexpr std::size_t kMostTextBytes = kMostBodyBytes - 1024;

/// How a worker is doing, over the time since its last report.
struct LoadReport {
  double busy = 0;  ///< share of one core's time
  double p95_ms = 0;
  std::int64_t decoded = 0, inferred = 0, analysed = 0;
  double decode_cpu_ms = 0, pose_cpu_ms = 0, analysis_cpu_ms = 0;  ///< sums
};

/// A media message on its way, with the µs of the steady clock at which it came from the client.
struct TimedMedia {
  MediaMessage media;
  std::int64_t received_us = 0;
};

Bytes EncodeHeader(const MessageHeader& header);
/// Errors: kInternal (no such type, too long).
Result<MessageHeader> DecodeHeader(std::span<const std::uint8_t> bytes);

// Whole messages, with their headers.
Bytes EncodeOpen(std::uint32_t session, const LiveSessionSpec& spec);
Bytes EncodeMedia(std::uint32_t session, const TimedMedia& timed);
Bytes EncodePlain(std::uint32_t session, MessageType type);  ///< kEnd, kClose, kReady
Bytes EncodeError(std::uint32_t session, MessageType type, const Error& error);
Bytes EncodeOutput(std::uint32_t session, const LiveOutput& output);
Bytes EncodeLoad(const LoadReport& report);

// Bodies. Errors: kInternal. The front does not trust a worker: nothing is read beyond the body,
// and no value is taken that a whole worker would not send.
Result<LiveSessionSpec> DecodeOpen(std::span<const std::uint8_t> body);
Result<TimedMedia> DecodeMedia(std::span<const std::uint8_t> body);
Result<Error> DecodeError(std::span<const std::uint8_t> body);
Result<LiveOutput> DecodeOutput(std::span<const std::uint8_t> body);
Result<LoadReport> DecodeLoad(std::span<const std::uint8_t> body);

}  // namespace plyo::service
