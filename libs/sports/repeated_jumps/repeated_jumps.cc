#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <memory>
#include <utility>

#include "plyo/kinematics/contact.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump.h"
#include "plyo/kinematics/jump_analyzer.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/sport.h"

// Hops, the 10-to-5 test and other jumps in a row: definitions and sources in repeated_jumps.md.
namespace plyo::sports::repeated_jumps {
namespace {

// Longer on the ground and the athlete stood before the jump.
constexpr double kLongestRebound_s = 1.0;
// The landing of the flight before and the detector's idea of it are no farther apart.
constexpr double kSameLanding_s = 0.2;
// One foot higher than the other by this much, in statures, through the flight: a stride.
constexpr double kStride = 0.08;
constexpr std::size_t kBest = 5;

std::vector<MetricDescriptor> SummaryMetrics() {
  return {
      DescribeMetric("jump_count", "1", "Jumps", "How many flights there were.", 0, 1, 500, true),
      DescribeMetric("rsi_best_5", "m/s", "RSI, best five",
                     "Mean of the five best reactive strength indices: the 10-to-5 test. The first "
                     "jump has no contact before it and is left out.",
                     2, 0.05, 4.5, true),
      DescribeMetric("rsi_mean", "m/s", "RSI, mean", "Mean of all rebounds.", 2, 0.05, 4.5),
      DescribeMetric("rsi_cv", "%", "RSI, coefficient of variation",
                     "Standard deviation of the rebounds over their mean.", 1, 0, 100),
      DescribeMetric("rsi_slope", "m/s", "RSI, change per jump",
                     "Slope of the line through the rebounds by their number: negative with "
                     "fatigue.",
                     3, -1, 1),
  };
}

const std::vector<MetricDescriptor>& Catalogue() {
  static const std::vector<MetricDescriptor> kCatalogue = [] {
    std::vector<MetricDescriptor> all = {
        DescribeMetric("contact_time", "s", "Contact time",
                       "On the ground since the landing before.", 3, 0.08, 20, true, Better::kLess),
        DescribeMetric("rsi", "m/s", "Reactive strength index",
                       "Jump height by flight time / contact time.", 2, 0.05, 4.5, true,
                       Better::kMore),
    };
    std::ranges::move(FlightMetricDescriptors(), std::back_inserter(all));
    all.push_back(LegStiffnessDescriptor());
    for (MetricDescriptor& of_all : SummaryMetrics()) {
      of_all.of_summary = true;
      if (of_all.id.starts_with("rsi")) of_all.made_of = "rsi";
      all.push_back(std::move(of_all));
    }
    return all;
  }();
  return kCatalogue;
}

std::vector<EventDescriptor> Events() {
  std::vector<EventDescriptor> all = {
      {"contact", "Contact", "First contact with the ground after the flight before.", true},
  };
  std::ranges::move(FlightEventDescriptors(), std::back_inserter(all));
  return all;
}

std::vector<PhaseDescriptor> Phases() {
  return {
      {"ground_contact", "Ground contact", "Contact to take-off."},
      {"flight", "Flight", "Take-off to landing."},
      {"absorption", "Absorption",
       "After the last flight: landing to standing again, or the lowest point after it."},
  };
}

CueRule FatigueCue() {
  return {
      .id = "rsi_falls",
      .metric = "rsi_slope",
      .side = CueSide::kBelow,
      .threshold = 0,
      .level = CueLevel::kInfo,
      .text = "Reactive strength falls from jump to jump",
      .reason =
          "The line through the jumps falls by more than the errors of the measurement explain; "
          "fatigue is one cause."};
}

/// In a stride the feet are at different heights through the flight.
bool Strides(const Jump& jump) {
  const auto height_of = [&](Side side) {
    const SideIds& ids = IdsOf(side);
    Signal foot = jump.body.Height(ids.ankle);
    const Signal toe = jump.body.Height(ids.toe);
    for (std::size_t i = 0; i < foot.size(); ++i) foot.value[i] += toe.value[i];
    return Slice(foot, jump.flight.takeoff_s.value, jump.flight.landing_s.value);
  };
  const Signal left = height_of(Side::kLeft);
  const Signal right = height_of(Side::kRight);
  std::vector<double> apart;
  for (std::size_t i = 0; i < left.size(); ++i) {
    apart.push_back(std::abs(left.value[i] - right.value[i]) / 2);
  }
  return Median(std::move(apart)) > kStride * jump.stature_px;
}

void SetReboundMetrics(const Jump& jump, const Event& landed, const AthleteOptions& athlete,
                       MetricTable& table) {
  const Estimate contact{landed.t_s, landed.u_s};
  const Estimate& takeoff = jump.flight.takeoff_s;
  SetDuration("contact_time", contact, takeoff, table,
              FlagsOfContacts({landed.flags, jump.takeoff_flags}, jump.flags));
  const Estimate time{takeoff.value - contact.value, std::hypot(contact.u, takeoff.u)};
  if (time.value > kLongestRebound_s) {
    table.AddFlag("contact_time", flag::kNoRebound);
    for (const char* id : {"rsi", "leg_stiffness"}) table.SetAbsent(id, reason::kNoRebound);
    return;
  }
  const Estimate& height = jump.flight.flight_time_height_m;
  const double flight = jump.flight.flight_time_s.value;
  // A take-off that is found too early makes the contact shorter and the flight longer.
  const double u = std::hypot(takeoff.u * (2 / flight + 1 / time.value),
                              jump.flight.landing_s.u * 2 / flight, contact.u / time.value);
  const double rsi = height.value / time.value;
  const std::vector<std::string> flags =
      FlagsOfContacts({landed.flags, jump.takeoff_flags, jump.landing_flags}, jump.flags);
  table.Set("rsi", {rsi, rsi * u}, {contact.value, jump.flight.landing_s.value}, flags);
  // By that height, and wrong by its share.
  const auto& of_height = table["jump_height_flight_time"].flags;
  if (std::ranges::find(of_height, flag::kLandingPosture) != of_height.end())
    table.AddFlag("rsi", flag::kLandingPosture);
  SetLegStiffness(time, jump, athlete.mass_kg, flags, table);
}

/// Measures the jumps of one athlete in turn: a contact begins where the flight before ended.
class Rebounds {
 public:
  std::optional<Rep> operator()(const JumpWindow& window, const AthleteOptions& athlete,
                                const ContactEvidence& evidence) {
    const auto landed = landing_;
    if (window.closed) landing_.reset();
    const std::optional<Jump> measured = MeasureJump(window, athlete, evidence);
    if (!measured || Strides(*measured)) return std::nullopt;
    const Jump& jump = *measured;
    if (window.closed) landing_ = {.t_s = jump.flight.landing_s, .flags = jump.landing_flags};
    const double takeoff = jump.flight.takeoff_s.value;
    const bool seen = landed && landed->t_s.value < takeoff &&
                      std::abs(landed->t_s.value - window.previous_landing_s) < kSameLanding_s &&
                      window.frames.front().t.Seconds() < landed->t_s.value + kSameLanding_s;

    Rep rep;
    rep.status = window.closed ? RepStatus::kConfirmed : RepStatus::kProvisional;
    rep.scale = jump.scale.scale;
    rep.flags = jump.flags;
    MetricTable table(Catalogue(), reason::kEventMissing);
    SetFlightMetrics(jump, table);
    if (seen) {
      rep.events.push_back(MakeEvent(jump, "contact", landed->t_s, landed->flags));
      AddPhase("ground_contact", landed->t_s.value, takeoff, rep.phases);
      SetReboundMetrics(jump, rep.events.back(), athlete, table);
    }
    AddFlightEvents(jump, rep.events);
    if (window.rebounds) {
      AddPhase("flight", takeoff, jump.flight.landing_s.value, rep.phases);
    } else {
      AddFlightPhases(jump, rep.phases);
    }
    rep.metrics = std::move(table).Finish();
    rep.traces = JumpTraces(jump);
    return rep;
  }

 private:
  std::optional<ContactInstant> landing_;
};

struct Rebound {
  double number = 0;
  double rsi = 0;
  double u = 0;
};

double RootMeanSquareU(std::span<const Rebound> rebounds) {
  double squares = 0;
  for (const Rebound& r : rebounds) squares += r.u * r.u;
  return std::sqrt(squares / static_cast<double>(rebounds.size()));
}

/// The mean of each metric, and what is told of all together.
std::vector<Summary> SummarizeJumps(std::span<const Rep> reps) {
  std::vector<Summary> all = Summarize(reps, Catalogue());
  const auto add = [&all](const char* id, const char* unit, double value, std::size_t n,
                          std::optional<double> u) {
    Summary summary;
    summary.id = id;
    summary.unit = unit;
    summary.mean = value;
    summary.n = static_cast<int>(n);
    summary.u = u;
    all.push_back(std::move(summary));
  };
  if (reps.empty()) return all;
  add("jump_count", "1", static_cast<double>(reps.size()), reps.size(), {});

  std::vector<Rebound> rebounds;
  for (const Rep& rep : reps) {
    const Metric* rsi = rep.FindMetric("rsi");
    if (rsi && rsi->value) {
      rebounds.push_back({static_cast<double>(rep.index), *rsi->value, rsi->u.value_or(0)});
    }
  }
  const auto mean_of = [](std::span<const Rebound> some) {
    double sum = 0;
    for (const Rebound& r : some) sum += r.rsi;
    return sum / static_cast<double>(some.size());
  };
  if (rebounds.size() >= kBest) {
    std::vector<Rebound> best = rebounds;
    std::ranges::sort(best, std::greater(), &Rebound::rsi);
    best.resize(kBest);
    add("rsi_best_5", "m/s", mean_of(best), kBest, RootMeanSquareU(best));
  }
  if (rebounds.empty()) return all;
  const std::size_t n = rebounds.size();
  const double mean = mean_of(rebounds);
  const double u = RootMeanSquareU(rebounds);
  add("rsi_mean", "m/s", mean, n, u);
  if (n < 2) return all;
  double middle = 0;
  for (const Rebound& r : rebounds) middle += r.number / static_cast<double>(n);
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (const Rebound& r : rebounds) {
    xx += (r.number - middle) * (r.number - middle);
    xy += (r.number - middle) * (r.rsi - mean);
    yy += (r.rsi - mean) * (r.rsi - mean);
  }
  const double freedom = static_cast<double>(n - 1);
  // Of the spread the errors of the single rebounds are a part.
  add("rsi_cv", "%", 100 * std::sqrt(yy / freedom) / mean, n, 100 * u / mean / std::sqrt(freedom));
  // Jumps that vary by chance make a slope, too.
  const double scatter = n > 2 ? std::sqrt(std::max(yy - xy * xy / xx, 0.0) / (freedom - 1)) : 0;
  add("rsi_slope", "m/s", xy / xx, n, std::max(u, scatter) / std::sqrt(xx));
  return all;
}

std::vector<Metric> MetricsByEvents(const Rep& rep, const AthleteOptions& athlete) {
  MetricTable table(Catalogue(), reason::kNeedsLandmarks);
  if (const auto jump = JumpOfEvents(rep)) {
    SetFlightMetrics(*jump, table);
    if (const Event* const contact = rep.FindEvent("contact"))
      SetReboundMetrics(*jump, *contact, athlete, table);
  }
  return std::move(table).Finish();
}

}  // namespace

Sport Describe() {
  return {.id = "repeated_jumps",
          .label = "Repeated jumps",
          .text =
              "One jump after the other: hops, the 10-to-5 test, countermovement jumps in a "
              "row.",
          .metrics = Catalogue(),
          .events = Events(),
          .phases = Phases(),
          .parameters = {},
          .cues = {LongContactCue(CueLevel::kInfo), FatigueCue()},
          .latency_s = 1.5,
          .summarize = SummarizeJumps,
          .make_analyzer =
              [](const AthleteOptions& athlete) {
                return std::make_unique<JumpAnalyzer>(athlete, Rebounds());
              },
          .metrics_by_events = MetricsByEvents};
}

}  // namespace plyo::sports::repeated_jumps
