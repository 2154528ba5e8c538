#include "plyo/service/media_header.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <concepts>

namespace plyo::service {
namespace {

template <std::unsigned_integral T>
T LittleEndian(std::span<const std::uint8_t> bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(T{bytes[at + i]} << (8 * i)));
  return value;
}

Result<void> CheckLandmarks(std::span<const std::uint8_t> payload) {
  if (payload.size() % kLandmarkPersonBytes != 0 ||
      payload.size() / kLandmarkPersonBytes > kMaxLandmarkPeople) {
    return Fail(ErrorCode::kProtocolError,
                fmt::format("media: {} bytes of landmarks are not those of 0 to {} people of {}",
                            payload.size(), kMaxLandmarkPeople, kLandmarkPersonBytes));
  }
  for (std::size_t at = 0; at < payload.size(); at += 4) {
    if (at % kLandmarkPersonBytes == 0) continue;  // the number of the track
    if (!std::isfinite(std::bit_cast<float>(LittleEndian<std::uint32_t>(payload, at)))) {
      return Fail(ErrorCode::kProtocolError,
                  fmt::format("media: the landmark figure at byte {} is not finite",
                              kMediaHeaderBytes + at));
    }
  }
  return {};
}

}  // namespace

Result<MediaMessage> ParseMedia(std::span<const std::uint8_t> bytes) {
  if (bytes.size() > kMediaMessageBytes) {
    return Fail(ErrorCode::kMessageTooLarge, fmt::format("limit_bytes={}", kMediaMessageBytes));
  }
  const auto refuse = [](const std::string& what) {
    return Fail(ErrorCode::kProtocolError, "media: " + what);
  };
  if (bytes.size() < kMediaHeaderBytes)
    return refuse(fmt::format("{} bytes are no header", bytes.size()));
  if (bytes[0] != 1) return refuse(fmt::format("version {} of the header", bytes[0]));
  if (bytes[1] < 1 || bytes[1] > 3)
    return Fail(ErrorCode::kUnsupportedCodec, fmt::format("media: kind {}", bytes[1]));
  if ((bytes[2] & ~1U) != 0 || bytes[3] != 0) return refuse("flags that are not known");

  MediaMessage message;
  message.kind = static_cast<MediaKind>(bytes[1]);
  message.key = bytes[2] != 0;
  message.sequence = LittleEndian<std::uint32_t>(bytes, 4);
  const auto capture_us = LittleEndian<std::uint64_t>(bytes, 8);
  // Room for sums and differences, and exact as a number of JSON.
  constexpr auto kLatest = std::uint64_t{1} << 53;
  if (capture_us > kLatest) return refuse(fmt::format("capture time {} µs", capture_us));
  message.capture_us = static_cast<std::int64_t>(capture_us);
  message.width = LittleEndian<std::uint16_t>(bytes, 16);
  message.height = LittleEndian<std::uint16_t>(bytes, 18);
  for (const int side : {message.width, message.height}) {
    if (side < kMinPictureSide || side > kMaxPictureSide) {
      return Fail(ErrorCode::kUnsupportedCodec,
                  fmt::format("media: a picture of {}x{} px; each side is {} to {}", message.width,
                              message.height, kMinPictureSide, kMaxPictureSide));
    }
  }
  const auto payload = bytes.subspan(kMediaHeaderBytes);
  const auto length = LittleEndian<std::uint32_t>(bytes, 20);
  if (length != payload.size())
    return refuse(fmt::format("the header says {} bytes, {} came", length, payload.size()));
  if (message.kind == MediaKind::kLandmarks) {
    if (auto checked = CheckLandmarks(payload); !checked) return tl::unexpected(checked.error());
  } else if (payload.empty()) {
    return refuse("a picture without content");
  }
  message.payload.assign(payload.begin(), payload.end());
  return message;
}

}  // namespace plyo::service
