#include "plyo/kinematics/motion.h"

#include <algorithm>
#include <limits>

#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/center_of_mass.h"
#include "plyo/kinematics/signal.h"

namespace plyo {
namespace {

constexpr double kGroundShare = 0.7;  // as the detector of jumps takes it
constexpr double kHidden = 0.3;

double LowerFootY(const PoseFrame& pose) {
  using enum LandmarkId;
  return static_cast<double>(std::max(
      {pose[kLeftHeel].y, pose[kLeftFootIndex].y, pose[kRightHeel].y, pose[kRightFootIndex].y}));
}

double HipsX(const PoseFrame& pose) {
  using enum LandmarkId;
  return static_cast<double>(pose[kLeftHip].x + pose[kRightHip].x) / 2;
}

bool ToeHidden(std::span<const PoseFrame> poses, Side side) {
  double seen = 0;
  for (const PoseFrame& pose : poses) seen += static_cast<double>(pose[IdsOf(side).toe].visibility);
  return seen < kHidden * static_cast<double>(poses.size());
}

}  // namespace

double Motion::Rate() const {
  if (frames.size() < 2) return 0;
  const double steps = static_cast<double>(frames.back().frame - frames.front().frame);
  const double shown = frames.back().t_s - frames.front().t_s;
  return shown > 0 ? steps / shown : 0;
}

Motion DescribeMotion(std::span<const PoseFrame> poses, Sex sex, std::optional<double> m_per_px) {
  Motion motion;
  motion.has_lengths = m_per_px.has_value();
  if (poses.empty()) return motion;
  const View view = EstimateView(poses);
  const double scale = m_per_px.value_or(std::numeric_limits<double>::quiet_NaN());
  std::vector<double> feet;
  feet.reserve(poses.size());
  for (const PoseFrame& pose : poses) feet.push_back(LowerFootY(pose));
  const double floor_y = Quantile(std::move(feet), kGroundShare);
  const double origin_x = HipsX(poses.front());
  const auto at = [&](double x, double y, double z) {
    return Point3{view.facing * (x - origin_x) * scale, (floor_y - y) * scale,
                  -view.facing * z * scale};
  };
  const bool toe_hidden[] = {ToeHidden(poses, Side::kLeft), ToeHidden(poses, Side::kRight)};
  motion.frames.reserve(poses.size());
  for (const PoseFrame& pose : poses) {
    MotionFrame frame;
    frame.t_s = pose.t.Seconds();
    frame.frame = pose.frame;
    for (std::size_t i = 0; i < kLandmarkCount; ++i) {
      const ImageLandmark& p = pose.image[i];
      frame.points_m[i] =
          at(static_cast<double>(p.x), static_cast<double>(p.y), static_cast<double>(p.z));
    }
    const Point2 com = CenterOfMassInImage(pose, sex);
    frame.com_m = at(com.x, com.y, 0);
    for (const Side side : {Side::kLeft, Side::kRight}) {
      for (const Joint joint : {Joint::kHip, Joint::kKnee, Joint::kAnkle}) {
        const bool hidden = joint == Joint::kAnkle && toe_hidden[static_cast<std::size_t>(side)];
        frame.angles_deg[static_cast<std::size_t>(side)][static_cast<std::size_t>(joint)] =
            !view.IsSide() ? AngleInWorld(pose, side, joint)
            : hidden       ? std::numeric_limits<double>::quiet_NaN()
                           : AngleInImage(pose, side, joint);
      }
    }
    frame.trunk_lean_deg = TrunkLean(pose, view.facing);
    motion.frames.push_back(frame);
  }
  return motion;
}

std::optional<double> MetresPerPixel(const AthleteResult& athlete) {
  std::vector<double> scales;
  for (const auto* parts : {&athlete.reps, &athlete.steps}) {
    for (const Rep& part : *parts) {
      if (part.scale.m_per_px) scales.push_back(*part.scale.m_per_px);
    }
  }
  if (scales.empty()) return std::nullopt;
  return Median(std::move(scales));
}

}  // namespace plyo
