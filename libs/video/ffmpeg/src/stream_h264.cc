#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "av_log.h"
#include "plyo/video_ffmpeg/stream_decoder.h"
#include "stream_unit.h"

namespace plyo::ffmpeg {
namespace {

// Pictures are coded in whole macroblocks, of two rows where they may be interlaced.
constexpr int kCodedMargin = 32;
// What the decoder adds to a picture's edges.
constexpr int kEdge = 128;

struct ParserDelete {
  void operator()(AVCodecParserContext* parser) const { av_parser_close(parser); }
};
using ParserPtr = std::unique_ptr<AVCodecParserContext, ParserDelete>;

class H264UnitDecoder final : public UnitDecoder {
 public:
  H264UnitDecoder(CodecContextPtr context, CodecContextPtr parser_context, ParserPtr parser,
                  PacketPtr packet, int width, int height)
      : context_(std::move(context)),
        parser_context_(std::move(parser_context)),
        parser_(std::move(parser)),
        packet_(std::move(packet)),
        width_(width),
        height_(height) {
    context_->opaque = this;
    context_->get_buffer2 = GetBuffer;
  }

  Result<FramePtr> Decode(std::span<const std::uint8_t> unit) override {
    if (unit.empty()) return FramePtr();
    if (av_new_packet(packet_.get(), static_cast<int>(unit.size())) < 0) {
      return Fail(ErrorCode::kInternal, "out of memory while decoding");
    }
    std::memcpy(packet_->data, unit.data(), unit.size());
    packet_->pts = ++sent_;
    auto picture = DecodePacket();
    av_packet_unref(packet_.get());
    return picture;
  }

 private:
  Result<FramePtr> DecodePacket() {
    Unit unit;
    if (auto seen = LookAt(); seen) {
      unit = *seen;
    } else {
      return tl::unexpected(seen.error());
    }
    if (waits_for_key_ && unit.has_picture) {
      if (!unit.key) return FramePtr();
      avcodec_flush_buffers(context_.get());
      waits_for_key_ = false;
    }
    refusal_.reset();
    FramePtr picture(av_frame_alloc());
    const int sent = avcodec_send_packet(context_.get(), packet_.get());
    if (sent == AVERROR(ENOMEM) || !picture) {
      return Fail(ErrorCode::kInternal, "out of memory while decoding");
    }
    const int received = avcodec_receive_frame(context_.get(), picture.get());
    if (refusal_) return tl::unexpected(*refusal_);
    if (context_->has_b_frames > 0 || (received >= 0 && picture->pts != sent_)) {
      return Fail(ErrorCode::kUnsupportedCodec,
                  "the H.264 stream may show its pictures in another order than it sends them; "
                  "encode it for low latency, without B-frames");
    }
    // Parameters that come alone are kept by the decoder.
    if (!unit.has_picture && sent >= 0 && received == AVERROR(EAGAIN)) return FramePtr();
    if (sent < 0 || received < 0 || picture->decode_error_flags != 0 ||
        (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
      // What the decoder makes up for a missing part would be measured as if it had been seen, here
      // and in everything that refers to it.
      waits_for_key_ = true;
      return FramePtr();
    }
    if (picture->width != width_ || picture->height != height_) {
      return tl::unexpected(WrongStreamSize(picture->width, picture->height, width_, height_));
    }
    return picture;
  }

  struct Unit {
    bool has_picture = false;
    bool key = false;
  };

  /// Reads the headers alone.
  Result<Unit> LookAt() {
    parser_->width = 0;
    parser_->height = 0;
    parser_->key_frame = 0;
    std::uint8_t* output = nullptr;
    int output_size = 0;
    av_parser_parse2(parser_.get(), parser_context_.get(), &output, &output_size, packet_->data,
                     packet_->size, sent_, sent_, 0);
    // Known where the unit holds a picture and its parameters are known.
    if (parser_->width <= 0 || parser_->height <= 0) return Unit{};
    if (parser_->width != width_ || parser_->height != height_) {
      return tl::unexpected(WrongStreamSize(parser_->width, parser_->height, width_, height_));
    }
    return Unit{.has_picture = true, .key = parser_->key_frame == 1};
  }

  /// Called when a picture's headers are read and nothing of it is decoded. The parser has looked
  /// at the unit's first picture alone, and not at its references.
  static int GetBuffer(AVCodecContext* context, AVFrame* frame, int flags) {
    auto& self = *static_cast<H264UnitDecoder*>(context->opaque);
    if (frame->width > self.width_ + kCodedMargin || frame->height > self.height_ + kCodedMargin) {
      self.refusal_ = WrongStreamSize(frame->width, frame->height, self.width_, self.height_);
      return AVERROR(EINVAL);
    }
    if (context->refs > kMaxReferenceFrames) {
      self.refusal_ =
          Error{ErrorCode::kUnsupportedCodec,
                fmt::format("the H.264 stream refers to {} pictures back; at most {} are taken",
                            context->refs, kMaxReferenceFrames)};
      return AVERROR(EINVAL);
    }
    return avcodec_default_get_buffer2(context, frame, flags);
  }

  CodecContextPtr context_;
  CodecContextPtr parser_context_;
  ParserPtr parser_;
  PacketPtr packet_;
  int width_;
  int height_;
  std::int64_t sent_ = 0;
  bool waits_for_key_ = true;
  std::optional<Error> refusal_;
};

}  // namespace

Error WrongStreamSize(int width, int height, int declared_width, int declared_height) {
  const bool larger = width > kMaxStreamSide || height > kMaxStreamSide;
  return {larger ? ErrorCode::kFrameTooLarge : ErrorCode::kUnsupportedCodec,
          fmt::format("a picture of {}x{} in a stream that was declared as {}x{}; begin a new "
                      "session for another size, of at most {} px a side",
                      width, height, declared_width, declared_height, kMaxStreamSide)};
}

Result<std::unique_ptr<UnitDecoder>> MakeH264UnitDecoder(int width, int height) {
  SilenceLog();
  const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_H264);
  if (codec == nullptr) {
    return Fail(ErrorCode::kUnsupportedCodec, "this build has no decoder for H.264; send JPEG");
  }
  CodecContextPtr context(avcodec_alloc_context3(codec));
  CodecContextPtr parser_context(avcodec_alloc_context3(codec));
  ParserPtr parser(av_parser_init(AV_CODEC_ID_H264));
  PacketPtr packet(av_packet_alloc());
  if (!context || !parser_context || !parser || !packet) {
    return Fail(ErrorCode::kInternal, "out of memory for the H.264 decoder");
  }
  parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_LOW_DELAY;
  context->pkt_timebase = AVRational{1, 1'000'000};
  context->max_pixels = std::int64_t{width + kEdge} * (height + kEdge);
  if (avcodec_open2(context.get(), codec, nullptr) < 0) {
    return Fail(ErrorCode::kUnsupportedCodec, "the H.264 decoder does not start; send JPEG");
  }
  return std::make_unique<H264UnitDecoder>(std::move(context), std::move(parser_context),
                                           std::move(parser), std::move(packet), width, height);
}

}  // namespace plyo::ffmpeg
