#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "av_ptr.h"
#include "container_shape.h"
#include "input.h"
#include "plyo/base/error.h"

namespace plyo::ffmpeg {

/// The compressed pictures of a clip's main video stream, in storage order. Not thread safe.
class Demuxer {
 public:
  /// `max_pixels` bounds what looking at the first pictures may allocate.
  /// Errors: kNotAVideo, kNoVideoStream, kUnsupportedCodec, kInvalidFrameRate, kFileUnreadable.
  static Result<std::unique_ptr<Demuxer>> Open(std::unique_ptr<Input> input,
                                               std::int64_t max_pixels);

  Demuxer(const Demuxer&) = delete;
  Demuxer& operator=(const Demuxer&) = delete;
  ~Demuxer();

  /// Reads the next packet into `packet`; false at the end. A damaged packet is left out.
  /// Errors: kFileUnreadable.
  Result<bool> Read(AVPacket& packet);

  /// Presentation times of the shown pictures at the start of the clip (some seconds of them, or
  /// all). Reads ahead; Read() still delivers everything.
  Result<std::vector<std::int64_t>> LookAhead();

  /// Whether the packets that LookAhead() saw tell when they are shown, not only when they are
  /// decoded.
  bool HasPresentationTimes() const { return has_presentation_times_; }

  const AVStream& Stream() const { return *stream_; }
  /// Width to height of a pixel; 0 where nothing says.
  AVRational SampleAspectRatio(AVFrame& frame) const {
    return av_guess_sample_aspect_ratio(format_, stream_, &frame);
  }
  const AVCodec& Codec() const { return *codec_; }
  const Input& Source() const { return *input_; }
  /// Pictures that a player shows, by the container; 0 where it does not say.
  std::int64_t FramesEstimate() const;
  /// By the file's clock; 0 where the container does not say.
  double DurationSeconds() const;
  bool Truncated() const { return truncated_; }
  bool Damaged() const { return damaged_; }

 private:
  explicit Demuxer(std::unique_ptr<Input> input);
  Result<void> OpenFormat();
  Result<void> FindStreams(std::int64_t max_pixels);
  Result<void> ChooseStream();
  Result<bool> ReadFromFile(AVPacket& packet);

  std::unique_ptr<Input> input_;
  ContainerShape shape_;
  AVFormatContext* format_ = nullptr;
  AVStream* stream_ = nullptr;
  const AVCodec* codec_ = nullptr;
  std::deque<PacketPtr> ahead_;
  bool has_presentation_times_ = true;
  bool ended_ = false;
  bool truncated_ = false;
  bool damaged_ = false;
};

}  // namespace plyo::ffmpeg
