#pragma once

#include <vector>

#include "canvas.h"
#include "plyo/kinematics/landmark.h"

namespace plyo::report {

/// From image px to px of a canvas that shows a part of it.
struct Viewport {
  double scale = 1;
  Point2 origin;  ///< image px at the canvas' top left corner

  Point2 operator()(Point2 p) const { return {(p.x - origin.x) * scale, (p.y - origin.y) * scale}; }
};

/// How much nearer to the camera the athlete's left side is than the right one: positive left, 0 in
/// a front view, in lengths of the trunk.
double LeftNearness(const PoseFrame& pose);

enum class NearSide : std::uint8_t { kLeft, kRight, kNeither };
/// Front views within this have no near side.
NearSide NearSideOf(double left_nearness);

Point2 PointOf(const PoseFrame& pose, LandmarkId id);
/// Middle of the shoulders to middle of the hips, image px.
double TrunkLength(const PoseFrame& pose);

/// Colours of the two sides.
inline constexpr Color kNearColor{0x35, 0xe6, 0xc4};
inline constexpr Color kFarColor{0xb0, 0x98, 0xff};

struct SkeletonStyle {
  double line_px = 4;  ///< of the limbs
  double alpha = 1;
  bool muted = false;  ///< grey, thin and without joints: somebody who does not matter
};

/// Limbs, trunk, head and feet. What the model was unsure of is faded.
void DrawSkeleton(Canvas* canvas, const PoseFrame& pose, const Viewport& view, NearSide near,
                  const SkeletonStyle& style);

/// A line width that suits the athlete's size on the canvas.
double LimbWidth(double trunk_px);

}  // namespace plyo::report
