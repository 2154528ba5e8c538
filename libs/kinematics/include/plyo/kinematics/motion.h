#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "plyo/kinematics/joint_angles.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/kinematics/result.h"

namespace plyo {

/// A point in space, m; which axes, is said where it stands.
struct Point3 {
  double x = 0;
  double y = 0;
  double z = 0;

  friend bool operator==(const Point3&, const Point3&) = default;
};

/// One athlete in one frame, in the units that other programs take. Points in OpenSim's ground
/// frame: x the way the athlete faces, y up, z to his right.
struct MotionFrame {
  double t_s = 0;
  std::int64_t frame = 0;
  std::array<Point3, kLandmarkCount> points_m{};
  Point3 com_m;
  /// By Side and Joint, straight = 180; NaN of an ankle whose toe is not seen.
  std::array<std::array<double, 3>, 2> angles_deg{};
  double trunk_lean_deg = 0;  ///< forward positive

  double Angle(Side side, Joint joint) const {
    return angles_deg[static_cast<std::size_t>(side)][static_cast<std::size_t>(joint)];
  }
  const Point3& operator[](LandmarkId id) const { return points_m[static_cast<std::size_t>(id)]; }
};

/// An athlete frame by frame, as it was seen: nothing is smoothed, filled in or corrected.
struct Motion {
  std::vector<MotionFrame> frames;
  bool has_lengths = false;  ///< false: there was no scale, and every length is NaN

  /// Frames a second, by the frames' numbers and times; 0 with fewer than two.
  double Rate() const;
};

/// x and y are the picture's plane by the scale, z the model's depth in the same. Of a side view
/// that is the sagittal plane; of another one it is the picture's all the same. Origin: x between
/// the hips in the first frame, y the floor (where the lower foot is in seven frames of ten), z
/// between the hips in every frame. Angles as the metrics have them, of the picture in a side view,
/// else between the world landmarks, without the standing offset removed.
Motion DescribeMotion(std::span<const PoseFrame> poses, Sex sex, std::optional<double> m_per_px);

/// Of the repetitions or steps the middle one; nullopt where none has a scale.
std::optional<double> MetresPerPixel(const AthleteResult& athlete);

}  // namespace plyo
