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

/// Units in a row that may give no picture until a stream is given up: those of 5 s.
inline int MostSkipped(double fps) { return static_cast<int>(std::max(5 * fps, 50.0)); }

}  // namespace plyo::service
