#include "plyo/kinematics/center_of_mass.h"

namespace plyo {
namespace {

// de Leva (1996): mass as a fraction of the body, centre as a fraction of the segment from its
// proximal end. The trunk's centre is the one of his table for the ends that a pose has, the
// middles of the shoulder and of the hip joints (not the one from the seventh cervical vertebra);
// hands are taken at the knuckles' middle.
struct BodySegments {
  double head_mass, trunk_mass, trunk_centre;
  double upper_arm_mass, upper_arm_centre;
  double forearm_mass, forearm_centre;
  double hand_mass, hand_centre;
  double thigh_mass, thigh_centre;
  double shank_mass, shank_centre;
  double foot_mass, foot_centre;
};

constexpr BodySegments kFemale = {0.0668, 0.4257, 0.3782, 0.0255, 0.5754, 0.0138, 0.4559, 0.0056,
                                  0.7474, 0.1478, 0.3612, 0.0481, 0.4416, 0.0129, 0.4014};
constexpr BodySegments kMale = {0.0694, 0.4346, 0.4310, 0.0271, 0.5772, 0.0162, 0.4574, 0.0061,
                                0.7900, 0.1416, 0.4095, 0.0433, 0.4459, 0.0137, 0.4415};

constexpr BodySegments Mean(const BodySegments& a, const BodySegments& b) {
  return {(a.head_mass + b.head_mass) / 2,
          (a.trunk_mass + b.trunk_mass) / 2,
          (a.trunk_centre + b.trunk_centre) / 2,
          (a.upper_arm_mass + b.upper_arm_mass) / 2,
          (a.upper_arm_centre + b.upper_arm_centre) / 2,
          (a.forearm_mass + b.forearm_mass) / 2,
          (a.forearm_centre + b.forearm_centre) / 2,
          (a.hand_mass + b.hand_mass) / 2,
          (a.hand_centre + b.hand_centre) / 2,
          (a.thigh_mass + b.thigh_mass) / 2,
          (a.thigh_centre + b.thigh_centre) / 2,
          (a.shank_mass + b.shank_mass) / 2,
          (a.shank_centre + b.shank_centre) / 2,
          (a.foot_mass + b.foot_mass) / 2,
          (a.foot_centre + b.foot_centre) / 2};
}
constexpr BodySegments kAverage = Mean(kFemale, kMale);

const BodySegments& SegmentsOf(Sex sex) {
  switch (sex) {
    case Sex::kFemale:
      return kFemale;
    case Sex::kMale:
      return kMale;
    case Sex::kUnknown:
      break;
  }
  return kAverage;
}

}  // namespace

Point2 CenterOfMassInImage(const PoseFrame& pose, Sex sex) {
  using enum LandmarkId;
  const BodySegments& body = SegmentsOf(sex);
  const auto at = [&pose](LandmarkId id) { return Point2{pose[id].x, pose[id].y}; };
  const auto middle = [&at](LandmarkId a, LandmarkId b) { return 0.5 * (at(a) + at(b)); };
  const auto along = [](Point2 proximal, Point2 distal, double centre) {
    return proximal + centre * (distal - proximal);
  };

  Point2 sum{};
  double mass = 0;
  const auto add = [&sum, &mass](double m, Point2 p) {
    sum = sum + m * p;
    mass += m;
  };
  add(body.head_mass, middle(kLeftEar, kRightEar));
  add(body.trunk_mass,
      along(middle(kLeftShoulder, kRightShoulder), middle(kLeftHip, kRightHip), body.trunk_centre));
  struct Limbs {
    LandmarkId shoulder, elbow, wrist, index, pinky, hip, knee, ankle, heel, toe;
  };
  constexpr Limbs kSides[] = {{kLeftShoulder, kLeftElbow, kLeftWrist, kLeftIndex, kLeftPinky,
                               kLeftHip, kLeftKnee, kLeftAnkle, kLeftHeel, kLeftFootIndex},
                              {kRightShoulder, kRightElbow, kRightWrist, kRightIndex, kRightPinky,
                               kRightHip, kRightKnee, kRightAnkle, kRightHeel, kRightFootIndex}};
  for (const Limbs& side : kSides) {
    add(body.upper_arm_mass, along(at(side.shoulder), at(side.elbow), body.upper_arm_centre));
    add(body.forearm_mass, along(at(side.elbow), at(side.wrist), body.forearm_centre));
    add(body.hand_mass, along(at(side.wrist), middle(side.index, side.pinky), body.hand_centre));
    add(body.thigh_mass, along(at(side.hip), at(side.knee), body.thigh_centre));
    add(body.shank_mass, along(at(side.knee), at(side.ankle), body.shank_centre));
    add(body.foot_mass, along(at(side.heel), at(side.toe), body.foot_centre));
  }
  return (1 / mass) * sum;
}

}  // namespace plyo
