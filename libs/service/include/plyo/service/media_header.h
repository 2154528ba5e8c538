#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "plyo/base/error.h"
#include "plyo/service/live_backend.h"

namespace plyo::service {

inline constexpr std::size_t kMediaHeaderBytes = 24;
inline constexpr std::size_t kMediaMessageBytes = std::size_t{1} << 20;  ///< with its header
inline constexpr int kMinPictureSide = 64;                               ///< px
inline constexpr int kMaxPictureSide = 1920;                             ///< px
inline constexpr std::size_t kLandmarkPersonBytes = 932;
inline constexpr std::size_t kMaxLandmarkPeople = 6;

/// Reads one binary message of contract/stream.yaml and checks every field by itself; the order of
/// messages is the caller's to check. Errors: kProtocolError, kMessageTooLarge, kUnsupportedCodec
/// (a kind or a picture size that is not taken). Thread safe.
Result<MediaMessage> ParseMedia(std::span<const std::uint8_t> bytes);

}  // namespace plyo::service
