#include "testing/synthetic_jump.h"

#include <algorithm>
#include <cmath>

#include "plyo/base/units.h"
#include "testing/motion_path.h"

namespace plyo::testing {
namespace {

// Way of the push-off, and of the absorption, over the way at take-off's or landing's speed: how
// early the force is strongest.
constexpr double kPushShape = 0.65;
constexpr double kAbsorptionShape = 0.5;

/// One repetition from its begin: times in seconds, heights of the CoM in metres.
struct Plan {
  double onset, lowest, takeoff, apex, landing, landing_lowest, again, end;
  double com_standing, com_takeoff, com_landing;
  double takeoff_velocity, landing_velocity;
  MotionPath down, up, absorb, recover;
};

Plan MakePlan(const SyntheticJump& jump) {
  Plan p{};
  p.com_standing = ComHeight(1, jump.stature_m);
  p.com_takeoff = p.com_standing + jump.takeoff_rise_m;
  p.com_landing = p.com_takeoff - jump.landing_drop_m;
  p.takeoff_velocity = std::sqrt(2 * kGravity * jump.height_m);
  p.landing_velocity = std::sqrt(2 * kGravity * (jump.height_m + jump.landing_drop_m));

  // A push whose acceleration is a parabola over time that ends in free fall: its duration follows
  // from the way and the speed, its begin from both.
  const double way = jump.depth_m + jump.takeoff_rise_m;
  const double push_s = way / (kPushShape * p.takeoff_velocity);
  const double push_begin = p.takeoff_velocity / push_s * (12 * kPushShape - 6) - kGravity;
  const PathEnd standing{p.com_standing, 0, 0};
  const PathEnd lowest{p.com_standing - jump.depth_m, 0, push_begin};
  const PathEnd absorbed{p.com_standing - jump.absorption_depth_m, 0, 2};
  const double absorption_s =
      (p.com_landing - absorbed.height) / (kAbsorptionShape * p.landing_velocity);
  p.down = MotionPath(standing, lowest, jump.eccentric_s);
  p.up = MotionPath(lowest, {p.com_takeoff, p.takeoff_velocity, -kGravity}, push_s);
  p.absorb = MotionPath({p.com_landing, -p.landing_velocity, -kGravity}, absorbed, absorption_s);
  p.recover = MotionPath(absorbed, standing, jump.recovery_s);

  p.onset = jump.standing_s;
  p.lowest = p.onset + jump.eccentric_s;
  p.takeoff = p.lowest + push_s;
  p.apex = p.takeoff + p.takeoff_velocity / kGravity;
  p.landing = p.apex + p.landing_velocity / kGravity;
  p.landing_lowest = p.landing + absorption_s;
  p.again = p.landing_lowest + jump.recovery_s;
  p.end = p.again + jump.standing_s;
  return p;
}

double ComAt(const Plan& p, double t) {
  if (t > p.onset && t <= p.lowest) return p.down.At(t - p.onset).height;
  if (t > p.lowest && t <= p.takeoff) return p.up.At(t - p.lowest).height;
  if (t > p.takeoff && t < p.landing) {
    const double up = t - p.takeoff;
    return p.com_takeoff + p.takeoff_velocity * up - kGravity / 2 * up * up;
  }
  if (t >= p.landing && t < p.landing_lowest) return p.absorb.At(t - p.landing).height;
  if (t >= p.landing_lowest && t < p.again) return p.recover.At(t - p.landing_lowest).height;
  return p.com_standing;
}

double LiftAt(const Plan& p, const SyntheticJump& jump, double t) {
  if (t <= p.takeoff || t >= p.landing) return 0;
  // As if the posture went evenly from that of take-off to that of landing ...
  const double tau = t - p.takeoff;
  const double part = tau / (p.landing - p.takeoff);
  const double lift = ComAt(p, t) - std::lerp(p.com_takeoff, p.com_landing, part);
  // ... less what the foot stretches after take-off, and draws up again until the landing.
  const double roll = jump.toe_roll_s;
  const double behind = tau < roll ? tau - tau * tau / (2 * roll) : roll / 2;
  return std::max(0.0, lift - p.takeoff_velocity * behind * (1 - part));
}

PoseFrame PoseAt(const Plan& p, const SyntheticJump& jump, double t) {
  const double lift = LiftAt(p, jump, t);
  const double stretch = StretchFor(ComAt(p, t) - lift, jump.stature_m);
  return Film(StandFigure(stretch, jump.stature_m), {0, lift}, jump.filming);
}

}  // namespace

PoseFrame RenderAt(const SyntheticJump& jump, double t) {
  const Plan plan = MakePlan(jump);
  return PoseAt(plan, jump, std::fmod(t, plan.end));
}

std::vector<PoseFrame> Render(const SyntheticJump& jump) {
  const Plan plan = MakePlan(jump);
  return Record(plan.end * jump.repetitions, jump.filming,
                [&](double t) { return PoseAt(plan, jump, std::fmod(t, plan.end)); });
}

double ComPath(const SyntheticJump& jump, double t) {
  const Plan plan = MakePlan(jump);
  return ComAt(plan, std::fmod(t, plan.end));
}

double FootLift(const SyntheticJump& jump, double t) {
  const Plan plan = MakePlan(jump);
  return LiftAt(plan, jump, std::fmod(t, plan.end));
}

std::vector<SyntheticTruth> TruthOf(const SyntheticJump& jump) {
  const Plan p = MakePlan(jump);
  SyntheticTruth truth;
  constexpr double kStep_s = 1e-4;
  for (double t = 0; t < p.down.duration_s(); t += kStep_s) {
    const PathEnd at = p.down.At(t);
    if (truth.onset_s == 0 && std::abs(at.acceleration) >= 0.05 * kGravity)
      truth.onset_s = p.onset + t;
    if (at.velocity < truth.peak_eccentric_velocity_m_s) {
      truth.peak_eccentric_velocity_m_s = at.velocity;
      truth.peak_downward_velocity_s = p.onset + t;
    }
  }
  for (double t = 0; t < p.up.duration_s(); t += kStep_s) {
    truth.peak_concentric_velocity_m_s =
        std::max(truth.peak_concentric_velocity_m_s, p.up.At(t).velocity);
  }
  truth.lowest_s = p.lowest;
  truth.takeoff_s = p.takeoff;
  truth.apex_s = p.apex;
  truth.landing_s = p.landing;
  truth.landing_lowest_s = p.landing_lowest;
  truth.flight_time_s = p.landing - p.takeoff;
  truth.flight_time_height_m = kGravity / 8 * truth.flight_time_s * truth.flight_time_s;
  truth.takeoff_velocity_m_s = p.takeoff_velocity;
  truth.com_rise_m = p.com_takeoff + jump.height_m - p.com_standing;
  std::vector<SyntheticTruth> all;
  for (int i = 0; i < jump.repetitions; ++i) {
    SyntheticTruth rep = truth;
    for (double* t : {&rep.onset_s, &rep.peak_downward_velocity_s, &rep.lowest_s, &rep.takeoff_s,
                      &rep.apex_s, &rep.landing_s, &rep.landing_lowest_s}) {
      *t += jump.filming.begin_s + i * p.end;
    }
    all.push_back(rep);
  }
  return all;
}

}  // namespace plyo::testing
