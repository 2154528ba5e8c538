#pragma once

#include <algorithm>

#include "plyo/service/live_backend.h"
#include "plyo/wire/live_json.h"

namespace plyo::service {

/// What carries the media that a `hello` named.
inline MediaKind KindOf(live::Codec codec) {
  switch (codec) {
    case live::Codec::kJpeg:
      return MediaKind::kJpeg;
    case live::Codec::kLandmarks:
      return MediaKind::kLandmarks;
    case live::Codec::kH264:
      break;
  }
  return MediaKind::kH264;
}

/// What of a stream goes on where some of it has to be left out: of H.264 nothing that refers to
/// what was, up to the next key picture.
class StreamGaps {
 public:
  /// `room`: for this one.
  bool Passes(const MediaMessage& media, bool room) {
    const bool refers = media.kind == MediaKind::kH264 && !media.key;
    open_ = !room || (open_ && refers);
    return !open_;
  }

 private:
  bool open_ = false;
};

/// Units in a row that may give no picture until a stream is given up: those of 5 s.
inline int MostSkipped(double fps) { return static_cast<int>(std::max(5 * fps, 50.0)); }

}  // namespace plyo::service
