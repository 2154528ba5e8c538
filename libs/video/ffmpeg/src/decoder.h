#pragma once

#include <cstdint>
#include <memory>

#include "av_ptr.h"
#include "demuxer.h"
#include "plyo/base/error.h"

namespace plyo::ffmpeg {

struct DecoderOptions {
  int threads = 1;
  std::int64_t max_pixels = 0;
};

/// Decoded pictures in presentation order, as stored: not yet upright, of any pixel format. Not
/// thread safe.
class Decoder {
 public:
  /// `demuxer` must outlive the decoder. Errors: kUnsupportedCodec.
  static Result<std::unique_ptr<Decoder>> Open(Demuxer& demuxer, const DecoderOptions& options);

  /// The next sound picture; null at the end. Errors: kFileUnreadable, kInternal.
  Result<FramePtr> Next();

  /// A picture was left out because it did not decode as a whole.
  bool Damaged() const { return damaged_; }

 private:
  Decoder(Demuxer& demuxer, CodecContextPtr context);
  Result<void> Feed();

  Demuxer& demuxer_;
  CodecContextPtr context_;
  PacketPtr packet_;
  bool draining_ = false;
  bool damaged_ = false;
};

}  // namespace plyo::ffmpeg
