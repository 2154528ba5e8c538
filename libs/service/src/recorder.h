#pragma once

#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace plyo::service {

/// Writes the media of sessions to files (plyo/service/recording.h) on a thread of its own. What
/// the disk cannot take is left out and logged: a recording never slows a session down. Not thread
/// safe.
class Recorder {
 public:
  explicit Recorder(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Waits for what is to be written.
  ~Recorder() { thread_.join(); }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// One session's connection while it lasts.
  class Track;
  std::shared_ptr<Track> Begin(const std::string& session, std::int64_t epoch,
                               const std::string& sport, const std::string& model,
                               const std::string& hello_json,
                               std::optional<std::int64_t> first_capture_us);
  void Add(const std::shared_ptr<Track>& track, std::span<const std::uint8_t> message);

 private:
  std::filesystem::path folder_;
  boost::asio::thread_pool thread_{1};
};

}  // namespace plyo::service
