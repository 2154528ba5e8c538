#include "plyo/video_ffmpeg/open.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "av_log.h"
#include "decoder.h"
#include "demuxer.h"
#include "input.h"
#include "orientation.h"
#include "picture.h"
#include "timing.h"

namespace plyo {
namespace {

using ffmpeg::Decoder;
using ffmpeg::Demuxer;
using ffmpeg::FramePtr;
using ffmpeg::Input;
using ffmpeg::Orientation;
using ffmpeg::PictureMaker;
using ffmpeg::Timeline;
using ffmpeg::TimingSurvey;

constexpr double kLowestFps = 1;
constexpr double kHighestFps = 10'000;
// Rates that differ by less are the same rate: 240 said of a file with 239.7 is no slow motion.
constexpr double kSameRate = 0.02;
constexpr double kSurveyTolerance = 2e-4;
// The decoder counts what it adds to a picture's edges too.
constexpr std::int64_t kEdgePixels = std::int64_t{2} * 128 * kMaxFrameSide;

// False for what is not a number.
bool IsRate(double fps) { return fps >= kLowestFps && fps <= kHighestFps; }

std::optional<std::int64_t> TicksOf(const AVFrame& picture) {
  if (picture.best_effort_timestamp == AV_NOPTS_VALUE) return std::nullopt;
  return picture.best_effort_timestamp;
}

class FfmpegSource final : public FrameSource {
 public:
  FfmpegSource(std::unique_ptr<Demuxer> demuxer, std::unique_ptr<Decoder> decoder, FramePtr first,
               const Orientation& orientation, VideoInfo info)
      : demuxer_(std::move(demuxer)),
        decoder_(std::move(decoder)),
        orientation_(orientation),
        maker_(*first, demuxer_->SampleAspectRatio(*first), orientation),
        timeline_(demuxer_->Stream().time_base, info.time_scale, info.stored_fps,
                  !demuxer_->HasPresentationTimes()),
        waiting_(std::move(first)),
        info_(std::move(info)) {
    info_.width = maker_.Width();
    info_.height = maker_.Height();
  }

  const VideoInfo& Info() const override { return info_; }

  Result<std::optional<Frame>> Next() override {
    FramePtr picture = std::move(waiting_);
    if (!picture) {
      auto decoded = decoder_->Next();
      if (!decoded) return tl::unexpected(decoded.error());
      picture = std::move(*decoded);
    }
    if (!picture) return std::optional<Frame>();
    interlaced_ = interlaced_ || picture->interlaced_frame != 0;

    auto time = timeline_.Place(TicksOf(*picture));
    if (!time) {
      auto following = decoder_->Next();
      if (!following) return tl::unexpected(following.error());
      waiting_ = std::move(*following);
      time = timeline_.Repair(TicksOf(*picture), waiting_ ? TicksOf(*waiting_) : std::nullopt);
    }
    auto frame = maker_.Make(std::move(picture));
    if (!frame) {
      return Fail(frame.error().code,
                  fmt::format("{}: {}", demuxer_->Source().Name(), frame.error().message));
    }
    frame->t = Timestamp{*time};
    frame->index = next_index_++;
    return std::optional<Frame>(std::move(*frame));
  }

  std::vector<std::string> Flags() const override {
    std::vector<std::string> flags;
    if (demuxer_->Truncated()) flags.emplace_back(source_flag::kTruncated);
    if (demuxer_->Damaged() || decoder_->Damaged()) flags.emplace_back(source_flag::kDamagedFrames);
    if (timeline_.Repaired()) flags.emplace_back(source_flag::kRepairedTimestamps);
    if (maker_.SizeChanged()) flags.emplace_back(source_flag::kPictureSizeChanged);
    if (orientation_.odd_angle) flags.emplace_back(source_flag::kOddRotation);
    if (interlaced_) flags.emplace_back(source_flag::kInterlaced);
    return flags;
  }

 private:
  std::unique_ptr<Demuxer> demuxer_;  // outlives the decoder, which reads from it
  std::unique_ptr<Decoder> decoder_;
  Orientation orientation_;
  PictureMaker maker_;
  Timeline timeline_;
  FramePtr waiting_;  // decoded ahead
  VideoInfo info_;
  std::int64_t next_index_ = 0;
  bool interlaced_ = false;
};

Result<void> CheckSize(const std::string& name, int width, int height, std::int64_t max_pixels) {
  if (width < kMinFrameSide || height < kMinFrameSide) {
    return Fail(ErrorCode::kFrameTooSmall,
                fmt::format("{}: its pictures are {}x{}, too small to see a person; at least {} px "
                            "a side are needed, "
                            "360 px of height or more are good",
                            name, width, height, kMinFrameSide));
  }
  if (width > kMaxFrameSide || height > kMaxFrameSide ||
      std::int64_t{width} * height > max_pixels) {
    return Fail(ErrorCode::kFrameTooLarge,
                fmt::format("{}: its pictures are {}x{}, larger than the {}x{} or {} pixels that "
                            "Plyo takes; scale the "
                            "clip down, more than 1080p brings no accuracy",
                            name, width, height, kMaxFrameSide, kMaxFrameSide, max_pixels));
  }
  return {};
}

Result<double> StoredFps(const Demuxer& demuxer, const TimingSurvey& survey) {
  const AVRational average = demuxer.Stream().avg_frame_rate;
  const double said = average.num > 0 && average.den > 0 ? av_q2d(average) : 0;
  // The container's mean counts pictures that an edit list hides and odd lengths at the ends;
  // steady steps say it better, and for slow motion every per mille counts. Steps that vary need
  // the whole clip.
  const bool agree = std::abs(survey.fps / said - 1) < survey.rounding + kSurveyTolerance;
  const double rate = said > 0 && (survey.fps <= 0 || agree || survey.variable) ? said : survey.fps;
  if (survey.stalled || !IsRate(rate)) {
    const std::string what = survey.stalled || rate <= 0
                                 ? "most of its pictures share one time"
                                 : fmt::format("it claims {:.6g} frames/s", rate);
    return Fail(ErrorCode::kInvalidFrameRate,
                fmt::format("{}: the times of its pictures make no sense ({}); re-encode the clip "
                            "with its true frame "
                            "rate",
                            demuxer.Source().Name(), what));
  }
  return rate;
}

Result<void> CheckOptions(const OpenOptions& options) {
  if (options.capture_fps && !IsRate(*options.capture_fps)) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("the capture rate of {} frames/s is outside of {} to {}; give the rate "
                            "the camera was set "
                            "to, for instance 240",
                            *options.capture_fps, kLowestFps, kHighestFps));
  }
  if (options.decode_threads < 1 || options.max_pixels < 1) {
    return Fail(ErrorCode::kInvalidArgument,
                "at least one decoding thread and one pixel are needed");
  }
  return {};
}

VideoInfo Describe(const Demuxer& demuxer, const TimingSurvey& survey, double stored_fps,
                   const Orientation& orientation, const OpenOptions& options) {
  VideoInfo info;
  info.name = demuxer.Source().FileName();
  info.codec = avcodec_get_name(demuxer.Stream().codecpar->codec_id);
  info.rotation_deg = orientation.rotation_deg;
  info.mirrored = orientation.mirrored;
  info.stored_fps = stored_fps;
  info.capture_fps = options.capture_fps.value_or(stored_fps);
  info.time_scale = info.capture_fps / stored_fps;
  if (std::abs(info.time_scale - 1) < kSameRate) info.time_scale = 1;
  info.variable_frame_rate = survey.variable;
  info.frames_estimate = demuxer.FramesEstimate();
  info.duration_s = demuxer.DurationSeconds() / info.time_scale;
  return info;
}

Result<std::unique_ptr<FrameSource>> OpenInput(std::unique_ptr<Input> input,
                                               const OpenOptions& options) {
  const std::int64_t max_pixels =
      std::min(options.max_pixels, std::int64_t{kMaxFrameSide} * kMaxFrameSide) + kEdgePixels;
  auto opened = Demuxer::Open(std::move(input), max_pixels);
  if (!opened) return tl::unexpected(opened.error());
  std::unique_ptr<Demuxer> demuxer = std::move(*opened);
  const std::string name = demuxer->Source().Name();

  const AVCodecParameters& parameters = *demuxer->Stream().codecpar;
  if (parameters.width > 0 && parameters.height > 0) {
    auto fits = CheckSize(name, parameters.width, parameters.height, options.max_pixels);
    if (!fits) return tl::unexpected(fits.error());
  }
  auto times = demuxer->LookAhead();
  if (!times) return tl::unexpected(times.error());

  auto decoder =
      Decoder::Open(*demuxer, {.threads = options.decode_threads, .max_pixels = max_pixels});
  if (!decoder) return tl::unexpected(decoder.error());
  ffmpeg::ForgetLog();
  auto first = (*decoder)->Next();
  if (!first) return tl::unexpected(first.error());
  if (!*first) {
    const std::string why = (*decoder)->Damaged() || demuxer->Truncated() || demuxer->Damaged()
                                ? "none of its pictures can be decoded"
                                : "it holds no picture";
    return Fail(
        ErrorCode::kNoFrames,
        fmt::format("{}: {}; check that a player shows it, and copy it again if not", name, why));
  }
  const TimingSurvey survey = ffmpeg::SurveyTiming(std::move(*times), demuxer->Stream().time_base);
  auto stored_fps = StoredFps(*demuxer, survey);
  if (!stored_fps) return tl::unexpected(stored_fps.error());
  const Orientation orientation = ffmpeg::FindOrientation(demuxer->Stream(), **first);
  VideoInfo info = Describe(*demuxer, survey, *stored_fps, orientation, options);
  auto source = std::make_unique<FfmpegSource>(std::move(demuxer), std::move(*decoder),
                                               std::move(*first), orientation, std::move(info));
  auto fits = CheckSize(name, source->Info().width, source->Info().height, options.max_pixels);
  if (!fits) return tl::unexpected(fits.error());
  return source;
}

}  // namespace

Result<std::unique_ptr<FrameSource>> OpenVideoFile(const std::filesystem::path& path,
                                                   const OpenOptions& options) {
  if (auto fine = CheckOptions(options); !fine) return tl::unexpected(fine.error());
  auto input = Input::FromFile(path);
  if (!input) return tl::unexpected(input.error());
  return OpenInput(std::move(*input), options);
}

Result<std::unique_ptr<FrameSource>> OpenVideoMemory(std::span<const std::byte> bytes,
                                                     std::string name, const OpenOptions& options) {
  if (auto fine = CheckOptions(options); !fine) return tl::unexpected(fine.error());
  auto input = Input::FromMemory(bytes, std::move(name));
  if (!input) return tl::unexpected(input.error());
  return OpenInput(std::move(*input), options);
}

}  // namespace plyo
