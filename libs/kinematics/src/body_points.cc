#include "plyo/kinematics/body_points.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "plyo/kinematics/body_track.h"

namespace plyo {
namespace {

using Eigen::Vector3d;
using enum LandmarkId;

constexpr double kPxPerMetre = 400;
constexpr double kMargin_m = 0.4;
// The heel from the ankle, along the line to the tip of the toes and square to it, in lengths of
// that line: of the joint centres of a standing adult (Winter 2009).
constexpr double kHeelBehind = 0.13;
constexpr double kHeelBelow = 0.38;
// The head over the shoulders, in lengths of the trunk; ears and eyes on the way to its top, the
// eyes ahead of it (Winter 2009).
constexpr double kHeadOverTrunk = 0.63;
constexpr double kEarsUp = 0.65;
constexpr double kEyesAhead = 0.35;
// Knuckles beyond the wrist, in forearms.
constexpr double kHand = 0.35;

constexpr LandmarkId kNeeded[] = {kLeftShoulder,  kRightShoulder, kLeftElbow, kRightElbow,
                                  kLeftWrist,     kRightWrist,    kLeftHip,   kRightHip,
                                  kLeftKnee,      kRightKnee,     kLeftAnkle, kRightAnkle,
                                  kLeftFootIndex, kRightFootIndex};

bool IsWhole(const BodyPoints& frame) {
  return std::ranges::all_of(kNeeded, [&](LandmarkId id) { return frame[id].has_value(); });
}

Vector3d At(const BodyPoints& frame, LandmarkId id) {
  const Point3& p = *frame[id];
  return {p.x, p.y, p.z};
}

Vector3d Middle(const BodyPoints& frame, LandmarkId a, LandmarkId b) {
  return (At(frame, a) + At(frame, b)) / 2;
}

/// Unit vectors, of the points' axes.
struct Axes {
  Vector3d ahead, up, right;
};

Axes FindAxes(std::span<const BodyPoints> frames) {
  Vector3d height = Vector3d::Zero();
  for (const BodyPoints& frame : frames) {
    if (!IsWhole(frame)) continue;
    height += Middle(frame, kLeftShoulder, kRightShoulder) - Middle(frame, kLeftAnkle, kRightAnkle);
  }
  Eigen::Index axis = 0;
  height.cwiseAbs().maxCoeff(&axis);
  Axes axes;
  axes.up = Vector3d::Zero();
  axes.up(axis) = height(axis) < 0 ? -1 : 1;
  const auto level = [&axes](const Vector3d& v) -> Vector3d {
    return v - v.dot(axes.up) * axes.up;
  };
  Vector3d across = Vector3d::Zero();
  Vector3d toes = Vector3d::Zero();
  for (const BodyPoints& frame : frames) {
    if (!IsWhole(frame)) continue;
    across += level(At(frame, kRightHip) - At(frame, kLeftHip) + At(frame, kRightShoulder) -
                    At(frame, kLeftShoulder));
    for (const Side side : {Side::kLeft, Side::kRight})
      toes += level(At(frame, IdsOf(side).toe) - At(frame, IdsOf(side).ankle));
  }
  axes.right = across.normalized();
  axes.ahead = axes.up.cross(axes.right);
  if (axes.ahead.dot(toes) < 0) axes.ahead = -axes.ahead;  // left-handed axes
  return axes;
}

/// A body in the axes of the picture: x ahead, y up, z to the right, m.
using Body = std::array<Vector3d, kLandmarkCount>;

Body Turned(const BodyPoints& frame, const Axes& axes) {
  const auto turn = [&axes](const Point3& p) {
    const Vector3d v(p.x, p.y, p.z);
    return Vector3d(axes.ahead.dot(v), axes.up.dot(v), axes.right.dot(v));
  };
  Body body{};
  std::array<bool, kLandmarkCount> given{};
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    given[i] = frame.points[i].has_value();
    if (given[i]) body[i] = turn(*frame.points[i]);
  }
  const auto at = [&body](LandmarkId id) -> Vector3d& {
    return body[static_cast<std::size_t>(id)];
  };
  const auto derive = [&](LandmarkId id, const Vector3d& point) {
    if (!given[static_cast<std::size_t>(id)]) at(id) = point;
  };
  // A quarter turn in the sagittal plane, from ahead to up.
  const auto turned = [](const Vector3d& v) { return Vector3d(-v.y(), v.x(), 0); };
  const Vector3d neck = (at(kLeftShoulder) + at(kRightShoulder)) / 2;
  const Vector3d hips = (at(kLeftHip) + at(kRightHip)) / 2;
  const Vector3d head = frame.head_top ? Vector3d(turn(*frame.head_top) - neck)
                                       : Vector3d(kHeadOverTrunk * (neck - hips));
  const Vector3d ear = neck + kEarsUp * head;
  const Vector3d eye = ear - kEyesAhead * turned(head);
  for (const Side side : {Side::kLeft, Side::kRight}) {
    const SideIds& ids = IdsOf(side);
    const Vector3d foot = at(ids.toe) - at(ids.ankle);
    derive(ids.heel, at(ids.ankle) - kHeelBehind * foot - kHeelBelow * turned(foot));
    derive(ids.ear, ear);
    derive(ids.eye, eye);
  }
  const auto hand = [&](LandmarkId elbow, LandmarkId wrist) -> Vector3d {
    return at(wrist) + kHand * (at(wrist) - at(elbow));
  };
  for (const LandmarkId id : {kLeftPinky, kLeftIndex, kLeftThumb})
    derive(id, hand(kLeftElbow, kLeftWrist));
  for (const LandmarkId id : {kRightPinky, kRightIndex, kRightThumb})
    derive(id, hand(kRightElbow, kRightWrist));
  derive(kNose, (at(kLeftEye) + at(kRightEye)) / 2);
  for (const LandmarkId id : {kLeftEyeInner, kLeftEyeOuter}) derive(id, at(kLeftEye));
  for (const LandmarkId id : {kRightEyeInner, kRightEyeOuter}) derive(id, at(kRightEye));
  for (const LandmarkId id : {kMouthLeft, kMouthRight}) derive(id, at(kNose));
  return body;
}

/// "LBigToe", "left big toe" and "skeleton:Left_BigToe" become "leftbigtoe".
std::string Normalized(std::string_view name) {
  if (const auto colon = name.rfind(':'); colon != std::string_view::npos)
    name.remove_prefix(colon + 1);
  std::string text;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') text.push_back(static_cast<char>(c - 'A' + 'a'));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) text.push_back(c);
  }
  return text;
}

}  // namespace

std::span<const LandmarkId> NeededLandmarks() { return kNeeded; }

std::optional<MarkerRole> RoleOfMarker(std::string_view name) {
  const std::string wanted = Normalized(name);
  if (wanted == "head") return MarkerRole{.landmark = {}, .head_top = true};
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    const auto id = static_cast<LandmarkId>(i);
    std::string own = Normalized(LandmarkName(id));
    const auto is = [&](const std::string& word) {
      return wanted == word ||
             // "lhip" for "lefthip"
             (word.starts_with("left") && wanted == "l" + word.substr(4)) ||
             (word.starts_with("right") && wanted == "r" + word.substr(5));
    };
    if (is(own)) return MarkerRole{.landmark = id, .head_top = false};
    if (!own.ends_with("footindex")) continue;
    own.resize(own.size() - std::string_view("footindex").size());
    if (is(own + "bigtoe")) return MarkerRole{.landmark = id, .head_top = false};
  }
  return std::nullopt;
}

SideView FilmFromTheSide(std::span<const BodyPoints> frames) {
  SideView view{.poses = {}, .m_per_px = 1 / kPxPerMetre};
  const Axes axes = FindAxes(frames);
  std::vector<Body> bodies;
  Vector3d low = Vector3d::Constant(1e300);
  Vector3d high = -low;
  for (const BodyPoints& frame : frames) {
    if (!IsWhole(frame)) continue;
    bodies.push_back(Turned(frame, axes));
    for (const Vector3d& p : bodies.back()) {
      low = low.cwiseMin(p);
      high = high.cwiseMax(p);
    }
    PoseFrame pose;
    pose.t = Timestamp::FromSeconds(frame.t_s);
    pose.frame = frame.frame;
    pose.track = 1;
    pose.presence = 1;
    view.poses.push_back(pose);
  }
  const auto size = [&](Eigen::Index axis) {
    return static_cast<int>(std::ceil((high(axis) - low(axis) + 2 * kMargin_m) * kPxPerMetre));
  };
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    PoseFrame& pose = view.poses[i];
    const Body& body = bodies[i];
    pose.image_width = size(0);
    pose.image_height = size(1);
    const Vector3d hips =
        (body[static_cast<std::size_t>(kLeftHip)] + body[static_cast<std::size_t>(kRightHip)]) / 2;
    for (std::size_t k = 0; k < kLandmarkCount; ++k) {
      const Vector3d from_hips = body[k] - hips;
      pose.image[k] = {.x = static_cast<float>((body[k].x() - low.x() + kMargin_m) * kPxPerMetre),
                       .y = static_cast<float>((high.y() - body[k].y() + kMargin_m) * kPxPerMetre),
                       .z = static_cast<float>(-from_hips.z() * kPxPerMetre),
                       .visibility = 1};
      pose.world[k] = {.x = static_cast<float>(from_hips.x()),
                       .y = static_cast<float>(-from_hips.y()),
                       .z = static_cast<float>(-from_hips.z())};
    }
  }
  return view;
}

}  // namespace plyo
