#pragma once

#include <optional>

#include "plyo/kinematics/landmark.h"
#include "plyo/kinematics/result.h"

namespace plyo {

/// A point in image px (x right, y down).
struct Point2 {
  double x = 0;
  double y = 0;

  friend Point2 operator+(Point2 a, Point2 b) { return {a.x + b.x, a.y + b.y}; }
  friend Point2 operator-(Point2 a, Point2 b) { return {a.x - b.x, a.y - b.y}; }
  friend Point2 operator*(double k, Point2 a) { return {k * a.x, k * a.y}; }
  friend bool operator==(const Point2&, const Point2&) = default;
};

/// Whole-body centre of mass in the picture: masses and centres of 14 segments after de Leva (1996,
/// J. Biomech. 29, tables 1 and 4), by sex, the mean of both where it is not known. Head at the
/// middle of the ears, trunk from the middle of the shoulders to the middle of the hips.
Point2 CenterOfMassInImage(const PoseFrame& pose, Sex sex);

}  // namespace plyo
