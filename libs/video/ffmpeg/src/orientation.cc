#include "orientation.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

extern "C" {
#include <libavutil/display.h>
}

namespace plyo::ffmpeg {
namespace {

constexpr double kOddAngleDeg = 2;
// A tile of source rows and columns that stays in the first-level cache while it is transposed.
constexpr int kTile = 32;

std::optional<std::array<std::int32_t, 9>> CopyMatrix(const std::uint8_t* data, std::size_t size) {
  std::array<std::int32_t, 9> matrix{};
  if (data == nullptr || size < sizeof(matrix)) return std::nullopt;
  std::memcpy(matrix.data(), data, sizeof(matrix));
  return matrix;
}

void TransposePlane(const Orientation& orientation, const std::uint8_t* source,
                    std::ptrdiff_t source_stride, int width, int height, std::uint8_t* target,
                    std::ptrdiff_t target_stride) {
  for (int top = 0; top < height; top += kTile) {
    const int bottom = std::min(top + kTile, height);
    for (int left = 0; left < width; left += kTile) {
      const int right = std::min(left + kTile, width);
      for (int x = left; x < right; ++x) {
        std::uint8_t* row = target + target_stride * (orientation.mirror_y ? width - 1 - x : x);
        const std::uint8_t* from = source + x;
        if (orientation.mirror_x) {
          for (int y = top; y < bottom; ++y) row[height - 1 - y] = from[y * source_stride];
        } else {
          for (int y = top; y < bottom; ++y) row[y] = from[y * source_stride];
        }
      }
    }
  }
}

}  // namespace

Orientation OrientationFromMatrix(const std::array<std::int32_t, 9>& matrix) {
  const double a = matrix[0];
  const double b = matrix[1];
  const double c = matrix[3];
  const double d = matrix[4];
  Orientation orientation;
  if (a * d - b * c == 0) return orientation;

  orientation.mirrored = a * d - b * c < 0;
  const double turn = orientation.mirrored ? std::atan2(-b, -a) : std::atan2(b, a);
  const double degrees = turn * 180 / std::numbers::pi;
  const auto quarters = static_cast<int>(std::lround(degrees / 90));
  orientation.odd_angle = std::abs(degrees - 90.0 * quarters) > kOddAngleDeg;
  orientation.rotation_deg = (quarters + 4) % 4 * 90;

  switch (orientation.rotation_deg) {
    case 0:
      break;
    case 90:  // the stored left edge becomes the top edge
      orientation.transpose = true;
      orientation.mirror_x = true;
      break;
    case 180:
      orientation.mirror_x = true;
      orientation.mirror_y = true;
      break;
    default:
      orientation.transpose = true;
      orientation.mirror_y = true;
  }
  if (orientation.mirrored) {
    // Mirroring the stored picture left to right, seen behind the transposition, swaps top and
    // bottom.
    bool& axis = orientation.transpose ? orientation.mirror_y : orientation.mirror_x;
    axis = !axis;
  }
  return orientation;
}

Orientation FindOrientation(const AVStream& stream, const AVFrame& first_frame) {
  std::size_t size = 0;
  const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
  if (const auto matrix = CopyMatrix(data, size)) return OrientationFromMatrix(*matrix);
  const AVFrameSideData* side = av_frame_get_side_data(&first_frame, AV_FRAME_DATA_DISPLAYMATRIX);
  if (side == nullptr) return {};
  const auto matrix = CopyMatrix(side->data, side->size);
  return matrix ? OrientationFromMatrix(*matrix) : Orientation{};
}

void TurnPlane(const Orientation& orientation, const std::uint8_t* source,
               std::ptrdiff_t source_stride, int width, int height, std::uint8_t* target,
               std::ptrdiff_t target_stride) {
  if (orientation.transpose) {
    TransposePlane(orientation, source, source_stride, width, height, target, target_stride);
    return;
  }
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* from = source + y * source_stride;
    std::uint8_t* row = target + target_stride * (orientation.mirror_y ? height - 1 - y : y);
    if (orientation.mirror_x) {
      std::reverse_copy(from, from + width, row);
    } else {
      std::copy(from, from + width, row);
    }
  }
}

}  // namespace plyo::ffmpeg
