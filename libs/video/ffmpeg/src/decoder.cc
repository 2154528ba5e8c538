#include "decoder.h"

#include <fmt/format.h>

#include "av_log.h"

namespace plyo::ffmpeg {

Decoder::Decoder(Demuxer& demuxer, CodecContextPtr context)
    : demuxer_(demuxer), context_(std::move(context)), packet_(av_packet_alloc()) {}

Result<std::unique_ptr<Decoder>> Decoder::Open(Demuxer& demuxer, const DecoderOptions& options) {
  CodecContextPtr context(avcodec_alloc_context3(&demuxer.Codec()));
  const AVStream& stream = demuxer.Stream();
  if (!context || avcodec_parameters_to_context(context.get(), stream.codecpar) < 0) {
    return Fail(ErrorCode::kInternal, "out of memory");
  }
  context->pkt_timebase = stream.time_base;
  context->framerate = stream.avg_frame_rate;
  context->thread_count = options.threads;
  context->thread_type = FF_THREAD_FRAME | FF_THREAD_SLICE;
  context->max_pixels = options.max_pixels;
  const int opened = avcodec_open2(context.get(), &demuxer.Codec(), nullptr);
  if (opened < 0) {
    return Fail(ErrorCode::kUnsupportedCodec,
                fmt::format("{}: the {} decoder refuses it ({}); export it as H.264",
                            demuxer.Source().Name(), demuxer.Codec().name, Explain(opened)));
  }
  return std::unique_ptr<Decoder>(new Decoder(demuxer, std::move(context)));
}

Result<void> Decoder::Feed() {
  auto read = demuxer_.Read(*packet_);
  if (!read) return tl::unexpected(read.error());
  draining_ = !*read;
  const int sent = avcodec_send_packet(context_.get(), draining_ ? nullptr : packet_.get());
  av_packet_unref(packet_.get());
  if (sent == AVERROR(ENOMEM)) return Fail(ErrorCode::kInternal, "out of memory while decoding");
  if (sent < 0 && sent != AVERROR_EOF) damaged_ = true;
  return {};
}

Result<FramePtr> Decoder::Next() {
  FramePtr frame(av_frame_alloc());
  if (!frame || !packet_) return Fail(ErrorCode::kInternal, "out of memory");
  while (true) {
    const int received = avcodec_receive_frame(context_.get(), frame.get());
    if (received == AVERROR_EOF) return FramePtr();
    if (received == AVERROR(EAGAIN)) {
      if (auto fed = Feed(); !fed) return tl::unexpected(fed.error());
    } else if (received == AVERROR(ENOMEM)) {
      return Fail(ErrorCode::kInternal, "out of memory while decoding");
    } else if (received < 0) {
      damaged_ = true;
    } else if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
      // What the decoder made up for a missing part would be measured as if it had been seen.
      damaged_ = true;
      av_frame_unref(frame.get());
    } else {
      return frame;
    }
  }
}

}  // namespace plyo::ffmpeg
