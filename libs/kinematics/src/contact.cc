#include "plyo/kinematics/contact.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

// Lengths in statures, times in seconds. A foot leaves and meets the ground at the speed of a body
// in flight, turned by the ankle.
constexpr double kAdultStature_m = 1.70;
constexpr double kTypicalSlope = 1.25;
constexpr double kSlowest = 0.5;
constexpr double kFastest = 3.0;

// Landmarks. Where the toe landmark leads the toe, the crossing of a fixed lift, less what the toe
// needs to get there, is steadier than a root.
constexpr double kToeLift = 0.02;
constexpr LiftOptions kLandmarkTouchdown = {.ground_top = 0.02, .line_top = 0.08};
// From the detector's threshold to the event.
constexpr double kCoarseLag_s = 0.045;
constexpr double kCoarseSpread_s = 0.035;
constexpr double kCoarseU_s = 0.015;
constexpr double kJittery = 0.006;   // statures, of a toe that stands still
constexpr double kNoiseShare = 1.5;  // a jittering toe meets the threshold early
constexpr double kLandmarkTakeoffU_s = 0.0075;
constexpr double kLandmarkTouchdownU_s = 0.0065;
// Of a short contact the foot's own level is not seen at rest.
constexpr double kShortContactU_s = 0.010;
constexpr double kShortHingeU_s = 0.002;
constexpr double kSteadyTop = 0.04;  // a shorter way of a foot that turns as it goes
// The level of a foot that has landed. Both ends lie off the frames of the usual rates, as the
// detector's instant is one: rounding must not decide which frames are within.
constexpr double kRestBegin_s = 0.061;
constexpr double kRest_s = 0.163;
constexpr double kRoll_s = 0.06;  // a foot rolls over its toes before take-off, after landing back

// The hinge. Its speeds are those of the shoe's lowest point.
constexpr double kGroundTop = 0.014;  // a rolling toe stays below
constexpr double kFitReach_s = 0.05;
constexpr double kFastestStep_m_s = 4;  // of the sole between two frames: faster is something else
constexpr double kHingeMargin_s = 0.003;
constexpr double kHingeGround_s = 0.102;  // off the frames, too
constexpr double kHingeScatter = 0.0025;  // statures: a sample farther off counts for less
constexpr double kUsualScatter = 0.001;   // what samples do, known like this many of them
constexpr double kUsualWeight = 5;
constexpr double kBodySpeed = 1.5;  // of a body at the ends of a usual jump
constexpr double kTakeoffShare = 0.83;
constexpr double kTouchdownShare = 1.03;
constexpr double kSpeedSpread = 0.35;
constexpr double kSlowestHinge = 0.7;
constexpr double kFastestHinge = 2.6;
constexpr double kToeRoll_s = 0.014;  // the toe gathers speed over this time
constexpr double kHingeU_s = 0.0010;  // beside what its fit tells and the frames leave open
constexpr double kHingeFrameShare = 0.05;
constexpr double kObliqueU_s = 0.0015;  // two feet at two distances
constexpr double kMeasure_s = 0.2;
constexpr double kSureGround_s = 0.05;
constexpr double kGroundSpan_s = 0.2;
constexpr double kOtherEnd_s = 0.03;    // and that far from the other end of the contact
constexpr double kRestless = 0.01;      // statures, MAD of the level on the ground
constexpr double kCameraMotion = 0.01;  // statures
constexpr double kDisagreement_s = 0.04;

// A share of the frame interval: where between two frames the event lies is known the less the
// longer the interval. In one that is long beside the way of the foot through the threshold nothing
// is known but that it lies there: the standard deviation of a uniform distribution.
constexpr double kLandmarkFrameShare = 0.08;
constexpr double kShortStep_s = 0.04;
constexpr double kLongStep_s = 0.08;

double FrameU(const BodyTrack& body, double t, double share) {
  const auto after = std::ranges::upper_bound(body.t_s(), t);
  double step = body.period_s();
  if (after != body.t_s().begin() && after != body.t_s().end()) {
    step = std::max(step, *after - *std::prev(after));
  }
  const double length = (step - kShortStep_s) / (kLongStep_s - kShortStep_s);
  return step * std::lerp(share, kUniform, std::clamp(length, 0.0, 1.0));
}

/// Toe and heel of one side over their own level on the ground, statures.
Signal Lift(const BodyTrack& body, LandmarkId id, double ground_begin, double ground_end,
            double stature_px) {
  Signal height = body.Height(id);
  const Signal ground = Slice(height, ground_begin, ground_end);
  const double level = ground.empty() ? Quantile(height.value, 0.1) : Median(ground.value);
  for (double& v : height.value) v = (v - level) / stature_px;
  return height;
}

std::optional<double> UpwardCrossing(const Signal& signal, double level, double from_s) {
  auto i =
      static_cast<std::size_t>(std::ranges::lower_bound(signal.t_s, from_s) - signal.t_s.begin());
  while (i < signal.size() && signal.value[i] < level) ++i;
  if (i >= signal.size()) return std::nullopt;
  while (i > 0 && signal.value[i - 1] >= level) --i;
  if (i == 0) return std::nullopt;
  const double part = (level - signal.value[i - 1]) / (signal.value[i] - signal.value[i - 1]);
  return std::lerp(signal.t_s[i - 1], signal.t_s[i], part);
}

std::vector<Side> SidesToUse(const View& view) {
  if (view.IsSide()) return {view.near};
  return {Side::kLeft, Side::kRight};
}

/// Fastest change between neighbouring samples between the instants, per second.
double FastestRise(const Signal& lift, double begin_s, double end_s) {
  double fastest = 0;
  for (std::size_t i = 1; i < lift.size(); ++i) {
    if (lift.t_s[i - 1] < begin_s || lift.t_s[i] > end_s) continue;
    const double rate = (lift.value[i] - lift.value[i - 1]) / (lift.t_s[i] - lift.t_s[i - 1]);
    fastest = std::max(fastest, std::abs(rate));
  }
  return fastest;
}

ImageBox FeetBox(const BodyTrack& body, double begin_s, double end_s) {
  ImageBox box{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(),
               -std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const PoseFrame& frame : body.frames()) {
    const double t = frame.t.Seconds();
    if (t < begin_s || t > end_s) continue;
    for (const Side side : {Side::kLeft, Side::kRight}) {
      const SideIds& ids = IdsOf(side);
      for (const LandmarkId id : {ids.heel, ids.toe}) {
        const auto x = static_cast<double>(frame[id].x);
        const auto y = static_cast<double>(frame[id].y);
        box = {std::min(box.x0, x), std::min(box.y0, y), std::max(box.x1, x), std::max(box.y1, y)};
      }
    }
  }
  return box;
}

double FootLevel(const BodyTrack& body, double begin_s, double end_s) {
  std::vector<double> level;
  for (const PoseFrame& frame : body.frames()) {
    const double t = frame.t.Seconds();
    if (t < begin_s || t > end_s) continue;
    double lowest = -std::numeric_limits<double>::infinity();
    for (const Side side : {Side::kLeft, Side::kRight}) {
      const SideIds& ids = IdsOf(side);
      lowest = std::max(
          {lowest, static_cast<double>(frame[ids.heel].y), static_cast<double>(frame[ids.toe].y)});
    }
    level.push_back(lowest);
  }
  return Median(std::move(level));
}

/// Time and lift. Seen from the ground into the air, a touchdown is a take-off with time reversed.
using Sample = std::pair<double, double>;

std::vector<Sample> FromGroundToAir(const Signal& lift, ContactEnd end) {
  const double sign = end == ContactEnd::kTakeoff ? 1 : -1;
  std::vector<Sample> samples;
  samples.reserve(lift.size());
  for (std::size_t i = 0; i < lift.size(); ++i) {
    samples.emplace_back(sign * lift.t_s[i], lift.value[i]);
  }
  if (sign < 0) std::ranges::reverse(samples);
  return samples;
}

/// Index of the first sample of the run in the air that holds `coarse`, at least 1; nullopt where
/// it does not begin within the samples.
std::optional<std::size_t> FirstInAir(const std::vector<Sample>& samples, double coarse,
                                      double ground_top) {
  auto air = std::ranges::lower_bound(samples, coarse - 1e-9, {}, &Sample::first);
  // A coarse instant beside the event: what it calls the air is still the ground.
  while (air != samples.end() && air->second <= ground_top) ++air;
  if (air == samples.end()) return std::nullopt;
  while (air != samples.begin() && std::prev(air)->second > ground_top) --air;
  if (air == samples.begin()) return std::nullopt;
  return static_cast<std::size_t>(air - samples.begin());
}

}  // namespace

std::optional<LiftFit> FitLift(const Signal& lift, ContactEnd end, double coarse_s,
                               const LiftOptions& options) {
  const double sign = end == ContactEnd::kTakeoff ? 1 : -1;
  const std::vector<Sample> samples = FromGroundToAir(lift, end);
  // Of a low flight the lower half: there it still is a line.
  double peak = 0;
  for (auto it = std::ranges::lower_bound(samples, sign * coarse_s - 1e-9, {}, &Sample::first);
       it != samples.end() && (it->second > options.ground_top || peak <= options.ground_top);
       ++it) {
    peak = std::max(peak, it->second);
  }
  const double ground_top = std::min(options.ground_top, peak / 6);
  const double line_top = std::min(options.line_top, peak / 2);
  const auto first = FirstInAir(samples, sign * coarse_s, ground_top);
  if (!first) return std::nullopt;
  const auto air = samples.begin() + static_cast<std::ptrdiff_t>(*first);
  const double last_ground = std::prev(air)->first;
  const double first_air = air->first;

  double n = 0;
  double mean_x = 0;
  double mean_y = 0;
  auto line_end = air;
  for (; line_end != samples.end() && (line_end->second <= line_top || n < 2); ++line_end) {
    n += 1;
    mean_x += (line_end->first - mean_x) / n;
    mean_y += (line_end->second - mean_y) / n;
  }
  double sxx = 0;
  double sxy = 0;
  for (auto it = air; it != line_end; ++it) {
    sxx += (it->first - mean_x) * (it->first - mean_x);
    sxy += (it->first - mean_x) * (it->second - mean_y);
  }
  LiftFit fit;
  fit.samples = static_cast<int>(n);
  fit.bracket_s = first_air - last_ground;
  fit.slope = sxx > 0 ? sxy / sxx : 0;
  fit.slope_assumed = !(fit.slope > kSlowest && fit.slope < kFastest);
  if (fit.slope_assumed) fit.slope = kTypicalSlope;
  // The last sample on the ground may be in the air already, by the lift it has.
  const double ground_lift = std::max(0.0, std::prev(air)->second);
  fit.t_s = sign * std::clamp(mean_x - mean_y / fit.slope, last_ground - ground_lift / fit.slope,
                              first_air);
  return fit;
}

std::optional<HingeFit> FitHinge(const Signal& lift, ContactEnd end, double coarse_s,
                                 const HingeOptions& options) {
  const double gravity_statures_s2 = options.gravity_statures_s2;
  const bool takeoff = end == ContactEnd::kTakeoff;
  std::vector<Sample> samples = FromGroundToAir(lift, end);
  const double sign = takeoff ? 1 : -1;
  const auto first_air = FirstInAir(samples, sign * coarse_s, kGroundTop);
  if (!first_air) return std::nullopt;
  const double last_ground = samples[*first_air - 1].first;
  const double air = samples[*first_air].first;

  std::vector<Sample> used;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].first < last_ground - kHingeGround_s) continue;
    used.push_back(samples[i]);
    if (i >= *first_air && samples[i].second > options.top) break;
  }
  // Given the instant, the lift is linear in the speed: lift = speed * reach - fall.
  const auto reach_and_fall = [&](double tau) -> std::pair<double, double> {
    if (tau <= 0) return {0, 0};
    if (!takeoff) return {tau, gravity_statures_s2 * tau * tau / 2};
    if (tau < kToeRoll_s) return {tau * tau / (2 * kToeRoll_s), 0};
    const double after = tau - kToeRoll_s;
    return {tau - kToeRoll_s / 2, gravity_statures_s2 * after * after / 2};
  };
  const double typical =
      (takeoff ? kTakeoffShare : kTouchdownShare) * options.speed.value_or(kBodySpeed);
  struct Solution {
    double cost = std::numeric_limits<double>::infinity();
    double speed = 0;
  };
  // `scatter` of the samples; the prior stays as it is.
  const auto solve = [&](double t0, double scatter) {
    const double sharpness = std::pow(kHingeScatter / scatter, 2);
    Solution best;
    best.speed = typical;
    for (int pass = 0; pass < 4; ++pass) {
      double weight_sum = 1 / (kSpeedSpread * kSpeedSpread);
      double pull = typical * weight_sum;
      best.cost = 0;
      for (const auto& [t, v] : used) {
        const auto [reach, fall] = reach_and_fall(t - t0);
        const double z = (v - best.speed * reach + fall) / kHingeScatter;
        const double weight = 1 / std::sqrt(1 + z * z) / (scatter * scatter);
        best.cost += sharpness * 2 * (std::sqrt(1 + z * z) - 1);
        weight_sum += weight * reach * reach;
        pull += weight * reach * (v + fall);
      }
      const double away = (best.speed - typical) / kSpeedSpread;
      best.cost += away * away;
      best.speed = std::clamp(pull / weight_sum, kSlowestHinge, kFastestHinge);
    }
    return best;
  };
  constexpr double kStep_s = 0.0005;
  constexpr double kBend_s = 0.002;
  // What is taken for the ground may be a slow foot just above it.
  const double rise = (takeoff ? kToeRoll_s / 2 : 0) + kGroundTop / kSlowestHinge;
  const double earliest = last_ground - std::max(rise + kHingeMargin_s, air - last_ground);
  const int steps = static_cast<int>((air - earliest) / kStep_s);
  std::vector<Solution> grid;
  grid.reserve(static_cast<std::size_t>(steps) + 1);
  for (int i = 0; i <= steps; ++i) grid.push_back(solve(earliest + i * kStep_s, kHingeScatter));
  const auto best = std::ranges::min_element(grid, {}, &Solution::cost) - grid.begin();
  double t0 = earliest + static_cast<double>(best) * kStep_s;
  if (best > 0 && best + 1 < std::ssize(grid)) {
    const auto k = static_cast<std::size_t>(best);
    const double bend = grid[k - 1].cost + grid[k + 1].cost - 2 * grid[k].cost;
    if (bend > 0) {
      t0 += kStep_s * std::clamp((grid[k - 1].cost - grid[k + 1].cost) / (2 * bend), -0.5, 0.5);
    }
  }
  const Solution here = solve(t0, kHingeScatter);
  HingeFit fit;
  fit.speed = here.speed;
  // As unsure as the samples scatter about it. The cost has a kink at every sample: its bend is
  // taken over a longer way than a step.
  double squares = kUsualWeight * kUsualScatter * kUsualScatter;
  for (const auto& [t, v] : used) {
    const auto [reach, fall] = reach_and_fall(t - t0);
    const double off = v - fit.speed * reach + fall;
    squares += off * off / std::hypot(1, off / kHingeScatter);
  }
  const double scatter = std::sqrt(squares / (kUsualWeight + static_cast<double>(used.size())));
  const auto cost_at = [&](double t) { return solve(t, scatter).cost; };
  const double bend = cost_at(t0 - kBend_s) + cost_at(t0 + kBend_s) - 2 * cost_at(t0);
  fit.u_s = bend > 0 ? kBend_s * std::sqrt(2 / bend) : kUniform * (air - last_ground);
  fit.t_s = sign * t0;
  fit.last_ground_s = sign * last_ground;
  fit.first_air_s = sign * air;
  return fit;
}

namespace {

HingeOptions HingeOf(const FlightSketch& flight) {
  const double stature_m = flight.stature_m.value_or(kAdultStature_m);
  HingeOptions options{.gravity_statures_s2 = kGravity / stature_m, .speed = {}};
  if (flight.speed_m_s) options.speed = *flight.speed_m_s / stature_m;
  return options;
}

/// By feet that keep to the shoe: the hinge of their lift, as unsure as they are restless on the
/// ground beside it.
std::optional<Estimate> HingeOfFeet(const Signal& lift, ContactEnd end, double coarse_s,
                                    const FlightSketch& flight) {
  const bool takeoff = end == ContactEnd::kTakeoff;
  HingeOptions options = HingeOf(flight);
  options.top = kSteadyTop;
  const auto fit = FitHinge(lift, end, coarse_s, options);
  if (!fit) return std::nullopt;
  double creep = 0;
  for (std::size_t i = 0; i < lift.size(); ++i) {
    const double on_ground = takeoff ? fit->t_s - lift.t_s[i] : lift.t_s[i] - fit->t_s;
    if (on_ground >= 0 && on_ground < kRoll_s) creep = std::max(creep, std::abs(lift.value[i]));
  }
  const bool short_contact = std::isfinite(takeoff ? flight.ground_begin_s : flight.ground_end_s);
  const double level_u = short_contact ? kShortHingeU_s : 0;
  return Estimate{fit->t_s,
                  std::hypot(std::hypot(kHingeU_s, level_u), fit->u_s, creep / kTypicalSlope)};
}

/// By the lift of a toe over its own level on the ground.
std::optional<Estimate> ToeLeaves(const Signal& lift, const PoseModelErrors& errors,
                                  const FlightSketch& flight) {
  if (!errors.toes_lead) {
    return HingeOfFeet(lift, ContactEnd::kTakeoff, flight.coarse_takeoff_s, flight);
  }
  const auto t = UpwardCrossing(lift, kToeLift, flight.coarse_takeoff_s - kSureGround_s);
  if (!t) return std::nullopt;
  const bool short_contact = std::isfinite(flight.ground_begin_s);
  return Estimate{*t - errors.toe_lift_lag_s,
                  std::hypot(kLandmarkTakeoffU_s, short_contact ? kShortContactU_s : 0)};
}

/// By the lift of the lower one of toe and heel.
std::optional<Estimate> FootMeets(const Signal& lift, const PoseModelErrors& errors,
                                  const FlightSketch& flight) {
  if (!errors.toes_lead) {
    return HingeOfFeet(lift, ContactEnd::kTouchdown, flight.coarse_landing_s, flight);
  }
  const auto fit =
      FitLift(lift, ContactEnd::kTouchdown, flight.coarse_landing_s, kLandmarkTouchdown);
  if (!fit) return std::nullopt;
  return Estimate{fit->t_s - errors.falling_foot_lag_s, kLandmarkTouchdownU_s};
}

}  // namespace

std::optional<ContactInstant> ContactByLandmarks(const BodyTrack& body, const View& view,
                                                 const FlightSketch& flight, ContactEnd end) {
  const bool takeoff = end == ContactEnd::kTakeoff;
  std::vector<double> instants;
  double u = 0;
  double noise = 0;
  const auto add = [&](const std::optional<Estimate>& seen) {
    if (!seen) return;
    instants.push_back(seen->value);
    u = std::max(u, seen->u);
  };
  for (const Side side : SidesToUse(view)) {
    const SideIds& ids = IdsOf(side);
    if (takeoff) {
      const double begin = flight.standing_begin_s.value_or(flight.coarse_takeoff_s - 0.3);
      const double until = flight.standing_end_s.value_or(flight.coarse_takeoff_s - 0.1);
      const Signal toe = Lift(body, ids.toe, begin, until + 1e-6, flight.stature_px);
      add(ToeLeaves(toe, body.errors(), flight));
      noise = std::max(noise, RobustDeviation(Slice(toe, begin, until).value));
    } else {
      const double begin = flight.coarse_landing_s + kRestBegin_s;
      const double until = std::min(begin + kRest_s, flight.ground_end_s - kOtherEnd_s);
      Signal lower = Lift(body, ids.toe, begin, until, flight.stature_px);
      const Signal heel = Lift(body, ids.heel, begin, until, flight.stature_px);
      for (std::size_t i = 0; i < lower.size(); ++i)
        lower.value[i] = std::min(lower.value[i], heel.value[i]);
      add(FootMeets(lower, body.errors(), flight));
      noise = std::max(noise, RobustDeviation(Slice(lower, begin, until).value) / 2);
    }
  }
  if (instants.empty()) return std::nullopt;
  ContactInstant instant;
  instant.t_s.value = Mean(instants);
  instant.t_s.u = std::hypot(u, FrameU(body, instant.t_s.value, kLandmarkFrameShare),
                             kNoiseShare * noise / kTypicalSlope);
  bool unsure = noise > kJittery;
  // A toe that was lost in the dark or behind something: what the detector saw is all there is.
  const double coarse = takeoff ? flight.coarse_takeoff_s : flight.coarse_landing_s;
  const double usual = coarse + (takeoff ? -kCoarseLag_s : kCoarseLag_s);
  const double farthest = kCoarseSpread_s + body.period_s();
  if (std::abs(instant.t_s.value - usual) > farthest) {
    instant.t_s = {usual, kCoarseU_s + body.period_s() / 3};
    unsure = true;
  }
  if (unsure) instant.flags.emplace_back(flag::kLowVisibility);
  instant.flags.emplace_back(flag::kLandmarksOnly);
  return instant;
}

std::optional<ContactInstant> FindContact(const BodyTrack& body, const View& view,
                                          const FlightSketch& flight, ContactEnd end,
                                          const ContactEvidence& evidence) {
  std::optional<ContactInstant> by_landmarks = ContactByLandmarks(body, view, flight, end);
  if (!by_landmarks) return std::nullopt;
  const bool takeoff = end == ContactEnd::kTakeoff;
  const double event = by_landmarks->t_s.value;
  const double sign = takeoff ? -1 : 1;  // towards the ground
  const double period = body.period_s();
  const double ground_near = event + sign * std::max(kSureGround_s, period);
  const double ground_far = std::clamp(ground_near + sign * kGroundSpan_s,
                                       std::min(flight.ground_begin_s + kOtherEnd_s, ground_near),
                                       std::max(flight.ground_end_s - kOtherEnd_s, ground_near));
  const double ground_begin = std::min(ground_near, ground_far);
  const double ground_end = std::max(ground_near, ground_far);
  const double flight_s = flight.coarse_landing_s - flight.coarse_takeoff_s;

  SoleRequest request;
  request.stance = FeetBox(body, ground_begin, ground_end);
  request.foot_level_px = FootLevel(body, ground_begin, ground_end);
  request.stature_px = flight.stature_px;
  request.measure_begin = Timestamp::FromSeconds(
      std::max(std::min(ground_far, event - kMeasure_s), flight.ground_begin_s));
  request.measure_end = Timestamp::FromSeconds(
      std::min(std::max(ground_far, event + kMeasure_s), flight.ground_end_s));
  request.air_begin = Timestamp::FromSeconds(
      flight.empty_begin_s.value_or(flight.coarse_takeoff_s + 0.25 * flight_s));
  request.air_end = Timestamp::FromSeconds(
      flight.empty_end_s.value_or(flight.coarse_landing_s - 0.25 * flight_s));
  request.ground_begin = Timestamp::FromSeconds(ground_begin);
  request.ground_end = Timestamp::FromSeconds(ground_end);
  const SoleTrace trace = evidence.Sole(request);
  if (trace.samples.empty()) return by_landmarks;
  if (trace.camera_motion_px > kCameraMotion * flight.stature_px) {
    by_landmarks->flags.emplace_back(flag::kMovingCamera);
    return by_landmarks;
  }
  if (trace.ground_mad_px > kRestless * flight.stature_px) return by_landmarks;

  Signal lift;
  for (const SoleSample& sample : trace.samples) {
    if (sample.visible) lift.Push(sample.t.Seconds(), sample.lift_px / flight.stature_px);
  }
  const double stature_m = flight.stature_m.value_or(kAdultStature_m);
  if (FastestRise(lift, event - kFitReach_s, event + kFitReach_s) > kFastestStep_m_s / stature_m) {
    return by_landmarks;
  }
  // Start where the sole surely is in the air and go towards the event.
  const double in_air = event - sign * std::max(0.03, period);
  const auto fit = FitHinge(lift, end, in_air, HingeOf(flight));
  if (!fit || std::abs(fit->first_air_s - fit->last_ground_s) > 2.5 * period) return by_landmarks;
  const double t = fit->t_s;
  if (std::abs(t - event) > kDisagreement_s) {
    // One of them is wrong, and which cannot be told here: as unsure as they are apart.
    by_landmarks->flags.emplace_back(flag::kContactDisagreement);
    by_landmarks->t_s.u = std::hypot(by_landmarks->t_s.u, (t - event) / 2);
    return by_landmarks;
  }
  ContactInstant instant;
  instant.from_pixels = true;
  instant.t_s.value = t;
  const double restless_s = trace.ground_mad_px / flight.stature_px / kTypicalSlope;
  const double oblique_s = view.IsSide() ? 0 : kObliqueU_s;
  instant.t_s.u = std::hypot(std::hypot(kHingeU_s, oblique_s, restless_s), fit->u_s,
                             FrameU(body, t, kHingeFrameShare));
  return instant;
}

}  // namespace plyo
