#include "plyo/video_ffmpeg/stream_decoder.h"

#include <fmt/format.h>

#include "orientation.h"
#include "picture.h"
#include "plyo/video_ffmpeg/open.h"
#include "stream_unit.h"

namespace plyo {
namespace {

using ffmpeg::FramePtr;
using ffmpeg::Orientation;
using ffmpeg::PictureMaker;
using ffmpeg::UnitDecoder;

class LiveDecoder final : public StreamDecoder {
 public:
  LiveDecoder(const StreamDecoderOptions& options, std::unique_ptr<UnitDecoder> decoder)
      : options_(options), decoder_(std::move(decoder)) {}

  Result<std::optional<Frame>> Decode(std::span<const std::uint8_t> unit, std::int64_t index,
                                      Timestamp t) override {
    if (unit.size() > kMaxStreamUnitBytes) {
      return Fail(ErrorCode::kMessageTooLarge,
                  fmt::format("picture {} has {} bytes; at most {} are taken, lower the bit rate",
                              index, unit.size(), kMaxStreamUnitBytes));
    }
    auto picture = decoder_->Decode(unit);
    if (!picture) return tl::unexpected(picture.error());
    if (!*picture) return Skip(index);
    if (!maker_) maker_.emplace(**picture, AVRational{1, 1}, Orientation{});
    auto frame = maker_->Make(std::move(*picture));
    if (!frame) return tl::unexpected(frame.error());
    frame->index = index;
    frame->t = t;
    in_a_row_ = 0;
    return std::move(*frame);
  }

  std::int64_t Skipped() const override { return skipped_; }

 private:
  Result<std::optional<Frame>> Skip(std::int64_t index) {
    ++skipped_;
    if (++in_a_row_ < options_.max_skipped) return std::optional<Frame>();
    return Fail(ErrorCode::kMediaUndecodable,
                fmt::format("the last {} pictures up to number {} could not be decoded; start the "
                            "stream anew with a key picture",
                            in_a_row_, index));
  }

  StreamDecoderOptions options_;
  std::unique_ptr<UnitDecoder> decoder_;
  std::optional<PictureMaker> maker_;
  std::int64_t skipped_ = 0;
  int in_a_row_ = 0;
};

}  // namespace

Result<std::unique_ptr<StreamDecoder>> MakeStreamDecoder(const StreamDecoderOptions& options) {
  const auto fits = [](int side) { return side >= kMinFrameSide && side <= kMaxStreamSide; };
  if (!fits(options.width) || !fits(options.height) || options.max_skipped < 1) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("live pictures of {}x{}: either side must be {} to {} px",
                            options.width, options.height, kMinFrameSide, kMaxStreamSide));
  }
  auto decoder = options.codec == StreamCodec::kH264
                     ? ffmpeg::MakeH264UnitDecoder(options.width, options.height)
                     : ffmpeg::MakeJpegUnitDecoder(options.width, options.height);
  if (!decoder) return tl::unexpected(decoder.error());
  return std::make_unique<LiveDecoder>(options, std::move(*decoder));
}

}  // namespace plyo
