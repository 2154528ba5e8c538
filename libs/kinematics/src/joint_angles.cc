#include "plyo/kinematics/joint_angles.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "plyo/base/units.h"

namespace plyo {
namespace {

struct Chain {
  LandmarkId proximal, vertex, distal;
};

Chain ChainOf(Side side, Joint joint) {
  const SideIds& ids = IdsOf(side);
  switch (joint) {
    case Joint::kHip:
      return {ids.shoulder, ids.hip, ids.knee};
    case Joint::kKnee:
      return {ids.hip, ids.knee, ids.ankle};
    case Joint::kAnkle:
      break;
  }
  return {ids.knee, ids.ankle, ids.toe};
}

double AngleBetween(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return std::atan2(a.cross(b).norm(), a.dot(b)) * kDegreesPerRadian;
}

Eigen::Vector3d InImage(const PoseFrame& pose, LandmarkId id) {
  return {static_cast<double>(pose[id].x), static_cast<double>(pose[id].y), 0};
}

}  // namespace

std::string_view JointName(Joint joint) {
  switch (joint) {
    case Joint::kHip:
      return "hip";
    case Joint::kKnee:
      return "knee";
    case Joint::kAnkle:
      break;
  }
  return "ankle";
}

AngleBounds PhysiologicalBounds(Joint joint) {
  return joint == Joint::kAnkle ? AngleBounds{60, 165} : AngleBounds{40, 180};
}

double AngleInImage(const PoseFrame& pose, Side side, Joint joint) {
  const Chain chain = ChainOf(side, joint);
  const auto at = [&pose](LandmarkId id) { return InImage(pose, id); };
  return AngleBetween(at(chain.proximal) - at(chain.vertex), at(chain.distal) - at(chain.vertex));
}

double HeelTurnInImage(const PoseFrame& pose, Side side, int facing) {
  const SideIds& ids = IdsOf(side);
  const Eigen::Vector3d shank = InImage(pose, ids.knee) - InImage(pose, ids.ankle);
  const Eigen::Vector3d heel = InImage(pose, ids.heel) - InImage(pose, ids.ankle);
  // The picture's y goes down: forward is positive for who faces to the right.
  const double turn = std::atan2(facing * shank.cross(heel).z(), shank.dot(heel));
  return (turn < 0 ? turn + 2 * std::numbers::pi : turn) * kDegreesPerRadian;
}

double AngleInWorld(const PoseFrame& pose, Side side, Joint joint) {
  const Chain chain = ChainOf(side, joint);
  const auto at = [&pose](LandmarkId id) {
    const WorldLandmark& p = pose.World(id);
    return Eigen::Vector3d(static_cast<double>(p.x), static_cast<double>(p.y),
                           static_cast<double>(p.z));
  };
  return AngleBetween(at(chain.proximal) - at(chain.vertex), at(chain.distal) - at(chain.vertex));
}

double TrunkLean(const PoseFrame& pose, int facing) {
  using enum LandmarkId;
  const double dx = static_cast<double>(pose[kLeftShoulder].x + pose[kRightShoulder].x -
                                        pose[kLeftHip].x - pose[kRightHip].x);
  const double up = static_cast<double>(pose[kLeftHip].y + pose[kRightHip].y -
                                        pose[kLeftShoulder].y - pose[kRightShoulder].y);
  return std::atan2(facing * dx, up) * kDegreesPerRadian;
}

double StandingAngle(Joint joint) {
  // Between the joint centres that the landmarks mean: the knee of a relaxed stance is not locked,
  // the shoulder stands over the hip but the hip's centre lies before the line to the knee, the toe
  // points down from the malleoli by their height over it.
  switch (joint) {
    case Joint::kHip:
      return 168;
    case Joint::kKnee:
      return 173;
    case Joint::kAnkle:
      break;
  }
  return 104;
}

}  // namespace plyo
