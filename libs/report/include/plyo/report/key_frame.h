#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/video/frame_source.h"

namespace plyo {

/// Poses of every tracked person, each in time order.
using PosesByTrack = std::map<TrackId, std::vector<PoseFrame>>;

/// Fills `pixels` (bytes B, G, R, unused; rows `stride` bytes apart) with the picture, scaled to
/// width x height.
using ToBgraFunction = std::function<Result<void>(const Frame& frame, int width, int height,
                                                  std::uint8_t* pixels, std::ptrdiff_t stride)>;

/// The picture nearest to an event, cut out around the athlete, with the skeleton drawn on it.
struct KeyFrame {
  TrackId track = 0;
  int rep = 0;  ///< Rep::index
  std::string event_id;
  double event_s = 0;    ///< capture time of the event
  double picture_s = 0;  ///< capture time of the picture
  int width = 0;         ///< px
  int height = 0;
  std::vector<std::uint8_t> jpeg;
};

struct KeyFrameOptions {
  int height_px =
      600;  ///< of the pictures; the width follows the athlete, the same for all pictures of a rep
  int jpeg_quality = 86;
  int max_reps = 24;  ///< per athlete: further ones get no pictures, which bounds the report
  Sex sex = Sex::kUnknown;
  bool blur_faces = false;  ///< the heads of all that have poses become coarse mosaics
};

/// Streams `source` (freshly opened, the same video that was analysed) and keeps the pictures
/// nearest to the events that the sport calls key frames. Holds two frames of video at a time. All
/// pictures of a rep have one scale and one vertical position, so that they can be compared;
/// ordered by athlete, rep, time. A picture without a pose within half a frame has no skeleton; an
/// event after the last frame has no picture.
Result<std::vector<KeyFrame>> ExtractKeyFrames(FrameSource& source, const ToBgraFunction& to_bgra,
                                               const AnalysisResult& result, const Sport& sport,
                                               const PosesByTrack& poses,
                                               const KeyFrameOptions& options = {});

}  // namespace plyo
