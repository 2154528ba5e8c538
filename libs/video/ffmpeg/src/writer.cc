#include "plyo/video_ffmpeg/writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <optional>
#include <system_error>

#include "av_log.h"
#include "av_ptr.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace plyo {
namespace {

namespace fs = std::filesystem;
using ffmpeg::CodecContextPtr;
using ffmpeg::FramePtr;
using ffmpeg::PacketPtr;
using ffmpeg::SwsContextPtr;

constexpr AVRational kTicks{1, 90'000};
constexpr AVRational kMicroseconds{1, 1'000'000};
// What level 5.2 of H.264 allows, and with it libopenh264.
constexpr std::int64_t kMostPixels = 36'864 * 256;
constexpr int kSmallestSide = 16;
// A clip of a person before a steady background needs about this many bits a pixel for lines and
// letters to stay crisp.
constexpr double kBitsPerPixel = 0.08;
// libopenh264 counts no more pictures a second than these when it shares out the bits.
constexpr double kMostCountedFps = 60;
constexpr int kBestQuantizer = 16;
constexpr int kWorstQuantizer = 34;
constexpr int kKeyFrameSeconds = 2;

tl::unexpected<Error> CannotWrite(const fs::path& target, int averror) {
  const bool full = averror == AVERROR(ENOSPC) || averror == AVERROR(EDQUOT);
  return Fail(
      full ? ErrorCode::kDiskFull : ErrorCode::kOutputNotWritable,
      fmt::format("{}: cannot be written ({}); {}", target.string(), ffmpeg::Explain(averror),
                  full ? "free some space, nothing was left behind"
                       : "choose an existing folder that you may write to"));
}

bool IsSystemError(int averror) {
  return averror < 0 && AVUNERROR(averror) < 200 && AVUNERROR(averror) > 0;
}

// A link is followed, so that renaming does not replace the link itself.
fs::path Resolve(const fs::path& target) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(target, error))) return target;
  const fs::path real = fs::weakly_canonical(target, error);
  return error ? target : real;
}

fs::path TemporaryName(const fs::path& target) {
  static std::atomic<unsigned> counter{0};
  const fs::path folder = target.parent_path().empty() ? fs::path(".") : target.parent_path();
  return folder / fmt::format(".plyo-video-{}-{}.part", ::getpid(), counter.fetch_add(1));
}

class Mp4Writer final : public VideoWriter {
 public:
  Mp4Writer(fs::path target, const VideoWriterOptions& options)
      : target_(std::move(target)),
        real_(Resolve(target_)),
        temporary_(TemporaryName(real_)),
        options_(options) {}
  Mp4Writer(const Mp4Writer&) = delete;
  Mp4Writer& operator=(const Mp4Writer&) = delete;
  ~Mp4Writer() override { Abandon(); }

  Result<void> Start();
  Result<void> Write(const BgraView& picture, Timestamp t) override;
  Result<void> Close() override;

 private:
  Result<void> OpenEncoder();
  Result<void> OpenFile();
  Result<void> Convert(const BgraView& picture);
  Result<void> Encode(const AVFrame* picture);
  Result<void> Store(std::int64_t duration);
  Result<void> Failed(int averror);
  void Abandon();

  fs::path target_;  // as given, for messages
  fs::path real_;
  fs::path temporary_;
  VideoWriterOptions options_;
  CodecContextPtr encoder_;
  SwsContextPtr sws_;
  FramePtr picture_;
  PacketPtr packet_;   // as the encoder gives it
  PacketPtr waiting_;  // until the next picture says how long it lasts
  AVFormatContext* format_ = nullptr;
  bool file_exists_ = false;
  bool closed_ = false;
  std::optional<std::int64_t> origin_us_;
  std::int64_t last_ticks_ = -1;
  std::int64_t last_step_ = 0;
};

Result<void> Mp4Writer::Failed(int averror) {
  // What the disk said weighs more than what the muxer makes of it.
  if (format_ != nullptr && format_->pb != nullptr && format_->pb->error < 0)
    averror = format_->pb->error;
  if (IsSystemError(averror)) return CannotWrite(target_, averror);
  return Fail(ErrorCode::kInternal, fmt::format("{}: writing the video failed ({})",
                                                target_.string(), ffmpeg::Explain(averror)));
}

Result<void> Mp4Writer::OpenEncoder() {
  const AVCodec* codec = avcodec_find_encoder_by_name("libopenh264");
  if (codec == nullptr) return Fail(ErrorCode::kInternal, "this build has no H.264 encoder");
  encoder_.reset(avcodec_alloc_context3(codec));
  picture_.reset(av_frame_alloc());
  packet_.reset(av_packet_alloc());
  waiting_.reset(av_packet_alloc());
  if (!encoder_ || !picture_ || !packet_ || !waiting_)
    return Fail(ErrorCode::kInternal, "out of memory");

  const double fps = std::clamp(options_.fps, 1.0, kMostCountedFps);
  const double pixels = static_cast<double>(options_.width) * options_.height;
  encoder_->width = options_.width;
  encoder_->height = options_.height;
  encoder_->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder_->time_base = kTicks;
  encoder_->framerate = av_d2q(fps, 1000);
  encoder_->bit_rate = static_cast<std::int64_t>(pixels * fps * kBitsPerPixel);
  encoder_->qmin = kBestQuantizer;
  encoder_->qmax = kWorstQuantizer;
  encoder_->gop_size =
      static_cast<int>(std::lround(std::max(options_.fps, 1.0) * kKeyFrameSeconds));
  encoder_->thread_count = options_.threads;
  encoder_->slices = options_.threads;
  encoder_->profile = FF_PROFILE_H264_HIGH;
  encoder_->color_range = AVCOL_RANGE_MPEG;
  encoder_->colorspace = AVCOL_SPC_BT709;
  encoder_->color_primaries = AVCOL_PRI_BT709;
  encoder_->color_trc = AVCOL_TRC_BT709;
  encoder_->sample_aspect_ratio = {1, 1};
  encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  const int opened = avcodec_open2(encoder_.get(), codec, nullptr);
  if (opened < 0) return Failed(opened);

  picture_->format = AV_PIX_FMT_YUV420P;
  picture_->width = options_.width;
  picture_->height = options_.height;
  sws_.reset(sws_getContext(options_.width, options_.height, AV_PIX_FMT_BGR0, options_.width,
                            options_.height, AV_PIX_FMT_YUV420P, SWS_BILINEAR | SWS_ACCURATE_RND,
                            nullptr, nullptr, nullptr));
  if (!sws_ || av_frame_get_buffer(picture_.get(), 0) < 0)
    return Fail(ErrorCode::kInternal, "out of memory");
  const int* table = sws_getCoefficients(SWS_CS_ITU709);
  sws_setColorspaceDetails(sws_.get(), table, 1, table, 0, 0, 1 << 16, 1 << 16);
  return {};
}

Result<void> Mp4Writer::OpenFile() {
  std::error_code error;
  const fs::file_status status = fs::status(real_, error);
  if (fs::is_directory(status)) return CannotWrite(target_, AVERROR(EISDIR));
  // The index goes to the front last, which pipes and devices cannot do, and renaming would replace
  // them.
  if (fs::exists(status) && !fs::is_regular_file(status))
    return CannotWrite(target_, AVERROR(ESPIPE));
  const std::string url = "file:" + temporary_.string();
  int done = avformat_alloc_output_context2(&format_, nullptr, "mp4", url.c_str());
  if (done < 0) return Failed(done);
  AVStream* stream = avformat_new_stream(format_, nullptr);
  if (stream == nullptr) return Fail(ErrorCode::kInternal, "out of memory");
  stream->time_base = kTicks;
  stream->avg_frame_rate = encoder_->framerate;
  done = avcodec_parameters_from_context(stream->codecpar, encoder_.get());
  if (done < 0) return Failed(done);
  done = avio_open(&format_->pb, url.c_str(), AVIO_FLAG_WRITE);
  if (done < 0) return CannotWrite(target_, done);
  file_exists_ = true;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "+faststart", 0);
  av_dict_set_int(&options, "video_track_timescale", kTicks.den, 0);
  done = avformat_write_header(format_, &options);
  av_dict_free(&options);
  return done < 0 ? Failed(done) : Result<void>();
}

Result<void> Mp4Writer::Start() {
  if (auto opened = OpenEncoder(); !opened) return opened;
  return OpenFile();
}

Result<void> Mp4Writer::Store(std::int64_t duration) {
  if (waiting_->data == nullptr) return {};
  waiting_->duration = duration;
  waiting_->stream_index = 0;
  av_packet_rescale_ts(waiting_.get(), kTicks, format_->streams[0]->time_base);
  const int written = av_write_frame(format_, waiting_.get());
  av_packet_unref(waiting_.get());
  // The muxer's buffer hides a full disk until it is emptied.
  if (written < 0 || format_->pb->error < 0) return Failed(written);
  return {};
}

Result<void> Mp4Writer::Encode(const AVFrame* picture) {
  const int sent = avcodec_send_frame(encoder_.get(), picture);
  if (sent < 0) return Failed(sent);
  while (true) {
    const int received = avcodec_receive_packet(encoder_.get(), packet_.get());
    if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return {};
    if (received < 0) return Failed(received);
    const bool follows = waiting_->data != nullptr;
    auto stored = follows ? Store(packet_->pts - waiting_->pts) : Result<void>();
    if (!stored) return stored;
    av_packet_move_ref(waiting_.get(), packet_.get());
  }
}

Result<void> Mp4Writer::Convert(const BgraView& picture) {
  const int writable = av_frame_make_writable(picture_.get());
  if (writable < 0) return Failed(writable);
  const std::array<const std::uint8_t*, 4> source = {picture.pixels, nullptr, nullptr, nullptr};
  const std::array<int, 4> stride = {static_cast<int>(picture.stride), 0, 0, 0};
  const int rows = sws_scale(sws_.get(), source.data(), stride.data(), 0, options_.height,
                             picture_->data, picture_->linesize);
  return rows < 0 ? Failed(rows) : Result<void>();
}

Result<void> Mp4Writer::Write(const BgraView& picture, Timestamp t) {
  if (closed_) return Fail(ErrorCode::kInvalidArgument, "a closed video takes no more pictures");
  if (picture.pixels == nullptr || picture.width != options_.width ||
      picture.height != options_.height) {
    return Fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{}: a picture of {}x{} does not fit into a video of {}x{}", target_.string(),
                    picture.width, picture.height, options_.width, options_.height));
  }
  const std::int64_t origin = origin_us_.value_or(t.us);
  const std::int64_t ticks = av_rescale_q(t.us - origin, kMicroseconds, kTicks);
  if (ticks <= last_ticks_) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: the picture at {:.6f} s is not later than the one before",
                            target_.string(), t.Seconds()));
  }
  ffmpeg::ForgetLog();
  if (auto converted = Convert(picture); !converted) return converted;
  picture_->pts = ticks;
  if (last_ticks_ >= 0) last_step_ = ticks - last_ticks_;
  last_ticks_ = ticks;
  origin_us_ = origin;
  return Encode(picture_.get());
}

Result<void> Mp4Writer::Close() {
  if (closed_) return {};
  if (!origin_us_) {
    return Fail(ErrorCode::kNoFrames,
                fmt::format("{}: no picture was written, so there is no video", target_.string()));
  }
  ffmpeg::ForgetLog();
  const auto single = static_cast<std::int64_t>(kTicks.den / std::max(options_.fps, 1.0));
  if (auto flushed = Encode(nullptr); !flushed) return flushed;
  if (auto stored = Store(last_step_ > 0 ? last_step_ : single); !stored) return stored;
  const int written = av_write_trailer(format_);
  if (written < 0 || format_->pb->error < 0) return Failed(written);
  const int closed = avio_closep(&format_->pb);
  if (closed < 0) return Failed(closed);
  std::error_code error;
  fs::rename(temporary_, real_, error);
  if (error) return CannotWrite(target_, AVERROR(error.value()));
  file_exists_ = false;
  closed_ = true;
  Abandon();
  return {};
}

void Mp4Writer::Abandon() {
  if (format_ != nullptr) {
    avio_closep(&format_->pb);
    avformat_free_context(format_);
    format_ = nullptr;
  }
  std::error_code ignored;
  if (file_exists_) fs::remove(temporary_, ignored);
  file_exists_ = false;
}

}  // namespace

EncodableSize FitForEncoding(int width, int height, int max_side) {
  const double shape = static_cast<double>(width) * height;
  double scale = std::min(1.0, static_cast<double>(max_side) / std::max(width, height));
  scale = std::min(scale, std::sqrt(static_cast<double>(kMostPixels) / shape));
  const auto even = [scale](int side) {
    return std::max(kSmallestSide, static_cast<int>(std::floor(side * scale / 2 + 1e-9)) * 2);
  };
  return {even(width), even(height)};
}

Result<std::unique_ptr<VideoWriter>> MakeMp4Writer(const std::filesystem::path& path,
                                                   const VideoWriterOptions& options) {
  ffmpeg::SilenceLog();
  ffmpeg::ForgetLog();
  const EncodableSize fit = FitForEncoding(std::max(options.width, 1), std::max(options.height, 1));
  if (fit.width != options.width || fit.height != options.height || !(options.fps > 0) ||
      options.threads < 1) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: no video can be made of {}x{} pixels at {} frames/s",
                            path.string(), options.width, options.height, options.fps));
  }
  auto writer = std::make_unique<Mp4Writer>(path, options);
  if (auto started = writer->Start(); !started) return tl::unexpected(started.error());
  return writer;
}

}  // namespace plyo
