#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/kinematics/sport.h"
#include "plyo/service/live_backend.h"
#include "plyo/video/frame_source.h"

namespace plyo::service {

/// A connection of a live session as `plyo serve --record` kept it, to be analysed anew. Reads its
/// file each time it is asked for the media. Thread safe.
class Replay {
 public:
  /// Whether a file is named as recordings are (`.plyolive`).
  static bool IsRecording(const std::filesystem::path& file);

  /// Borrows the sports. Errors: kFileNotFound, kFileUnreadable, kInvalidDocument, and those of the
  /// `hello` in it.
  static Result<Replay> Open(const std::filesystem::path& file, std::span<const Sport> sports);

  const Sport& sport() const { return *sport_; }  ///< of those given to Open()
  const AthleteOptions& athlete() const { return athlete_; }
  /// "lite", "full" or "heavy", which found the poses; empty where the client did.
  const std::string& model() const { return model_; }
  bool HasPictures() const { return kind_ != MediaKind::kLandmarks; }

  /// The pictures that the session decoded, with its times. Errors: as Open(), kUnsupportedCodec
  /// for a recording of landmarks.
  Result<std::unique_ptr<FrameSource>> Pictures() const;
  /// The poses that the client sent, in time order. Errors: as Open(), kInvalidLandmarks,
  /// kUnsupportedCodec for a recording of pictures.
  Result<std::vector<PoseFrame>> Landmarks() const;

 private:
  Replay() = default;

  std::filesystem::path file_;
  const Sport* sport_ = nullptr;
  AthleteOptions athlete_;
  std::string model_;
  MediaKind kind_ = MediaKind::kH264;
  int width_ = 0;  ///< px
  int height_ = 0;
  double fps_ = 0;
  std::optional<std::int64_t> begun_us_;  ///< of a session that was resumed
};

}  // namespace plyo::service
