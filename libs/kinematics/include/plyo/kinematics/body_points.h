#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "plyo/kinematics/landmark.h"
#include "plyo/kinematics/motion.h"

namespace plyo {

/// Points of one body in space in one frame, m, by LandmarkId; nullopt where there is none. Any
/// axes of which one is upright.
struct BodyPoints {
  double t_s = 0;
  std::int64_t frame = 0;
  std::array<std::optional<Point3>, kLandmarkCount> points{};
  std::optional<Point3> head_top;

  std::optional<Point3>& operator[](LandmarkId id) { return points[static_cast<std::size_t>(id)]; }
  const std::optional<Point3>& operator[](LandmarkId id) const {
    return points[static_cast<std::size_t>(id)];
  }
};

/// Without one of these a frame is a gap: shoulders, elbows, wrists, hips, knees, ankles and toes.
std::span<const LandmarkId> NeededLandmarks();

/// What a point that another program names is: BlazePose ("left_foot_index"), COCO ("left_hip"),
/// OpenPose's BODY_25 and HALPE 26 as Pose2Sim and RTMPose write them ("LHip", "RBigToe", "Head").
/// Case, spaces, signs and what stands before a colon do not matter. nullopt: none that is used.
struct MarkerRole {
  std::optional<LandmarkId> landmark;
  bool head_top = false;
};
std::optional<MarkerRole> RoleOfMarker(std::string_view name);

/// What a camera far away at the athlete's right side sees, upright, facing to the right of the
/// picture, with the scale of that picture.
struct SideView {
  std::vector<PoseFrame> poses;
  double m_per_px = 0;
};

/// Up is the axis along which the shoulders are over the ankles; ahead is square to the line
/// through hips and shoulders, over all frames, the way the toes point. What is derived where it is
/// not given: the heel, fixed to ankle and toe (a shoe's shape); eyes and ears, from the shoulders
/// towards the top of the head, or along the trunk where that is not given either; the hand from
/// elbow and wrist. Frames that lack a needed landmark are left out. Visibility is 1.
SideView FilmFromTheSide(std::span<const BodyPoints> frames);

}  // namespace plyo
