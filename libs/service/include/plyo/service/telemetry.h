#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "plyo/base/error.h"
#include "plyo/service/live_backend.h"

namespace plyo::service {

/// What the server counts and measures, by the conventions of Prometheus: seconds, bytes, `_total`.
/// Thread safe.
class Telemetry {
 public:
  Telemetry();
  ~Telemetry();
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;

  /// What is asked at every scrape. To be set before the first one.
  struct Sources {
    std::function<LiveCapacity()> capacity;       ///< for the room that is left
    std::filesystem::path data_dir;               ///< whose disk is looked at
    double certificate_expires_s = 0;             ///< since 1970; 0: there is none
    std::string version;                          ///< of the program
    std::function<std::string()> more = nullptr;  ///< figures of others, in the same text format
  };
  void Watch(Sources sources);

  void SessionOpened();
  void SessionClosed();
  void WatchersChanged(int by);
  void Refused(ErrorCode reason);  ///< a live connection that did not become a session
  /// Of a WebSocket: its close code, or `other`.
  void SocketClosed(const std::string& code);
  void FrameReceived(std::size_t bytes);
  /// A message of a worker: stages and frames.
  void OutputCame(const LiveOutput& output);
  void SkeletonDropped();  ///< the client was too slow to be sent it
  void RepConfirmed(const std::string& sport);
  void StoreWritten(double seconds);
  void EndToEnd(double seconds);  ///< capture to screen, as a client measured it
  void RequestAnswered(std::string_view route, int status);
  /// From the whole request to the answer of the REST interface. `file`: RestHandler::MovesFiles(),
  /// which takes as long as the files are large.
  void RequestServed(std::string_view route, bool file, double seconds);

  /// The text format 0.0.4.
  std::string Text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace plyo::service
