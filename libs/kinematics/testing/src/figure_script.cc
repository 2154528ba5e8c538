#include "plyo/kinematics_testing/figure_script.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "plyo/base/units.h"

namespace plyo::testing {
namespace {

// Way of the push-off, and of the absorption, over the way at take-off's or landing's speed: how
// early the force is strongest.
constexpr double kPushShape = 0.65;
constexpr double kAbsorptionShape = 0.5;
constexpr double kAbsorbedAcceleration = 2;

}  // namespace

FigureScript::FigureScript(double stature_m, double begin_height_m, double floor_m)
    : stature_m_(stature_m),
      com_standing_m_(ComHeight(1, stature_m)),
      now_{begin_height_m, 0, 0},
      floor_m_(floor_m) {}

double FigureScript::duration_s() const {
  return pieces_.empty() ? 0 : pieces_.back().begin_s + pieces_.back().path.duration_s();
}

double FigureScript::BeginOf(int piece) const {
  return piece < 0 || piece >= std::ssize(pieces_)
             ? duration_s()
             : pieces_[static_cast<std::size_t>(piece)].begin_s;
}

FigureScript& FigureScript::MoveTo(const PathEnd& end, double duration_s) {
  pieces_.push_back({.begin_s = this->duration_s(),
                     .path = MotionPath(now_, end, duration_s),
                     .floor_m = floor_m_,
                     .floor_after_m = floor_m_,
                     .ahead_m = ahead_m_,
                     .ahead_after_m = ahead_m_});
  now_ = end;
  return *this;
}

FigureScript& FigureScript::Hold(double duration_s) {
  now_ = {now_.height, 0, 0};
  return MoveTo(now_, duration_s);
}

double FigureScript::PushBegin(double way_m, double velocity) {
  // Of the parabola with the way and the speed as its integrals that ends in free fall.
  const double mean = velocity * velocity * kPushShape / way_m;
  return mean * (12 * kPushShape - 6) - kGravity;
}

FigureScript& FigureScript::Push(double takeoff_height_m, double velocity) {
  const double way = takeoff_height_m - now_.height;
  now_.acceleration = PushBegin(way, velocity);
  return MoveTo({takeoff_height_m, velocity, -kGravity}, way / (kPushShape * velocity));
}

FigureScript& FigureScript::Fly(double landing_height_m, double toe_roll_s, double deeper_m,
                                double ahead_m) {
  const double up = now_.velocity;
  const double down =
      std::sqrt(up * up + 2 * kGravity * (now_.height - landing_height_m + deeper_m));
  now_.acceleration = -kGravity;
  MoveTo({landing_height_m - deeper_m, -down, -kGravity}, (up + down) / kGravity);
  Piece& piece = pieces_.back();
  piece.flight = true;
  piece.toe_roll_s = toe_roll_s;
  floor_m_ -= deeper_m;
  ahead_m_ += ahead_m;
  piece.floor_after_m = floor_m_;
  piece.ahead_after_m = ahead_m_;
  now_.height = landing_height_m;
  return *this;
}

FigureScript& FigureScript::Absorb(double lowest_height_m) {
  const double duration = (now_.height - lowest_height_m) / (kAbsorptionShape * -now_.velocity);
  return MoveTo({lowest_height_m, 0, kAbsorbedAcceleration}, duration);
}

FigureScript& FigureScript::Jump(double depth_m, double height_m) {
  const double takeoff = 0.037 * stature_m_;
  const double velocity = std::sqrt(2 * kGravity * height_m);
  MoveTo({-depth_m, 0, PushBegin(depth_m + takeoff, velocity)}, 0.52);
  Push(takeoff, velocity);
  return Fly(takeoff - 0.02).Absorb(-0.25).MoveTo({}, 0.6);
}

FigureScript::Instant FigureScript::At(double t) const {
  Instant instant;
  if (pieces_.empty()) return instant;
  const auto next = std::ranges::upper_bound(pieces_, t, {}, &Piece::begin_s);
  const Piece& piece = next == pieces_.begin() ? *next : *std::prev(next);
  const double tau = std::clamp(t - piece.begin_s, 0.0, piece.path.duration_s());
  const double part = tau / piece.path.duration_s();
  instant.com = piece.path.At(tau);
  instant.com.height += piece.floor_m;
  instant.lift_m = piece.floor_m;
  instant.ahead_m = std::lerp(piece.ahead_m, piece.ahead_after_m, part);
  if (!piece.flight) return instant;

  // As if the posture went evenly from that of take-off to that of landing ...
  const PathEnd begin = piece.path.At(0);
  const PathEnd end = piece.path.At(piece.path.duration_s());
  const double end_posture = end.height + piece.floor_m - piece.floor_after_m;
  const double lift = instant.com.height - std::lerp(begin.height, end_posture, part);
  // ... less what the foot stretches after take-off, and draws up again until the landing.
  const double roll = piece.toe_roll_s;
  const double behind = tau < roll ? tau - tau * tau / (2 * roll) : roll / 2;
  instant.lift_m = std::max(std::min(piece.floor_m, piece.floor_after_m),
                            lift - begin.velocity * behind * (1 - part));
  return instant;
}

PoseFrame FigureScript::PoseAt(double t, const Filming& filming) const {
  const Instant at = At(t);
  const double stretch = StretchFor(com_standing_m_ + at.com.height - at.lift_m, stature_m_);
  return testing::Film(StandFigure(stretch, stature_m_), {at.ahead_m, at.lift_m}, filming);
}

std::vector<PoseFrame> FigureScript::Film(const Filming& filming) const {
  return Record(duration_s(), filming, [&](double t) { return PoseAt(t, filming); });
}

}  // namespace plyo::testing
