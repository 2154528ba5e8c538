#include "steps.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue.h"
#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/joint_angles.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/scale.h"
#include "plyo/kinematics/step_metrics.h"

// Definitions, formulas and sources in running.md.
namespace plyo::sports::running {
namespace {

// Of the scale: people's segments, and what a running body shows of them.
constexpr double kScaleU = 0.025;
constexpr double kOscillationU_m = 0.004;
constexpr double kObliqueOscillationU_m = 0.009;
constexpr double kReachU_m = 0.025;
constexpr double kSmooth_s = 0.04;
constexpr double kPitchU_deg = 5;
constexpr double kKneeU_deg = 9;
constexpr double kLeanU_deg = 4;
constexpr double kFarSide = 1.5;  // as much wider for the leg behind the other
// DEFINITIONS: the classes of a foot strike.
constexpr double kHeelAbove_deg = 5;
constexpr double kForeBelow_deg = -5;
// The whole shoe is on the ground in this share of the contact.
constexpr double kFlatBegin = 0.25;
constexpr double kFlatEnd = 0.5;
constexpr double kLegOfStature = 0.53;  // Morin et al. 2005
// The bounce over what times and weight ask for: half the speed shows a quarter of it.
constexpr double kSlowMotion = 0.55;
constexpr double kSlowMotionOfAnybody = 0.4;
constexpr double kAdultStature_m = 1.70;
// Where the ground goes through the picture at this share of the runner's speed over it, it is a
// belt.
constexpr double kBelt = 0.3;
constexpr double kWrongBelt = 0.2;  // of the speed; the feet on it tell it to 5 % from the side

// The events' ids behind the side.
constexpr std::string_view kContact = "_foot_contact";
constexpr std::string_view kToeOff = "_toe_off";

StepTimes TimesOf(const Gait& gait, std::size_t k) {
  const std::vector<Stance>& all = gait.stances;
  StepTimes times{.contact = all[k].contact_s,
                  .toe_off = all[k].toe_off_s,
                  .next_contact = {},
                  .stride_end = {}};
  if (gait.Continues(k)) {
    times.next_contact = all[k + 1].contact_s;
    if (gait.Continues(k + 1)) times.stride_end = all[k + 2].contact_s;
  }
  return times;
}

Estimate Between(const Estimate& begin, const Estimate& end) {
  return {end.value - begin.value, std::hypot(begin.u, end.u)};
}

/// Peak of half a sine of force that carries the weight over a step, in body weights.
double PeakForce(double contact_s, double flight_s) {
  return std::numbers::pi / 2 * (1 + flight_s / contact_s);
}

/// Fall of the centre of mass in contact under that force, m.
double DownIn(double contact_s, double flight_s) {
  const double square = contact_s * contact_s;
  return kGravity * square *
         (PeakForce(contact_s, flight_s) / (std::numbers::pi * std::numbers::pi) - 0.125);
}

/// What is measured in pixels in one step.
struct Seen {
  std::optional<double> bounce_px;  ///< CoM highest - lowest
  double runs_px_s = 0;             ///< of the CoM over the ground
  bool on_belt = false;
};

Seen Look(const Gait& gait, const StepTimes& times) {
  Seen seen;
  if (!times.contact) return seen;
  const double begin = times.contact->value;
  const Estimate* end = times.stride_end     ? &*times.stride_end
                        : times.next_contact ? &*times.next_contact
                        : times.toe_off      ? &*times.toe_off
                                             : nullptr;
  if (end == nullptr) return seen;
  const auto x0 = FitLocally(gait.body.com_x(), begin, kSmooth_s, 1);
  const auto x1 = FitLocally(gait.body.com_x(), end->value, kSmooth_s, 1);
  if (x0 && x1) {
    const double com = (x1->value - x0->value) / (end->value - begin);
    seen.runs_px_s = gait.view.facing * (com - gait.ground_px_s);
    seen.on_belt = std::abs(gait.ground_px_s) > kBelt * std::abs(seen.runs_px_s);
    if (!seen.on_belt) seen.runs_px_s = gait.view.facing * com;
  }
  if (times.stride_end) {
    const Signal com = Smooth(
        Slice(gait.body.com_height(), begin - kSmooth_s, times.stride_end->value + kSmooth_s),
        kSmooth_s, 2);
    const Signal stride = Slice(com, begin, times.stride_end->value);
    if (stride.size() > 3) {
      const auto [low, high] = std::ranges::minmax(stride.value);
      seen.bounce_px = high - low;
    }
  }
  return seen;
}

Scale ScaleOf(const Gait& gait, const AthleteOptions& athlete) {
  if (athlete.known_m_per_px) {
    return {.method = "known_length",
            .m_per_px = athlete.known_m_per_px,
            .u_m_per_px = kKnownLengthU * *athlete.known_m_per_px};
  }
  if (!athlete.height_m) return {};
  const double m_per_px = *athlete.height_m / gait.stature_px;
  return {.method = "stature", .m_per_px = m_per_px, .u_m_per_px = kScaleU * m_per_px};
}

void FlagClock(const Seen& seen, const StepTimes& times, const Gait& gait,
               const AthleteOptions& athlete, std::vector<std::string>& flags) {
  if (!seen.bounce_px || !times.toe_off || !times.next_contact) return;
  const double contact = Between(*times.contact, *times.toe_off).value;
  const double flight = Between(*times.toe_off, *times.next_contact).value;
  if (contact <= 0) return;
  const double expected = DownIn(contact, flight) + kGravity * flight * flight / 8;
  const double m_per_px = athlete.height_m.value_or(kAdultStature_m) / gait.stature_px;
  const double least = athlete.height_m ? kSlowMotion : kSlowMotionOfAnybody;
  if (*seen.bounce_px * m_per_px < least * expected) {
    AddOnce(flags, flag::kSuspectedSlowMotion);
  }
}

std::vector<std::string> With(std::vector<std::string> flags,
                              const std::vector<std::string>& more) {
  for (const std::string& f : more) AddOnce(flags, f);
  return flags;
}

/// Over the ground, a second: metres or, where nobody knows how tall the runner is, body heights.
struct Speed {
  Estimate value;
  bool in_body_heights = false;
  bool by_clock = false;  ///< measured, and not given
  std::vector<std::string> flags = {};
};

/// nullopt with the reason in the table's terms. `of_step`: its flags.
std::optional<Speed> SpeedOf(const Seen& seen, const Gait& gait, const Scale& scale,
                             const AthleteOptions& athlete, const std::vector<std::string>& of_step,
                             std::string_view& reason) {
  const auto belt = athlete.parameters.find("belt_speed_m_s");
  if (belt != athlete.parameters.end()) {
    Speed speed{.value = {belt->second, 0}};
    const double by_feet = seen.runs_px_s * scale.m_per_px.value_or(0);
    if (gait.view.IsSide() && by_feet > 0 &&
        std::abs(by_feet - belt->second) > kWrongBelt * belt->second) {
      speed.flags.emplace_back(flag::kScaleConflict);
    }
    return speed;
  }
  if (seen.on_belt) {
    reason = reason::kBeltSpeedNotGiven;
  } else if (!gait.view.IsSide()) {
    reason = reason::kObliqueView;
  } else if (seen.runs_px_s > 0) {
    const bool metres = scale.m_per_px.has_value();
    const double speed = seen.runs_px_s * (metres ? *scale.m_per_px : 1 / gait.stature_px);
    const double relative = metres ? *scale.u_m_per_px / *scale.m_per_px : kScaleU;
    return Speed{.value = {speed, speed * relative},
                 .in_body_heights = !metres,
                 .by_clock = true,
                 .flags = FlagsOfContacts({}, of_step)};
  }
  return std::nullopt;
}

/// `flags`: of contacts and toe-off of this foot; `flags_to_next`: with the other foot's contact;
/// `of_step`: the step's own.
void SetLengths(const Seen& seen, const StepTimes& times, const Gait& gait, const Scale& scale,
                const AthleteOptions& athlete, const std::vector<std::string>& flags,
                const std::vector<std::string>& flags_to_next,
                const std::vector<std::string>& of_step, MetricTable& table) {
  std::string_view reason = reason::kEventMissing;
  const auto speed = SpeedOf(seen, gait, scale, athlete, of_step, reason);
  const auto set_length = [&](std::string_view id, const std::optional<Estimate>& end,
                              const std::vector<std::string>& of) {
    if (!speed) return table.SetAbsent(id, reason);
    if (!times.contact || !end) return;
    const Estimate time = Between(*times.contact, *end);
    const Estimate& at = speed->value;
    std::vector<std::string> of_length = With(of, speed->flags);
    // A way seen in the picture is as long by any clock.
    if (speed->by_clock) std::erase(of_length, flag::kSuspectedSlowMotion);
    table.Set(id, {at.value * time.value, std::hypot(at.u * time.value, at.value * time.u)},
              {times.contact->value, end->value}, std::move(of_length));
    if (speed->in_body_heights) table.SetUnit(id, kBodyHeight);
  };
  set_length("step_length", times.next_contact, flags_to_next);
  set_length("stride_length", times.stride_end, flags);
  if (!speed || speed->in_body_heights) {
    const bool unscaled = !scale.m_per_px && reason == reason::kEventMissing;
    table.SetAbsent("speed", unscaled ? reason::kNoScale : reason);
  } else if (times.contact && times.toe_off) {
    table.Set("speed", speed->value,
              {times.contact->value, (times.stride_end ? times.stride_end : times.toe_off)->value},
              speed->flags);
  }
  if (!scale.m_per_px) {
    for (const char* id : {"vertical_oscillation", "overstride"}) {
      table.SetAbsent(id, reason::kNoScale);
    }
  } else if (seen.bounce_px) {
    const double value = *seen.bounce_px * *scale.m_per_px;
    const double u = gait.view.IsSide() ? kOscillationU_m : kObliqueOscillationU_m;
    table.Set("vertical_oscillation", {value, std::hypot(u, value * kScaleU)},
              {times.contact->value, times.stride_end->value});
  }

  for (const char* id : {"vertical_stiffness", "leg_stiffness"}) {
    if (!athlete.mass_kg) table.SetAbsent(id, reason::kMassNotGiven);
  }
  if (!athlete.mass_kg || !times.contact || !times.toe_off || !times.next_contact) return;
  const MetricTable::Range range{times.contact->value, times.next_contact->value};
  const Estimate contact = Between(*times.contact, *times.toe_off);
  const Estimate flight = Between(*times.toe_off, *times.next_contact);
  if (contact.value <= 0 || flight.value <= 0) return;
  const auto spread = [&](const auto& stiffness) -> Estimate {
    const double value = stiffness(contact.value, flight.value);
    // A toe-off that is found too late makes the contact longer and the flight shorter.
    const double by_contact = stiffness(contact.value + times.contact->u, flight.value) - value;
    const double by_toe_off =
        stiffness(contact.value + times.toe_off->u, flight.value - times.toe_off->u) - value;
    const double by_next = stiffness(contact.value, flight.value + times.next_contact->u) - value;
    return {value, std::hypot(by_contact, by_toe_off, by_next)};
  };
  const auto force = [&](double t_c, double t_f) {
    return *athlete.mass_kg * kGravity * PeakForce(t_c, t_f);
  };
  const std::vector<std::string> by_morin = With(flags_to_next, {std::string(flag::kMorin2005)});
  table.Set("vertical_stiffness",
            spread([&](double t_c, double t_f) { return force(t_c, t_f) / DownIn(t_c, t_f); }),
            range, by_morin);
  if (!speed) return table.SetAbsent("leg_stiffness", reason);
  if (!athlete.height_m) return table.SetAbsent("leg_stiffness", reason::kNoScale);
  const double leg = kLegOfStature * *athlete.height_m;
  const auto stiffness_at = [&](double speed_m_s) {
    return [&, speed_m_s](double t_c, double t_f) {
      const double half = speed_m_s * t_c / 2;
      const double upright = std::sqrt(std::max(0.0, leg * leg - half * half));
      return force(t_c, t_f) / (leg - upright + DownIn(t_c, t_f));
    };
  };
  const Estimate& v = speed->value;
  Estimate stiffness = spread(stiffness_at(v.value));
  const double faster = stiffness_at(v.value + v.u)(contact.value, flight.value);
  stiffness.u = std::hypot(stiffness.u, faster - stiffness.value);
  table.Set("leg_stiffness", stiffness, range, With(by_morin, speed->flags));
}

Signal PitchOf(const Gait& gait, Side side) {
  const SideIds& ids = IdsOf(side);
  Signal pitch;
  for (const PoseFrame& frame : gait.body.frames()) {
    const double ahead =
        gait.view.facing * static_cast<double>(frame[ids.toe].x - frame[ids.heel].x);
    const double up = static_cast<double>(frame[ids.heel].y - frame[ids.toe].y);
    pitch.Push(frame.t.Seconds(), std::atan2(up, ahead) * kDegreesPerRadian);
  }
  return pitch;
}

std::string_view StrikeClass(double pitch_deg) {
  return pitch_deg > kHeelAbove_deg ? "heel" : pitch_deg < kForeBelow_deg ? "fore" : "mid";
}

void SetPosture(const Gait& gait, const Stance& stance, const StepTimes& times, const Scale& scale,
                MetricTable& table) {
  if (!gait.view.IsSide()) {
    for (const char* id : {"foot_strike_angle", "foot_strike", "overstride", "knee_angle_contact",
                           "knee_angle_midstance", "trunk_lean"}) {
      table.SetAbsent(id, reason::kObliqueView);
    }
    return;
  }
  if (!times.contact || !times.toe_off) return;
  const bool far = stance.side != gait.view.near;
  const double wider = far ? kFarSide : 1;
  std::vector<std::string> flags;
  if (far) flags.emplace_back(flag::kFarSide);
  const double contact = times.contact->value;
  const double on_ground = times.toe_off->value - contact;

  const Signal pitch = PitchOf(gait, stance.side);
  const Signal flat =
      Slice(pitch, contact + kFlatBegin * on_ground, contact + kFlatEnd * on_ground);
  const auto strike = FitLocally(pitch, contact, 0.02, 1);
  if (strike && !flat.empty()) {
    const double angle = strike->value - Median(flat.value);
    const double rate_u = strike->slope * times.contact->u;
    const Estimate estimate{angle,
                            wider * std::hypot(kPitchU_deg, std::min(std::abs(rate_u), 10.0))};
    table.Set("foot_strike_angle", estimate, {contact, contact}, flags);
    table.Set("foot_strike", estimate, {contact, contact}, flags);
    table.SetClass("foot_strike", StrikeClass(angle));
    const double doubt =
        std::min(std::abs(angle - kHeelAbove_deg), std::abs(angle - kForeBelow_deg));
    if (doubt < estimate.u) table.AddFlag("foot_strike", flag::kDoubtfulClass);
  }

  Signal knee;
  Signal lean;
  Signal ahead;
  const SideIds& ids = IdsOf(stance.side);
  for (std::size_t i = 0; i < gait.body.frames().size(); ++i) {
    const PoseFrame& frame = gait.body.frames()[i];
    const double t = frame.t.Seconds();
    knee.Push(t, AngleInImage(frame, stance.side, Joint::kKnee));
    lean.Push(t, TrunkLean(frame, gait.view.facing));
    ahead.Push(t, gait.view.facing *
                      (static_cast<double>(frame[ids.ankle].x) - gait.body.com_x().value[i]));
  }
  const auto at = [&](std::string_view id, const Signal& angle, double t, double u) {
    if (const auto fit = FitLocally(angle, t, 0.02, 1)) {
      table.Set(id, {fit->value, wider * u}, {t, t}, flags);
    }
  };
  at("knee_angle_contact", knee, contact, kKneeU_deg);
  at("knee_angle_midstance", knee, contact + on_ground / 2, kKneeU_deg);
  const double end = times.stride_end ? times.stride_end->value : times.toe_off->value;
  const Signal stride = Slice(lean, contact, end);
  if (!stride.empty()) table.Set("trunk_lean", {Mean(stride.value), kLeanU_deg}, {contact, end});
  if (scale.m_per_px) {
    if (const auto fit = FitLocally(ahead, contact, 0.02, 1)) {
      const double value = fit->value * *scale.m_per_px;
      table.Set("overstride", {value, wider * std::hypot(kReachU_m, value * kScaleU)},
                {contact, contact}, flags);
    }
  }
}

std::vector<Trace> TracesOf(const Gait& gait, const Stance& stance, const StepTimes& times,
                            const Scale& scale) {
  std::vector<Trace> traces;
  if (!times.contact) return traces;
  const double begin = times.contact->value - 0.1;
  const double end = (times.stride_end ? times.stride_end->value
                      : times.toe_off  ? times.toe_off->value
                                       : times.contact->value) +
                     0.1;
  const auto add = [&](std::string id, std::string unit, const Signal& signal) {
    Signal smooth = Smooth(signal, kSmooth_s, 2);
    traces.push_back(
        {std::move(id), std::move(unit), std::move(smooth.t_s), std::move(smooth.value)});
  };
  if (scale.m_per_px) {
    Signal com = Slice(gait.body.com_height(), begin, end);
    const double mean = Mean(com.value);
    for (double& v : com.value) v = (v - mean) * *scale.m_per_px;
    add("com_displacement", "m", com);
  }
  if (!gait.view.IsSide()) return traces;
  for (const Joint joint : {Joint::kHip, Joint::kKnee, Joint::kAnkle}) {
    Signal angle;
    for (const PoseFrame& frame : gait.body.frames()) {
      const double t = frame.t.Seconds();
      if (t >= begin && t < end) angle.Push(t, AngleInImage(frame, stance.side, joint));
    }
    add(std::string(JointName(joint)) + "_angle", "deg", angle);
  }
  return traces;
}

std::string_view SideName(Side side) { return side == Side::kLeft ? "left" : "right"; }

}  // namespace

Rep MeasureStep(const Gait& gait, std::size_t k, const AthleteOptions& athlete) {
  const Stance& stance = gait.stances[k];
  const StepTimes times = TimesOf(gait, k);
  const Seen seen = Look(gait, times);
  Rep step;
  step.scale = ScaleOf(gait, athlete);
  FlagCoarseness(gait.body, gait.stature_px, step.flags);
  if (!gait.view.IsSide()) AddOnce(step.flags, flag::kObliqueView);
  FlagClock(seen, times, gait, athlete, step.flags);
  if (gait.body.GapIn(stance.middle_s - gait.step_s / 2, stance.middle_s + gait.step_s) > 0)
    AddOnce(step.flags, flag::kGap);
  const auto flags_of = [&gait](Side side) -> std::vector<std::string> {
    if (side == gait.view.near) return {};
    return {std::string(flag::kFarSide)};
  };
  const std::vector<std::string> flags = flags_of(stance.side);
  const auto add_event = [&](std::string_view what, const std::optional<Estimate>& t) {
    if (!t) return;
    step.events.push_back({.id = std::string(SideName(stance.side)) + std::string(what),
                           .t_s = t->value,
                           .u_s = t->u,
                           .frame = gait.body.FrameAt(t->value),
                           .flags = flags});
  };
  add_event(kContact, times.contact);
  add_event(kToeOff, times.toe_off);
  if (times.contact && times.toe_off) {
    AddPhase("stance", times.contact->value, times.toe_off->value, step.phases);
  }
  if (times.toe_off && times.next_contact) {
    AddPhase("flight", times.toe_off->value, times.next_contact->value, step.phases);
  }
  MetricTable table(Catalogue(), reason::kEventMissing);
  const std::vector<std::string> of_contacts = FlagsOfContacts({flags}, step.flags);
  std::vector<std::string> to_next = of_contacts;
  if (times.next_contact) {
    to_next = FlagsOfContacts({flags, flags_of(gait.stances[k + 1].side)}, step.flags);
  }
  SetStepTimes(times, of_contacts, to_next, table);
  SetLengths(seen, times, gait, step.scale, athlete, of_contacts, to_next, step.flags, table);
  SetPosture(gait, stance, times, step.scale, table);
  step.metrics = std::move(table).Finish();
  step.traces = TracesOf(gait, stance, times, step.scale);
  return step;
}

std::vector<Metric> TimesByEvents(const Rep& step, const AthleteOptions& /*athlete*/) {
  const auto flags_by = [&step](std::string_view id) {
    std::vector<std::string> flags;
    const Metric* const time = step.FindMetric(id);
    if (time != nullptr && std::ranges::find(time->flags, flag::kFarSide) != time->flags.end())
      flags.emplace_back(flag::kFarSide);
    return FlagsOfContacts({flags}, step.flags);
  };
  MetricTable table(Catalogue(), reason::kNeedsLandmarks);
  SetStepTimes(StepTimesOf(step), flags_by("contact_time"), flags_by("flight_time"), table);
  return std::move(table).Finish();
}

}  // namespace plyo::sports::running
