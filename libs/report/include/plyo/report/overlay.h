#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/report/key_frame.h"
#include "plyo/video/frame_source.h"
#include "plyo/video/video_writer.h"

namespace plyo {

/// What the annotated video shows. Everything is borrowed for the length of the call.
struct OverlayInput {
  const AnalysisResult& result;
  const Sport& sport;
  const PosesByTrack& poses;
  Sex sex = Sex::kUnknown;
  std::function<void(std::int64_t frames_done)> progress;
  const std::atomic<bool>* cancel = nullptr;  ///< set: ends with ErrorCode::kInterrupted
  bool blur_faces = false;  ///< the heads of all that have poses become coarse mosaics
};

/// Size of the annotated video in px, even. Its picture is as large as the clip's, but small clips
/// are enlarged until lettering can be read and large ones reduced to what phones and browsers
/// play. The timeline has a band of its own below the picture, for that is where the feet are.
struct OverlaySize {
  int width = 0;
  int height = 0;
  int picture_height = 0;  ///< of it, from the top

  friend bool operator==(const OverlaySize&, const OverlaySize&) = default;
};
OverlaySize ChooseOverlaySize(int video_width, int video_height);

/// Streams `source` (freshly opened, the same video that was analysed) and writes each picture with
/// the skeleton, the path of the centre of mass, the ground, the phase, the events and the figures
/// as they become known. `writer` takes pictures of ChooseOverlaySize and is not closed here. The
/// video keeps the file's own speed: slow motion stays slow. Errors: those of the source, the
/// converter and the writer; kInterrupted.
Result<void> WriteOverlay(FrameSource& source, const ToBgraFunction& to_bgra, VideoWriter& writer,
                          const OverlayInput& input);

}  // namespace plyo
