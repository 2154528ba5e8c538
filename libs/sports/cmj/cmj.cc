#include <algorithm>
#include <cmath>
#include <memory>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump.h"
#include "plyo/kinematics/jump_detector.h"
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
// Longer than this within a twentieth of the stature over the lowest point is a held squat: another
// sport.
constexpr double kLongestPause_s = 0.7;
constexpr double kPauseBand = 0.05;
// The picture shows the lowest point too high by this much, in statures: the hip landmark rides up
// the flexed hip (METHODS of the benchmark).
constexpr double kDepthBias = 0.0047;
constexpr double kDepthU = 0.0043;
// The rise that is told in the air comes from hips and shoulders alone, and from a coarse scale.
constexpr double kTellEvery_m = 0.01;
constexpr double kLiveRiseU_m = 0.02;
constexpr double kLiveRiseU = 0.05;

std::vector<MetricDescriptor> Metrics() {
  std::vector<MetricDescriptor> all = FlightMetricDescriptors();
  const auto add = [&all](const char* id, const char* unit, const char* label, const char* text,
                          int decimals, double min, double max, bool headline = false) {
    all.push_back({.id = id,
                   .unit = unit,
                   .label = label,
                   .text = text,
                   .decimals = decimals,
                   .headline = headline,
                   .min = min,
                   .max = max});
  };
  add("countermovement_depth", "m", "Countermovement depth",
      "Standing minus lowest centre of mass.", 3, 0.03, 0.9, true);
  add("unweighting_duration", "s", "Unweighting duration",
      "Movement onset to peak downward velocity.", 3, 0.05, 1.5);
  add("braking_duration", "s", "Braking duration", "Peak downward velocity to lowest point.", 3,
      0.03, 1.5);
  add("eccentric_duration", "s", "Eccentric duration", "Movement onset to lowest point.", 3, 0.1,
      2.5);
  add("concentric_duration", "s", "Concentric duration", "Lowest point to take-off.", 3, 0.08, 1.2);
  add("time_to_takeoff", "s", "Time to take-off", "Movement onset to take-off.", 3, 0.25, 3.5,
      true);
  add("rsi_mod", "m/s", "Modified reactive strength index", "Jump height / time to take-off.", 2,
      0.01, 2, true);
  add("peak_eccentric_velocity", "m/s", "Peak eccentric velocity",
      "Fastest descent of the centre of mass, negative.", 2, -3, -0.2);
  add("peak_concentric_velocity", "m/s", "Peak concentric velocity",
      "Fastest rise of the centre of mass before take-off.", 2, 0.5, 5.5);
  for (MetricDescriptor& d : AngleMetricDescriptors({"lowest_point", "takeoff", "landing"}))
    all.push_back(std::move(d));
  for (MetricDescriptor& d : KineticMetricDescriptors()) all.push_back(std::move(d));
  return all;
}

std::vector<EventDescriptor> Events() {
  return {
      {"movement_onset", "Movement onset", "Vertical force first leaves body weight by 5 %.", true},
      {"peak_downward_velocity", "Peak downward velocity", "End of unweighting.", false},
      {"lowest_point", "Lowest point", "The centre of mass turns from down to up.", true},
      {"takeoff", "Take-off", "Last contact of a toe.", true},
      {"apex", "Apex", "The centre of mass is highest.", true},
      {"landing", "Landing", "First contact of a toe or heel.", true},
      {"landing_lowest_point", "Landing lowest point", "End of absorption.", false},
      {"stand_again", "Standing again", "The athlete is quiet again.", false},
  };
}

std::vector<PhaseDescriptor> Phases() {
  return {
      {"standing", "Standing", "Quiet standing before the movement."},
      {"unweighting", "Unweighting", "Movement onset to peak downward velocity."},
      {"braking", "Braking", "Peak downward velocity to lowest point."},
      {"propulsion", "Propulsion", "Lowest point to take-off."},
      {"flight", "Flight", "Take-off to landing."},
      {"absorption", "Absorption", "Landing to standing again, or the lowest point after it."},
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
  const auto duration = [&table](const char* id, const Estimate& begin, const Estimate& end) {
    table.Set(id, {end.value - begin.value, std::hypot(begin.u, end.u)}, {begin.value, end.value});
  };
  duration("concentric_duration", lowest, takeoff);
  if (onset) {
    duration("eccentric_duration", *onset, lowest);
    duration("time_to_takeoff", *onset, takeoff);
    const double time = takeoff.value - onset->value;
    const Estimate& height = jump.flight.height_m;
    const double value = height.value / time;
    const double u =
        value * std::hypot(height.u / height.value, std::hypot(onset->u, takeoff.u) / time);
    table.Set("rsi_mod", {value, u}, {onset->value, jump.flight.landing_s.value});
    if (fastest_down) {
      duration("unweighting_duration", *onset, *fastest_down);
      duration("braking_duration", *fastest_down, lowest);
    }
  }
  const char* const lengths[] = {"countermovement_depth", "peak_eccentric_velocity",
                                 "peak_concentric_velocity"};
  if (!jump.scale.known()) {
    for (const char* id : lengths) table.SetAbsent(id, reason::kNoScale);
    return;
  }
  const double m_per_px = *jump.scale.scale.m_per_px;
  const double relative = *jump.scale.scale.u_m_per_px / m_per_px;
  const double stature_m = jump.stature_px * m_per_px;
  if (const auto below = jump.MetresAboveStanding(jump.lowest_height_px.value)) {
    const double depth = -*below + kDepthBias * stature_m;
    table.Set("countermovement_depth", {depth, std::hypot(kDepthU * stature_m, depth * relative)},
              {jump.standing->begin_s, lowest.value});
    if (!jump.standing_before) table.AddFlag("countermovement_depth", flag::kNoQuietStanding);
  }
  if (fastest_down) {
    if (const auto v = jump.Velocity(fastest_down->value)) {
      table.Set("peak_eccentric_velocity", {*v, std::hypot(0.085, *v * relative)},
                {fastest_down->value, fastest_down->value});
    }
  }
  double fastest_up = 0;
  double fastest_up_s = takeoff.value;
  constexpr int kSteps = 50;
  for (int i = 1; i < kSteps; ++i) {
    const double t = std::lerp(lowest.value, takeoff.value, static_cast<double>(i) / kSteps);
    const double v = jump.Velocity(t).value_or(0);
    if (v > fastest_up) {
      fastest_up = v;
      fastest_up_s = t;
    }
  }
  if (fastest_up > 0) {
    table.Set("peak_concentric_velocity", {fastest_up, std::hypot(0.1, fastest_up * relative)},
              {fastest_up_s, fastest_up_s});
  }
}

std::vector<Phase> MakePhases(const Jump& jump, const std::optional<Estimate>& onset,
                              const std::optional<Estimate>& fastest_down) {
  std::vector<Phase> phases;
  const double lowest = jump.lowest_s.value;
  const double takeoff = jump.flight.takeoff_s.value;
  const double landing = jump.flight.landing_s.value;
  const auto add = [&phases](const char* id, double begin, double end) {
    if (end > begin) phases.push_back({id, begin, end});
  };
  if (onset) {
    add("standing", jump.standing->begin_s, onset->value);
    if (fastest_down) {
      add("unweighting", onset->value, fastest_down->value);
      add("braking", fastest_down->value, lowest);
    }
  }
  add("propulsion", lowest, takeoff);
  add("flight", takeoff, landing);
  if (jump.stand_again_s || jump.landing_lowest_s) {
    add("absorption", landing,
        jump.stand_again_s.value_or(jump.landing_lowest_s.value_or(landing)));
  }
  if (onset) add("eccentric", onset->value, lowest);
  add("concentric", lowest, takeoff);
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

bool Paused(const Jump& jump) {
  const Signal down = Slice(jump.body.com_height(), jump.descent_s, jump.flight.takeoff_s.value);
  const double band = jump.lowest_height_px.value + kPauseBand * jump.stature_px;
  const double low =
      static_cast<double>(std::ranges::count_if(down.value, [band](double v) { return v < band; }));
  return low * jump.body.period_s() > kLongestPause_s;
}

/// nullopt where the window holds no countermovement jump: no dip before it, or the rebound of
/// another jump.
std::optional<Rep> AnalyzeWindow(const JumpWindow& window, const AthleteOptions& athlete,
                                 const ContactEvidence& evidence) {
  const std::optional<Jump> measured = MeasureJump(window, athlete, evidence);
  if (!measured) return std::nullopt;
  const Jump& jump = *measured;
  if (jump.descent_s < window.previous_landing_s + kRebound_s) return std::nullopt;
  const double top = jump.standing ? jump.standing->com_height_px
                                   : ValueAt(jump.body.com_height(), jump.descent_s, 1)
                                         .value_or(jump.lowest_height_px.value);
  const double shallowest = jump.standing_before ? kShallowest : kShallowestUnsteady;
  if (top - jump.lowest_height_px.value < shallowest * jump.stature_px) return std::nullopt;
  if (FallsFromAbove(jump)) return std::nullopt;

  if (Paused(jump) && std::ranges::count(jump.scale.flags, flag::kSuspectedSlowMotion) == 0) {
    return std::nullopt;
  }

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
  rep.events.push_back(MakeEvent(jump, "takeoff", jump.flight.takeoff_s, jump.takeoff_flags));
  rep.events.push_back(MakeEvent(jump, "apex", jump.flight.apex_s));
  rep.events.push_back(MakeEvent(jump, "landing", jump.flight.landing_s, jump.landing_flags));
  if (jump.landing_lowest_s)
    rep.events.push_back(MakeEvent(jump, "landing_lowest_point", {*jump.landing_lowest_s, 0.02}));
  if (jump.stand_again_s)
    rep.events.push_back(MakeEvent(jump, "stand_again", {*jump.stand_again_s, 0.05}));
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

class CmjAnalyzer final : public SportAnalyzer {
 public:
  explicit CmjAnalyzer(AthleteOptions athlete) : athlete_(std::move(athlete)) {}

  Step Push(const PoseFrame& pose, const ContactEvidence& evidence) override {
    Step step = Analyze(detector_.Push(pose), evidence);
    Tell(pose.t.Seconds(), step);
    return step;
  }
  Step Finish(const ContactEvidence& evidence) override {
    return Analyze(detector_.Finish(), evidence);
  }
  std::vector<Summary> Summarize() const override {
    return plyo::Summarize(confirmed_, Catalogue());
  }

 private:
  Step Analyze(const std::vector<JumpWindow>& windows, const ContactEvidence& evidence) {
    Step step;
    for (const JumpWindow& window : windows) {
      std::optional<Rep> rep = AnalyzeWindow(window, athlete_, evidence);
      if (!rep) continue;
      rep->index = static_cast<int>(confirmed_.size()) + 1;
      if (window.closed) {
        Rep kept = *rep;
        kept.traces.clear();
        confirmed_.push_back(std::move(kept));
        step.events.insert(step.events.end(), rep->events.begin(), rep->events.end());
      }
      step.reps.push_back(std::move(*rep));
    }
    return step;
  }

  /// The phase where it changes, and how high the athlete is where he rises.
  void Tell(double t_s, Step& step) {
    if (detector_.Phase() != phase_) step.phase = phase_ = detector_.Phase();
    const auto rise = detector_.Rise();
    if (!rise || !athlete_.height_m) {
      told_m_ = 0;
      return;
    }
    const double rise_m = *rise * *athlete_.height_m;
    if (rise_m < told_m_ + kTellEvery_m) return;
    told_m_ = rise_m;
    Metric metric;
    metric.id = "com_rise";
    metric.unit = "m";
    metric.value = rise_m;
    metric.u = std::hypot(kLiveRiseU_m, kLiveRiseU * rise_m);
    metric.begin_s = metric.end_s = t_s;
    step.figures.push_back(std::move(metric));
  }

  AthleteOptions athlete_;
  std::string phase_;
  double told_m_ = 0;
  JumpDetector detector_;
  std::vector<Rep> confirmed_;
};

}  // namespace

Sport Describe() {
  return {.id = "cmj",
          .label = "Countermovement jump",
          .text = "From quiet standing down and up in one movement, one or several in a recording.",
          .metrics = Catalogue(),
          .events = Events(),
          .phases = Phases(),
          .parameters = {},
          .latency_s = 1.5,
          .make_analyzer = [](const AthleteOptions& athlete) {
            return std::make_unique<CmjAnalyzer>(athlete);
          }};
}

}  // namespace plyo::sports::cmj
