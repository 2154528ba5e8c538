#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "plyo/base/error.h"
#include "plyo/base/time.h"
#include "plyo/video/frame.h"

namespace plyo {

enum class StreamCodec : std::uint8_t {
  kH264,  ///< access units, Annex B, shown in the order in which they come
  kJpeg,
};

inline constexpr int kMaxStreamSide = 1920;
inline constexpr int kMaxReferenceFrames = 4;
inline constexpr std::size_t kMaxStreamUnitBytes = std::size_t{1} << 20;

struct StreamDecoderOptions {
  StreamCodec codec = StreamCodec::kH264;
  int width = 0;  ///< of every picture, px, kMinFrameSide to kMaxStreamSide
  int height = 0;
  /// Units in a row that give no picture until the stream is given up.
  int max_skipped = 150;
};

/// Decodes a live stream, one unit in, at most one picture out, without delay and with one thread.
///
/// The sender is not trusted: the size of the picture and the number of reference frames are looked
/// at before anything of it is decoded, and bound what decoding costs. A unit that does not decode
/// as a whole gives no picture, nor does anything that refers to it: H.264 goes on with the next
/// key picture, and begins with one. Not thread safe; its Frames are free.
class StreamDecoder {
 public:
  virtual ~StreamDecoder() = default;
  /// The picture of the unit, with this index and time; nullopt where there is none. Errors, after
  /// which the stream is over: kUnsupportedCodec (another size than declared, reordered pictures,
  /// too many reference frames, a JPEG that is no YUV), kFrameTooLarge, kMediaUndecodable,
  /// kMessageTooLarge, kInternal.
  virtual Result<std::optional<Frame>> Decode(std::span<const std::uint8_t> unit,
                                              std::int64_t index, Timestamp t) = 0;
  /// Units that gave no picture so far.
  virtual std::int64_t Skipped() const = 0;
};

/// Errors: kInvalidArgument, kUnsupportedCodec (the build has no such decoder).
Result<std::unique_ptr<StreamDecoder>> MakeStreamDecoder(const StreamDecoderOptions& options);

}  // namespace plyo
