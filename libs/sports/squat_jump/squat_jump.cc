#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump.h"
#include "plyo/kinematics/jump_analyzer.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/sport.h"

// The squat jump: definitions, formulas and sources in squat_jump.md.
namespace plyo::sports::squat_jump {
namespace {

// Of a dip, in statures: hold and lowest point are nearly one posture.
constexpr double kDipU = 0.002;

const std::vector<MetricDescriptor>& Catalogue() {
  static const std::vector<MetricDescriptor> kCatalogue = [] {
    std::vector<MetricDescriptor> all = FlightMetricDescriptors();
    all.push_back(DescribeMetric("squat_hold_duration", "s", "Squat hold",
                                 "How long the squat was held still before the movement.", 2, 0.3,
                                 20, true));
    all.push_back(DescribeMetric("concentric_duration", "s", "Concentric duration",
                                 "Start of the push to take-off.", 3, 0.1, 1.2, true));
    all.push_back(DescribeMetric("illegal_countermovement", "m", "Dip after the hold",
                                 "How far the centre of mass went down between the hold and the "
                                 "push; above 2 cm it is no squat jump any more.",
                                 3, 0, 0.3, true, Better::kLess));
    all.push_back(DescribeMetric("peak_concentric_velocity", "m/s", "Peak concentric velocity",
                                 "Fastest rise of the centre of mass before take-off.", 2, 0.5,
                                 5.5));
    std::ranges::move(AngleMetricDescriptors({"lowest_point", "takeoff", "landing"}),
                      std::back_inserter(all));
    std::ranges::move(KineticMetricDescriptors(), std::back_inserter(all));
    return all;
  }();
  return kCatalogue;
}

std::vector<EventDescriptor> Events() {
  std::vector<EventDescriptor> all = {
      {"hold_start", "Hold start", "The body has come to rest in the squat.", false},
      {"movement_onset", "Movement onset", "Vertical force first leaves body weight by 5 %.",
       false},
      {"push_start", "Push start",
       "The way up begins: with the movement, or at the lowest point of a dip.", true},
  };
  std::ranges::move(FlightEventDescriptors(), std::back_inserter(all));
  return all;
}

std::vector<PhaseDescriptor> Phases() {
  return {
      {"hold", "Hold", "The squat is held still."},
      {"concentric", "Concentric", "Push start to take-off."},
      {"flight", "Flight", "Take-off to landing."},
      {"absorption", "Absorption", "Landing to the lowest point after it."},
  };
}

CueRule DipCue() {
  return {.id = "dips_after_hold",
          .metric = "illegal_countermovement",
          .side = CueSide::kAbove,
          .threshold = kDipRule.above,
          .level = CueLevel::kAttention,
          .text = "Dips before the push, no pure squat jump",
          .reason =
              "The squat jump leaves out what a countermovement adds; a dip above 2 cm is one, and "
              "the repetition is flagged."};
}

/// Down from the hold, m; at least 0.
std::optional<Estimate> Dip(const Jump& jump) {
  if (!jump.scale.known()) return std::nullopt;
  const double m_per_px = *jump.scale.scale.m_per_px;
  const double dip =
      m_per_px * std::max(0.0, jump.hold->com_height_px - jump.lowest_height_px.value);
  return Estimate{dip, std::hypot(kDipU * jump.stature_px * m_per_px,
                                  dip * *jump.scale.scale.u_m_per_px / m_per_px)};
}

/// What follows from the events, the scale and the mass, and where the jump was seen from the body.
void SetPushMetrics(const Jump& jump, const std::optional<Estimate>& hold_start,
                    const std::optional<Estimate>& onset, const AthleteOptions& athlete,
                    MetricTable& table) {
  SetFlightMetrics(jump, table);
  SetConcentricMetrics(jump, table);
  if (hold_start && onset) {
    SetDuration("squat_hold_duration", *hold_start, *onset, table, FlagsOfContacts({}, jump.flags));
  }
  SetKineticMetrics(jump, athlete.mass_kg, table);
}

/// nullopt where the window holds no jump out of a squat that was held.
std::optional<Rep> AnalyzeWindow(const JumpWindow& window, const AthleteOptions& athlete,
                                 const ContactEvidence& evidence) {
  const std::optional<Jump> measured = MeasureJump(window, athlete, evidence);
  if (!measured || !measured->hold) return std::nullopt;
  const Jump& jump = *measured;
  const Estimate& push = jump.lowest_s;
  const double takeoff = jump.flight.takeoff_s.value;
  if (push.value >= takeoff) return std::nullopt;
  const auto hold_start = HoldStart(jump);
  const auto onset = MovementOnset(jump);
  const auto dip = Dip(jump);

  Rep rep;
  rep.status = window.closed ? RepStatus::kConfirmed : RepStatus::kProvisional;
  rep.scale = jump.scale.scale;
  rep.flags = jump.flags;
  if (hold_start) rep.events.push_back(MakeEvent(jump, "hold_start", *hold_start));
  if (onset) rep.events.push_back(MakeEvent(jump, "movement_onset", *onset));
  rep.events.push_back(MakeEvent(jump, "push_start", push));
  AddFlightEvents(jump, rep.events);
  if (hold_start) AddPhase("hold", hold_start->value, onset.value_or(push).value, rep.phases);
  AddPhase("concentric", push.value, takeoff, rep.phases);
  AddFlightPhases(jump, rep.phases);

  MetricTable table(Catalogue(), reason::kEventMissing);
  SetPushMetrics(jump, hold_start, onset, athlete, table);
  if (jump.body.GapIn(jump.hold->end_s, push.value) > 0) {  // a dip may be hidden in it
    table.SetAbsent("illegal_countermovement", reason::kGap);
  } else if (dip) {
    table.Set("illegal_countermovement", *dip, {jump.hold->end_s, push.value});
  } else {
    table.SetAbsent("illegal_countermovement", reason::kNoScale);
  }
  SetAngleMetrics(jump,
                  {{"lowest_point", push.value},
                   {"takeoff", takeoff},
                   {"landing", jump.flight.landing_s.value}},
                  table);
  rep.metrics = std::move(table).Finish();
  FlagByFigure(kDipRule, rep);
  rep.traces = JumpTraces(jump);
  return rep;
}

std::vector<Metric> MetricsByEvents(const Rep& rep, const AthleteOptions& athlete) {
  MetricTable table(Catalogue(), reason::kNeedsLandmarks);
  auto jump = JumpOfEvents(rep);
  const auto push = InstantOf(rep, "push_start");
  const auto onset = InstantOf(rep, "movement_onset");
  if (jump && push) {
    jump->lowest_s = *push;
    // Where there is no dip the push begins with the movement.
    if (!onset || onset->value >= push->value) jump->hold.emplace();
    SetPushMetrics(*jump, InstantOf(rep, "hold_start"), onset, athlete, table);
    KeepMetric(rep, "illegal_countermovement", {"push_start"}, table);
  }
  return std::move(table).Finish();
}

}  // namespace

Sport Describe() {
  return {.id = "squat_jump",
          .label = "Squat jump",
          .text = "Up from a squat that is held still, one or several in a recording.",
          .metrics = Catalogue(),
          .events = Events(),
          .phases = Phases(),
          .parameters = {},
          .cues = {DipCue(), KneeExtensionCue()},
          .flag_rules = {kDipRule},
          .latency_s = 1.5,
          .make_analyzer =
              [](const AthleteOptions& athlete) {
                return std::make_unique<JumpAnalyzer>(athlete, AnalyzeWindow);
              },
          .metrics_by_events = MetricsByEvents};
}

}  // namespace plyo::sports::squat_jump
