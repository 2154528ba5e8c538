#include "plyo/kinematics_testing/synthetic_run.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "plyo/base/units.h"
#include "plyo/kinematics/center_of_mass.h"
#include "plyo/kinematics_testing/motion_path.h"

namespace plyo::testing {
namespace {

// Metres and seconds where not said otherwise.
constexpr double kAheadShare = 0.4;  // of the way in contact, the ankle is ahead of the hip
constexpr double kFlat_s = 0.06;     // until the whole shoe is on the ground
constexpr double kHeelRises = 0.45;  // share of the contact
constexpr double kToeOffPitch = -0.8;
constexpr double kToeOffRate = -7;
constexpr double kForwardAtContact = 1.0;  // m/s, of the shoe over the ground
constexpr double kDownAtContact = -1.3;
// m/s²: the foot is pulled along once it is free, and is slowed down before the next contact.
constexpr double kForwardAfterToeOff = 80;
constexpr double kUpAfterToeOff = 100;
constexpr double kSwingHeight = 0.35;
constexpr double kSwingPitch = -1.3;
constexpr double kHipDrop = 0.05;  // of the mean hip under standing

double StrideTime(const SyntheticRun& run) { return 120 / run.cadence; }

/// From the contact of that foot to the other's: all flights are alike.
double StepTime(const SyntheticRun& run, Side side) {
  return StrideTime(run) / 2 + (side == Side::kRight ? 0.5 : -0.5) * run.longer_right_s;
}

double ContactTime(const SyntheticRun& run, Side side) {
  return run.contact_s + (side == Side::kRight ? run.longer_right_s : 0);
}

/// The CoM over its height at contact, through one step that begins with a contact.
class Bounce {
 public:
  Bounce(double contact_s, double step_s) : contact_s_(contact_s), step_s_(step_s) {
    // Over a step the force carries the weight; the way back to the height of the contact is the
    // flight's.
    peak_ = std::numbers::pi / 2 * kGravity * step_s / contact_s;
    begin_velocity_ = -kGravity * (step_s - contact_s) / 2;
  }
  double At(double t) const {
    if (t < contact_s_) {
      const double w = std::numbers::pi / contact_s_;
      return begin_velocity_ * t + peak_ / w * (t - std::sin(w * t) / w) - kGravity / 2 * t * t;
    }
    const double flown = t - contact_s_;
    return -begin_velocity_ * flown - kGravity / 2 * flown * flown;
  }
  double Highest() const { return begin_velocity_ * begin_velocity_ / (2 * kGravity); }
  double Lowest() const { return At(contact_s_ / 2); }

 private:
  double contact_s_;
  double step_s_;
  double peak_ = 0;
  double begin_velocity_ = 0;
};

/// One foot, relative to the hips, from its contact to its next.
class FootPath {
 public:
  FootPath(const SyntheticRun& run, Side side) : run_(run), contact_s_(ContactTime(run, side)) {
    const Leg leg = StandFigure(1, run.stature_m).legs[0];
    flat_ = leg.ankle;
    heel_ = {leg.heel.x - leg.ankle.x, leg.heel.z - leg.ankle.z};
    toe_ = {leg.toe.x - leg.ankle.x, leg.toe.z - leg.ankle.z};
    const double strike = run.strike_deg / kDegreesPerRadian;
    strike_ = MotionPath({strike, 0, 0}, {0, 0, 0}, kFlat_s);
    const double rising_s = contact_s_ * (1 - kHeelRises);
    rise_ = MotionPath({0, 0, 0}, {kToeOffPitch, kToeOffRate, 0}, rising_s);
    const double swing_s = StrideTime(run) - contact_s_;
    const FootPlace off = Stance(contact_s_);
    const FootPlace before = Stance(contact_s_ - 1e-4);
    const FootPlace on = Stance(0);
    const auto rate = [](double now, double then) { return (now - then) / 1e-4; };
    x_ = MotionPath({off.ankle.x, rate(off.ankle.x, before.ankle.x), kForwardAfterToeOff},
                    {on.ankle.x, kForwardAtContact - run.speed_m_s, -kForwardAfterToeOff}, swing_s);
    const double half_s = swing_s / 2;
    const PathEnd high{kSwingHeight, 0, 0};
    z_up_ =
        MotionPath({off.ankle.z, rate(off.ankle.z, before.ankle.z), kUpAfterToeOff}, high, half_s);
    z_down_ = MotionPath(high, {on.ankle.z, kDownAtContact, 0}, half_s);
    const PathEnd swung{kSwingPitch, 0, 0};
    pitch_up_ = MotionPath({off.pitch_rad, kToeOffRate, 0}, swung, half_s);
    pitch_down_ = MotionPath(swung, {strike, 0, 0}, half_s);
    half_s_ = half_s;
  }

  FootPlace At(double t) const {
    if (t <= contact_s_) return Stance(t);
    const double swung = t - contact_s_;
    if (swung <= half_s_)
      return {{x_.At(swung).height, z_up_.At(swung).height}, pitch_up_.At(swung).height};
    const double down = std::min(swung - half_s_, half_s_);
    return {{x_.At(swung).height, z_down_.At(down).height}, pitch_down_.At(down).height};
  }

 private:
  FootPlace Stance(double t) const {
    double pitch = t < kFlat_s ? strike_.At(t).height : 0;
    const double rise_begin = kHeelRises * contact_s_;
    if (t > rise_begin) pitch += rise_.At(t - rise_begin).height;
    // About the heel while the toes are up, about the toe while they are down.
    const Point pivot = pitch > 0 ? heel_ : toe_;
    const double c = std::cos(pitch);
    const double s = std::sin(pitch);
    const Point turned{pivot.x * c - pivot.z * s, pivot.x * s + pivot.z * c};
    const double on_ground = kAheadShare * run_.speed_m_s * contact_s_ - run_.speed_m_s * t;
    return {{on_ground + pivot.x - turned.x, flat_.z + pivot.z - turned.z}, pitch};
  }

  const SyntheticRun& run_;
  double contact_s_;
  Point flat_, heel_, toe_;
  MotionPath strike_, rise_, x_, z_up_, z_down_, pitch_up_, pitch_down_;
  double half_s_ = 0;
};

double ComHeightOf(const Figure& figure) {
  constexpr double kFine = 1000;
  const Filming fine{.px_per_m = kFine, .x_px = 0, .floor_y_px = 0};
  return -CenterOfMassInImage(Film(figure, {}, fine), Sex::kUnknown).y / kFine;
}

}  // namespace

std::vector<PoseFrame> Render(const SyntheticRun& run) {
  const double left_step_s = StepTime(run, Side::kLeft);
  const FootPath left(run, Side::kLeft);
  const FootPath right(run, Side::kRight);
  const Bounce after_left(ContactTime(run, Side::kLeft), left_step_s);
  const Bounce after_right(ContactTime(run, Side::kRight), StepTime(run, Side::kRight));
  // Of the CoM at contact: such that the hip is a little under standing.
  const double at_contact = ComHeight(1, run.stature_m) - kHipDrop;
  return Record(run.duration_s, run.filming, [&](double t) {
    const auto in_stride = [&](double begin_s) {
      const double phase = std::fmod(t - begin_s, StrideTime(run));
      return phase < 0 ? phase + StrideTime(run) : phase;
    };
    const double since_left = in_stride(run.first_contact_s);
    const double since_right = in_stride(run.first_contact_s + left_step_s);
    const double com = at_contact + (since_left < left_step_s ? after_left.At(since_left)
                                                              : after_right.At(since_right));
    const std::array<FootPlace, 2> feet{left.At(since_left), right.At(since_right)};
    Point hip{0, StandingHipHeight(run.stature_m) - kHipDrop};
    Figure figure = StepFigure(hip, feet, run.stature_m);
    for (int i = 0; i < 8; ++i) {
      hip.z += com - ComHeightOf(figure);
      figure = StepFigure(hip, feet, run.stature_m);
    }
    return Film(figure, {run.treadmill ? 0 : run.speed_m_s * t, 0}, run.filming);
  });
}

std::vector<SyntheticStep> StepsOf(const SyntheticRun& run) {
  std::vector<SyntheticStep> steps;
  for (int i = 0;; ++i) {
    const Side side = i % 2 == 0 ? Side::kLeft : Side::kRight;
    const double contact = run.first_contact_s + i / 2 * StrideTime(run) +
                           (side == Side::kRight ? StepTime(run, Side::kLeft) : 0);
    if (contact >= run.duration_s) return steps;
    steps.push_back({side, run.filming.begin_s + contact,
                     run.filming.begin_s + contact + ContactTime(run, side)});
  }
}

double VerticalOscillationOf(const SyntheticRun& run) {
  double lowest = 0;
  double highest = 0;
  for (const Side side : {Side::kLeft, Side::kRight}) {
    const Bounce bounce(ContactTime(run, side), StepTime(run, side));
    lowest = std::min(lowest, bounce.Lowest());
    highest = std::max(highest, bounce.Highest());
  }
  return highest - lowest;
}

}  // namespace plyo::testing
