#include "plyo/kinematics/jump.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "leaving.h"
#include "plyo/base/units.h"
#include "plyo/kinematics/contact.h"
#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

// Lengths in statures, times in seconds.
constexpr double kTurnBack =
    0.02;  // the CoM must rise this far over a lowest point, or fall below a top, to have turned
constexpr double kDescentBegun = 0.006;
constexpr double kOnsetLead_s = 0.12;  // from the force leaving body weight to a visible descent
constexpr double kFloorStep = 0.10;
constexpr double kSeenInFlight = 0.5;
constexpr double kOutOfSight_s = 0.1;  // a shorter step is none, though the rate has changed
constexpr double kView_s = 1;
constexpr double kLongestFlight_s = 0.9;  // by a right clock
constexpr double kUprightShare = 0.8;
constexpr double kFlightMargin_s =
    0.03;  // the soles still touch, or touch already, within the contact's uncertainty
constexpr double kSmooth_s = 0.12;
constexpr double kShortestSmooth_s = 0.05;
constexpr double kPostureU_m = 0.015;
constexpr double kEndFit_s = 0.05;
constexpr double kBesideGap_s = 0.04;  // a fit reaches so far
constexpr double kOnsetShare = 0.05;   // of body weight
constexpr double kSlowRise = 0.1;      // how late a slow rise is seen, of its time
constexpr double kOnsetInGap = 0.5;    // its way is fitted across the gap
constexpr double kEndsU_m = 0.008;     // CoM at take-off against landing
constexpr double kLargestPosture_m = 0.15;
constexpr double kLowestU_s = 0.0055;
constexpr double kLowestHeightU = 0.0045;
constexpr double kTakeoffRise = 0.037;  // CoM over standing at take-off: heels, and arms, raised
constexpr double kTakeoffRiseU = 0.02;
constexpr double kSeenLanding_s = 0.3;
constexpr double kUprightStance = 0.92;  // of the tallest eye to heel
// A crouch is held for longer than a countermovement takes to turn, by any clock: in slow motion
// the flight is longer, too.
constexpr double kShortestHold_s = 0.3;
constexpr double kHoldOfFlight = 0.6;
constexpr double kDeepEnough = 0.025;  // a dip in which its onset is seen as in a countermovement
constexpr double kDip = 0.006;         // less is no dip after a hold but unrest
constexpr double kSmallDip = 0.004;    // or may be one, of which it is not seen when it began
constexpr double kSmallDipU_s = 0.16;
constexpr double kSmallWayU_s = 0.1;  // of the onset of a movement that is nearly none
constexpr double kLeaving = 0.035;    // so far from a level that was left the force grows evenly
constexpr double kFirstReach = 0.0025;
constexpr double kFirstU_s = 0.003;   // the force does not grow as evenly as that
constexpr double kSteadyU_s = 0.004;  // more, and what is seen is the landmarks' unrest
constexpr double kSteadyFallU_s = 0.008;
constexpr double kApartShare = 0.25;  // of what two readings of an instant differ by
constexpr double kHoldLevel_s = 0.1;
constexpr double kComingU_s = 0.04;
// From the detector's threshold to the event, and until the feet have settled.
constexpr double kContactLag_s = 0.045;
constexpr double kOneFootFirstU_s = 0.0035;  // off a box the feet meet the ground one by one
constexpr double kSettled_s = 0.02;
constexpr double kBoxU = 0.012;
constexpr double kToesLift_s = 0.1;  // before the detector's threshold they surely stand

bool Upright(const PoseFrame& frame, double stature_px) {
  using enum LandmarkId;
  const double shoulders =
      static_cast<double>(frame[kLeftShoulder].y + frame[kRightShoulder].y) / 2;
  const double hips = static_cast<double>(frame[kLeftHip].y + frame[kRightHip].y) / 2;
  const double ankles = static_cast<double>(frame[kLeftAnkle].y + frame[kRightAnkle].y) / 2;
  return hips - shoulders > 0.1 * stature_px && ankles - hips > 0.1 * stature_px;
}

double TallestStance(const BodyTrack& body) {
  using enum LandmarkId;
  std::vector<double> eye_to_heel;
  for (const PoseFrame& frame : body.frames()) {
    eye_to_heel.push_back(static_cast<double>(frame[kLeftHeel].y + frame[kRightHeel].y -
                                              frame[kLeftEye].y - frame[kRightEye].y) /
                          2);
  }
  return Quantile(std::move(eye_to_heel), 0.9);
}

double ToeLevel(const BodyTrack& body, const View& view, double begin_s, double end_s) {
  const Signal toe = Slice(body.Height(IdsOf(view.near).toe), begin_s, end_s);
  return Median(toe.value);
}

/// Walks back from `from_s` to the last turning point: the lowest one (sign -1) or the highest
/// (sign +1).
double TurningPointBefore(const Signal& height, double from_s, int sign, double turn_px) {
  auto i = std::ranges::upper_bound(height.t_s, from_s) - height.t_s.begin() - 1;
  double best = -1e300;
  double best_t = from_s;
  for (; i >= 0; --i) {
    const auto k = static_cast<std::size_t>(i);
    const double v = sign * height.value[k];
    if (v > best) {
      best = v;
      best_t = height.t_s[k];
    } else if (v < best - turn_px) {
      break;
    }
  }
  return best_t;
}

/// From when on the feet stand on the ground of the take-off.
double GroundBegin(const JumpWindow& window) {
  return window.coarse_contact_s ? *window.coarse_contact_s + kContactLag_s
                                 : -std::numeric_limits<double>::infinity();
}

/// When the body began to go down from the last top before `low_s`.
double DescentBefore(const Signal& com, double low_s, double stature_px) {
  const double top = TurningPointBefore(com, low_s, +1, kTurnBack * stature_px);
  const double top_px = ValueAt(com, top, 1).value_or(0);
  double descent = low_s;
  for (auto i = std::ranges::upper_bound(com.t_s, low_s) - com.t_s.begin() - 1; i >= 0; --i) {
    const auto k = static_cast<std::size_t>(i);
    descent = com.t_s[k];
    if (com.value[k] > top_px - kDescentBegun * stature_px || com.t_s[k] <= top) break;
  }
  return descent;
}

/// Time and height at which the smoothed signal turns, near `t`. Not the vertex of one parabola: a
/// movement brakes and pushes off at different rates, and the vertex leans to the flatter side.
std::pair<double, double> LowestNear(const Signal& height, double t, double half_window_s) {
  constexpr double kReach_s = 0.08;
  constexpr double kStep_s = 0.002;
  constexpr int kSteps = static_cast<int>(2 * kReach_s / kStep_s);
  std::vector<double> smooth;
  for (int i = 0; i <= kSteps; ++i) {
    const auto fit = FitLocally(height, t - kReach_s + i * kStep_s, half_window_s, 2);
    smooth.push_back(fit ? fit->value : std::numeric_limits<double>::infinity());
  }
  const auto lowest = std::ranges::min_element(smooth) - smooth.begin();
  return {t - kReach_s + static_cast<double>(lowest) * kStep_s,
          smooth[static_cast<std::size_t>(lowest)]};
}

/// An instant by the first millimetres, if these tell it to `most_u_s`.
std::optional<Estimate> IfSteady(const std::optional<Estimate>& seen, double most_u_s,
                                 const BodyTrack& body) {
  if (!seen || seen->u >= most_u_s) return std::nullopt;
  return Estimate{seen->value, std::hypot(seen->u, kFirstU_s, 0.1 * body.period_s())};
}

/// The force first leaves body weight by 5 %, downward or upward (sign), between a quiet posture
/// and `until_s`. The shoulders show it first and steadiest; how long after the force is a matter
/// of how it changes. A typical delay and one from the shape of this movement (way = c (t -
/// onset)^2.5) are weighed against each other. Where the body is seen so steadily that the first
/// millimetres tell (markers; no pose model does), the force that they take is fitted instead.
/// `share`: of a small movement the ways that are looked at are smaller.
std::optional<Estimate> Onset(const Jump& jump, const Standing& from, int sign, double until_s,
                              double share = 1) {
  constexpr double kLevel_s = 0.5;      // before that he may have sunk
  constexpr double kFirstWay = 0.0065;  // statures; down reached 0.099 s after 5 % of body weight
  constexpr double kSecondWay = 0.0125;
  // A push-off changes the force faster than an unweighting, which gravity limits: by 60 to 100
  // m/s^3 of the body's mass.
  constexpr double kTypicalDelayDown_s = 0.105;
  constexpr double kTypicalDelayUp_s = 0.085;
  constexpr double kShapeLow = 0.0115;
  constexpr double kShapeHigh = 0.046;
  constexpr double kShapeExponent = 2.5;
  constexpr double kShapeWeight = 0.25;
  constexpr double kRest_s = 0.2;
  constexpr double kWay_s = 0.2;  // what is looked at lies that far behind it
  using enum LandmarkId;
  Signal shoulders = jump.body.Height(kLeftShoulder);
  const Signal right = jump.body.Height(kRightShoulder);
  for (std::size_t i = 0; i < shoulders.size(); ++i)
    shoulders.value[i] = sign * (shoulders.value[i] + right.value[i]) / 2;
  const double begin = std::max(from.begin_s, from.end_s - kLevel_s);
  const double level = Median(Slice(shoulders, begin, from.end_s + 1e-9).value);
  const Signal smooth = Smooth(Slice(shoulders, begin - 0.2, jump.flight.takeoff_s.value), 0.05, 2);
  const auto until = std::ranges::lower_bound(smooth.t_s, until_s) - smooth.t_s.begin();
  const auto way_at = [&](double statures) -> std::optional<double> {
    const double wanted = level + share * statures * jump.stature_px;
    auto i = std::min<std::ptrdiff_t>(until, std::ssize(smooth.t_s) - 1);
    if (i < 1 || smooth.value[static_cast<std::size_t>(i)] <= wanted) return std::nullopt;
    while (i > 0 && smooth.value[static_cast<std::size_t>(i)] > wanted) --i;
    const auto k = static_cast<std::size_t>(i);
    const double part = (smooth.value[k] - wanted) / (smooth.value[k] - smooth.value[k + 1]);
    return std::lerp(smooth.t_s[k], smooth.t_s[k + 1], std::clamp(part, 0.0, 1.0));
  };
  const auto first = way_at(kFirstWay);
  const auto second = way_at(kSecondWay);
  if (!first || !second) return std::nullopt;
  const double delay = sign > 0 ? kTypicalDelayUp_s : kTypicalDelayDown_s;
  double onset = (*first + *second) / 2 - std::cbrt(share) * delay;
  const auto low = way_at(kShapeLow);
  const auto high = way_at(kShapeHigh);
  if (low && high) {
    const double r = std::pow(kShapeLow / kShapeHigh, 1 / kShapeExponent);
    const double by_shape = (*low - r * *high) / (1 - r);
    onset += kShapeWeight * std::clamp(by_shape - onset, -0.1, 0.1);
  }
  const Signal& com = jump.body.com_height();
  const auto leaving = FitLeaving(com, Median(Slice(com, begin, from.end_s + 1e-9).value),
                                  std::max(from.begin_s, onset - kRest_s), until_s, sign,
                                  share * kFirstReach * jump.stature_px, kAnyhow,
                                  kOnsetShare * jump.parabola.fall_px_s2.value);
  if (auto steady = IfSteady(leaving, kSteadyU_s, jump.body)) {
    steady->u = std::hypot(steady->u, kApartShare * (steady->value - onset));
    return steady;
  }
  const double gap = jump.body.GapIn(onset - kBesideGap_s, onset + kWay_s);
  const double unsure = std::hypot(kOnsetInGap * gap, kSmallWayU_s * (1 - share));
  return Estimate{onset, std::hypot(0.012, 0.1 * jump.body.period_s(), unsure)};
}

/// How long the rise before the way down takes, seconds, where it takes the force off body weight
/// by 5 %: who rises to his toes slowly enough has not begun yet.
std::optional<double> RiseTime(const Jump& jump) {
  // Of a smooth movement (least jerk): the largest acceleration, and the time between a tenth and
  // nine tenths of the way.
  constexpr double kLargestAcceleration = 5.77;  // way / time^2
  constexpr double kMiddle = 0.506;
  const Signal rise = Smooth(
      Slice(jump.body.com_height(), jump.standing->begin_s, jump.risen->end_s + 1e-9), 0.05, 2);
  if (rise.size() < 2) return std::nullopt;
  const double way = std::ranges::max(rise.value) - jump.standing->com_height_px;
  if (way <= 0) return std::nullopt;
  const auto crossed = [&](double share) {
    const auto above = std::ranges::find_if(
        rise.value, [&](double v) { return v >= jump.standing->com_height_px + share * way; });
    return rise.t_s[static_cast<std::size_t>(above - rise.value.begin())];
  };
  const double time = std::max(crossed(0.9) - crossed(0.1), jump.body.period_s()) / kMiddle;
  const double fastest = kLargestAcceleration * way / (time * time);
  if (fastest < kOnsetShare * jump.parabola.fall_px_s2.value) return std::nullopt;
  return time;
}

/// Height at the first instant minus that at the second, px; NaN where one of them was not seen.
double EndDifference(const Jump& jump, const Signal& height, double takeoff_s, double landing_s) {
  if (jump.GapAt(takeoff_s) > 0 || jump.GapAt(landing_s) > 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto before = FitLocally(height, takeoff_s, kEndFit_s, 1);
  const auto after = FitLocally(height, landing_s, kEndFit_s, 1);
  if (!before || !after) return std::numeric_limits<double>::quiet_NaN();
  return before->value - after->value;
}

/// The middle of the fall from its two ends. The postures there are much alike, so that the
/// landmarks' error, which depends on the posture, is the same in both; in flight it is another. An
/// error of a contact moves the middle and the difference against each other.
std::optional<Estimate> ApexFromEnds(const Jump& jump, const Signal& com, const Estimate& takeoff_s,
                                     const Estimate& landing_s, double m_per_px) {
  const double duration = landing_s.value - takeoff_s.value;
  const double apex =
      (takeoff_s.value + landing_s.value) / 2 -
      m_per_px * EndDifference(jump, com, takeoff_s.value, landing_s.value) / (kGravity * duration);
  const bool in_flight = apex > takeoff_s.value && apex < landing_s.value;
  if (!in_flight) return std::nullopt;
  return Estimate{apex, kEndsU_m / (kGravity * duration)};
}

/// Free fall from the take-off, where nothing was seen of it in between.
Parabola FallFrom(const Signal& com, double takeoff_s, const Estimate& apex_s, double m_per_px) {
  Parabola fall;
  fall.apex_s = apex_s;
  fall.fall_px_s2 = {kGravity / m_per_px, 0};
  const double up = apex_s.value - takeoff_s;
  const auto begin = FitLocally(com, takeoff_s, kEndFit_s, 1);
  fall.apex_height_px = (begin ? begin->value : 0) + fall.fall_px_s2.value / 2 * up * up;
  return fall;
}

/// Begins and ends of the flight by contact, apex by the CoM's parabola, tied together by free
/// fall.
bool MeasureFlight(const JumpWindow& window, const AthleteOptions& athlete,
                   const ContactEvidence& evidence, std::optional<double> box_height_m,
                   const Signal& com_in_picture, Jump& jump) {
  FlightSketch sketch{.coarse_takeoff_s = window.coarse_takeoff_s,
                      .coarse_landing_s = window.coarse_landing_s,
                      .stature_px = jump.stature_px,
                      .stature_m = athlete.height_m,
                      .standing_begin_s = {},
                      .standing_end_s = {}};
  const double flight_s = window.coarse_landing_s - window.coarse_takeoff_s + 2 * kContactLag_s;
  if (flight_s < kLongestFlight_s) sketch.speed_m_s = kGravity * flight_s / 2;
  if (window.coarse_contact_s) {
    sketch.ground_begin_s = GroundBegin(window);
    sketch.standing_begin_s = sketch.ground_begin_s + kSettled_s;
    sketch.standing_end_s = window.coarse_takeoff_s - kToesLift_s;
  } else if (jump.standing_before) {
    sketch.standing_begin_s = jump.standing->begin_s;
    sketch.standing_end_s = jump.standing->end_s;
  }
  if (!window.complete) {
    sketch.ground_end_s = window.frames.back().t.Seconds() - (window.rebounds ? kContactLag_s : 0);
  }
  const auto takeoff = FindContact(jump.body, jump.view, sketch, ContactEnd::kTakeoff, evidence);
  const auto landing = FindContact(jump.body, jump.view, sketch, ContactEnd::kTouchdown, evidence);
  if (!takeoff || !landing || landing->t_s.value - takeoff->t_s.value < 0.1) return false;
  jump.takeoff_flags = takeoff->flags;
  jump.landing_flags = landing->flags;
  for (const ContactInstant* contact : {&*takeoff, &*landing}) {
    if (std::ranges::count(contact->flags, flag::kLowVisibility) > 0) {
      AddOnce(jump.flags, flag::kLowVisibility);
    }
  }

  const double begin = takeoff->t_s.value + kFlightMargin_s;
  const double end = landing->t_s.value - kFlightMargin_s;
  const auto free_parabola = FitParabola(com_in_picture, begin, end);
  const auto ruler_seen = box_height_m && jump.box_px
                              ? std::optional(Ruler{*box_height_m, *jump.box_px})
                              : std::nullopt;
  jump.scale =
      FindScale(jump.standing, free_parabola, athlete.height_m, ruler_seen, athlete.known_m_per_px);
  const bool clock_is_right = std::ranges::count(jump.scale.flags, flag::kSuspectedSlowMotion) == 0;
  const bool ruler = jump.scale.known() && clock_is_right;
  const double m_per_px = jump.scale.scale.m_per_px.value_or(0);
  const auto apex = ruler ? ApexFromEnds(jump, com_in_picture, takeoff->t_s, landing->t_s, m_per_px)
                          : std::optional<Estimate>();
  if (const auto fitted =
          ruler ? FitParabola(com_in_picture, begin, end, kGravity / m_per_px) : free_parabola) {
    jump.parabola = *fitted;
  } else if (apex) {  // hidden or out of the picture between its ends
    jump.parabola = FallFrom(com_in_picture, takeoff->t_s.value, *apex, m_per_px);
    AddOnce(jump.flags, flag::kGap);
  } else {
    return false;
  }

  FlightEvidence fall;
  fall.takeoff_s = takeoff->t_s;
  fall.landing_s = landing->t_s;
  fall.apex_s = apex ? *apex : (free_parabola ? *free_parabola : jump.parabola).apex_s;
  if (ruler) {
    const SideIds& ids = IdsOf(jump.view.near);
    const Signal heel = jump.body.Height(ids.heel);
    Signal foot = jump.body.Height(ids.toe);
    for (std::size_t i = 0; i < foot.size(); ++i) {
      foot.value[i] = jump.body.errors().toes_lead ? std::midpoint(foot.value[i], heel.value[i])
                                                   : std::min(foot.value[i], heel.value[i]);
    }
    const double posture =
        m_per_px * (EndDifference(jump, com_in_picture, takeoff->t_s.value, landing->t_s.value) -
                    EndDifference(jump, foot, takeoff->t_s.value, landing->t_s.value));
    if (std::abs(posture) < kLargestPosture_m) {  // neither absurd nor unknown
      // Read at instants that may be wrong: while the foot was still down, or down already, the CoM
      // moved so fast that any of them agrees with the fall.
      const double speed = kGravity * (landing->t_s.value - takeoff->t_s.value) / 2;
      const double u = std::hypot(kPostureU_m, speed * takeoff->t_s.u, speed * landing->t_s.u);
      fall.posture_difference_m = Estimate{posture, u};
    }
    if (jump.standing) {
      const double stature_m = jump.stature_px * m_per_px;
      const double rise = *jump.MetresAboveStanding(jump.parabola.apex_height_px);
      fall.rise_m = Estimate{rise - kTakeoffRise * stature_m, kTakeoffRiseU * stature_m};
    }
  }
  jump.flight = FuseFlight(fall);
  return true;
}

void FlagPicture(const JumpWindow& window, double begin_s, Jump& jump) {
  FlagCoarseness(jump.body, jump.stature_px, jump.flags);
  double seen = 0;
  double frames = 0;
  double previous = begin_s;
  for (const PoseFrame& frame : window.frames) {
    const double t = frame.t.Seconds();
    if (t < begin_s) continue;
    if (LeavesPicture(frame, jump.stature_px)) AddOnce(jump.flags, flag::kLeavesPicture);
    if (frames > 0 && t - previous > jump.body.longest_step_s()) AddOnce(jump.flags, flag::kGap);
    previous = t;
    const SideIds& ids = IdsOf(jump.view.near);
    for (const LandmarkId id : {ids.shoulder, ids.hip, ids.knee, ids.ankle}) {
      seen += static_cast<double>(frame[id].visibility) / 4;
    }
    frames += 1;
  }
  if (seen < 0.6 * frames) AddOnce(jump.flags, flag::kLowVisibility);
  if (jump.view.IsFront()) {
    AddOnce(jump.flags, flag::kFrontView);
  } else if (!jump.view.IsSide()) {
    AddOnce(jump.flags, flag::kObliqueView);
  }
}

}  // namespace

double Jump::GapAt(double t) const { return body.GapIn(t - kBesideGap_s, t + kBesideGap_s); }

bool Jump::DipsAfterHold() const {
  return hold && hold->com_height_px - lowest_height_px.value > kDip * stature_px;
}

std::optional<double> Jump::MetresAboveStanding(double height_px) const {
  if (!scale.known() || !standing) return std::nullopt;
  return (height_px - standing->com_height_px) * *scale.scale.m_per_px;
}

std::optional<double> Jump::Velocity(double t) const {
  if (!scale.known()) return std::nullopt;
  if (t > flight.takeoff_s.value && t < flight.landing_s.value) {
    return kGravity * (flight.apex_s.value - t);
  }
  const auto fit = FitLocally(body.com_height(), t, 0.1, 3);
  if (!fit) return std::nullopt;
  return fit->slope * *scale.scale.m_per_px;
}

std::optional<Jump> MeasureJump(const JumpWindow& window, const AthleteOptions& athlete,
                                const ContactEvidence& evidence,
                                std::optional<double> box_height_m) {
  Jump jump{.body = BodyTrack(window.frames, athlete.sex, ErrorsOf(athlete.pose_model)),
            .view = {},
            .stature_px = window.stature_px,
            .standing = {},
            .risen = {},
            .on_box = {},
            .box_px = {},
            .hold = {},
            .lowest_s = {},
            .lowest_height_px = {},
            .flight = {},
            .parabola = {},
            .scale = {},
            .landing_lowest_s = {},
            .stand_again_s = {},
            .flags = {},
            .takeoff_flags = {},
            .landing_flags = {}};
  if (window.frames.size() < 8 || window.stature_px <= 0) return std::nullopt;
  const double takeoff = window.coarse_takeoff_s;
  const double landing = window.coarse_landing_s;

  std::vector<PoseFrame> grounded;
  std::vector<PoseFrame> pushing_off;  // he may have turned before
  double upright = 0;
  double in_flight = 0;
  double seen_s = 0;
  Signal com_in_picture;  // without the frames in which part of the body was out of it
  const Signal& com = jump.body.com_height();
  for (const PoseFrame& frame : window.frames) {
    const double t = frame.t.Seconds();
    if (t < takeoff) grounded.push_back(frame);
    if (t < takeoff && t > takeoff - kView_s) pushing_off.push_back(frame);
    if (t >= takeoff && t <= landing) {
      in_flight += 1;
      upright += Upright(frame, jump.stature_px) ? 1 : 0;
    }
  }
  const double longest_step_s = std::max(kOutOfSight_s, jump.body.longest_step_s());
  for (std::size_t i = 1; i < com.size(); ++i) {
    const double begin = std::max(com.t_s[i - 1], takeoff);
    const double end = std::min(com.t_s[i], landing);
    if (com.t_s[i] - com.t_s[i - 1] <= longest_step_s) seen_s += std::max(0.0, end - begin);
  }
  // In flight, once the body has begun to leave the picture nothing is trusted until it is whole
  // again.
  double cut_from = std::numeric_limits<double>::infinity();
  double cut_to = -cut_from;
  for (const PoseFrame& frame : window.frames) {
    const double t = frame.t.Seconds();
    if (t < takeoff || t > landing || !LeavesPicture(frame, jump.stature_px)) continue;
    cut_from = std::min(cut_from, t);
    cut_to = std::max(cut_to, t);
  }
  for (std::size_t i = 0; i < com.size(); ++i) {
    if (com.t_s[i] < cut_from || com.t_s[i] > cut_to) com_in_picture.Push(com.t_s[i], com.value[i]);
  }
  if (grounded.size() < 3 || upright < kUprightShare * in_flight) return std::nullopt;
  // A person lost from sight for most of a "flight" was behind something, not in the air.
  if (seen_s < kSeenInFlight * (landing - takeoff)) return std::nullopt;
  jump.view = EstimateView(pushing_off.size() < 3 ? grounded : pushing_off);
  const double ground_begin = GroundBegin(window);
  const double floor_before =
      ToeLevel(jump.body, jump.view, std::max(takeoff - 0.4, ground_begin), takeoff - 0.05);
  const double floor_after = ToeLevel(jump.body, jump.view, landing + 0.05, landing + 0.4);
  if (!(std::abs(floor_after - floor_before) < kFloorStep * jump.stature_px)) return std::nullopt;

  jump.hold = FindHold(jump.body, jump.stature_px, takeoff,
                       std::max(kShortestHold_s, kHoldOfFlight * (landing - takeoff)));
  if (jump.hold && (jump.hold->end_s < ground_begin ||  // on a box
                    jump.hold->eye_to_heel_px > kUprightStance * TallestStance(jump.body))) {
    jump.hold.reset();
  }
  // Backward from the take-off: the lowest point, then the top from which the body went down to it.
  const Signal last_way =
      jump.hold ? Slice(com, jump.hold->end_s, std::numeric_limits<double>::infinity()) : com;
  const double lowest = TurningPointBefore(last_way, takeoff, -1, kTurnBack * jump.stature_px);
  // Of a short contact the turn is sharper.
  const double smooth_s = std::clamp((takeoff - ground_begin) / 3, kShortestSmooth_s, kSmooth_s);
  const auto [lowest_s, lowest_px] = LowestNear(com, lowest, smooth_s);
  jump.lowest_s = {lowest_s, std::hypot(kLowestU_s, 0.15 * jump.body.period_s(),
                                        kUniform * jump.GapAt(lowest_s))};
  jump.lowest_height_px = {lowest_px, kLowestHeightU * jump.stature_px};
  const double down = DescentBefore(com, jump.hold ? jump.hold->begin_s : lowest, jump.stature_px);
  jump.descent_s = jump.hold ? jump.hold->end_s : down;
  if (window.left_box_s || !window.coarse_contact_s) {  // else he did not stand in between
    jump.standing =
        FindStanding(jump.body, jump.stature_px, com.t_s.front(), down - kOnsetLead_s + 1e-9);
  }
  jump.standing_before = jump.standing && jump.standing->quiet;
  if (jump.standing_before && !jump.hold && !window.coarse_contact_s) {
    if (const auto below = FindStandingBelow(jump.body, jump.stature_px, *jump.standing)) {
      jump.risen = jump.standing;
      jump.standing = below;
    }
  }
  if (jump.standing && jump.standing->begin_s < ground_begin) {
    jump.on_box = jump.standing;
    const double box =
        ToeLevel(jump.body, jump.view, jump.standing->begin_s, jump.standing->end_s + 1e-9) -
        floor_before;
    jump.box_px = {box, kBoxU * jump.stature_px};
    jump.standing->com_height_px -= box;
    const auto after =
        window.closed && window.complete
            ? FindStanding(jump.body, jump.stature_px, landing + 0.3, com.t_s.back() + 1e-9)
            : std::nullopt;
    if (after && after->quiet) jump.standing = after;
  }
  if (!jump.standing_before) {
    AddOnce(jump.flags, flag::kNoQuietStanding);
    if (window.complete) {
      const auto after =
          FindStanding(jump.body, jump.stature_px, landing + 0.3, com.t_s.back() + 1e-9);
      if (after) jump.standing = after;
    }
  }

  if (!MeasureFlight(window, athlete, evidence, box_height_m, com_in_picture, jump)) {
    return std::nullopt;
  }
  if (jump.hold && !jump.DipsAfterHold()) {
    const auto push = Onset(jump, *jump.hold, +1, jump.flight.takeoff_s.value);
    if (push) jump.lowest_s = *push;
  }
  jump.complete = window.complete;
  if (!window.rebounds && com.t_s.back() - jump.flight.landing_s.value < kSeenLanding_s)
    AddOnce(jump.flags, flag::kFallsShort);
  for (const std::string& f : jump.scale.flags) AddOnce(jump.flags, f);

  const Signal after = Slice(com, jump.flight.landing_s.value, com.t_s.back() + 1e-9);
  if (after.size() >= 3) {
    const auto low = std::ranges::min_element(after.value) - after.value.begin();
    const double coarse = after.t_s[static_cast<std::size_t>(low)];
    jump.landing_lowest_s = LowestNear(com, coarse, kSmooth_s).first;
    if (window.closed && window.complete) {
      const auto again =
          FindStanding(jump.body, jump.stature_px, *jump.landing_lowest_s, com.t_s.back() + 1e-9);
      if (again && again->end_s - again->begin_s > 0.25 &&
          again->begin_s > *jump.landing_lowest_s + 0.05) {
        jump.stand_again_s = again->begin_s;
      }
    }
  }
  FlagPicture(window, std::min(jump.descent_s, takeoff), jump);
  return jump;
}

std::optional<ContactInstant> FirstContact(const Jump& jump, const JumpWindow& window,
                                           const AthleteOptions& athlete,
                                           const ContactEvidence& evidence) {
  if (!window.left_box_s || !window.coarse_contact_s) return std::nullopt;
  // The spot is seen without feet in the flight after it: the fall is too short.
  const double takeoff = jump.flight.takeoff_s.value;
  const double quarter = jump.flight.flight_time_s.value / 4;
  const FlightSketch fall{.coarse_takeoff_s = *window.left_box_s,
                          .coarse_landing_s = *window.coarse_contact_s,
                          .stature_px = jump.stature_px,
                          .stature_m = athlete.height_m,
                          .standing_begin_s = {},
                          .standing_end_s = {},
                          .ground_end_s = takeoff,
                          .empty_begin_s = takeoff + quarter,
                          .empty_end_s = jump.flight.landing_s.value - quarter};
  auto contact = FindContact(jump.body, jump.view, fall, ContactEnd::kTouchdown, evidence);
  if (contact) contact->t_s.u = std::hypot(contact->t_s.u, kOneFootFirstU_s);
  return contact;
}

std::optional<Estimate> FallBegin(const Jump& jump, double near_s, double contact_s) {
  const auto begin = FitFallBegin(jump.body.com_height(), near_s, contact_s - kSettled_s,
                                  jump.parabola.fall_px_s2.value);
  return IfSteady(begin, kSteadyFallU_s, jump.body);
}

std::optional<Estimate> HoldStart(const Jump& jump) {
  if (!jump.hold) return std::nullopt;
  const Signal& com = jump.body.com_height();
  const double down = DescentBefore(com, jump.hold->begin_s, jump.stature_px);
  const double settled = std::min(jump.hold->begin_s + kShortestHold_s, jump.hold->end_s);
  // It may have sunk since.
  const double level = Median(Slice(com, settled - kHoldLevel_s, settled + kHoldLevel_s).value);
  // The last millimetres, where the body is seen so steadily.
  const auto last =
      FitLeaving(com, level, settled, down, +1, kFirstReach * jump.stature_px, kAnyhow);
  if (const auto steady = IfSteady(last, kSteadyU_s, jump.body)) return steady;
  const auto coming =
      FitLeaving(com, level, settled, down, +1, kLeaving * jump.stature_px, kEvenly);
  if (!coming) return std::nullopt;
  return Estimate{coming->value, std::hypot(coming->u, kComingU_s)};
}

std::optional<Estimate> MovementOnset(const Jump& jump) {
  if (jump.hold && !jump.DipsAfterHold()) {
    // A dip too small to tell when it began.
    Estimate onset = jump.lowest_s;
    const double dip = jump.hold->com_height_px - jump.lowest_height_px.value;
    if (dip > kSmallDip * jump.stature_px) {
      onset.u = std::hypot(onset.u, kSmallDipU_s);
    }
    return onset;
  }
  if (jump.hold) {
    const double dip = (jump.hold->com_height_px - jump.lowest_height_px.value) / jump.stature_px;
    return Onset(jump, *jump.hold, -1, jump.lowest_s.value, std::min(1.0, dip / kDeepEnough));
  }
  if (!jump.standing_before) return std::nullopt;
  if (const auto rise_s = jump.risen ? RiseTime(jump) : std::nullopt) {
    if (auto up = Onset(jump, *jump.standing, +1, jump.risen->end_s)) {
      up->u = std::hypot(up->u, kSlowRise * *rise_s);
      return up;
    }
  }
  return Onset(jump, jump.risen ? *jump.risen : *jump.standing, -1, jump.lowest_s.value);
}

std::optional<Estimate> PeakDownwardVelocity(const Jump& jump, double onset_s) {
  const Signal& com = jump.body.com_height();
  double best = 0;
  std::optional<double> at;
  constexpr double kStep_s = 0.004;
  const int steps = static_cast<int>((jump.lowest_s.value - onset_s) / kStep_s);
  for (int i = 1; i < steps; ++i) {
    const double t = onset_s + i * kStep_s;
    const auto fit = FitLocally(com, t, kSmooth_s, 2);
    if (fit && fit->slope < best) {
      best = fit->slope;
      at = t;
    }
  }
  if (!at) return std::nullopt;
  return Estimate{*at, std::hypot(0.025, 0.2 * jump.body.period_s(), kUniform * jump.GapAt(*at))};
}

}  // namespace plyo
