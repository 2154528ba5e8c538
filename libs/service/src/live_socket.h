#pragma once

#include <memory>
#include <string>

namespace plyo::service {

/// A WebSocket as the live protocol sees it: what to send, and when to end it. Used on the server's
/// one thread; no call waits.
class LiveSocket {
 public:
  virtual ~LiveSocket() = default;
  /// A droppable message that has not gone out is replaced by the next droppable one.
  virtual void Send(std::shared_ptr<const std::string> text, bool droppable) = 0;
  /// Ends it with that code after what was sent before. Only the first call counts.
  virtual void Close(int code, const std::string& reason) = 0;
};

}  // namespace plyo::service
