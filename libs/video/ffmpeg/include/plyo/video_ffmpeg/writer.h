#pragma once

#include <filesystem>
#include <memory>

#include "plyo/base/error.h"
#include "plyo/video/video_writer.h"

namespace plyo {

struct VideoWriterOptions {
  int width = 0;    ///< px, even
  int height = 0;   ///< px, even
  double fps = 0;   ///< about how many pictures a second will come; their times decide, this shares
                    ///< out the bits
  int threads = 1;  ///< of the encoder
};

/// Size of a picture that an encoder takes: even, in the same shape, and not larger than it can be.
struct EncodableSize {
  int width = 0;
  int height = 0;
};

/// The largest encodable size that is not larger than width x height, nor than `max_side` on a
/// side.
EncodableSize FitForEncoding(int width, int height, int max_side = 4096);

/// Writes an MP4 with H.264 (High, 4:2:0, BT.709, limited range) and the index in front, as phones
/// and browsers play it. Pictures keep their times, so a variable frame rate stays variable.
///
/// Errors: kInvalidArgument (the size is not one of FitForEncoding), kOutputNotWritable, kDiskFull,
/// kInternal.
Result<std::unique_ptr<VideoWriter>> MakeMp4Writer(const std::filesystem::path& path,
                                                   const VideoWriterOptions& options);

}  // namespace plyo
