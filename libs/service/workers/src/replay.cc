#include "plyo/service/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "clocks.h"
#include "landmark_payload.h"
#include "media_kind.h"
#include "plyo/service/media_header.h"
#include "plyo/service/recording.h"
#include "plyo/video_ffmpeg/stream_decoder.h"
#include "plyo/wire/live_json.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

tl::unexpected<Error> Wrong(const fs::path& file, const std::string& what) {
  return Fail(ErrorCode::kInvalidDocument, fmt::format("{}: {}", file.string(), what));
}

/// A media message of a recording, and its time since the session's first one.
struct Recorded {
  MediaMessage media;
  Timestamp t{0};
};

/// The messages that a session analyses: of several of one instant, the first.
class RecordedMedia {
 public:
  RecordedMedia(fs::path file, RecordingReader reader, std::optional<std::int64_t> begun_us)
      : file_(std::move(file)), reader_(std::move(reader)), begun_us_(begun_us) {}

  /// The next one, with whether it shows another instant than the one before; nullopt at the end.
  Result<std::optional<std::pair<Recorded, bool>>> Next() {
    auto message = reader_.Next();
    if (!message) return tl::unexpected(message.error());
    if (!*message) return std::nullopt;
    auto media = ParseMedia((*message)->bytes);
    if (!media) return Wrong(file_, media.error().message);
    if (!first_us_) first_us_ = FirstCapture(begun_us_, media->capture_us);
    const std::int64_t t = media->capture_us - *first_us_;
    if (t < last_us_) return Wrong(file_, "its times run backwards");
    const bool is_new = std::exchange(last_us_, t) != t;
    return std::pair(Recorded{std::move(*media), Timestamp{t}}, is_new);
  }

  const fs::path& file() const { return file_; }

 private:
  fs::path file_;
  RecordingReader reader_;
  std::optional<std::int64_t> begun_us_;
  std::optional<std::int64_t> first_us_;
  std::int64_t last_us_ = -1;
};

class RecordedPictures final : public FrameSource {
 public:
  RecordedPictures(RecordedMedia media, std::unique_ptr<StreamDecoder> decoder, VideoInfo info)
      : media_(std::move(media)), decoder_(std::move(decoder)), info_(std::move(info)) {}

  const VideoInfo& Info() const override { return info_; }

  Result<std::optional<Frame>> Next() override {
    for (;;) {
      auto next = media_.Next();
      if (!next) return tl::unexpected(next.error());
      if (!*next) return std::nullopt;
      const auto& [recorded, is_new] = **next;
      auto frame = decoder_->Decode(recorded.media.payload, recorded.media.sequence, recorded.t);
      if (!frame) {
        return Fail(frame.error().code, media_.file().string() + ": " + frame.error().message);
      }
      if (*frame && is_new) return frame;
    }
  }

  std::vector<std::string> Flags() const override {
    if (decoder_->Skipped() == 0) return {};
    return {std::string(source_flag::kDamagedFrames)};
  }

 private:
  RecordedMedia media_;
  std::unique_ptr<StreamDecoder> decoder_;
  VideoInfo info_;
};

Result<RecordedMedia> OpenMedia(const fs::path& file, std::optional<std::int64_t> begun_us) {
  auto reader = RecordingReader::Open(file);
  if (!reader) return tl::unexpected(reader.error());
  return RecordedMedia(file, std::move(*reader), begun_us);
}

}  // namespace

bool Replay::IsRecording(const fs::path& file) { return file.extension() == ".plyolive"; }

Result<Replay> Replay::Open(const fs::path& file, std::span<const Sport> sports) {
  const auto reader = RecordingReader::Open(file);
  if (!reader) return tl::unexpected(reader.error());
  const auto header = nlohmann::json::parse(reader->header_json(), nullptr, false);
  const auto hello = live::ReadHello(header.value("hello", nlohmann::json()).dump(), sports);
  if (!hello) return Wrong(file, "its hello: " + hello.error().message);
  Replay replay;
  replay.file_ = file;
  replay.sport_ = hello->sport;
  replay.athlete_ = hello->athlete;
  replay.kind_ = KindOf(hello->codec);
  if (replay.HasPictures()) replay.model_ = header.value("model", std::string());
  replay.width_ = hello->width;
  replay.height_ = hello->height;
  replay.fps_ = hello->fps;
  const auto begun = header.find("first_capture_us");
  if (begun != header.end() && begun->is_number_integer()) replay.begun_us_ = *begun;
  return replay;
}

Result<std::unique_ptr<FrameSource>> Replay::Pictures() const {
  if (!HasPictures()) {
    return Fail(ErrorCode::kUnsupportedCodec, file_.string() + ": a recording of landmarks");
  }
  auto media = OpenMedia(file_, begun_us_);
  if (!media) return tl::unexpected(media.error());
  const bool jpeg = kind_ == MediaKind::kJpeg;
  auto decoder = MakeStreamDecoder({.codec = jpeg ? StreamCodec::kJpeg : StreamCodec::kH264,
                                    .width = width_,
                                    .height = height_,
                                    .max_skipped = MostSkipped(fps_)});
  if (!decoder) return tl::unexpected(decoder.error());
  VideoInfo info;
  info.name = file_.filename().string();
  info.codec = jpeg ? "mjpeg" : "h264";
  info.width = width_;
  info.height = height_;
  info.stored_fps = fps_;
  info.capture_fps = fps_;
  return std::make_unique<RecordedPictures>(std::move(*media), std::move(*decoder),
                                            std::move(info));
}

Result<std::vector<PoseFrame>> Replay::Landmarks() const {
  if (HasPictures()) {
    return Fail(ErrorCode::kUnsupportedCodec, file_.string() + ": a recording of pictures");
  }
  auto media = OpenMedia(file_, begun_us_);
  if (!media) return tl::unexpected(media.error());
  std::vector<PoseFrame> poses;
  for (;;) {
    const auto next = media->Next();
    if (!next) return tl::unexpected(next.error());
    if (!*next) return poses;
    const auto& [recorded, is_new] = **next;
    if (!is_new) continue;
    auto people = ReadLandmarks(recorded.media, recorded.t);
    if (!people) return tl::unexpected(people.error());
    std::ranges::move(*people, std::back_inserter(poses));
  }
}

}  // namespace plyo::service
