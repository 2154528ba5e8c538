#pragma once

#include <cstdint>
#include <memory>

#include "av_ptr.h"
#include "orientation.h"
#include "plyo/base/error.h"
#include "plyo/video/frame.h"

namespace plyo::ffmpeg {

/// Turns decoded pictures of any pixel format into upright Frames of one size: planar YUV 4:2:0, 8
/// bit, square pixels.
///
/// The usual case (4:2:0, 8 bit, not turned) copies nothing: the Frame keeps the decoder's picture
/// alive. The others go through at most one conversion and one turn, into buffers that are used
/// again. Not thread safe; its Frames are free.
class PictureMaker {
 public:
  /// The first picture settles the size of all; later ones of another size are scaled to it.
  PictureMaker(const AVFrame& first, AVRational sample_aspect_ratio,
               const Orientation& orientation);

  /// Everything but time and index. Errors: kInternal (out of memory, no conversion known).
  Result<Frame> Make(FramePtr picture);

  int Width() const { return orientation_.transpose ? height_ : width_; }
  int Height() const { return orientation_.transpose ? width_ : height_; }
  bool SizeChanged() const { return size_changed_; }

 private:
  Result<FramePtr> Convert(const AVFrame& picture);
  Result<FramePtr> Turn(const AVFrame& picture);
  FramePtr NewPicture(int width, int height);

  Orientation orientation_;
  int stored_width_;
  int stored_height_;
  int width_;  // square pixels, not yet turned
  int height_;
  bool size_changed_ = false;
  SwsContextPtr sws_;
  int sws_width_ = 0;
  int sws_height_ = 0;
  int sws_format_ = AV_PIX_FMT_NONE;
  int sws_matrix_ = AVCOL_SPC_UNSPECIFIED;
  bool sws_full_range_ = false;
  BufferPoolPtr pool_;
};

/// How a picture's samples are to be read; where it does not say, by its size, as players do.
YuvMatrix MatrixOf(const AVFrame& picture);
bool IsFullRange(const AVFrame& picture);
/// libswscale's name of a matrix, for sws_getCoefficients().
int SwsMatrix(YuvMatrix matrix);

}  // namespace plyo::ffmpeg
