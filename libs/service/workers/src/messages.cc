#include "messages.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace plyo::service {
namespace {

class Writer {
 public:
  Writer(std::uint32_t session, MessageType type) : session_(session), type_(type) {
    bytes_.resize(kMessageHeaderBytes);
  }

  template <typename T>
    requires std::is_trivially_copyable_v<T>
  Writer& Put(const T& value) {
    // GCC 12 sees an overflow that is not there where a block is copied behind the header.
    for (const std::uint8_t byte : std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value)) {
      bytes_.push_back(byte);
    }
    return *this;
  }
  template <typename Range>
  Writer& PutBytes(const Range& range) {
    Put(static_cast<std::uint32_t>(range.size()));
    bytes_.insert(bytes_.end(), range.begin(), range.end());
    return *this;
  }

  Bytes Finish() && {
    const Bytes header = EncodeHeader(
        {static_cast<std::uint32_t>(bytes_.size() - kMessageHeaderBytes), type_, session_});
    std::memcpy(bytes_.data(), header.data(), header.size());
    return std::move(bytes_);
  }

 private:
  std::uint32_t session_;
  MessageType type_;
  Bytes bytes_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  template <typename T>
    requires std::is_arithmetic_v<T>
  T Get() {
    T value{};
    if (rest_.size() < sizeof(T)) {
      failed_ = true;
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_ = rest_.subspan(sizeof(T));
    if constexpr (std::is_floating_point_v<T>) failed_ = failed_ || !std::isfinite(value);
    return value;
  }
  /// A number of an enumeration or a flag.
  std::uint8_t GetUpTo(std::uint8_t most) {
    const auto value = Get<std::uint8_t>();
    failed_ = failed_ || value > most;
    return value > most ? std::uint8_t{0} : value;
  }
  std::int32_t GetCount() {
    const auto value = Get<std::int32_t>();
    failed_ = failed_ || value < 0;
    return value;
  }
  std::span<const std::uint8_t> GetBytes() {
    const auto size = Get<std::uint32_t>();
    if (size > rest_.size()) failed_ = true;
    if (failed_) return {};
    const auto bytes = rest_.first(size);
    rest_ = rest_.subspan(size);
    return bytes;
  }
  std::string GetText() {
    const auto bytes = GetBytes();
    return {bytes.begin(), bytes.end()};
  }

  bool Failed() const { return failed_; }
  template <typename T>
  Result<T> Finish(T value) const {
    if (failed_ || !rest_.empty()) {
      return Fail(ErrorCode::kInternal, "a message between front and worker is damaged");
    }
    return value;
  }

 private:
  std::span<const std::uint8_t> rest_;
  bool failed_ = false;
};

}  // namespace

Bytes EncodeHeader(const MessageHeader& header) {
  Bytes bytes(kMessageHeaderBytes);
  std::memcpy(bytes.data(), &header.body_bytes, 4);
  bytes[4] = static_cast<std::uint8_t>(header.type);
  std::memcpy(bytes.data() + 5, &header.session, 4);
  return bytes;
}

Result<MessageHeader> DecodeHeader(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  MessageHeader header;
  header.body_bytes = reader.Get<std::uint32_t>();
  header.type = static_cast<MessageType>(reader.GetUpTo(kLastMessageType));
  header.session = reader.Get<std::uint32_t>();
  if (header.body_bytes > kMostBodyBytes) {
    return Fail(ErrorCode::kInternal, "a message between front and worker is too long");
  }
  return reader.Finish(header);
}

Bytes EncodeOpen(std::uint32_t session, const LiveSessionSpec& spec) {
  Writer writer(session, MessageType::kOpen);
  writer.PutBytes(spec.id).PutBytes(spec.hello_json);
  writer.Put(static_cast<std::uint32_t>(spec.stored_reps.size()));
  for (const std::string& rep : spec.stored_reps) writer.PutBytes(rep);
  writer.Put(static_cast<std::uint8_t>(spec.first_capture_us.has_value()));
  writer.Put(spec.first_capture_us.value_or(0));
  return std::move(writer).Finish();
}

Result<LiveSessionSpec> DecodeOpen(std::span<const std::uint8_t> body) {
  Reader reader(body);
  LiveSessionSpec spec;
  spec.id = reader.GetText();
  spec.hello_json = reader.GetText();
  const auto count = reader.Get<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && !reader.Failed(); ++i) {
    spec.stored_reps.push_back(reader.GetText());
  }
  const bool begun = reader.GetUpTo(1) != 0;
  const auto first_us = reader.Get<std::int64_t>();
  if (begun) spec.first_capture_us = first_us;
  return reader.Finish(std::move(spec));
}

Bytes EncodeMedia(std::uint32_t session, const TimedMedia& timed) {
  const MediaMessage& media = timed.media;
  return std::move(Writer(session, MessageType::kMedia)
                       .Put(static_cast<std::uint8_t>(media.kind))
                       .Put(static_cast<std::uint8_t>(media.key))
                       .Put(media.sequence)
                       .Put(media.capture_us)
                       .Put(media.width)
                       .Put(media.height)
                       .Put(timed.received_us)
                       .PutBytes(media.payload))
      .Finish();
}

Result<TimedMedia> DecodeMedia(std::span<const std::uint8_t> body) {
  Reader reader(body);
  TimedMedia timed;
  timed.media.kind = static_cast<MediaKind>(reader.GetUpTo(3));
  timed.media.key = reader.GetUpTo(1) != 0;
  timed.media.sequence = reader.Get<std::uint32_t>();
  timed.media.capture_us = reader.Get<std::int64_t>();
  timed.media.width = reader.Get<int>();
  timed.media.height = reader.Get<int>();
  timed.received_us = reader.Get<std::int64_t>();
  const auto payload = reader.GetBytes();
  timed.media.payload.assign(payload.begin(), payload.end());
  return reader.Finish(std::move(timed));
}

Bytes EncodePlain(std::uint32_t session, MessageType type) {
  return Writer(session, type).Finish();
}

Bytes EncodeError(std::uint32_t session, MessageType type, const Error& error) {
  return std::move(Writer(session, type).PutBytes(ErrorId(error.code)).PutBytes(error.message))
      .Finish();
}

Result<Error> DecodeError(std::span<const std::uint8_t> body) {
  Reader reader(body);
  const std::string id = reader.GetText();
  Error error{ErrorCode::kInternal, reader.GetText()};
  error.code = ErrorFromId(id).value_or(ErrorCode::kInternal);
  return reader.Finish(std::move(error));
}

Bytes EncodeOutput(std::uint32_t session, const LiveOutput& output) {
  return std::move(Writer(session, MessageType::kOutput)
                       .Put(static_cast<std::uint8_t>(output.kind))
                       .Put(static_cast<std::uint8_t>(output.droppable))
                       .Put(static_cast<std::uint8_t>(output.sequence.has_value()))
                       .Put(output.sequence.value_or(0))
                       .Put(output.queue_ms)
                       .Put(output.decode_ms)
                       .Put(output.pose_ms)
                       .Put(output.analysis_ms)
                       .Put(output.total_ms)
                       .Put(output.skipped)
                       .Put(output.dropped)
                       .Put(output.caught_up)
                       .Put(output.rep_index)
                       .PutBytes(output.json))
      .Finish();
}

Result<LiveOutput> DecodeOutput(std::span<const std::uint8_t> body) {
  Reader reader(body);
  LiveOutput output;
  output.kind = static_cast<LiveOutputKind>(
      reader.GetUpTo(static_cast<std::uint8_t>(LiveOutputKind::kResult)));
  output.droppable = reader.GetUpTo(1) != 0;
  const bool numbered = reader.GetUpTo(1) != 0;
  const auto sequence = reader.Get<std::uint32_t>();
  if (numbered) output.sequence = sequence;
  output.queue_ms = reader.Get<double>();
  output.decode_ms = reader.Get<double>();
  output.pose_ms = reader.Get<double>();
  output.analysis_ms = reader.Get<double>();
  output.total_ms = reader.Get<double>();
  output.skipped = reader.GetCount();
  output.dropped = reader.GetCount();
  output.caught_up = reader.GetCount();
  output.rep_index = reader.Get<std::int64_t>();
  output.json = reader.GetText();
  return reader.Finish(std::move(output));
}

Bytes EncodeLoad(const LoadReport& report) {
  return std::move(Writer(0, MessageType::kLoad)
                       .Put(report.busy)
                       .Put(report.p95_ms)
                       .Put(report.decoded)
                       .Put(report.inferred)
                       .Put(report.analysed)
                       .Put(report.decode_cpu_ms)
                       .Put(report.pose_cpu_ms)
                       .Put(report.analysis_cpu_ms))
      .Finish();
}

Result<LoadReport> DecodeLoad(std::span<const std::uint8_t> body) {
  Reader reader(body);
  LoadReport report;
  report.busy = reader.Get<double>();
  report.p95_ms = reader.Get<double>();
  report.decoded = reader.Get<std::int64_t>();
  report.inferred = reader.Get<std::int64_t>();
  report.analysed = reader.Get<std::int64_t>();
  report.decode_cpu_ms = reader.Get<double>();
  report.pose_cpu_ms = reader.Get<double>();
  report.analysis_cpu_ms = reader.Get<double>();
  // Of a quarter of a second; what no whole worker says must not spoil the front's reckoning.
  constexpr double kMost = 1e6;
  for (const double figure :
       {report.busy, report.p95_ms, static_cast<double>(report.decoded),
        static_cast<double>(report.inferred), static_cast<double>(report.analysed),
        report.decode_cpu_ms, report.pose_cpu_ms, report.analysis_cpu_ms}) {
    if (!(figure >= 0 && figure <= kMost)) {
      return Fail(ErrorCode::kInternal, "a worker reports a load that cannot be");
    }
  }
  return reader.Finish(report);
}

}  // namespace plyo::service
