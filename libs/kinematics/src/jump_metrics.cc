#include "plyo/kinematics/jump_metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/joint_angles.h"

namespace plyo {
namespace {

constexpr Joint kJoints[] = {Joint::kHip, Joint::kKnee, Joint::kAnkle};
constexpr std::string_view kLowest = "lowest_point";
constexpr std::string_view kTakeoff = "takeoff";

// The CoM's own uncertainty against another posture, in statures: the landmarks' pose-dependent
// error (bench/accuracy).
constexpr double kPostureU = 0.0034;
// Where he stood on a box, at another place and another distance from the camera.
constexpr double kBoxStandingU = 0.02;
constexpr double kWorldAngleU = 12;  // from the model's own depth, in oblique views
// The heel lies at half of the toe's distance from the ankle, so that an error of the landmark
// turns it by more; the ankle's own error is in both.
constexpr double kByHeel = 1.6;
constexpr double kTrunkLeanU = 4;
constexpr double kVisible = 0.5;

/// Of an angle read off the picture with the standing offset removed, degrees.
double AngleU(const PoseModelErrors& errors, Joint joint) {
  return joint == Joint::kHip    ? errors.hip_angle_u_deg
         : joint == Joint::kKnee ? errors.knee_angle_u_deg
                                 : errors.ankle_angle_u_deg;
}

std::string SideName(Side side) { return side == Side::kLeft ? "left" : "right"; }

std::string Capital(std::string_view word) {
  std::string text(word);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  std::ranges::replace(text, '_', ' ');
  return text;
}

/// One side's angle over the track, or at an instant, with what is to be said of it.
struct AngleReading {
  std::optional<double> value;
  std::string_view reason;
  double u = 0;
  std::vector<std::string> flags;
};

bool Seen(const Jump& jump, Side side, Joint joint) {
  const SideIds& ids = IdsOf(side);
  const LandmarkId distal = joint == Joint::kHip ? ids.knee : ids.ankle;
  return side == jump.view.near || (!jump.view.IsSide() && jump.body.Visibility(distal) > kVisible);
}

bool StoodQuiet(const Jump& jump) { return jump.standing && jump.standing->quiet; }

bool ToeHidden(const Jump& jump, Side side) { return jump.body.Visibility(IdsOf(side).toe) < 0.3; }

bool InWorld(const Jump& jump) { return !jump.view.IsSide(); }

bool ByHeel(const Jump& jump, Side side, Joint joint) {
  return joint == Joint::kAnkle && ToeHidden(jump, side);
}

/// By the heel it is the angle and a constant of the foot, which the standing offset takes off.
Signal AngleSignal(const Jump& jump, Side side, Joint joint) {
  Signal signal;
  const bool by_heel = ByHeel(jump, side, joint);
  for (const PoseFrame& frame : jump.body.frames()) {
    signal.Push(frame.t.Seconds(), InWorld(jump) ? AngleInWorld(frame, side, joint)
                                   : by_heel     ? HeelTurnInImage(frame, side, jump.view.facing)
                                                 : AngleInImage(frame, side, joint));
  }
  return signal;
}

/// What is read too much while the athlete stands; 0 where it is not known.
double StandingOffset(const Jump& jump, const Signal& angle, Joint joint) {
  if (!StoodQuiet(jump)) return 0;
  const Signal still = Slice(angle, jump.standing->begin_s, jump.standing->end_s + 1e-9);
  return still.empty() ? 0 : Median(still.value) - StandingAngle(joint);
}

AngleReading ReadAngle(const Jump& jump, Side side, Joint joint, const AngleInstant& instant) {
  AngleReading reading;
  if (!Seen(jump, side, joint)) {
    reading.reason = reason::kFarSideHidden;
    return reading;
  }
  if (InWorld(jump) && joint == Joint::kAnkle) {
    reading.reason = reason::kObliqueView;
    return reading;
  }
  const bool by_heel = ByHeel(jump, side, joint);
  if (by_heel && !StoodQuiet(jump)) {
    reading.reason = reason::kNotSeen;
    return reading;
  }
  const Signal angle = AngleSignal(jump, side, joint);
  if (!ValueAt(angle, instant.t_s, jump.body.longest_step_s())) {
    reading.reason = reason::kGap;
    return reading;
  }
  // At take-off the joints fly apart: a short straight line keeps the instant; at the lowest point
  // they turn: a wider parabola.
  const bool turning = instant.id == kLowest;
  // The ankle opens by more than 400 degrees a second.
  const double lag_s =
      joint == Joint::kAnkle && !turning ? jump.body.errors().falling_foot_lag_s : 0;
  const auto fit = FitLocally(angle, instant.t_s + lag_s, turning ? 0.06 : 0.03, turning ? 2 : 1);
  if (!fit) {
    reading.reason = reason::kGap;
    return reading;
  }
  reading.value = fit->value - StandingOffset(jump, angle, joint);
  reading.u = InWorld(jump) ? kWorldAngleU : AngleU(jump.body.errors(), joint);
  if (StoodQuiet(jump)) {
    reading.flags.emplace_back(flag::kStandingOffsetRemoved);
  } else {
    reading.u *= 1.6;
  }
  if (InWorld(jump))
    reading.flags.emplace_back(jump.view.IsFront() ? flag::kFrontView : flag::kObliqueView);
  if (by_heel) {
    reading.u *= kByHeel;
    reading.flags.emplace_back(flag::kHeelFallback);
  }
  const AngleBounds bounds = PhysiologicalBounds(joint);
  if (*reading.value < bounds.min_deg || *reading.value > bounds.max_deg) {
    reading.flags.emplace_back(flag::kOutsideBounds);
  }
  return reading;
}

void SetReading(MetricTable& table, const std::string& id, const AngleReading& reading, double t) {
  if (reading.value) {
    table.Set(id, {*reading.value, reading.u}, {t, t}, reading.flags);
  } else {
    table.SetAbsent(id, reading.reason);
  }
}

/// A figure and what is to be said of it.
struct Flagged {
  Estimate estimate;
  std::vector<std::string> flags;
};

/// How far the CoM rises above standing, m, where the athlete was seen to stand and there is a
/// scale.
std::optional<Flagged> ComRise(const Jump& jump) {
  if (jump.com_rise)
    return Flagged{{*jump.com_rise->value, *jump.com_rise->u}, jump.com_rise->flags};
  if (!jump.scale.known() || !jump.standing) return std::nullopt;
  const double value = *jump.MetresAboveStanding(jump.parabola.apex_height_px);
  const double m_per_px = *jump.scale.scale.m_per_px;
  const double posture = jump.StandingIsOnBox() ? kBoxStandingU : kPostureU;
  const Estimate rise{value, std::hypot(value * *jump.scale.scale.u_m_per_px / m_per_px,
                                        posture * jump.stature_px * m_per_px)};
  if (jump.standing_before) return Flagged{rise, {}};
  return Flagged{rise, {std::string(flag::kNoQuietStanding)}};
}

bool IsManual(const Rep& rep, std::string_view event) {
  const Event* const found = rep.FindEvent(event);
  return found != nullptr && std::ranges::find(found->flags, flag::kManual) != found->flags.end();
}

std::vector<std::string> FlagsOfFlight(const Jump& jump) {
  return FlagsOfContacts({jump.takeoff_flags, jump.landing_flags}, jump.flags);
}

std::vector<std::string> With(std::vector<std::string> flags, std::string_view one_more) {
  flags.emplace_back(one_more);
  return flags;
}

/// The height that Sayers et al. (1999) put into their regression, of a jump-and-reach test: from
/// standing, and not from take-off, where the heels are up already.
Flagged JumpAndReach(const Jump& jump) {
  if (const auto rise = ComRise(jump)) return *rise;
  constexpr Estimate kOnToes_m{0.09, 0.04};
  const Estimate& height = jump.flight.height_m;
  return {{height.value + kOnToes_m.value, std::hypot(height.u, kOnToes_m.u)}, FlagsOfFlight(jump)};
}

}  // namespace

MetricDescriptor DescribeMetric(std::string id, std::string unit, std::string label,
                                std::string text, int decimals, double min, double max,
                                bool headline, Better better) {
  return {.id = std::move(id),
          .unit = std::move(unit),
          .label = std::move(label),
          .text = std::move(text),
          .decimals = decimals,
          .headline = headline,
          .min = min,
          .max = max,
          .better = better};
}

std::vector<EventDescriptor> FlightEventDescriptors() {
  return {
      {"takeoff", "Take-off", "Last contact of a toe.", true},
      {"apex", "Apex", "The centre of mass is highest.", true},
      {"landing", "Landing", "First contact of a toe or heel.", true},
      {"landing_lowest_point", "Landing lowest point", "End of absorption.", false},
      {"stand_again", "Standing again", "The athlete is quiet again.", false},
  };
}

std::vector<MetricDescriptor> FlightMetricDescriptors() {
  return {
      DescribeMetric("jump_height", "m", "Jump height",
                     "Rise of the centre of mass from the take-off instant to the apex, v²/2g.", 3,
                     0.02, 1.3, true, Better::kMore),
      DescribeMetric(
          "jump_height_flight_time", "m", "Jump height by flight time",
          "g·t²/8 of the flight time; differs from the jump height where the landing posture "
          "differs.",
          3, 0.02, 1.5),
      DescribeMetric("flight_time", "s", "Flight time", "Landing minus take-off.", 3, 0.1, 1.1,
                     true, Better::kMore),
      DescribeMetric("takeoff_velocity", "m/s", "Take-off velocity",
                     "Vertical velocity of the centre of mass at take-off.", 2, 0.5, 5.2, true,
                     Better::kMore),
      DescribeMetric(
          "com_rise", "m", "Rise above standing",
          "Height of the centre of mass at the apex above quiet standing: what a watcher sees.", 3,
          0.02, 1.5, true, Better::kMore),
  };
}

std::vector<MetricDescriptor> AngleMetricDescriptors(const std::vector<std::string>& instants) {
  std::vector<MetricDescriptor> all;
  for (const std::string& instant : instants) {
    const std::string at = instant == kTakeoff  ? "take-off"
                           : instant == kLowest ? "lowest point"
                                                : instant;
    for (const Joint joint : kJoints) {
      const std::string name(JointName(joint));
      const AngleBounds bounds = PhysiologicalBounds(joint);
      all.push_back(DescribeMetric(
          name + "_angle_" + instant, "deg", Capital(name) + " angle at " + at,
          "Straight is 180; the mean of both sides where both are seen, else the near one.", 0,
          bounds.min_deg, bounds.max_deg, instant != "landing"));
    }
    all.push_back(DescribeMetric(
        "trunk_lean_" + instant, "deg", "Trunk lean at " + at,
        "Middle of hips to middle of shoulders against the vertical, forward positive.", 0, -60,
        110));
    for (const Side side : {Side::kLeft, Side::kRight}) {
      for (const Joint joint : kJoints) {
        const std::string name(JointName(joint));
        const AngleBounds bounds = PhysiologicalBounds(joint);
        all.push_back(DescribeMetric(SideName(side) + "_" + name + "_angle_" + instant, "deg",
                                     Capital(SideName(side)) + " " + name + " angle at " + at,
                                     "Straight is 180.", 0, bounds.min_deg, bounds.max_deg));
      }
    }
    all.push_back(DescribeMetric("asymmetry_knee_angle_" + instant, "%", "Knee asymmetry at " + at,
                                 "(right - left) / larger, where both sides are seen well enough.",
                                 1, -60, 60));
  }
  for (const Joint joint : kJoints) {
    const std::string name(JointName(joint));
    all.push_back(DescribeMetric(name + "_extension_rom", "deg", Capital(name) + " extension",
                                 "Angle at take-off minus angle at the lowest point.", 0, -20,
                                 150));
  }
  return all;
}

std::vector<MetricDescriptor> KineticMetricDescriptors() {
  return {
      DescribeMetric(
          "peak_power", "W", "Peak power",
          "60.7·rise above standing(cm) + 45.3·mass - 2055 (Sayers 1999); needs the mass.", 0, 200,
          12000),
      DescribeMetric(
          "mean_power", "W", "Mean power",
          "Over the push-off: mean force times mean velocity (Samozino 2008); needs the mass.", 0,
          100, 8000),
      DescribeMetric(
          "mean_force", "N", "Mean force",
          "Over the push-off: m·g·(height / push-off distance + 1) (Samozino 2008); needs the "
          "mass.",
          0, 200, 8000),
      DescribeMetric("mean_velocity", "m/s", "Mean velocity",
                     "Over the push-off: half the take-off velocity, √(g·height/2); with the mean "
                     "force the jump's point on the force-velocity profile (Samozino 2008).",
                     2, 0.2, 2.5),
  };
}

MetricDescriptor LegStiffnessDescriptor() {
  return DescribeMetric("leg_stiffness", "N/m", "Leg stiffness",
                        "From contact and flight time, the body on a spring (Dalleau et al. 2004); "
                        "needs the mass.",
                        0, 1000, 80000);
}

CueRule KneeExtensionCue() {
  return {.id = "knees_short_of_extension",
          .metric = "knee_angle_takeoff",
          .side = CueSide::kBelow,
          .threshold = 160,
          .level = CueLevel::kAttention,
          .text = "Knees stop short of extension at take-off",
          .reason =
              "Bent to 160° a leg of equal thigh and shank is 1.5 % shorter than straight (1 - sin "
              "80°): 1.3 cm of push-off given away with 0.88 m from hip to ankle; at 150° it is "
              "3.4 %."};
}

CueRule LongContactCue(CueLevel level) {
  return {.id = "long_contact",
          .metric = "contact_time",
          .side = CueSide::kAbove,
          .threshold = 0.25,
          .level = level,
          .text = "On the ground for longer than a fast rebound",
          .reason =
              "Contacts of more than 250 ms are slow stretch-shortening cycles (Schmidtbleicher "
              "1992)."};
}

std::optional<Estimate> InstantOf(const Rep& rep, std::string_view event) {
  const Event* const found = rep.FindEvent(event);
  if (!found) return std::nullopt;
  return Estimate{found->t_s, found->u_s};
}

std::optional<Jump> JumpOfEvents(const Rep& rep) {
  const auto takeoff = InstantOf(rep, "takeoff");
  const auto apex = InstantOf(rep, "apex");
  const auto landing = InstantOf(rep, "landing");
  if (!takeoff || !apex || !landing) return std::nullopt;
  std::optional<Jump> jump(std::in_place, BodyTrack({}, Sex::kUnknown, {}));
  jump->lowest_s = InstantOf(rep, kLowest).value_or(*takeoff);
  jump->flight = FlightOf(*takeoff, *apex, *landing);
  // The highest point was seen, and does not follow from the instants.
  const Metric* rise = rep.FindMetric("com_rise");
  if (rise && rise->value && rise->u) {
    jump->com_rise = *rise;
    std::erase(jump->com_rise->flags, flag::kImplausible);  // by the table
    for (const char* id : {"takeoff", "apex", "landing"})
      if (IsManual(rep, id)) AddOnce(jump->com_rise->flags, flag::kManual);
  }
  jump->scale.scale = rep.scale;
  jump->flags = rep.flags;
  jump->takeoff_flags = rep.FindEvent("takeoff")->flags;
  jump->landing_flags = rep.FindEvent("landing")->flags;
  return jump;
}

void KeepMetric(const Rep& rep, std::string_view id,
                std::initializer_list<std::string_view> read_at, MetricTable& table) {
  const Metric* const metric = rep.FindMetric(id);
  if (metric == nullptr || !metric->value || !metric->u) return;
  if (std::ranges::any_of(read_at, [&](std::string_view event) { return IsManual(rep, event); }))
    return;
  table.Set(id, {*metric->value, *metric->u}, {metric->begin_s, metric->end_s}, metric->flags);
}

Event MakeEvent(const Jump& jump, std::string_view id, const Estimate& t_s,
                std::vector<std::string> flags) {
  return {.id = std::string(id),
          .t_s = t_s.value,
          .u_s = t_s.u,
          .frame = jump.body.FrameAt(t_s.value),
          .flags = std::move(flags)};
}

void AddFlightEvents(const Jump& jump, std::vector<Event>& events) {
  events.push_back(MakeEvent(jump, "takeoff", jump.flight.takeoff_s, jump.takeoff_flags));
  events.push_back(MakeEvent(jump, "apex", jump.flight.apex_s));
  events.push_back(MakeEvent(jump, "landing", jump.flight.landing_s, jump.landing_flags));
  if (jump.landing_lowest_s) {
    events.push_back(MakeEvent(jump, "landing_lowest_point", {*jump.landing_lowest_s, 0.02}));
  }
  if (jump.stand_again_s) {
    events.push_back(MakeEvent(jump, "stand_again", {*jump.stand_again_s, 0.05}));
  }
}

void AddPhase(std::string_view id, double begin_s, double end_s, std::vector<Phase>& phases) {
  if (end_s > begin_s) phases.push_back({std::string(id), begin_s, end_s});
}

void AddFlightPhases(const Jump& jump, std::vector<Phase>& phases) {
  const double landing = jump.flight.landing_s.value;
  AddPhase("flight", jump.flight.takeoff_s.value, landing, phases);
  AddPhase("absorption", landing,
           jump.landing_lowest_s.value_or(jump.stand_again_s.value_or(landing)), phases);
}

std::vector<std::string> FlagsOfContacts(std::initializer_list<std::vector<std::string>> events,
                                         const std::vector<std::string>& repetition) {
  std::vector<std::string> flags;
  for (const auto& of_event : events) {
    for (const std::string& f : of_event) AddOnce(flags, f);
  }
  for (const std::string_view f : {flag::kSuspectedSlowMotion, flag::kLowFrameRate}) {
    if (std::ranges::find(repetition, f) != repetition.end()) AddOnce(flags, f);
  }
  return flags;
}

void SetDuration(std::string_view id, const Estimate& begin_s, const Estimate& end_s,
                 MetricTable& table, std::vector<std::string> flags) {
  table.Set(id, {end_s.value - begin_s.value, std::hypot(begin_s.u, end_s.u)},
            {begin_s.value, end_s.value}, std::move(flags));
}

void SetFlightMetrics(const Jump& jump, MetricTable& table) {
  const Flight& flight = jump.flight;
  const MetricTable::Range range{flight.takeoff_s.value, flight.landing_s.value};
  std::vector<std::string> flags = FlagsOfFlight(jump);
  table.Set("jump_height", flight.height_m, range, flags);
  table.Set("flight_time", flight.flight_time_s, range, flags);
  table.Set("takeoff_velocity", flight.takeoff_velocity_m_s, range, flags);
  if (std::abs(flight.flight_time_height_m.value - flight.height_m.value) > kPostureApart_m) {
    flags.emplace_back(flag::kLandingPosture);
  }
  table.Set("jump_height_flight_time", flight.flight_time_height_m, range, flags);

  if (const auto rise = ComRise(jump)) {
    const MetricTable::Range seen =
        jump.com_rise ? MetricTable::Range{jump.com_rise->begin_s, jump.com_rise->end_s}
                      : MetricTable::Range{std::min(jump.standing->begin_s, range.begin_s),
                                           std::max(jump.standing->end_s, range.end_s)};
    table.Set("com_rise", rise->estimate, seen, rise->flags);
  } else if (!jump.scale.known()) {
    table.SetAbsent("com_rise", reason::kNoScale);
  }
}

void SetConcentricMetrics(const Jump& jump, MetricTable& table) {
  const Estimate& takeoff = jump.flight.takeoff_s;
  SetDuration("concentric_duration", jump.lowest_s, takeoff, table,
              FlagsOfContacts({jump.takeoff_flags}, jump.flags));
  if (!jump.scale.known()) {
    table.SetAbsent("peak_concentric_velocity", reason::kNoScale);
    return;
  }
  if (jump.body.GapIn(jump.lowest_s.value, takeoff.value) > 0) {
    table.SetAbsent("peak_concentric_velocity", reason::kGap);
    return;
  }
  double fastest = 0;
  double fastest_s = takeoff.value;
  constexpr int kSteps = 50;
  for (int i = 1; i < kSteps; ++i) {
    const double t = std::lerp(jump.lowest_s.value, takeoff.value, static_cast<double>(i) / kSteps);
    const double v = jump.Velocity(t).value_or(0);
    if (v > fastest) {
      fastest = v;
      fastest_s = t;
    }
  }
  if (fastest <= 0) return;
  const double relative = *jump.scale.scale.u_m_per_px / *jump.scale.scale.m_per_px;
  table.Set("peak_concentric_velocity", {fastest, std::hypot(0.1, fastest * relative)},
            {fastest_s, fastest_s}, FlagsOfContacts({}, jump.flags));
}

void SetAngleMetrics(const Jump& jump, const std::vector<AngleInstant>& instants,
                     MetricTable& table) {
  std::map<std::pair<Joint, std::string>, AngleReading> means;
  for (const AngleInstant& instant : instants) {
    for (const Joint joint : kJoints) {
      const std::string id = std::string(JointName(joint)) + "_angle_" + instant.id;
      const AngleReading left = ReadAngle(jump, Side::kLeft, joint, instant);
      const AngleReading right = ReadAngle(jump, Side::kRight, joint, instant);
      SetReading(table, "left_" + id, left, instant.t_s);
      SetReading(table, "right_" + id, right, instant.t_s);
      AngleReading mean = jump.view.near == Side::kLeft ? left : right;
      if (left.value && right.value) {
        mean.value = (*left.value + *right.value) / 2;
      } else if (mean.value) {
        mean.flags.emplace_back(flag::kNearSide);
      }
      SetReading(table, id, mean, instant.t_s);
      means[{joint, instant.id}] = mean;
      if (joint == Joint::kKnee) {
        const std::string asymmetry = "asymmetry_" + id;
        if (left.value && right.value && jump.view.IsFront()) {
          const double larger = std::max(*left.value, *right.value);
          const double u = 100 * std::hypot(left.u, right.u) / larger;
          table.Set(asymmetry, {100 * (*right.value - *left.value) / larger, u},
                    {instant.t_s, instant.t_s}, left.flags);
        } else {
          table.SetAbsent(asymmetry,
                          jump.view.IsSide() ? reason::kFarSideHidden : reason::kObliqueView);
        }
      }
    }
    const std::string lean = "trunk_lean_" + instant.id;
    if (jump.view.IsSide()) {
      Signal signal;
      for (const PoseFrame& frame : jump.body.frames()) {
        signal.Push(frame.t.Seconds(), TrunkLean(frame, jump.view.facing));
      }
      const auto fit = FitLocally(signal, instant.t_s, 0.05, 1);
      if (fit) table.Set(lean, {fit->value, kTrunkLeanU}, {instant.t_s, instant.t_s});
    } else {
      table.SetAbsent(lean, reason::kObliqueView);
    }
  }
  for (const Joint joint : kJoints) {
    const auto low = means.find({joint, std::string(kLowest)});
    const auto high = means.find({joint, std::string(kTakeoff)});
    const std::string id = std::string(JointName(joint)) + "_extension_rom";
    if (low == means.end() || high == means.end()) continue;
    if (!low->second.value || !high->second.value) {
      table.SetAbsent(id, low->second.value ? high->second.reason : low->second.reason);
      continue;
    }
    const auto at = [&instants](std::string_view wanted) {
      return std::ranges::find(instants, wanted, &AngleInstant::id)->t_s;
    };
    table.Set(id, {*high->second.value - *low->second.value, 1.2 * low->second.u},
              {at(kLowest), at(kTakeoff)}, low->second.flags);
  }
}

/// What the means of Samozino et al. (2008), over the distance of a push with one force, err by
/// beside a plate's over its time, as shares. A countermovement begins the push with the largest
/// force, so that a plate's means are larger: speed by 10 to 30 %, force by 7 to 10 %.
struct SamozinoError {
  double velocity, force, power;
};

SamozinoError ErrorOfSamozino(const Jump& jump) {
  if (jump.hold && !jump.DipsAfterHold()) return {.velocity = 0.07, .force = 0.03, .power = 0.08};
  return {.velocity = 0.16, .force = 0.08, .power = 0.16};
}

void SetKineticMetrics(const Jump& jump, std::optional<double> mass_kg, MetricTable& table) {
  const Estimate& height = jump.flight.height_m;
  const SamozinoError error = ErrorOfSamozino(jump);
  const MetricTable::Range range{jump.lowest_s.value, jump.flight.landing_s.value};
  const double velocity = std::sqrt(kGravity * height.value / 2);
  const double u_velocity = velocity * height.u / (2 * height.value);
  const std::vector<std::string> flags = With(FlagsOfFlight(jump), flag::kSamozino2008);
  table.Set("mean_velocity", {velocity, std::hypot(u_velocity, error.velocity * velocity)}, range,
            flags);
  if (!mass_kg) {
    for (const char* id : {"peak_power", "mean_power", "mean_force"})
      table.SetAbsent(id, reason::kMassNotGiven);
    return;
  }
  // The standard error of the regression of Sayers et al. (1999) is 355 W.
  const auto [reach, reach_flags] = JumpAndReach(jump);
  table.Set("peak_power",
            {60.7 * reach.value * 100 + 45.3 * *mass_kg - 2055, std::hypot(355, 6070 * reach.u)},
            range, With(reach_flags, flag::kSayers1999));
  const auto at_takeoff = FitLocally(jump.body.com_height(), jump.flight.takeoff_s.value, 0.05, 1);
  if (!jump.scale.known() || !at_takeoff) {
    const std::string_view reason = !jump.scale.known()          ? reason::kNoScale
                                    : jump.body.frames().empty() ? reason::kNeedsLandmarks
                                                                 : reason::kGap;
    for (const char* id : {"mean_power", "mean_force"}) table.SetAbsent(id, reason);
    return;
  }
  const double m_per_px = *jump.scale.scale.m_per_px;
  const double push_off = (at_takeoff->value - jump.lowest_height_px.value) * m_per_px;
  const double u_push_off = std::hypot(0.012, push_off * *jump.scale.scale.u_m_per_px / m_per_px);
  if (push_off < 0.05) return;
  const double force = *mass_kg * kGravity * (height.value / push_off + 1);
  const double u_force =
      *mass_kg * kGravity *
      std::hypot(height.u / push_off, height.value * u_push_off / (push_off * push_off));
  table.Set("mean_force", {force, std::hypot(u_force, error.force * force)}, range, flags);
  const double power = force * velocity;
  table.Set("mean_power",
            {power, std::hypot(u_force * velocity, force * u_velocity, error.power * power)}, range,
            flags);
}

Estimate LegStiffness(double mass_kg, const Estimate& contact_s, const Estimate& flight_s) {
  const auto stiffness = [mass_kg](double contact, double flight) {
    const double both = contact + flight;
    return mass_kg * std::numbers::pi * both /
           (contact * contact * (both / std::numbers::pi - contact / 4));
  };
  const double value = stiffness(contact_s.value, flight_s.value);
  return {value, std::hypot(stiffness(contact_s.value + contact_s.u, flight_s.value) - value,
                            stiffness(contact_s.value, flight_s.value + flight_s.u) - value)};
}

void SetLegStiffness(const Estimate& contact_time_s, const Jump& jump,
                     std::optional<double> mass_kg, std::vector<std::string> flags,
                     MetricTable& table) {
  if (!mass_kg) {
    table.SetAbsent("leg_stiffness", reason::kMassNotGiven);
    return;
  }
  table.Set("leg_stiffness", LegStiffness(*mass_kg, contact_time_s, jump.flight.flight_time_s),
            {jump.flight.takeoff_s.value - contact_time_s.value, jump.flight.landing_s.value},
            With(std::move(flags), flag::kDalleau2004));
}

std::vector<Trace> JumpTraces(const Jump& jump) {
  std::vector<Trace> traces;
  const Signal& com = jump.body.com_height();
  if (jump.scale.known() && jump.standing) {
    Trace displacement{.id = "com_displacement", .unit = "m", .t_s = {}, .value = {}};
    Trace velocity{.id = "com_velocity", .unit = "m/s", .t_s = {}, .value = {}};
    for (std::size_t i = 0; i < com.size(); ++i) {
      displacement.t_s.push_back(com.t_s[i]);
      displacement.value.push_back(*jump.MetresAboveStanding(com.value[i]));
      velocity.t_s.push_back(com.t_s[i]);
      velocity.value.push_back(
          jump.Velocity(com.t_s[i]).value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    traces.push_back(std::move(displacement));
    traces.push_back(std::move(velocity));
  }
  for (const Joint joint : kJoints) {
    if (InWorld(jump) && joint == Joint::kAnkle) continue;
    if (ByHeel(jump, jump.view.near, joint) && !StoodQuiet(jump)) continue;
    const Signal angle = AngleSignal(jump, jump.view.near, joint);
    const double offset = StandingOffset(jump, angle, joint);
    const Signal smooth = Smooth(angle, 0.04, 2);
    Trace trace{.id = std::string(JointName(joint)) + "_angle",
                .unit = "deg",
                .t_s = smooth.t_s,
                .value = smooth.value};
    for (double& v : trace.value) v -= offset;
    traces.push_back(std::move(trace));
  }
  return traces;
}

}  // namespace plyo
