#pragma once

#include <cstddef>
#include <cstdint>

#include "plyo/base/error.h"
#include "plyo/base/time.h"

namespace plyo {

/// A picture to be written: bytes B, G, R and one unused, rows `stride` bytes apart. Does not own
/// its pixels.
struct BgraView {
  const std::uint8_t* pixels = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride = 0;
};

/// Writes pictures to a video file, one at a time. The file appears under its name in Close();
/// without it nothing remains. Not thread safe.
class VideoWriter {
 public:
  virtual ~VideoWriter() = default;

  /// Appends a picture of the size that the writer was made for, shown from `t` (of the written
  /// file's clock) until the next one's time. Times must rise. Errors: kInvalidArgument, kDiskFull,
  /// kOutputNotWritable, kInternal.
  virtual Result<void> Write(const BgraView& picture, Timestamp t) = 0;

  /// Completes the file and gives it its name, replacing what was there. The writer takes no more
  /// pictures afterwards. Errors: kNoFrames (nothing was written), kDiskFull, kOutputNotWritable,
  /// kInternal.
  virtual Result<void> Close() = 0;
};

}  // namespace plyo
