#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "plyo/base/error.h"
#include "plyo/video/frame_source.h"

namespace plyo {

struct OpenOptions {
  /// True rate of a slow-motion recording in frames/s; none: the file's clock is right.
  std::optional<double> capture_fps = std::nullopt;
  /// Threads of the decoder, at least 1. One keeps up with the pose models up to 1080p; more add
  /// delay and memory.
  int decode_threads = 1;
  /// Most pixels of a picture; either side is at most kMaxFrameSide as well.
  std::int64_t max_pixels = std::int64_t{8192} * 8192;
};

inline constexpr int kMinFrameSide = 64;
inline constexpr int kMaxFrameSide = 8192;

/// Opens a clip: MP4, MOV, MKV, WebM, AVI or MPEG-TS with H.264, HEVC, VP8, VP9, AV1, MPEG-4, MJPEG
/// or ProRes, of any chroma format, 8 bits or more. Decodes the first picture, so that what Info()
/// says is what Next() gives.
///
/// Edit lists, rotation and mirror metadata and pixel aspect ratios are applied, each once.
/// Pictures that do not decode as a whole are left out and flagged; a file that was cut off gives
/// what is there. High dynamic range keeps its transfer function (no tone mapping), with the right
/// matrix and range. Memory does not grow with the clip. Several sources may be used at the same
/// time, each by one thread.
///
/// Errors: kInvalidArgument, kFileNotFound, kFileUnreadable, kFileEmpty, kNotAVideo,
/// kNoVideoStream, kUnsupportedCodec, kNoFrames, kFrameTooSmall, kFrameTooLarge, kInvalidFrameRate.
Result<std::unique_ptr<FrameSource>> OpenVideoFile(const std::filesystem::path& path,
                                                   const OpenOptions& options = {});

/// The same for a file that is in memory; `bytes` must outlive the source. `name` stands for the
/// file name.
Result<std::unique_ptr<FrameSource>> OpenVideoMemory(std::span<const std::byte> bytes,
                                                     std::string name,
                                                     const OpenOptions& options = {});

}  // namespace plyo
