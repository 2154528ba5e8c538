#include "picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "av_log.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
}

namespace plyo::ffmpeg {
namespace {

constexpr int kAlign = 64;
constexpr double kSquareTolerance = 0.01;
constexpr double kWidestPixel = 4;
// From here on, pictures that do not name their matrix are taken for BT.709.
constexpr int kHighDefinitionWidth = 1280;
constexpr int kHighDefinitionHeight = 720;

bool IsRgb(int format) {
  const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
  return descriptor != nullptr &&
         (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

// The formats named J say "full range" a second time, which confuses libswscale.
AVPixelFormat WithoutRange(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P:
      return AV_PIX_FMT_YUV411P;
    default:
      return static_cast<AVPixelFormat>(format);
  }
}

// Frames keep their picture alive through this; the planes are only read.
std::shared_ptr<const void> Share(FramePtr picture) {
  return {picture.release(), [](AVFrame* frame) { av_frame_free(&frame); }};
}

}  // namespace

YuvMatrix MatrixOf(const AVFrame& picture) {
  if (IsRgb(picture.format)) return YuvMatrix::kBt709;
  switch (picture.colorspace) {
    case AVCOL_SPC_BT709:
    case AVCOL_SPC_SMPTE240M:
      return YuvMatrix::kBt709;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_FCC:
      return YuvMatrix::kBt601;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL:
      return YuvMatrix::kBt2020;
    default: {
      const int longer = std::max(picture.width, picture.height);
      const int shorter = std::min(picture.width, picture.height);
      const bool high_definition =
          longer >= kHighDefinitionWidth || shorter >= kHighDefinitionHeight;
      return high_definition ? YuvMatrix::kBt709 : YuvMatrix::kBt601;
    }
  }
}

bool IsFullRange(const AVFrame& picture) {
  return picture.color_range == AVCOL_RANGE_JPEG || WithoutRange(picture.format) != picture.format;
}

int SwsMatrix(YuvMatrix matrix) {
  switch (matrix) {
    case YuvMatrix::kBt601:
      return SWS_CS_ITU601;
    case YuvMatrix::kBt2020:
      return SWS_CS_BT2020;
    default:
      return SWS_CS_ITU709;
  }
}

PictureMaker::PictureMaker(const AVFrame& first, AVRational sample_aspect_ratio,
                           const Orientation& orientation)
    : orientation_(orientation),
      stored_width_(first.width),
      stored_height_(first.height),
      width_(first.width),
      height_(first.height) {
  if (sample_aspect_ratio.num <= 0 || sample_aspect_ratio.den <= 0) return;
  // Pixels that are not square are stretched, never squeezed, so that no detail is lost.
  const double aspect = av_q2d(sample_aspect_ratio);
  if (aspect > 1 + kSquareTolerance && aspect <= kWidestPixel) {
    width_ = static_cast<int>(std::lround(width_ * aspect));
  } else if (aspect < 1 - kSquareTolerance && aspect >= 1 / kWidestPixel) {
    height_ = static_cast<int>(std::lround(height_ / aspect));
  }
}

Result<Frame> PictureMaker::Make(FramePtr picture) {
  Frame frame;
  frame.matrix = MatrixOf(*picture);
  frame.full_range = IsFullRange(*picture) && !IsRgb(picture->format);
  size_changed_ =
      size_changed_ || picture->width != stored_width_ || picture->height != stored_height_;

  const bool fits = WithoutRange(picture->format) == AV_PIX_FMT_YUV420P &&
                    picture->width == width_ && picture->height == height_;
  if (!fits) {
    auto converted = Convert(*picture);
    if (!converted) return tl::unexpected(converted.error());
    picture = std::move(*converted);
  }
  if (!orientation_.IsIdentity()) {
    auto turned = Turn(*picture);
    if (!turned) return tl::unexpected(turned.error());
    picture = std::move(*turned);
  }
  frame.width = picture->width;
  frame.height = picture->height;
  const int chroma_width = (frame.width + 1) / 2;
  const int chroma_height = (frame.height + 1) / 2;
  frame.y = {picture->data[0], frame.width, frame.height, picture->linesize[0]};
  frame.u = {picture->data[1], chroma_width, chroma_height, picture->linesize[1]};
  frame.v = {picture->data[2], chroma_width, chroma_height, picture->linesize[2]};
  frame.owner = Share(std::move(picture));
  return frame;
}

FramePtr PictureMaker::NewPicture(int width, int height) {
  const int bytes = av_image_get_buffer_size(AV_PIX_FMT_YUV420P, width, height, kAlign);
  if (bytes < 0) return nullptr;
  // All pictures of a clip are of one size here, a turn apart: the pool takes the larger of both
  // layouts.
  if (!pool_) {
    const int turned = av_image_get_buffer_size(AV_PIX_FMT_YUV420P, height, width, kAlign);
    pool_.reset(
        av_buffer_pool_init(static_cast<std::size_t>(std::max(bytes, turned)) + kAlign, nullptr));
    if (!pool_) return nullptr;
  }
  FramePtr picture(av_frame_alloc());
  if (!picture) return nullptr;
  picture->buf[0] = av_buffer_pool_get(pool_.get());
  if (picture->buf[0] == nullptr) return nullptr;
  picture->format = AV_PIX_FMT_YUV420P;
  picture->width = width;
  picture->height = height;
  av_image_fill_arrays(picture->data, picture->linesize, picture->buf[0]->data, AV_PIX_FMT_YUV420P,
                       width, height, kAlign);
  return picture;
}

Result<FramePtr> PictureMaker::Convert(const AVFrame& picture) {
  const YuvMatrix matrix = MatrixOf(picture);
  const bool full_range = IsFullRange(picture);
  const bool same = sws_ && sws_width_ == picture.width && sws_height_ == picture.height &&
                    sws_format_ == picture.format && sws_matrix_ == SwsMatrix(matrix) &&
                    sws_full_range_ == full_range;
  if (!same) {
    sws_.reset(sws_getContext(picture.width, picture.height, WithoutRange(picture.format), width_,
                              height_, AV_PIX_FMT_YUV420P,
                              SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP, nullptr,
                              nullptr, nullptr));
    if (!sws_) {
      const char* name = av_get_pix_fmt_name(static_cast<AVPixelFormat>(picture.format));
      return Fail(
          ErrorCode::kUnsupportedCodec,
          fmt::format(
              "pictures of the pixel format {} cannot be converted; export the clip as H.264",
              name != nullptr ? name : "?"));
    }
    // Range and matrix stay as they are, but for RGB, which has neither and becomes BT.709, limited
    // range.
    const bool rgb = IsRgb(picture.format);
    const int* table = sws_getCoefficients(SwsMatrix(matrix));
    sws_setColorspaceDetails(sws_.get(), table, rgb || full_range ? 1 : 0, table,
                             !rgb && full_range ? 1 : 0, 0, 1 << 16, 1 << 16);
    sws_width_ = picture.width;
    sws_height_ = picture.height;
    sws_format_ = picture.format;
    sws_matrix_ = SwsMatrix(matrix);
    sws_full_range_ = full_range;
  }
  FramePtr converted = NewPicture(width_, height_);
  if (!converted) return Fail(ErrorCode::kInternal, "out of memory for a picture");
  const int rows = sws_scale(sws_.get(), picture.data, picture.linesize, 0, picture.height,
                             converted->data, converted->linesize);
  if (rows < 0)
    return Fail(ErrorCode::kInternal,
                fmt::format("a picture cannot be converted ({})", Explain(rows)));
  return converted;
}

Result<FramePtr> PictureMaker::Turn(const AVFrame& picture) {
  FramePtr turned = NewPicture(Width(), Height());
  if (!turned) return Fail(ErrorCode::kInternal, "out of memory for a picture");
  for (int plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? picture.width : (picture.width + 1) / 2;
    const int height = plane == 0 ? picture.height : (picture.height + 1) / 2;
    TurnPlane(orientation_, picture.data[plane], picture.linesize[plane], width, height,
              turned->data[plane], turned->linesize[plane]);
  }
  return turned;
}

}  // namespace plyo::ffmpeg
