#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>

#include "plyo/base/units.h"
#include "plyo/kinematics/contact.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump.h"
#include "plyo/kinematics/jump_analyzer.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/sport.h"

// The drop jump: definitions, formulas and sources in drop_jump.md.
namespace plyo::sports::drop_jump {
namespace {

// Longer on the ground and it is a jump of its own after stepping down.
constexpr double kLongestContact_s = 1.0;
// The last foot is off the box when it has fallen by this, in statures, less the time of the fall.
constexpr double kLeft = 0.02;
constexpr double kLeftU_s = 0.02;
// Between the box and the ground the body falls freely but for what the legs still do.
constexpr double kFallMargin_s = 0.02;
constexpr double kFallSpeedU_m_s = 0.12;

const std::vector<MetricDescriptor>& Catalogue() {
  static const std::vector<MetricDescriptor> kCatalogue = [] {
    std::vector<MetricDescriptor> all = {
        DescribeMetric("contact_time", "s", "Contact time", "First contact to take-off.", 3, 0.09,
                       1.1, true, Better::kLess),
        DescribeMetric("rsi", "m/s", "Reactive strength index", "Jump height / contact time.", 2,
                       0.05, 4.5, true, Better::kMore),
        DescribeMetric("rsr", "1", "Reactive strength ratio", "Flight time / contact time.", 2,
                       0.15, 6, true, Better::kMore),
    };
    std::ranges::move(FlightMetricDescriptors(), std::back_inserter(all));
    all.push_back(DescribeMetric("drop_height", "m", "Drop height",
                                 "What the fall amounted to: v²/2g of the centre of mass at the "
                                 "first contact.",
                                 3, 0.05, 1.2));
    all.push_back(DescribeMetric("box_height", "m", "Box height",
                                 "Feet on the box over feet on the ground; as given where it was.",
                                 3, 0.08, 1.2));
    all.push_back(DescribeMetric("eccentric_duration", "s", "Eccentric duration",
                                 "First contact to lowest point.", 3, 0.03, 0.8));
    all.push_back(DescribeMetric("concentric_duration", "s", "Concentric duration",
                                 "Lowest point to take-off.", 3, 0.03, 0.8));
    std::ranges::move(AngleMetricDescriptors({"contact", "lowest_point", "takeoff"}),
                      std::back_inserter(all));
    all.push_back(LegStiffnessDescriptor());
    return all;
  }();
  return kCatalogue;
}

CueRule StraightLandingCue() {
  return {
      .id = "lands_on_straight_knees",
      .metric = "knee_angle_contact",
      .side = CueSide::kAbove,
      .threshold = 150,
      .level = CueLevel::kAttention,
      .text = "Lands from the box on nearly straight knees",
      .reason =
          "Less than 30° of bend at first contact counts as an error in the Landing Error "
          "Scoring System, which was made for a jump that lands and rebounds (Padua et al. 2009)."};
}

std::vector<EventDescriptor> Events() {
  std::vector<EventDescriptor> all = {
      {"step_off", "Step off", "Last contact with the box.", true},
      {"contact", "Contact", "First contact with the ground.", true},
      {"lowest_point", "Lowest point", "The centre of mass turns from down to up.", true},
  };
  std::ranges::move(FlightEventDescriptors(), std::back_inserter(all));
  return all;
}

std::vector<PhaseDescriptor> Phases() {
  return {
      {"box", "Box", "Quiet standing on the box."},
      {"drop", "Drop", "Step off to contact."},
      {"ground_contact", "Ground contact", "Contact to take-off."},
      {"flight", "Flight", "Take-off to landing."},
      {"absorption", "Absorption", "Landing to the lowest point after it."},
      {"eccentric", "Eccentric", "Contact to lowest point."},
      {"concentric", "Concentric", "Lowest point to take-off."},
  };
}

/// Last contact with the box, by the fall of the foot that leaves it last.
std::optional<Estimate> StepOff(const Jump& jump, double contact_s) {
  if (!jump.on_box || !jump.on_box->quiet) return std::nullopt;
  std::optional<double> last;
  for (const Side side : {Side::kLeft, Side::kRight}) {
    const SideIds& ids = IdsOf(side);
    Signal foot = jump.body.Height(ids.ankle);
    const Signal heel = jump.body.Height(ids.heel);
    const Signal toe = jump.body.Height(ids.toe);
    for (std::size_t i = 0; i < foot.size(); ++i) {
      foot.value[i] = (foot.value[i] + heel.value[i] + toe.value[i]) / 3;
    }
    const double level = Median(Slice(foot, jump.on_box->begin_s, jump.on_box->end_s + 1e-9).value);
    const double under = level - kLeft * jump.stature_px;
    auto i = std::ranges::upper_bound(foot.t_s, contact_s) - foot.t_s.begin() - 1;
    while (i > 0 && foot.value[static_cast<std::size_t>(i)] < under) --i;
    const auto k = static_cast<std::size_t>(i);
    if (i < 0 || k + 1 >= foot.size() || foot.value[k] < under) continue;
    const double part = (foot.value[k] - under) / (foot.value[k] - foot.value[k + 1]);
    const double t = std::lerp(foot.t_s[k], foot.t_s[k + 1], std::clamp(part, 0.0, 1.0));
    last = std::max(last.value_or(t), t);
  }
  if (!last) return std::nullopt;
  const double fallen_s = std::sqrt(2 * kLeft * jump.stature_px / jump.parabola.fall_px_s2.value);
  if (const auto fall = FallBegin(jump, *last - fallen_s, contact_s)) return fall;
  return Estimate{*last - fallen_s, std::hypot(kLeftU_s, 0.3 * jump.body.period_s())};
}

/// Downward speed at the first contact, m/s: a straight line through the centre of mass between
/// the instants, once g has been taken out of it.
std::optional<Estimate> FallSpeed(const Jump& jump, double begin_s, double contact_s) {
  if (!jump.scale.known()) return std::nullopt;
  const double m_per_px = *jump.scale.scale.m_per_px;
  Signal straight = Slice(jump.body.com_height(), begin_s + kFallMargin_s, contact_s + 1e-9);
  if (straight.size() < 3) return std::nullopt;
  for (std::size_t i = 0; i < straight.size(); ++i) {
    const double before = straight.t_s[i] - contact_s;
    straight.value[i] = straight.value[i] * m_per_px + kGravity / 2 * before * before;
  }
  const double t = Mean(straight.t_s);
  const double v = Mean(straight.value);
  double xx = 0;
  double xy = 0;
  for (std::size_t i = 0; i < straight.size(); ++i) {
    xx += (straight.t_s[i] - t) * (straight.t_s[i] - t);
    xy += (straight.t_s[i] - t) * (straight.value[i] - v);
  }
  if (xx <= 0 || xy >= 0) return std::nullopt;
  const double relative = *jump.scale.scale.u_m_per_px / m_per_px;
  const double speed = -xy / xx;
  return Estimate{speed, std::hypot(kFallSpeedU_m_s, speed * relative)};
}

void SetDropMetrics(const Jump& jump, const Event& first_contact,
                    const std::optional<Estimate>& step_off, const AthleteOptions& athlete,
                    MetricTable& table) {
  const Estimate contact{first_contact.t_s, first_contact.u_s};
  const Estimate& takeoff = jump.flight.takeoff_s;
  const MetricTable::Range range{contact.value, jump.flight.landing_s.value};
  SetDuration("contact_time", contact, takeoff, table,
              FlagsOfContacts({first_contact.flags, jump.takeoff_flags}, jump.flags));
  SetDuration("eccentric_duration", contact, jump.lowest_s, table,
              FlagsOfContacts({first_contact.flags}, jump.flags));
  SetDuration("concentric_duration", jump.lowest_s, takeoff, table,
              FlagsOfContacts({jump.takeoff_flags}, jump.flags));
  const Estimate time{takeoff.value - contact.value, std::hypot(contact.u, takeoff.u)};
  // A take-off that is found too early makes the contact shorter and the flight longer.
  const std::vector<std::string> flags =
      FlagsOfContacts({first_contact.flags, jump.takeoff_flags, jump.landing_flags}, jump.flags);
  const auto over_contact = [&](std::string_view id, const Estimate& figure) {
    const double value = figure.value / time.value;
    const double by_takeoff = figure.u / figure.value + takeoff.u / time.value;
    table.Set(id, {value, value * std::hypot(by_takeoff, contact.u / time.value)}, range, flags);
  };
  over_contact("rsi", jump.flight.height_m);
  over_contact("rsr", jump.flight.flight_time_s);

  const auto given = athlete.parameters.find("box_height_m");
  if (!jump.scale.known()) {
    for (const char* id : {"drop_height", "box_height"}) table.SetAbsent(id, reason::kNoScale);
  } else {
    if (step_off) {
      if (const auto speed = FallSpeed(jump, step_off->value, contact.value)) {
        table.Set(
            "drop_height",
            {speed->value * speed->value / (2 * kGravity), speed->value * speed->u / kGravity},
            {step_off->value, contact.value}, FlagsOfContacts({}, jump.flags));
      }
    }
    if (jump.box_px) {
      const double m_per_px = *jump.scale.scale.m_per_px;
      const double value = jump.box_px->value * m_per_px;
      table.Set("box_height",
                {value, std::hypot(jump.box_px->u * m_per_px,
                                   value * *jump.scale.scale.u_m_per_px / m_per_px)},
                {jump.on_box->begin_s, takeoff.value});
    }
  }
  if (given != athlete.parameters.end()) {
    table.Set("box_height", {given->second, 0}, {contact.value, takeoff.value});
  }

  SetLegStiffness(time, jump, athlete.mass_kg, flags, table);
}

std::optional<Rep> AnalyzeWindow(const JumpWindow& window, const AthleteOptions& athlete,
                                 const ContactEvidence& evidence) {
  if (!window.left_box_s || !window.coarse_contact_s ||
      window.coarse_takeoff_s - *window.coarse_contact_s > kLongestContact_s) {
    return std::nullopt;
  }
  const auto given = athlete.parameters.find("box_height_m");
  const std::optional<Jump> measured =
      MeasureJump(window, athlete, evidence,
                  given != athlete.parameters.end() ? std::optional(given->second) : std::nullopt);
  if (!measured) return std::nullopt;
  const Jump& jump = *measured;
  const auto found = FirstContact(jump, window, athlete, evidence);
  if (!found) return std::nullopt;
  const Estimate& contact = found->t_s;
  const double takeoff = jump.flight.takeoff_s.value;
  if (contact.value >= jump.lowest_s.value || jump.lowest_s.value >= takeoff) return std::nullopt;
  const Event first_contact = MakeEvent(jump, "contact", contact, found->flags);
  const auto step_off = StepOff(jump, contact.value);

  Rep rep;
  rep.status = window.closed ? RepStatus::kConfirmed : RepStatus::kProvisional;
  rep.scale = jump.scale.scale;
  rep.flags = jump.flags;
  if (step_off) rep.events.push_back(MakeEvent(jump, "step_off", *step_off));
  rep.events.push_back(first_contact);
  rep.events.push_back(MakeEvent(jump, "lowest_point", jump.lowest_s));
  AddFlightEvents(jump, rep.events);
  if (step_off) {
    AddPhase("box", jump.on_box->begin_s, step_off->value, rep.phases);
    AddPhase("drop", step_off->value, contact.value, rep.phases);
  }
  AddPhase("ground_contact", contact.value, takeoff, rep.phases);
  AddFlightPhases(jump, rep.phases);
  AddPhase("eccentric", contact.value, jump.lowest_s.value, rep.phases);
  AddPhase("concentric", jump.lowest_s.value, takeoff, rep.phases);

  MetricTable table(Catalogue(), reason::kEventMissing);
  SetFlightMetrics(jump, table);
  SetDropMetrics(jump, first_contact, step_off, athlete, table);
  SetAngleMetrics(
      jump,
      {{"contact", contact.value}, {"lowest_point", jump.lowest_s.value}, {"takeoff", takeoff}},
      table);
  rep.metrics = std::move(table).Finish();
  FlagByFigure(kNoReboundRule, rep);
  rep.traces = JumpTraces(jump);
  return rep;
}

std::vector<Metric> MetricsByEvents(const Rep& rep, const AthleteOptions& athlete) {
  MetricTable table(Catalogue(), reason::kNeedsLandmarks);
  const auto jump = JumpOfEvents(rep);
  const Event* const contact = rep.FindEvent("contact");
  if (jump && contact != nullptr) {
    SetFlightMetrics(*jump, table);
    SetDropMetrics(*jump, *contact, InstantOf(rep, "step_off"), athlete, table);
    KeepMetric(rep, "box_height", {}, table);
  }
  return std::move(table).Finish();
}

}  // namespace

Sport Describe() {
  return {.id = "drop_jump",
          .label = "Drop jump",
          .text = "Off a box, and from the ground up again at once, one or several in a recording.",
          .metrics = Catalogue(),
          .events = Events(),
          .phases = Phases(),
          .parameters = {{.id = "box_height_m",
                          .unit = "m",
                          .label = "Box height",
                          .text = "Height of the box; measured where it is not given.",
                          .default_value = {},
                          .min = 0.1,
                          .max = 1.2}},
          .cues = {LongContactCue(CueLevel::kAttention), StraightLandingCue(), KneeExtensionCue()},
          .flag_rules = {kNoReboundRule},
          .latency_s = 1.5,
          .make_analyzer =
              [](const AthleteOptions& athlete) {
                return std::make_unique<JumpAnalyzer>(athlete, AnalyzeWindow);
              },
          .metrics_by_events = MetricsByEvents};
}

}  // namespace plyo::sports::drop_jump
