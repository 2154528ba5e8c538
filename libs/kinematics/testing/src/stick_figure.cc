#include "plyo/kinematics_testing/stick_figure.h"

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
constexpr double kStandingLean = 0.06;
// To each side of the middle.
constexpr double kHipHalf = 0.055;
constexpr double kFootHalf = 0.06;
constexpr double kShoulderHalf = 0.115;
constexpr double kHandHalf = 0.14;
constexpr double kEyeHalf = 0.018;
constexpr double kEarHalf = 0.042;

Point From(Point p, double length, double angle_from_up) {
  return {p.x + length * std::sin(angle_from_up), p.z + length * std::cos(angle_from_up)};
}

/// The knee lies ahead of the line from ankle to hip.
Point Knee(Point ankle, Point hip) {
  const double reach = std::min(std::hypot(hip.x - ankle.x, hip.z - ankle.z), kThigh + kShank);
  const double along = (kShank * kShank - kThigh * kThigh + reach * reach) / (2 * reach);
  const double aside = std::sqrt(std::max(0.0, kShank * kShank - along * along));
  const Point up{(hip.x - ankle.x) / reach, (hip.z - ankle.z) / reach};
  return {ankle.x + along * up.x + aside * up.z, ankle.z + along * up.z - aside * up.x};
}

/// Everything over the hips.
void BuildTrunk(Figure& f, double lean) {
  f.shoulder = From(f.hip, kTrunk, lean);
  constexpr double kStandingEye = kHeelHeight + kEyeToHeel;
  const double standing_shoulder = kAnkleHeight + kLeg + kTrunk * std::cos(kStandingLean);
  f.eye = {f.shoulder.x + 0.05, f.shoulder.z + kStandingEye - standing_shoulder};
  f.ear = {f.eye.x - 0.04, f.eye.z - 0.005};
  f.nose = {f.eye.x + 0.02, f.eye.z - 0.015};
  f.elbow = From(f.shoulder, 0.17, std::numbers::pi - 0.1);
  f.wrist = From(f.elbow, 0.15, std::numbers::pi - 0.3);
  f.hand = From(f.wrist, 0.06, std::numbers::pi - 0.3);
}

void Enlarge(Figure& f, double stature_m) {
  const auto enlarge = [stature_m](Point& p) { p = {p.x * stature_m, p.z * stature_m}; };
  for (Leg& leg : f.legs) {
    for (Point* p : {&leg.heel, &leg.toe, &leg.ankle, &leg.knee}) enlarge(*p);
  }
  for (Point* p : {&f.hip, &f.shoulder, &f.ear, &f.eye, &f.nose, &f.elbow, &f.wrist, &f.hand})
    enlarge(*p);
}

}  // namespace

Figure StandFigure(double stretch, double stature_m) {
  Figure f;
  const double bend = std::clamp(1 - stretch, 0.0, 1.0);
  const double raise = std::max(0.0, stretch - 1) * 60 / kDegreesPerRadian;
  Leg leg;
  leg.toe = {kToeAhead, kToeHeight};
  const auto about_toe = [&](double x, double z) {
    const double dx = x - leg.toe.x;
    const double dz = z - leg.toe.z;
    return Point{leg.toe.x + dx * std::cos(raise) + dz * std::sin(raise),
                 leg.toe.z - dx * std::sin(raise) + dz * std::cos(raise)};
  };
  leg.heel = about_toe(kHeelBack, kHeelHeight);
  leg.ankle = about_toe(0, kAnkleHeight);
  const double reach = kLeg * (1 - 0.55 * bend);
  const double hip_back = 0.22 * bend;
  f.hip = {leg.ankle.x - hip_back, leg.ankle.z + std::sqrt(reach * reach - hip_back * hip_back)};
  leg.knee = Knee(leg.ankle, f.hip);
  f.legs = {leg, leg};
  BuildTrunk(f, kStandingLean + 0.8 * bend);
  Enlarge(f, stature_m);
  return f;
}

Figure StepFigure(Point hip, const std::array<FootPlace, 2>& feet, double stature_m) {
  Figure f;
  f.hip = {hip.x / stature_m, hip.z / stature_m};
  for (std::size_t i = 0; i < feet.size(); ++i) {
    Leg& leg = f.legs[i];
    leg.ankle = {feet[i].ankle.x / stature_m, feet[i].ankle.z / stature_m};
    const double c = std::cos(feet[i].pitch_rad);
    const double s = std::sin(feet[i].pitch_rad);
    const auto about_ankle = [&](double dx, double dz) {
      return Point{leg.ankle.x + dx * c - dz * s, leg.ankle.z + dx * s + dz * c};
    };
    leg.heel = about_ankle(kHeelBack, kHeelHeight - kAnkleHeight);
    leg.toe = about_ankle(kToeAhead, kToeHeight - kAnkleHeight);
    leg.knee = Knee(leg.ankle, f.hip);
  }
  BuildTrunk(f, kStandingLean);
  Enlarge(f, stature_m);
  return f;
}

double StandingHipHeight(double stature_m) { return (kAnkleHeight + kLeg) * stature_m; }

PoseFrame Film(const Figure& figure, Point shift, const Filming& filming) {
  using enum LandmarkId;
  PoseFrame pose;
  pose.track = filming.track;
  pose.image_width = filming.image_width;
  pose.image_height = filming.image_height;
  pose.presence = 1;
  const double stature = figure.eye.z - figure.legs[0].heel.z;
  const double sine = std::sin(filming.azimuth_deg / kDegreesPerRadian);
  const double cosine = std::cos(filming.azimuth_deg / kDegreesPerRadian);
  const auto put = [&](LandmarkId id, Point p, double left_m) {
    const auto k = static_cast<std::size_t>(id);
    const double right = sine * p.x + cosine * left_m;  // in the picture
    const double away = sine * left_m - cosine * p.x;   // from the camera
    const bool hidden = std::abs(sine) > 0.5 && sine * left_m > 0;
    pose.image[k] = {static_cast<float>(filming.x_px + (right + sine * shift.x) * filming.px_per_m),
                     static_cast<float>(filming.floor_y_px - (p.z + shift.z) * filming.px_per_m),
                     static_cast<float>(away * filming.px_per_m), hidden ? 0.7F : 0.98F};
    pose.world[k] = {static_cast<float>(right), static_cast<float>(figure.hip.z - p.z),
                     static_cast<float>(away)};
  };
  for (const Side side : {Side::kLeft, Side::kRight}) {
    const SideIds& ids = IdsOf(side);
    const bool left = side == Side::kLeft;
    const double unit = left ? stature : -stature;
    const Leg& leg = figure.legs[left ? 0 : 1];
    put(ids.heel, leg.heel, kFootHalf * unit);
    put(ids.toe, leg.toe, kFootHalf * unit);
    put(ids.ankle, leg.ankle, kFootHalf * unit);
    put(ids.knee, leg.knee, kFootHalf * unit);
    put(ids.hip, figure.hip, kHipHalf * unit);
    put(ids.shoulder, figure.shoulder, kShoulderHalf * unit);
    put(ids.ear, figure.ear, kEarHalf * unit);
    put(ids.eye, figure.eye, kEyeHalf * unit);
    put(ids.elbow, figure.elbow, kHandHalf * unit);
    put(ids.wrist, figure.wrist, kHandHalf * unit);
    put(left ? kLeftIndex : kRightIndex, figure.hand, kHandHalf * unit);
    put(left ? kLeftPinky : kRightPinky, figure.hand, kHandHalf * unit);
    put(left ? kLeftThumb : kRightThumb, figure.hand, kHandHalf * unit);
    put(left ? kLeftEyeInner : kRightEyeInner, figure.eye, kEyeHalf * unit);
    put(left ? kLeftEyeOuter : kRightEyeOuter, figure.eye, kEyeHalf * unit);
    put(left ? kMouthLeft : kMouthRight, figure.nose, kEyeHalf * unit);
  }
  put(kNose, figure.nose, 0);
  return pose;
}

double ComHeight(double stretch, double stature_m) {
  // At a scale at which rounding to float does not matter.
  constexpr double kFine = 1000;
  const Filming fine{.px_per_m = kFine, .x_px = 0, .floor_y_px = 0};
  const PoseFrame pose = Film(StandFigure(stretch, stature_m), {}, fine);
  return -CenterOfMassInImage(pose, Sex::kUnknown).y / kFine;
}

double StretchFor(double com_m, double stature_m) {
  double low = 0;
  double high = 2;
  for (int i = 0; i < 32; ++i) {
    const double middle = (low + high) / 2;
    (ComHeight(middle, stature_m) < com_m ? low : high) = middle;
  }
  return (low + high) / 2;
}

void AddNoise(std::vector<PoseFrame>& frames, const Filming& filming) {
  if (filming.noise_px <= 0) return;
  std::mt19937 random(filming.seed);
  std::normal_distribution<double> noise(0, filming.noise_px);
  for (PoseFrame& frame : frames) {
    for (ImageLandmark& landmark : frame.image) {
      landmark.x += static_cast<float>(noise(random));
      landmark.y += static_cast<float>(noise(random));
    }
  }
}

}  // namespace plyo::testing
