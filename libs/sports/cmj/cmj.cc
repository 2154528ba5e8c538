#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump.h"
#include "plyo/kinematics/jump_analyzer.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/sport.h"

// The countermovement jump: definitions, formulas and sources in cmj.md.
namespace plyo::sports::cmj {
namespace {

// Less than this, in statures, is no countermovement.
constexpr double kShallowest = 0.03;
// Nor is this, without quiet standing before it: steps, hops and strides go down as well.
constexpr double kShallowestUnsteady = 0.08;
constexpr double kHop = 0.03;
// Higher than a toe landmark strays while an athlete stands: a box, from which this is a drop jump.
constexpr double kBox = 0.085;
// A descent that begins sooner than this after a landing is the absorption of a rebound.
constexpr double kRebound_s = 0.3;
constexpr double kDepthU = 0.0043;

std::vector<MetricDescriptor> Metrics() {
  std::vector<MetricDescriptor> all = FlightMetricDescriptors();
  all.push_back(DescribeMetric("countermovement_depth", "m", "Countermovement depth",
                               "Standing minus lowest centre of mass.", 3, 0.03, 0.9, true));
  all.push_back(DescribeMetric("unweighting_duration", "s", "Unweighting duration",
                               "Movement onset to peak downward velocity.", 3, 0.05, 1.5));
  all.push_back(DescribeMetric("braking_duration", "s", "Braking duration",
                               "Peak downward velocity to lowest point.", 3, 0.03, 1.5));
  all.push_back(DescribeMetric("eccentric_duration", "s", "Eccentric duration",
                               "Movement onset to lowest point.", 3, 0.1, 2.5));
  all.push_back(DescribeMetric("concentric_duration", "s", "Concentric duration",
                               "Lowest point to take-off.", 3, 0.08, 1.2));
  all.push_back(DescribeMetric("time_to_takeoff", "s", "Time to take-off",
                               "Movement onset to take-off.", 3, 0.25, 3.5, true, Better::kLess));
  all.push_back(DescribeMetric("rsi_mod", "m/s", "Modified reactive strength index",
                               "Jump height / time to take-off.", 2, 0.01, 2, true, Better::kMore));
  all.push_back(DescribeMetric("peak_eccentric_velocity", "m/s", "Peak eccentric velocity",
                               "Fastest descent of the centre of mass, negative.", 2, -3, -0.2));
  all.push_back(DescribeMetric("peak_concentric_velocity", "m/s", "Peak concentric velocity",
                               "Fastest rise of the centre of mass before take-off.", 2, 0.5, 5.5));
  for (MetricDescriptor& d : AngleMetricDescriptors({"lowest_point", "takeoff", "landing"}))
    all.push_back(std::move(d));
  for (MetricDescriptor& d : KineticMetricDescriptors()) all.push_back(std::move(d));
  return all;
}

std::vector<EventDescriptor> Events() {
  std::vector<EventDescriptor> all = {
      {"movement_onset", "Movement onset", "Vertical force first leaves body weight by 5 %.", true},
      {"peak_downward_velocity", "Peak downward velocity", "End of unweighting.", false},
      {"lowest_point", "Lowest point", "The centre of mass turns from down to up.", true},
  };
  std::ranges::move(FlightEventDescriptors(), std::back_inserter(all));
  return all;
}

std::vector<PhaseDescriptor> Phases() {
  return {
      {"standing", "Standing", "Quiet standing before the movement."},
      {"unweighting", "Unweighting", "Movement onset to peak downward velocity."},
      {"braking", "Braking", "Peak downward velocity to lowest point."},
      {"propulsion", "Propulsion", "Lowest point to take-off."},
      {"flight", "Flight", "Take-off to landing."},
      {"absorption", "Absorption", "Landing to the lowest point after it."},
      {"eccentric", "Eccentric", "Unweighting and braking."},
      {"concentric", "Concentric", "Propulsion."},
  };
}

const std::vector<MetricDescriptor>& Catalogue() {
  static const std::vector<MetricDescriptor> kCatalogue = Metrics();
  return kCatalogue;
}

/// Everything before the flight that is the countermovement's own.
void SetCountermovementMetrics(const Jump& jump, const std::optional<Estimate>& onset,
                               const std::optional<Estimate>& fastest_down, MetricTable& table) {
  const Estimate& lowest = jump.lowest_s;
  const Estimate& takeoff = jump.flight.takeoff_s;
  const std::vector<std::string> of_clock = FlagsOfContacts({}, jump.flags);
  SetConcentricMetrics(jump, table);
  if (onset) {
    SetDuration("eccentric_duration", *onset, lowest, table, of_clock);
    SetDuration("time_to_takeoff", *onset, takeoff, table,
                FlagsOfContacts({jump.takeoff_flags}, jump.flags));
    const double time = takeoff.value - onset->value;
    const Estimate& height = jump.flight.height_m;
    const double value = height.value / time;
    const double u =
        value * std::hypot(height.u / height.value, std::hypot(onset->u, takeoff.u) / time);
    table.Set("rsi_mod", {value, u}, {onset->value, jump.flight.landing_s.value},
              FlagsOfContacts({jump.takeoff_flags, jump.landing_flags}, jump.flags));
    if (fastest_down) {
      SetDuration("unweighting_duration", *onset, *fastest_down, table, of_clock);
      SetDuration("braking_duration", *fastest_down, lowest, table, of_clock);
    }
  }
  const char* const lengths[] = {"countermovement_depth", "peak_eccentric_velocity"};
  if (!jump.scale.known()) {
    for (const char* id : lengths) table.SetAbsent(id, reason::kNoScale);
    return;
  }
  const double m_per_px = *jump.scale.scale.m_per_px;
  const double relative = *jump.scale.scale.u_m_per_px / m_per_px;
  const double stature_m = jump.stature_px * m_per_px;
  if (jump.GapAt(lowest.value) > 0) {
    table.SetAbsent("countermovement_depth", reason::kGap);
  } else if (const auto below = jump.MetresAboveStanding(jump.lowest_height_px.value)) {
    const double depth = -*below;
    table.Set("countermovement_depth", {depth, std::hypot(kDepthU * stature_m, depth * relative)},
              {jump.standing->begin_s, lowest.value});
    if (!jump.standing_before) table.AddFlag("countermovement_depth", flag::kNoQuietStanding);
  }
  if (fastest_down && jump.GapAt(fastest_down->value) > 0) {
    table.SetAbsent("peak_eccentric_velocity", reason::kGap);
  } else if (fastest_down) {
    if (const auto v = jump.Velocity(fastest_down->value)) {
      table.Set("peak_eccentric_velocity", {*v, std::hypot(0.085, *v * relative)},
                {fastest_down->value, fastest_down->value}, of_clock);
    }
  }
}

std::vector<Phase> MakePhases(const Jump& jump, const std::optional<Estimate>& onset,
                              const std::optional<Estimate>& fastest_down) {
  std::vector<Phase> phases;
  const double lowest = jump.lowest_s.value;
  const double takeoff = jump.flight.takeoff_s.value;
  if (onset) {
    AddPhase("standing", jump.standing->begin_s, onset->value, phases);
    if (fastest_down) {
      AddPhase("unweighting", onset->value, fastest_down->value, phases);
      AddPhase("braking", fastest_down->value, lowest, phases);
    }
  }
  AddPhase("propulsion", lowest, takeoff, phases);
  AddFlightPhases(jump, phases);
  if (onset) AddPhase("eccentric", onset->value, lowest, phases);
  AddPhase("concentric", lowest, takeoff, phases);
  return phases;
}

/// The descent began in the air or on a box: the toe is over its level at the lowest point.
bool FallsFromAbove(const Jump& jump) {
  const double above = jump.standing_before ? kBox : kHop;
  const Signal toe = jump.body.Height(IdsOf(jump.view.near).toe);
  const auto then = FitLocally(toe, jump.descent_s, 0.04, 1);
  const auto down = FitLocally(toe, jump.lowest_s.value, 0.04, 1);
  return then && down && then->value - down->value > above * jump.stature_px;
}

/// nullopt where the window holds no countermovement jump: no dip before it, or the rebound of
/// another jump.
std::optional<Rep> AnalyzeWindow(const JumpWindow& window, const AthleteOptions& athlete,
                                 const ContactEvidence& evidence) {
  const std::optional<Jump> measured = MeasureJump(window, athlete, evidence);
  if (!measured) return std::nullopt;
  const Jump& jump = *measured;
  if (jump.hold) return std::nullopt;  // another sport
  if (jump.descent_s < window.previous_landing_s + kRebound_s) return std::nullopt;
  const double top = jump.standing ? jump.standing->com_height_px
                                   : ValueAt(jump.body.com_height(), jump.descent_s, 1)
                                         .value_or(jump.lowest_height_px.value);
  const double shallowest = jump.standing_before ? kShallowest : kShallowestUnsteady;
  if (top - jump.lowest_height_px.value < shallowest * jump.stature_px) return std::nullopt;
  if (FallsFromAbove(jump)) return std::nullopt;

  const std::optional<Estimate> onset = MovementOnset(jump);
  const std::optional<Estimate> fastest_down =
      PeakDownwardVelocity(jump, onset ? onset->value : jump.descent_s);
  Rep rep;
  rep.status = window.closed ? RepStatus::kConfirmed : RepStatus::kProvisional;
  rep.scale = jump.scale.scale;
  rep.flags = jump.flags;
  if (onset) rep.events.push_back(MakeEvent(jump, "movement_onset", *onset));
  if (fastest_down) rep.events.push_back(MakeEvent(jump, "peak_downward_velocity", *fastest_down));
  rep.events.push_back(MakeEvent(jump, "lowest_point", jump.lowest_s));
  AddFlightEvents(jump, rep.events);
  rep.phases = MakePhases(jump, onset, fastest_down);

  MetricTable table(Catalogue(), reason::kEventMissing);
  SetFlightMetrics(jump, table);
  SetCountermovementMetrics(jump, onset, fastest_down, table);
  SetAngleMetrics(jump,
                  {{"lowest_point", jump.lowest_s.value},
                   {"takeoff", jump.flight.takeoff_s.value},
                   {"landing", jump.flight.landing_s.value}},
                  table);
  SetKineticMetrics(jump, athlete.mass_kg, table);
  rep.metrics = std::move(table).Finish();
  rep.traces = JumpTraces(jump);
  return rep;
}

std::vector<Metric> MetricsByEvents(const Rep& rep, const AthleteOptions& athlete) {
  MetricTable table(Catalogue(), reason::kNeedsLandmarks);
  if (const auto jump = JumpOfEvents(rep)) {
    SetFlightMetrics(*jump, table);
    SetCountermovementMetrics(*jump, InstantOf(rep, "movement_onset"),
                              InstantOf(rep, "peak_downward_velocity"), table);
    KeepMetric(rep, "countermovement_depth", {"lowest_point"}, table);
    SetKineticMetrics(*jump, athlete.mass_kg, table);
  }
  return std::move(table).Finish();
}

}  // namespace

Sport Describe() {
  return {.id = "cmj",
          .label = "Countermovement jump",
          .text = "From quiet standing down and up in one movement, one or several in a recording.",
          .metrics = Catalogue(),
          .events = Events(),
          .phases = Phases(),
          .parameters = {},
          .cues = {KneeExtensionCue()},
          .latency_s = 1.5,
          .make_analyzer =
              [](const AthleteOptions& athlete) {
                return std::make_unique<JumpAnalyzer>(athlete, AnalyzeWindow);
              },
          .metrics_by_events = MetricsByEvents};
}

}  // namespace plyo::sports::cmj
