#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "av_ptr.h"
#include "plyo/base/error.h"

namespace plyo::ffmpeg {

/// One unit of a live stream in, its picture out; null where it is damaged or has to be waited for.
/// Not thread safe.
class UnitDecoder {
 public:
  virtual ~UnitDecoder() = default;
  virtual Result<FramePtr> Decode(std::span<const std::uint8_t> unit) = 0;
};

Result<std::unique_ptr<UnitDecoder>> MakeH264UnitDecoder(int width, int height);
Result<std::unique_ptr<UnitDecoder>> MakeJpegUnitDecoder(int width, int height);

/// Why pictures of this size are not those that were declared.
Error WrongStreamSize(int width, int height, int declared_width, int declared_height);

}  // namespace plyo::ffmpeg
