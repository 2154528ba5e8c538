#include "plyo/kinematics/joint_angles.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "plyo/base/units.h"

namespace plyo {
namespace {

struct Chain {
  LandmarkId proximal, vertex, distal;
};

Chain ChainOf(Side side, Joint joint, bool by_heel) {
  const SideIds& ids = IdsOf(side);
  switch (joint) {
    case Joint::kHip:
      return {ids.shoulder, ids.hip, ids.knee};
    case Joint::kKnee:
      return {ids.hip, ids.knee, ids.ankle};
    case Joint::kAnkle:
      break;
  }
  return {ids.knee, ids.ankle, by_heel ? ids.heel : ids.toe};
}

double AngleBetween(const Eigen::Vector3d& a, const Eigen::Vector3d& b) {
  return std::atan2(a.cross(b).norm(), a.dot(b)) * kDegreesPerRadian;
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

double AngleInImage(const PoseFrame& pose, Side side, Joint joint, bool by_heel) {
  const Chain chain = ChainOf(side, joint, by_heel);
  const auto at = [&pose](LandmarkId id) {
    return Eigen::Vector3d(static_cast<double>(pose[id].x), static_cast<double>(pose[id].y), 0);
  };
  return AngleBetween(at(chain.proximal) - at(chain.vertex), at(chain.distal) - at(chain.vertex));
}

double AngleInWorld(const PoseFrame& pose, Side side, Joint joint) {
  const Chain chain = ChainOf(side, joint, false);
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
