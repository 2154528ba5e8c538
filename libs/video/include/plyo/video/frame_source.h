#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/video/frame.h"

namespace plyo {

/// What a source may find odd about a recording: FrameSource::Flags().
namespace source_flag {
inline constexpr std::string_view kTruncated =
    "truncated";  ///< the file ends before its content does
inline constexpr std::string_view kDamagedFrames =
    "damaged_frames";  ///< pictures that did not decode were left out
/// Times were missing, equal or ran backwards, and were filled in from those around them.
inline constexpr std::string_view kRepairedTimestamps = "repaired_timestamps";
/// The size changed midway; later pictures were scaled to the first one's.
inline constexpr std::string_view kPictureSizeChanged = "picture_size_changed";
/// The metadata asks for a turn that is no quarter turn; the nearest one was taken.
inline constexpr std::string_view kOddRotation = "odd_rotation";
inline constexpr std::string_view kInterlaced =
    "interlaced";  ///< each picture shows two instants, in alternate rows
}  // namespace source_flag

/// What a source says of itself before the first frame. Sizes are of the upright displayed picture.
struct VideoInfo {
  std::string name;   ///< file name without folders
  std::string codec;  ///< h264, hevc, vp9, av1, mjpeg, prores, ...
  int width = 0;
  int height = 0;
  int rotation_deg =
      0;  ///< clockwise turn that the metadata asked for, after `mirrored`; already applied
  bool mirrored =
      false;  ///< left and right change places, as the metadata asked for; already applied
  double stored_fps = 0;   ///< average rate by the file's clock
  double capture_fps = 0;  ///< as given by the user, else stored_fps
  double time_scale = 1;   ///< capture time = file time / time_scale (8 for 240 fps stored as 30)
  bool variable_frame_rate =
      false;  ///< the first seconds show steps that differ by more than a tenth
  std::int64_t frames_estimate = 0;  ///< by the container; 0 where it does not say
  double duration_s = 0;             ///< capture time; 0 where the container does not say
};

/// Pictures in presentation order, one at a time. Not thread safe; may be used from another thread
/// than the one that made it.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual const VideoInfo& Info() const = 0;
  /// The next picture; nullopt at the end. A damaged stretch is skipped and noted in Flags().
  virtual Result<std::optional<Frame>> Next() = 0;
  /// What was odd so far: ids of source_flag, each once.
  virtual std::vector<std::string> Flags() const = 0;
};

}  // namespace plyo
