#include "picture_part.h"

#include <algorithm>
#include <cmath>

namespace plyo {
namespace {

constexpr double kNearlySquare = 1.4;  // 4:3 too: its parts show little more
constexpr double kStep = 0.85;  ///< of the side: a person at a border is whole in the next part

Plane CutPlane(const Plane& plane, int x, int y, int width, int height) {
  return {plane.data + y * plane.stride + x, width, height, plane.stride};
}

}  // namespace

int PartCount(int width, int height) {
  const double ratio = static_cast<double>(std::max(width, height)) / std::min(width, height);
  if (ratio < kNearlySquare) return 0;
  return 1 + static_cast<int>(std::ceil((ratio - 1) / kStep));
}

PicturePart PartOf(int width, int height, int index) {
  const int side = std::min(width, height);
  const int free = std::max(width, height) - side;
  const int steps = PartCount(width, height) - 1;
  const int at = free * index / steps / 2 * 2;  // chroma samples are shared by two pixels
  return width > height ? PicturePart{at, 0, side} : PicturePart{0, at, side};
}

PicturePart PartAround(const RegionOfInterest& region, int width, int height) {
  const int whole = std::min(width, height);
  const int side =
      static_cast<int>(std::clamp(2 * region.size, std::min(64.0, whole + 0.0), whole + 0.0));
  const auto begin = [side](double center, int size) {
    const double at = std::clamp(center - side / 2.0, 0.0, static_cast<double>(size - side));
    return static_cast<int>(at) / 2 * 2;
  };
  return {begin(region.cx, width), begin(region.cy, height), side};
}

Frame Cut(const Frame& frame, const PicturePart& part) {
  Frame cut = frame;
  const int chroma_side = (part.side + 1) / 2;
  cut.width = part.side;
  cut.height = part.side;
  cut.y = CutPlane(frame.y, part.x, part.y, part.side, part.side);
  cut.u = CutPlane(frame.u, part.x / 2, part.y / 2, chroma_side, chroma_side);
  cut.v = CutPlane(frame.v, part.x / 2, part.y / 2, chroma_side, chroma_side);
  return cut;
}

}  // namespace plyo
