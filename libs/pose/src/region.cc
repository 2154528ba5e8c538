#include "plyo/pose/region.h"

#include <cmath>

namespace plyo {
namespace {

constexpr double kMargin = 1.25;

}  // namespace

ImageFromCrop MakeImageFromCrop(const RegionOfInterest& region, int crop_size) {
  const double scale = region.size / crop_size;
  ImageFromCrop map;
  map.cos_scale = scale * std::cos(region.rotation);
  map.sin_scale = scale * std::sin(region.rotation);
  const double half = crop_size / 2.0;
  map.bx = region.cx - (map.cos_scale - map.sin_scale) * half;
  map.by = region.cy - (map.sin_scale + map.cos_scale) * half;
  return map;
}

RegionOfInterest RegionAroundBody(Point2 hip_center, Point2 circle_point) {
  const double dx = circle_point.x - hip_center.x;
  const double dy = circle_point.y - hip_center.y;
  RegionOfInterest region;
  region.cx = hip_center.x;
  region.cy = hip_center.y;
  region.size = 2 * std::hypot(dx, dy) * kMargin;
  // Straight up in the picture is no rotation; leaning to the right is positive.
  region.rotation = dx == 0 && dy == 0 ? 0.0 : std::atan2(dx, -dy);
  return region;
}

}  // namespace plyo
