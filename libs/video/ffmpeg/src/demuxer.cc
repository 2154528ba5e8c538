#include "demuxer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "av_log.h"

namespace plyo::ffmpeg {
namespace {

// Raw streams are left out on purpose: they carry no times, and FFmpeg would make some up.
constexpr const char* kFormats =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mp3,aac,wav,flac,ogg";

constexpr std::size_t kMostAhead = 400;
constexpr double kLongestAheadSeconds = 3;
constexpr std::int64_t kMostBytesAhead = 32 << 20;
constexpr int kMostFailedReads = 1000;

constexpr std::int64_t kProbeBytes = 8 << 20;
constexpr std::int64_t kProbeMicroseconds = 2'000'000;

bool LooksLikeText(Input& input) {
  std::array<std::uint8_t, 512> head{};
  const int got = input.ReadAt(0, head.data(), static_cast<int>(head.size()));
  return got > 0 && std::all_of(head.begin(), head.begin() + got, [](std::uint8_t byte) {
           return byte == '\n' || byte == '\r' || byte == '\t' || byte >= ' ';
         });
}

Error CannotRead(Input& input, int averror) {
  const std::string& name = input.Name();
  if (input.Failure() < 0) {
    return {ErrorCode::kFileUnreadable,
            fmt::format("{}: reading failed ({}); check the disk and copy the file again", name,
                        Explain(input.Failure()))};
  }
  if (LooksLikeText(input)) {
    return {
        ErrorCode::kNotAVideo,
        fmt::format("{}: this is text, not a video; use an MP4, MOV, MKV, WebM or AVI file", name)};
  }
  return {ErrorCode::kNotAVideo,
          fmt::format("{}: not a video that Plyo can read ({}); use an MP4, MOV, MKV, WebM or AVI "
                      "file",
                      name, Explain(averror))};
}

Error LacksIndex(const Input& input) {
  return {ErrorCode::kNotAVideo,
          fmt::format("{}: the file is truncated: it ends before or within its index (the moov "
                      "box), without which no picture can be found; the recording or the copy was "
                      "cut off: copy it again from the camera",
                      input.Name())};
}

bool IsPicture(const AVStream& stream) {
  constexpr int kStill = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS;
  return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO && (stream.disposition & kStill) == 0;
}

std::string CodecName(AVCodecID id) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(id);
  if (descriptor == nullptr) return "an unknown or encrypted form";
  if (descriptor->long_name == nullptr) return descriptor->name;
  return fmt::format("{} ({})", descriptor->name, descriptor->long_name);
}

}  // namespace

Demuxer::Demuxer(std::unique_ptr<Input> input)
    : input_(std::move(input)), shape_(InspectContainer(*input_)), truncated_(shape_.cut_off) {}

Demuxer::~Demuxer() { avformat_close_input(&format_); }

Result<std::unique_ptr<Demuxer>> Demuxer::Open(std::unique_ptr<Input> input,
                                               std::int64_t max_pixels) {
  SilenceLog();
  ForgetLog();
  std::unique_ptr<Demuxer> demuxer(new Demuxer(std::move(input)));
  if (auto opened = demuxer->OpenFormat(); !opened) return tl::unexpected(opened.error());
  if (auto found = demuxer->FindStreams(max_pixels); !found) return tl::unexpected(found.error());
  if (auto chosen = demuxer->ChooseStream(); !chosen) return tl::unexpected(chosen.error());
  return demuxer;
}

Result<void> Demuxer::OpenFormat() {
  const bool lacks_index = shape_.index_missing && !shape_.fragmented;
  if (lacks_index && shape_.cut_off) return tl::unexpected(LacksIndex(*input_));
  format_ = avformat_alloc_context();
  if (format_ == nullptr) return Fail(ErrorCode::kInternal, "out of memory");
  format_->pb = input_->Context();
  format_->flags |= AVFMT_FLAG_CUSTOM_IO;
  format_->probesize = kProbeBytes;
  format_->max_analyze_duration = kProbeMicroseconds;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kFormats, 0);
  // The name helps FFmpeg to guess the format where the content leaves a doubt.
  const int opened = avformat_open_input(&format_, input_->FileName().c_str(), nullptr, &options);
  av_dict_free(&options);
  if (opened < 0 && lacks_index) return tl::unexpected(LacksIndex(*input_));
  if (opened < 0) return tl::unexpected(CannotRead(*input_, opened));
  return {};
}

Result<void> Demuxer::FindStreams(std::int64_t max_pixels) {
  // FFmpeg decodes the first pictures here; the limit must hold for them too.
  const unsigned count = format_->nb_streams;
  std::vector<AVDictionary*> options(count, nullptr);
  std::vector<std::pair<int, int>> stated;
  for (unsigned i = 0; i < count; ++i) {
    av_dict_set_int(&options[i], "max_pixels", max_pixels, 0);
    stated.emplace_back(format_->streams[i]->codecpar->width,
                        format_->streams[i]->codecpar->height);
  }
  const int analyzed = avformat_find_stream_info(format_, options.data());
  for (AVDictionary*& each : options) av_dict_free(&each);
  if (analyzed < 0) return tl::unexpected(CannotRead(*input_, analyzed));
  // Where its pictures are beyond the limit, nothing is left of the size that the file states.
  for (unsigned i = 0; i < count; ++i) {
    auto& parameters = *format_->streams[i]->codecpar;
    if (parameters.width > 0 || parameters.height > 0) continue;
    std::tie(parameters.width, parameters.height) = stated[i];
  }
  return {};
}

Result<void> Demuxer::ChooseStream() {
  const std::string& name = input_->Name();
  const int best = av_find_best_stream(format_, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  bool has_sound = false;
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    AVStream* stream = format_->streams[i];
    has_sound = has_sound || stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    if (IsPicture(*stream) && (stream_ == nullptr || static_cast<int>(i) == best)) stream_ = stream;
  }
  if (stream_ == nullptr) {
    return Fail(
        ErrorCode::kNoVideoStream,
        fmt::format("{}: holds {}, no moving picture; use the recording that has the picture", name,
                    has_sound ? "sound only" : "data only"));
  }
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    if (format_->streams[i] != stream_) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  if (stream_->time_base.num <= 0 || stream_->time_base.den <= 0) {
    return Fail(
        ErrorCode::kInvalidFrameRate,
        fmt::format(
            "{}: its clock has no unit of time; re-encode the clip with its true frame rate",
            name));
  }
  codec_ = avcodec_find_decoder(stream_->codecpar->codec_id);
  if (codec_ == nullptr) {
    return Fail(ErrorCode::kUnsupportedCodec,
                fmt::format("{}: its pictures are compressed as {}, which Plyo does not decode; "
                            "export it as H.264, "
                            "HEVC, VP8, VP9, AV1, MPEG-4, MJPEG or ProRes",
                            name, CodecName(stream_->codecpar->codec_id)));
  }
  return {};
}

Result<bool> Demuxer::ReadFromFile(AVPacket& packet) {
  int failed_reads = 0;
  while (!ended_) {
    const int read = av_read_frame(format_, &packet);
    if (read >= 0) {
      failed_reads = 0;
      const bool whole = (packet.flags & AV_PKT_FLAG_CORRUPT) == 0;
      if (packet.stream_index == stream_->index && whole) return true;
      // Half a packet is the end of a file that was cut off; elsewhere it is damage.
      if (packet.stream_index == stream_->index) {
        (avio_feof(format_->pb) != 0 ? truncated_ : damaged_) = true;
      }
      av_packet_unref(&packet);
      continue;
    }
    if (input_->Failure() < 0) return tl::unexpected(CannotRead(*input_, read));
    if (read != AVERROR_EOF) (avio_feof(format_->pb) != 0 ? truncated_ : damaged_) = true;
    // Most demuxers find the next sound packet by themselves after damage.
    ended_ = read == AVERROR_EOF || ++failed_reads > kMostFailedReads;
  }
  return false;
}

Result<bool> Demuxer::Read(AVPacket& packet) {
  if (ahead_.empty()) return ReadFromFile(packet);
  av_packet_move_ref(&packet, ahead_.front().get());
  ahead_.pop_front();
  return true;
}

Result<std::vector<std::int64_t>> Demuxer::LookAhead() {
  std::vector<std::int64_t> times;
  std::int64_t last_decoding_time = AV_NOPTS_VALUE;
  std::int64_t bytes = 0;
  double seconds = 0;
  while (ahead_.size() < kMostAhead && bytes < kMostBytesAhead && seconds < kLongestAheadSeconds) {
    PacketPtr packet(av_packet_alloc());
    if (!packet) return Fail(ErrorCode::kInternal, "out of memory");
    auto read = ReadFromFile(*packet);
    if (!read) return tl::unexpected(read.error());
    if (!*read) break;
    const std::int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    if (time != AV_NOPTS_VALUE && (packet->flags & AV_PKT_FLAG_DISCARD) == 0) times.push_back(time);
    has_presentation_times_ = has_presentation_times_ && packet->pts != AV_NOPTS_VALUE;
    if (packet->dts != AV_NOPTS_VALUE) last_decoding_time = packet->dts;
    if (times.size() > 1) {
      const auto [first, last] = std::minmax(times.front(), times.back());
      seconds =
          (static_cast<double>(last) - static_cast<double>(first)) * av_q2d(stream_->time_base);
    }
    bytes += packet->size;
    ahead_.push_back(std::move(packet));
  }
  // Pictures that are stored later may still be shown before the last of these.
  if (!ended_ && last_decoding_time != AV_NOPTS_VALUE) {
    std::erase_if(times, [&](std::int64_t time) { return time > last_decoding_time; });
  }
  return times;
}

std::int64_t Demuxer::FramesEstimate() const {
  if (shape_.kind == ContainerShape::Kind::kIsoMedia && !shape_.fragmented) {
    std::int64_t shown = 0;
    const int entries = avformat_index_get_entries_count(stream_);
    for (int i = 0; i < entries; ++i) {
      const AVIndexEntry* entry = avformat_index_get_entry(stream_, i);
      if (entry != nullptr && (entry->flags & AVINDEX_DISCARD_FRAME) == 0) ++shown;
    }
    return shown;
  }
  if (stream_->nb_frames > 0) return stream_->nb_frames;
  const double fps = stream_->avg_frame_rate.den > 0 ? av_q2d(stream_->avg_frame_rate) : 0;
  const double frames = DurationSeconds() * fps;
  return frames < static_cast<double>(std::numeric_limits<std::int32_t>::max())
             ? std::llround(frames)
             : 0;
}

double Demuxer::DurationSeconds() const {
  if (stream_->duration != AV_NOPTS_VALUE && stream_->duration > 0) {
    return static_cast<double>(stream_->duration) * av_q2d(stream_->time_base);
  }
  if (format_->duration != AV_NOPTS_VALUE && format_->duration > 0) {
    return static_cast<double>(format_->duration) / AV_TIME_BASE;
  }
  return 0;
}

}  // namespace plyo::ffmpeg
