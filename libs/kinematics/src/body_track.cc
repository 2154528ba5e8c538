#include "plyo/kinematics/body_track.h"

#include <algorithm>
#include <cmath>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

// A frame or two of a fast camera are none: one at 20 frames/s sees no more.
constexpr double kShortestGap_s = 0.055;

}  // namespace

const SideIds& IdsOf(Side side) {
  using enum LandmarkId;
  static constexpr SideIds kLeftIds = {kLeftEye,   kLeftEar,      kLeftShoulder, kLeftElbow,
                                       kLeftWrist, kLeftHip,      kLeftKnee,     kLeftAnkle,
                                       kLeftHeel,  kLeftFootIndex};
  static constexpr SideIds kRightIds = {kRightEye,   kRightEar,      kRightShoulder, kRightElbow,
                                        kRightWrist, kRightHip,      kRightKnee,     kRightAnkle,
                                        kRightHeel,  kRightFootIndex};
  return side == Side::kLeft ? kLeftIds : kRightIds;
}

BodyTrack::BodyTrack(std::vector<PoseFrame> frames, Sex sex, const PoseModelErrors& errors)
    : frames_(std::move(frames)), errors_(errors) {
  for (const PoseFrame& frame : frames_) {
    const Point2 com = CenterOfMassInImage(frame, sex);
    com_height_.Push(frame.t.Seconds(), -com.y);
    com_x_.Push(frame.t.Seconds(), com.x);
  }
  period_s_ = SamplePeriod(com_height_.t_s);
}

Signal BodyTrack::Height(LandmarkId id) const {
  Signal signal;
  for (const PoseFrame& frame : frames_)
    signal.Push(frame.t.Seconds(), -static_cast<double>(frame[id].y));
  return signal;
}

Signal BodyTrack::X(LandmarkId id) const {
  Signal signal;
  for (const PoseFrame& frame : frames_)
    signal.Push(frame.t.Seconds(), static_cast<double>(frame[id].x));
  return signal;
}

double BodyTrack::Visibility(LandmarkId id) const {
  double sum = 0;
  for (const PoseFrame& frame : frames_) sum += static_cast<double>(frame[id].visibility);
  return frames_.empty() ? 0 : sum / static_cast<double>(frames_.size());
}

double BodyTrack::FrameAt(double t) const {
  if (frames_.empty()) return 0;
  const auto& ts = com_height_.t_s;
  if (ts.size() < 2) return static_cast<double>(frames_.front().frame);
  const auto found = std::ranges::lower_bound(ts, t) - ts.begin();
  const auto right =
      static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(found, 1, std::ssize(ts) - 1));
  const double part = (t - ts[right - 1]) / (ts[right] - ts[right - 1]);
  return std::lerp(static_cast<double>(frames_[right - 1].frame),
                   static_cast<double>(frames_[right].frame), part);
}

double StatureInPicture(std::span<const PoseFrame> frames) {
  using enum LandmarkId;
  constexpr double kBodyOfStature = 0.756;
  std::vector<double> lengths;
  for (const PoseFrame& frame : frames) {
    const auto at = [&frame](LandmarkId id) {
      return Point2{static_cast<double>(frame[id].x), static_cast<double>(frame[id].y)};
    };
    const auto middle = [&frame](LandmarkId a, LandmarkId b) {
      return Point2{static_cast<double>(frame[a].x + frame[b].x) / 2,
                    static_cast<double>(frame[a].y + frame[b].y) / 2};
    };
    const auto length = [](Point2 a, Point2 b) { return std::hypot(a.x - b.x, a.y - b.y); };
    double legs = 0;
    for (const Side side : {Side::kLeft, Side::kRight}) {
      const SideIds& ids = IdsOf(side);
      legs += length(at(ids.hip), at(ids.knee)) + length(at(ids.knee), at(ids.ankle));
    }
    lengths.push_back(length(middle(kLeftShoulder, kRightShoulder), middle(kLeftHip, kRightHip)) +
                      legs / 2);
  }
  return frames.empty() ? 0 : Median(std::move(lengths)) / kBodyOfStature;
}

bool LeavesPicture(const PoseFrame& frame, double stature_px) {
  using enum LandmarkId;
  constexpr double kEdge = 0.01;   // statures
  constexpr double kCrown = 0.06;  // top of the head over the ears
  const double margin = kEdge * stature_px;
  for (const LandmarkId id : {kNose, kLeftEar, kRightEar, kLeftShoulder, kRightShoulder, kLeftHip,
                              kRightHip, kLeftKnee, kRightKnee, kLeftAnkle, kRightAnkle, kLeftHeel,
                              kRightHeel, kLeftFootIndex, kRightFootIndex}) {
    const auto x = static_cast<double>(frame[id].x);
    const auto y = static_cast<double>(frame[id].y);
    // The head is cut off before its landmarks are, and the model then squeezes it into the
    // picture.
    const double top =
        id == kNose || id == kLeftEar || id == kRightEar ? kCrown * stature_px : margin;
    if (x < margin || y < top || x > frame.image_width - margin || y > frame.image_height - margin)
      return true;
  }
  return false;
}

void FlagCoarseness(const BodyTrack& body, double stature_px, std::vector<std::string>& flags) {
  constexpr double kLowFrameRate = 50;
  constexpr double kLowResolution_px = 200;
  if (1 / body.period_s() < kLowFrameRate - 0.1) AddOnce(flags, flag::kLowFrameRate);
  if (stature_px < kLowResolution_px) AddOnce(flags, flag::kLowResolution);
}

double BodyTrack::GapIn(double begin_s, double end_s) const {
  const double step = LongestStep(t_s(), begin_s, end_s);
  return step > std::max(longest_step_s(), kShortestGap_s) ? step : 0;
}

View EstimateView(std::span<const PoseFrame> frames) {
  using enum LandmarkId;
  std::vector<double> azimuth;
  std::vector<double> depth_of_left;  // of the left hip and shoulder against the right ones, away
                                      // from the camera positive
  std::vector<double> toe_ahead;
  double left_seen = 0;
  double right_seen = 0;
  for (const PoseFrame& frame : frames) {
    const auto across = [&frame](LandmarkId left, LandmarkId right) {
      const WorldLandmark& l = frame.World(left);
      const WorldLandmark& r = frame.World(right);
      return std::pair{static_cast<double>(l.x - r.x), static_cast<double>(l.z - r.z)};
    };
    const auto [hip_x, hip_z] = across(kLeftHip, kRightHip);
    const auto [shoulder_x, shoulder_z] = across(kLeftShoulder, kRightShoulder);
    const double x = hip_x + shoulder_x;
    const double z = hip_z + shoulder_z;
    azimuth.push_back(std::atan2(std::abs(z), std::abs(x)) * kDegreesPerRadian);
    depth_of_left.push_back(z);
    for (const Side side : {Side::kLeft, Side::kRight}) {
      const SideIds& ids = IdsOf(side);
      toe_ahead.push_back(static_cast<double>(frame[ids.toe].x - frame[ids.heel].x));
      double& seen = side == Side::kLeft ? left_seen : right_seen;
      seen += static_cast<double>(frame[ids.knee].visibility + frame[ids.ankle].visibility);
    }
  }
  View view;
  if (frames.empty()) return view;
  view.azimuth_deg = Median(std::move(azimuth));
  view.facing = Median(std::move(toe_ahead)) >= 0 ? 1 : -1;
  if (view.IsFront()) {
    view.near = left_seen >= right_seen ? Side::kLeft : Side::kRight;
  } else {
    view.near = Median(std::move(depth_of_left)) <= 0 ? Side::kLeft : Side::kRight;
  }
  return view;
}

}  // namespace plyo
