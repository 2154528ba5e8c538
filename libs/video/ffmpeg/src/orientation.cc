#include "orientation.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <numbers>

extern "C" {
#include <libavutil/display.h>
}

namespace plyo::ffmpeg {
namespace {

constexpr double kOddAngleDeg = 2;
constexpr int kBlock = 8;

std::optional<std::array<std::int32_t, 9>> CopyMatrix(const std::uint8_t* data, std::size_t size) {
  std::array<std::int32_t, 9> matrix{};
  if (data == nullptr || size < sizeof(matrix)) return std::nullopt;
  std::memcpy(matrix.data(), data, sizeof(matrix));
  return matrix;
}

// Swaps, among eight rows of eight bytes, the blocks of `shift` bits above the diagonal with those
// below.
template <int kShift, std::uint64_t kMask, int kDistance>
void SwapBlocks(std::array<std::uint64_t, 8>& rows) {
  for (std::size_t i = 0; i < 8; ++i) {
    if ((i & kDistance) != 0) continue;
    std::uint64_t& upper = rows[i];
    std::uint64_t& lower = rows[i + kDistance];
    const std::uint64_t changed = ((upper >> kShift) ^ lower) & kMask;
    lower ^= changed;
    upper ^= changed << kShift;
  }
}

// Transposes 8x8 samples in registers (Warren, Hacker's Delight, 7-3, for bytes in place of bits).
void TransposeBlock(const std::uint8_t* source, std::ptrdiff_t source_stride, bool mirror_x,
                    std::uint8_t* target, std::ptrdiff_t target_stride) {
  static_assert(std::endian::native == std::endian::little);
  std::array<std::uint64_t, 8> rows{};
  for (std::size_t i = 0; i < 8; ++i) {
    std::memcpy(&rows[i], source + static_cast<std::ptrdiff_t>(i) * source_stride, 8);
  }
  SwapBlocks<32, 0x00000000FFFFFFFF, 4>(rows);
  SwapBlocks<16, 0x0000FFFF0000FFFF, 2>(rows);
  SwapBlocks<8, 0x00FF00FF00FF00FF, 1>(rows);
  for (std::size_t i = 0; i < 8; ++i) {
    const std::uint64_t row = mirror_x ? __builtin_bswap64(rows[i]) : rows[i];
    std::memcpy(target + static_cast<std::ptrdiff_t>(i) * target_stride, &row, 8);
  }
}

void TransposePlane(const Orientation& orientation, const std::uint8_t* source,
                    std::ptrdiff_t source_stride, int width, int height, std::uint8_t* target,
                    std::ptrdiff_t target_stride) {
  // Source column x becomes target row x, counted from below where the picture is mirrored.
  const std::ptrdiff_t step = orientation.mirror_y ? -target_stride : target_stride;
  std::uint8_t* first_row = target + (orientation.mirror_y ? (width - 1) * target_stride : 0);
  const auto copy_one_by_one = [&](int left, int right, int top, int bottom) {
    for (int x = left; x < right; ++x) {
      std::uint8_t* row = first_row + x * step;
      for (int y = top; y < bottom; ++y) {
        row[orientation.mirror_x ? height - 1 - y : y] = source[y * source_stride + x];
      }
    }
  };
  const int whole_width = width / kBlock * kBlock;
  const int whole_height = height / kBlock * kBlock;
  for (int y = 0; y < whole_height; y += kBlock) {
    const int column = orientation.mirror_x ? height - kBlock - y : y;
    for (int x = 0; x < whole_width; x += kBlock) {
      TransposeBlock(source + y * source_stride + x, source_stride, orientation.mirror_x,
                     first_row + x * step + column, step);
    }
  }
  copy_one_by_one(whole_width, width, 0, height);
  copy_one_by_one(0, whole_width, whole_height, height);
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
