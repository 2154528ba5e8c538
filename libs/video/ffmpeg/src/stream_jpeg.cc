#include <fmt/format.h>
#include <turbojpeg.h>

#include "stream_unit.h"

extern "C" {
#include <libavutil/imgutils.h>
}

namespace plyo::ffmpeg {
namespace {

constexpr int kAlign = 64;

struct TurboDelete {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using TurboPtr = std::unique_ptr<void, TurboDelete>;

AVPixelFormat FormatOf(int subsampling) {
  switch (subsampling) {
    case TJSAMP_420:
      return AV_PIX_FMT_YUVJ420P;
    case TJSAMP_422:
      return AV_PIX_FMT_YUVJ422P;
    case TJSAMP_444:
      return AV_PIX_FMT_YUVJ444P;
    case TJSAMP_440:
      return AV_PIX_FMT_YUVJ440P;
    case TJSAMP_411:
      return AV_PIX_FMT_YUVJ411P;
    default:
      return AV_PIX_FMT_NONE;
  }
}

class JpegUnitDecoder final : public UnitDecoder {
 public:
  JpegUnitDecoder(int width, int height) : width_(width), height_(height) {}

  Result<FramePtr> Decode(std::span<const std::uint8_t> unit) override {
    int width = 0;
    int height = 0;
    int subsampling = 0;
    int colours = 0;
    // A decompressor that has failed once reads the next header wrongly.
    if (!turbo_) turbo_.reset(tjInitDecompress());
    if (!turbo_) return Fail(ErrorCode::kInternal, "out of memory for the JPEG decoder");
    // Tables without a picture have no size.
    if (tjDecompressHeader3(turbo_.get(), unit.data(), unit.size(), &width, &height, &subsampling,
                            &colours) != 0 ||
        width <= 0 || height <= 0) {
      turbo_.reset();
      return FramePtr();
    }
    if (width != width_ || height != height_) {
      return tl::unexpected(WrongStreamSize(width, height, width_, height_));
    }
    const AVPixelFormat format = FormatOf(subsampling);
    if (colours != TJCS_YCbCr || format == AV_PIX_FMT_NONE) {
      return Fail(ErrorCode::kUnsupportedCodec,
                  "the JPEG pictures are not YCbCr as cameras write it; send 4:2:0");
    }
    FramePtr picture = NewPicture(format);
    if (!picture) return Fail(ErrorCode::kInternal, "out of memory for a picture");
    // Progressive pictures can hold any number of scans in few bytes: those that do are refused.
    const int decoded = tjDecompressToYUVPlanes(turbo_.get(), unit.data(), unit.size(),
                                                picture->data, width, picture->linesize, height,
                                                TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS);
    if (decoded != 0) {
      turbo_.reset();
      return FramePtr();
    }
    picture->colorspace = AVCOL_SPC_BT470BG;  // JFIF
    picture->color_range = AVCOL_RANGE_JPEG;
    return picture;
  }

 private:
  FramePtr NewPicture(AVPixelFormat format) {
    // The planes that TurboJPEG fills go up to whole blocks of chroma.
    const int bytes = av_image_get_buffer_size(format, width_ + 8, height_ + 8, kAlign);
    if (bytes < 0) return nullptr;
    if (!pool_ || format != pool_format_) {
      pool_.reset(av_buffer_pool_init(static_cast<std::size_t>(bytes) + kAlign, nullptr));
      pool_format_ = format;
    }
    FramePtr picture(av_frame_alloc());
    if (!picture || !pool_) return nullptr;
    picture->buf[0] = av_buffer_pool_get(pool_.get());
    if (picture->buf[0] == nullptr) return nullptr;
    picture->format = format;
    picture->width = width_;
    picture->height = height_;
    av_image_fill_arrays(picture->data, picture->linesize, picture->buf[0]->data, format,
                         width_ + 8, height_ + 8, kAlign);
    return picture;
  }

  TurboPtr turbo_;
  int width_;
  int height_;
  BufferPoolPtr pool_;
  AVPixelFormat pool_format_ = AV_PIX_FMT_NONE;
};

}  // namespace

Result<std::unique_ptr<UnitDecoder>> MakeJpegUnitDecoder(int width, int height) {
  return std::make_unique<JpegUnitDecoder>(width, height);
}

}  // namespace plyo::ffmpeg
