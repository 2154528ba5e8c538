#include "testing/synthetic_jump.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "plyo/base/units.h"
#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/center_of_mass.h"

namespace plyo::testing {
namespace {

// Segment lengths in statures, after Winter (2009), rounded.
constexpr double kThigh = 0.245;
constexpr double kShank = 0.246;
constexpr double kLeg = 0.999 * (kThigh + kShank);
constexpr double kTrunk = 0.29;
constexpr double kAnkleHeight = 0.05;
constexpr double kHeelBack = -0.05;
constexpr double kHeelHeight = 0.015;
constexpr double kToeAhead = 0.13;
constexpr double kToeHeight = 0.012;
constexpr double kEyeToHeel = 0.924;

struct Point {
  double x = 0;
  double z = 0;
};

/// A posture on the ground by one number: 0 a deep squat, 1 legs straight, above 1 on the toes.
struct Posture {
  double stretch = 1;
};

struct Figure {
  Point heel, toe, ankle, knee, hip, shoulder, ear, eye, nose, elbow, wrist, hand;
};

Figure Build(Posture posture, double stature) {
  Figure f;
  const double bend = std::clamp(1 - posture.stretch, 0.0, 1.0);
  const double raise = std::max(0.0, posture.stretch - 1) * 60 / kDegreesPerRadian;
  f.toe = {kToeAhead, kToeHeight};
  const auto about_toe = [&](double x, double z) {
    const double dx = x - f.toe.x;
    const double dz = z - f.toe.z;
    return Point{f.toe.x + dx * std::cos(raise) + dz * std::sin(raise),
                 f.toe.z - dx * std::sin(raise) + dz * std::cos(raise)};
  };
  f.heel = about_toe(kHeelBack, kHeelHeight);
  f.ankle = about_toe(0, kAnkleHeight);
  const double reach = kLeg * (1 - 0.55 * bend);
  const double hip_back = 0.22 * bend;
  f.hip = {f.ankle.x - hip_back, f.ankle.z + std::sqrt(reach * reach - hip_back * hip_back)};
  // The knee lies ahead of the line from ankle to hip.
  const double along = (kShank * kShank - kThigh * kThigh + reach * reach) / (2 * reach);
  const double aside = std::sqrt(std::max(0.0, kShank * kShank - along * along));
  const Point up{(f.hip.x - f.ankle.x) / reach, (f.hip.z - f.ankle.z) / reach};
  f.knee = {f.ankle.x + along * up.x + aside * up.z, f.ankle.z + along * up.z - aside * up.x};
  const double lean = 0.06 + 0.8 * bend;
  const auto from = [](Point p, double length, double angle) {
    return Point{p.x + length * std::sin(angle), p.z + length * std::cos(angle)};
  };
  f.shoulder = from(f.hip, kTrunk, lean);
  const double standing_eye = kHeelHeight + kEyeToHeel;
  const double standing_shoulder = kAnkleHeight + kLeg + kTrunk * std::cos(0.06);
  f.eye = {f.shoulder.x + 0.05, f.shoulder.z + standing_eye - standing_shoulder};
  f.ear = {f.eye.x - 0.04, f.eye.z - 0.005};
  f.nose = {f.eye.x + 0.02, f.eye.z - 0.015};
  f.elbow = from(f.shoulder, 0.17, std::numbers::pi - 0.1);
  f.wrist = from(f.elbow, 0.15, std::numbers::pi - 0.3);
  f.hand = from(f.wrist, 0.06, std::numbers::pi - 0.3);
  for (Point* p : {&f.heel, &f.toe, &f.ankle, &f.knee, &f.hip, &f.shoulder, &f.ear, &f.eye, &f.nose,
                   &f.elbow, &f.wrist, &f.hand}) {
    *p = {p->x * stature, p->z * stature};
  }
  return f;
}

PoseFrame ToPose(const Figure& figure, double lift_m, const SyntheticJump& jump) {
  using enum LandmarkId;
  PoseFrame pose;
  pose.track = jump.track;
  pose.image_width = jump.image_width;
  pose.image_height = jump.image_height;
  pose.presence = 1;
  const double direction = jump.faces_left ? -1 : 1;
  const Side near = jump.faces_left ? Side::kLeft : Side::kRight;
  const auto put = [&](LandmarkId id, Point p, Side side) {
    const auto k = static_cast<std::size_t>(id);
    pose.image[k] = {static_cast<float>(jump.x_px + direction * p.x * jump.px_per_m),
                     static_cast<float>(jump.floor_y_px - (p.z + lift_m) * jump.px_per_m), 0,
                     side == near ? 0.98F : 0.7F};
    pose.world[k] = {static_cast<float>(direction * p.x), static_cast<float>(-p.z),
                     side == near ? -0.12F : 0.12F};
  };
  for (const Side side : {Side::kLeft, Side::kRight}) {
    const SideIds& ids = IdsOf(side);
    put(ids.heel, figure.heel, side);
    put(ids.toe, figure.toe, side);
    put(ids.ankle, figure.ankle, side);
    put(ids.knee, figure.knee, side);
    put(ids.hip, figure.hip, side);
    put(ids.shoulder, figure.shoulder, side);
    put(ids.ear, figure.ear, side);
    put(ids.eye, figure.eye, side);
    put(ids.elbow, figure.elbow, side);
    put(ids.wrist, figure.wrist, side);
    const bool left = side == Side::kLeft;
    put(left ? kLeftIndex : kRightIndex, figure.hand, side);
    put(left ? kLeftPinky : kRightPinky, figure.hand, side);
    put(left ? kLeftThumb : kRightThumb, figure.hand, side);
    put(left ? kLeftEyeInner : kRightEyeInner, figure.eye, side);
    put(left ? kLeftEyeOuter : kRightEyeOuter, figure.eye, side);
    put(left ? kMouthLeft : kMouthRight, figure.nose, side);
  }
  put(kNose, figure.nose, near);
  return pose;
}

double ComOnGround(Posture posture, const SyntheticJump& jump) {
  // By the analysis's own model of the body, at a scale at which float rounding does not matter.
  SyntheticJump fine = jump;
  fine.px_per_m = 1000;
  fine.floor_y_px = 0;
  const PoseFrame pose = ToPose(Build(posture, jump.stature_m), 0, fine);
  return -CenterOfMassInImage(pose, Sex::kUnknown).y / 1000;
}

Posture PostureFor(double com_m, const SyntheticJump& jump) {
  double low = 0;
  double high = 2;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (ComOnGround({middle}, jump) < com_m ? low : high) = middle;
  }
  return {(low + high) / 2};
}

constexpr double kTakeoffRise = 0.03;  // statures

/// Times of one repetition from its begin.
struct Plan {
  double onset, lowest, takeoff, apex, landing, landing_lowest, again, end;
  double com_standing, com_takeoff, com_landing, velocity, landing_velocity;
};

Plan MakePlan(const SyntheticJump& jump) {
  Plan p{};
  p.com_standing = ComOnGround({1.0}, jump);
  p.com_takeoff = p.com_standing + kTakeoffRise * jump.stature_m;
  p.com_landing = p.com_takeoff - jump.landing_drop_m;
  p.velocity = std::sqrt(2 * kGravity * jump.height_m);
  p.landing_velocity = std::sqrt(2 * kGravity * (jump.height_m + jump.landing_drop_m));
  p.onset = jump.standing_s;
  p.lowest = p.onset + jump.eccentric_s;
  p.takeoff = p.lowest + jump.concentric_s;
  p.apex = p.takeoff + p.velocity / kGravity;
  p.landing = p.apex + p.landing_velocity / kGravity;
  p.landing_lowest = p.landing + jump.absorption_s;
  p.again = p.landing_lowest + jump.recovery_s;
  p.end = p.again + jump.standing_s;
  return p;
}

double SmoothStep(double x) {
  x = std::clamp(x, 0.0, 1.0);
  return x * x * x * (10 - 15 * x + 6 * x * x);
}

/// Cubic from y0 with slope s0 to y1 with slope s1 over the unit of time `length`.
double Hermite(double x, double length, double y0, double s0, double y1, double s1) {
  const double u = x / length;
  return (1 + 2 * u) * (1 - u) * (1 - u) * y0 + u * (1 - u) * (1 - u) * length * s0 +
         u * u * (3 - 2 * u) * y1 + u * u * (u - 1) * length * s1;
}

PoseFrame PoseAt(double t, const Plan& p, const SyntheticJump& jump) {
  const double lowest_com = p.com_standing - jump.depth_m;
  if (t > p.takeoff && t < p.landing) {
    const double up = t - p.takeoff;
    const double com = p.com_takeoff + p.velocity * up - kGravity / 2 * up * up;
    const double part = up / (p.landing - p.takeoff);
    const double stretch = std::lerp(PostureFor(p.com_takeoff, jump).stretch,
                                     PostureFor(p.com_landing, jump).stretch, part);
    return ToPose(Build({stretch}, jump.stature_m), com - ComOnGround({stretch}, jump), jump);
  }
  double com = p.com_standing;
  if (t > p.onset && t <= p.lowest) {
    com -= jump.depth_m * SmoothStep((t - p.onset) / jump.eccentric_s);
  } else if (t > p.lowest && t <= p.takeoff) {
    com = Hermite(t - p.lowest, jump.concentric_s, lowest_com, 0, p.com_takeoff, p.velocity);
  } else if (t >= p.landing && t < p.landing_lowest) {
    com = Hermite(t - p.landing, jump.absorption_s, p.com_landing, -p.landing_velocity,
                  p.com_standing - 0.25, 0);
  } else if (t >= p.landing_lowest && t < p.again) {
    com -= 0.25 * (1 - SmoothStep((t - p.landing_lowest) / jump.recovery_s));
  }
  return ToPose(Build(PostureFor(com, jump), jump.stature_m), 0, jump);
}

}  // namespace

std::vector<PoseFrame> Render(const SyntheticJump& jump) {
  const Plan plan = MakePlan(jump);
  std::mt19937 random(jump.seed);
  std::normal_distribution<double> noise(0, jump.noise_px);
  std::vector<PoseFrame> frames;
  const double duration = plan.end * jump.repetitions;
  for (std::int64_t i = 0; static_cast<double>(i) / jump.fps < duration; ++i) {
    const double t = static_cast<double>(i) / jump.fps;
    PoseFrame pose = PoseAt(std::fmod(t, plan.end), plan, jump);
    pose.t = Timestamp::FromSeconds(jump.begin_s + t);
    pose.frame = i;
    if (jump.noise_px > 0) {
      for (ImageLandmark& landmark : pose.image) {
        landmark.x += static_cast<float>(noise(random));
        landmark.y += static_cast<float>(noise(random));
      }
    }
    frames.push_back(pose);
  }
  return frames;
}

std::vector<SyntheticTruth> TruthOf(const SyntheticJump& jump) {
  const Plan p = MakePlan(jump);
  std::vector<SyntheticTruth> all;
  for (int i = 0; i < jump.repetitions; ++i) {
    const double begin = jump.begin_s + i * p.end;
    all.push_back({.onset_s = begin + p.onset,
                   .lowest_s = begin + p.lowest,
                   .takeoff_s = begin + p.takeoff,
                   .apex_s = begin + p.apex,
                   .landing_s = begin + p.landing,
                   .flight_time_s = p.landing - p.takeoff,
                   .takeoff_velocity_m_s = p.velocity,
                   .com_rise_m = p.com_takeoff + jump.height_m - p.com_standing});
  }
  return all;
}

}  // namespace plyo::testing
