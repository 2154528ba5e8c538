#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace plyo::service {

/// What becomes of a message while its client is slow to read.
enum class SendMode : std::uint8_t {
  kDroppable,  ///< it is replaced by the next one of these, if it has not gone out
  kLive,       ///< it waits; where too much does, the socket is ended
  kStored,     ///< it waits, however much there is: what the store has is owed to whoever reads
};

/// A WebSocket as the live protocol sees it: what to send, and when to end it. Used on the server's
/// one thread; no call waits.
class LiveSocket {
 public:
  virtual ~LiveSocket() = default;
  virtual void Send(std::shared_ptr<const std::string> text, SendMode mode) = 0;
  /// Ends it with that code after what was sent before. Only the first call counts.
  virtual void Close(int code, const std::string& reason) = 0;
};

}  // namespace plyo::service
