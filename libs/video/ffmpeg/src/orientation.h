#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "av_ptr.h"

namespace plyo::ffmpeg {

/// How a stored picture is turned upright: first transposed, then mirrored.
struct Orientation {
  bool transpose = false;
  bool mirror_x = false;  ///< left and right change places
  bool mirror_y = false;  ///< top and bottom change places
  int rotation_deg = 0;  ///< the same as a clockwise turn: 0, 90, 180, 270; of the mirrored picture
                         ///< where `mirrored`
  bool mirrored = false;  ///< the metadata asks for a mirror image
  bool odd_angle =
      false;  ///< the metadata asks for something else than quarter turns; the nearest one is taken

  bool IsIdentity() const { return !transpose && !mirror_x && !mirror_y; }
};

/// From a display matrix as in ISO/IEC 14496-12, 8.3.2: x' = a x + c y, y' = b x + d y with m = (a
/// b u, c d v, ...).
Orientation OrientationFromMatrix(const std::array<std::int32_t, 9>& matrix);

/// The matrix that the container gives, or else the first picture itself.
Orientation FindOrientation(const AVStream& stream, const AVFrame& first_frame);

/// Writes the upright version of a plane of `width` x `height` stored samples.
void TurnPlane(const Orientation& orientation, const std::uint8_t* source,
               std::ptrdiff_t source_stride, int width, int height, std::uint8_t* target,
               std::ptrdiff_t target_stride);

}  // namespace plyo::ffmpeg
