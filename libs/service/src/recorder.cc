#include "recorder.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "plyo/service/log.h"
#include "plyo/service/media_header.h"
#include "plyo/service/recording.h"

namespace plyo::service {
namespace {

constexpr std::size_t kWaitingBytes = std::size_t{16} << 20;
constexpr std::size_t kFrameBytes = 12;  // in front of each message
constexpr std::size_t kMaxHeaderBytes = std::size_t{1} << 20;
constexpr const char* kSchema = "plyo.recording/1";

void PutLittleEndian(std::vector<std::uint8_t>& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t LittleEndian(const char* bytes, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

}  // namespace

class Recorder::Track {
 public:
  std::string session;
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  std::atomic<std::size_t> waiting_bytes{0};
  bool lost_some = false;  // on the server's thread
  std::ofstream file;      // on the recorder's thread
};

std::shared_ptr<Recorder::Track> Recorder::Begin(const std::string& session, std::int64_t epoch,
                                                 const std::string& sport, const std::string& model,
                                                 const std::string& hello_json,
                                                 std::optional<std::int64_t> first_capture_us) {
  auto track = std::make_shared<Track>();
  track->session = session;
  nlohmann::ordered_json header{
      {"schema", kSchema}, {"session", session}, {"sport", sport}, {"model", model}};
  if (first_capture_us) header["first_capture_us"] = *first_capture_us;
  header["hello"] = nlohmann::ordered_json::parse(hello_json, nullptr, false);
  auto path = folder_ / fmt::format("{}.{}.plyolive", session, epoch);
  boost::asio::post(thread_, [track, path = std::move(path), line = header.dump() + "\n"] {
    track->file.open(path, std::ios::binary | std::ios::trunc);
    track->file << line;
    if (!track->file) Log(LogLevel::kError, "recording_failed", {{"session", track->session}});
  });
  return track;
}

void Recorder::Add(const std::shared_ptr<Track>& track, std::span<const std::uint8_t> message) {
  if (track->waiting_bytes + message.size() > kWaitingBytes) {
    if (!std::exchange(track->lost_some, true))
      Log(LogLevel::kWarning, "recording_too_slow", {{"session", track->session}});
    return;
  }
  const auto received = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - track->begin);
  std::vector<std::uint8_t> bytes;
  bytes.reserve(kFrameBytes + message.size());
  PutLittleEndian(bytes, static_cast<std::uint64_t>(received.count()), 8);
  PutLittleEndian(bytes, message.size(), 4);
  bytes.insert(bytes.end(), message.begin(), message.end());
  track->waiting_bytes += message.size();
  boost::asio::post(thread_, [track, bytes = std::move(bytes)] {
    if (track->file) {
      track->file.write(reinterpret_cast<const char*>(bytes.data()),
                        static_cast<std::streamsize>(bytes.size()));
      if (!track->file) Log(LogLevel::kError, "recording_failed", {{"session", track->session}});
    }
    track->waiting_bytes -= bytes.size() - kFrameBytes;
  });
}

Result<RecordingReader> RecordingReader::Open(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    return Fail(ErrorCode::kFileNotFound, file.string() + ": there is no such file");
  RecordingReader reader;
  reader.in_.open(file, std::ios::binary);
  if (!reader.in_) return Fail(ErrorCode::kFileUnreadable, file.string() + ": cannot be read");
  char c = 0;
  while (reader.in_.get(c) && c != '\n' && reader.header_json_.size() < kMaxHeaderBytes)
    reader.header_json_.push_back(c);
  const auto header = nlohmann::json::parse(reader.header_json_, nullptr, false);
  if (!header.is_object() || header.value("schema", nlohmann::json()) != kSchema)
    return Fail(ErrorCode::kInvalidDocument, file.string() + ": no recording of this version");
  return reader;
}

Result<std::optional<RecordedMessage>> RecordingReader::Next() {
  std::array<char, kFrameBytes> frame{};
  if (!in_.read(frame.data(), frame.size())) return std::nullopt;
  const auto length = LittleEndian(frame.data() + 8, 4);
  if (length > kMediaMessageBytes)
    return Fail(ErrorCode::kInvalidDocument, fmt::format("a recorded message of {} bytes", length));
  RecordedMessage message;
  message.received_us = static_cast<std::int64_t>(LittleEndian(frame.data(), 8));
  message.bytes.resize(length);
  if (!in_.read(reinterpret_cast<char*>(message.bytes.data()),
                static_cast<std::streamsize>(length))) {
    return std::nullopt;
  }
  return message;
}

}  // namespace plyo::service
