#pragma once

#include "plyo/pose/pose_estimator.h"

namespace plyo {

/// A point in px: of the picture or of a crop, pixel centres at +0.5.
struct Point2 {
  double x = 0;
  double y = 0;

  friend bool operator==(const Point2&, const Point2&) = default;
};

/// Maps a square crop of `crop_size` px a side to the picture: image = a * crop + b, a rotation
/// times a scale.
struct ImageFromCrop {
  double cos_scale = 1;  ///< scale times cosine of the rotation; scale is image px per crop px
  double sin_scale = 0;
  double bx = 0;
  double by = 0;

  Point2 operator()(Point2 crop) const {
    return {cos_scale * crop.x - sin_scale * crop.y + bx,
            sin_scale * crop.x + cos_scale * crop.y + by};
  }
};
ImageFromCrop MakeImageFromCrop(const RegionOfInterest& region, int crop_size);

/// The turned square around a person, from the middle of the hips and a point on the circle around
/// the whole body above the head: 1.25 times the circle, turned so that the second point is
/// straight up. As MediaPipe's pose graphs have it (Bazarevsky et al. 2020, BlazePose,
/// arXiv:2006.10204).
RegionOfInterest RegionAroundBody(Point2 hip_center, Point2 circle_point);

}  // namespace plyo
