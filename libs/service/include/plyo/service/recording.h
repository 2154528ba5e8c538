#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

/// A recorded session: `SESSION.EPOCH.plyolive`, one file a connection. A line of JSON
/// ({"schema": "plyo.recording/1", "session", "sport", "model", "hello", and after a resume
/// "first_capture_us", from which the session's times count), then for every media
/// message 8 bytes of receive time (µs since the session began), 4 bytes of length, both
/// little-endian, and the message as it came (contract/stream.yaml, `media`).
struct RecordedMessage {
  std::int64_t received_us = 0;
  std::vector<std::uint8_t> bytes;
};

/// Reads a recording message by message. Not thread safe.
class RecordingReader {
 public:
  /// Errors: kFileNotFound, kFileUnreadable, kInvalidDocument.
  static Result<RecordingReader> Open(const std::filesystem::path& file);

  const std::string& header_json() const { return header_json_; }
  /// Nothing at the end; what a process that was killed left half written counts as the end.
  /// Errors: kInvalidDocument for a length over that of any media message.
  Result<std::optional<RecordedMessage>> Next();

 private:
  std::ifstream in_;
  std::string header_json_;
};

}  // namespace plyo::service
