#include "force_jump.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "force_events.h"
#include "force_sports.h"
#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/metric_table.h"

// Conventions and their sources: docs/guide/force-plates.md.
namespace plyo::force {
namespace {

// Under this the plate is empty at first sight; the exact instants follow from the flight's noise.
constexpr double kCoarseThreshold_n = 20;
// Of a record that ends in the air, whose noise is not seen.
constexpr double kOpenThreshold_n = 10;
constexpr double kThresholdSd = 5;
constexpr double kLeastThreshold_n = 5;
constexpr double kMore_n = 15;
constexpr double kShortestContact_s = 0.03;
constexpr double kShortestFlight_s = 0.1;
constexpr double kLongestFlight_s = 1.2;
constexpr double kLongestRebound_s = 1.0;
constexpr double kOnset = 0.05;    // of body weight
constexpr double kAtRest_s = 0.1;  // within that band: nothing has begun yet
constexpr double kSearch_s = 3;    // standing is looked for so long before and after a flight
constexpr double kSeenAfter_s = 1.5;
constexpr double kStands_s = 0.3;
constexpr double kShallowest_m = 0.03;
// Who stands upright leaves the ground on stretched feet and with raised arms at most so much
// higher; out of a squat the legs' extension adds to it.
constexpr double kHighestOverStanding_m = 0.3;
constexpr double kUnweighting = 0.25;  // of body weight
constexpr double kDeepestSquatDip_m = 0.15;
constexpr double kSlowestTakeoff_m_s = 0.4;
constexpr double kHeightsApart_m = 0.15;
constexpr double kSway_m_s = 0.006;

constexpr const char* kFallsOnto =
    "the athlete comes down onto the plate right before it; a drop jump, or jumps in a row?";

struct PlateFlight {
  Stretch air = {};
  Estimate takeoff = {};  ///< fractional index; u in samples
  Estimate landing = {};
  bool landed = false;
  double threshold_n = 0;
};

/// A flight, what stands around it, and the motion that the impulse gives.
struct PlateJump {
  PlateFlight flight = {};
  Stretch before = {};  ///< on the plate before the flight
  Stretch after = {};
  bool dropped = false;  ///< nobody was on the plate before `before`
  QuietStanding standing = {};
  bool standing_before = false;
  Motion motion = {};
  Estimate velocity = {};  ///< at take-off, m/s
};

/// A repetition, or why it is none.
struct Judged {
  std::optional<Rep> rep = {};
  std::string why = {};
};

double CrossingBack(std::span<const double> force, double from, double threshold) {
  auto i = static_cast<std::size_t>(from);
  while (i > 0 && force[i] < threshold) --i;
  return static_cast<double>(i);
}

double CrossingOn(std::span<const double> force, double from, double threshold) {
  auto i = static_cast<std::size_t>(from);
  while (i + 1 < force.size() && force[i] < threshold) ++i;
  return static_cast<double>(i);
}

PlateFlight Refine(const Plate& plate, Stretch air) {
  const auto& force = plate.record.force_n;
  PlateFlight flight{.air = air, .landed = air.end < force.size()};
  flight.threshold_n = plate.threshold_n.value_or(kOpenThreshold_n);
  if (!plate.threshold_n && flight.landed) {
    const std::size_t quarter = air.size() / 4;
    const Level noise = plate.level.Of({air.begin + quarter, air.end - quarter});
    flight.threshold_n = noise.mean + std::max(kLeastThreshold_n, kThresholdSd * noise.sd);
  }
  const double threshold = flight.threshold_n;
  std::size_t first = air.begin;
  while (first > 0 && force[first - 1] < threshold) --first;
  flight.takeoff.value = FallsTo(force, first, threshold);
  const double rate = plate.record.rate_hz;
  flight.takeoff.u =
      rate * CrossingU(flight.takeoff.value,
                       CrossingBack(force, flight.takeoff.value, threshold + kMore_n), rate);
  if (!flight.landed) return flight;
  std::size_t last = air.end;
  while (last + 1 < force.size() && force[last] < threshold) ++last;
  flight.landing.value = RisesTo(force, last, threshold);
  flight.landing.u =
      rate * CrossingU(flight.landing.value,
                       CrossingOn(force, flight.landing.value, threshold + kMore_n), rate);
  return flight;
}

std::vector<PlateFlight> Flights(const Plate& plate, const std::vector<Stretch>& unloaded) {
  std::vector<PlateFlight> flights;
  const std::size_t samples = plate.record.force_n.size();
  for (const Stretch& air : unloaded) {
    if (air.begin == 0 || air.size() > plate.Samples(kLongestFlight_s)) continue;
    // A record may end in the air, where a moment is enough.
    if (air.end < samples ? air.size() < plate.Samples(kShortestFlight_s) : air.size() < 2)
      continue;
    flights.push_back(Refine(plate, air));
  }
  return flights;
}

class JumpJudge {
 public:
  JumpJudge(const Plate& plate, const PlateJump& jump, const Sport& sport)
      : plate_(plate),
        force_(plate.record.force_n),
        jump_(jump),
        sport_(sport),
        weight_(jump.standing.weight_n.value),
        table_(sport.metrics, reason::kEventMissing) {}

  Judged Cmj() {
    const auto lowest = LowestBefore(jump_.flight.takeoff.value);
    if (!lowest) return {{}, "the body does not go down before it; a squat jump?"};
    if (FallsOnto(*lowest)) return {{}, kFallsOnto};
    const std::size_t fastest = FastestDown(*lowest);
    const auto slack = SlackestBefore(fastest);
    const Estimate onset = DepartureBefore(slack);
    const double top = jump_.standing_before ? 0 : jump_.motion.HeightAt(onset.value);
    const double depth = top - jump_.motion.HeightAt(*lowest);
    if (depth < kShallowest_m) return {{}, "there is no countermovement before it; a squat jump?"};
    if (RisesOutOfASquat() && force_[slack] > (1 - kUnweighting) * weight_)
      return {{}, "it rises out of a squat that was held, no standing; a squat jump?"};

    const Estimate lowest_i = Turn(*lowest);
    const Estimate fastest_i = {static_cast<double>(fastest), 0.005 * plate_.record.rate_hz};
    const Estimate& takeoff = jump_.flight.takeoff;
    AddEvent("movement_onset", onset);
    AddEvent("peak_downward_velocity", fastest_i);
    AddEvent("lowest_point", lowest_i);
    AddFlight();

    // Standing is where the height is zero; without it the movement goes down from its onset.
    table_.Set("countermovement_depth", {depth, LengthU(*lowest)},
               Range(jump_.standing_before ? *lowest : onset.value, *lowest));
    const double down = jump_.motion.VelocityAt(fastest_i.value);
    table_.Set("peak_eccentric_velocity", {down, VelocityU(fastest_i.value)},
               Range(fastest_i.value, fastest_i.value));
    SetPushOff(lowest_i);

    if (jump_.standing_before)
      AddPhase("standing", static_cast<double>(jump_.standing.stretch.begin), onset.value);
    AddPhase("unweighting", onset.value, fastest_i.value);
    AddPhase("braking", fastest_i.value, lowest_i.value);
    AddPhase("propulsion", lowest_i.value, takeoff.value);
    AddFlightPhases();
    AddPhase("eccentric", onset.value, lowest_i.value);
    AddPhase("concentric", lowest_i.value, takeoff.value);
    return Finish();
  }

  Judged SquatJump() {
    const Estimate& takeoff = jump_.flight.takeoff;
    const auto push = PushBefore(takeoff.value);
    if (!push) return {{}, "there is no push against the ground before it"};
    const auto turn = LowestBefore(takeoff.value);
    if (turn && FallsOnto(*turn)) return {{}, kFallsOnto};
    const Estimate onset = DepartureBefore(static_cast<std::size_t>(*push));
    const double held_at = jump_.motion.HeightAt(onset.value);
    double lowest = held_at;
    double lowest_i = onset.value;
    for (double i = onset.value; i < takeoff.value; ++i) {
      if (jump_.motion.HeightAt(i) >= lowest) continue;
      lowest = jump_.motion.HeightAt(i);
      lowest_i = i;
    }
    const double dip = std::max(0.0, held_at - lowest);
    if (dip > kDeepestSquatDip_m)
      return {{}, "there is a countermovement before it, no hold; a countermovement jump?"};
    const auto hold = HoldBefore(onset.value);

    const Estimate push_i = {*push, 0.003 * plate_.record.rate_hz};
    if (hold) AddEvent("hold_start", {*hold, 0.05 * plate_.record.rate_hz});
    AddEvent("movement_onset", onset);
    AddEvent("push_start", push_i);
    AddFlight();
    table_.Set(
        "illegal_countermovement",
        {dip, VelocityU(takeoff.value) * (takeoff.value - onset.value) / 2 / plate_.record.rate_hz},
        Range(onset.value, lowest_i));
    SetPushOff(push_i);
    if (hold) AddPhase("hold", *hold, onset.value);
    AddPhase("concentric", push_i.value, takeoff.value);
    AddFlightPhases();
    return Finish();
  }

  Judged DropJump() {
    const auto& flight = jump_.flight;
    if (!jump_.dropped)
      return {{}, "the athlete stands on the plate before it; a countermovement jump?"};
    std::size_t first = jump_.before.begin;
    while (first + 1 < force_.size() && force_[first] < flight.threshold_n) ++first;
    const double at = RisesTo(force_, first, flight.threshold_n);
    const double rate = plate_.record.rate_hz;
    const Estimate contact = {
        at, rate * CrossingU(at, CrossingOn(force_, at, flight.threshold_n + kMore_n), rate)};
    const double contact_s = (flight.takeoff.value - at) / rate;
    if (contact_s > kLongestRebound_s) {
      return {{}, "more than a second on the plate before it: no rebound"};
    }
    const auto lowest = LowestBefore(flight.takeoff.value);
    const double fall = -jump_.motion.VelocityAt(contact.value);
    if (!lowest || *lowest <= contact.value || fall < kSlowestTakeoff_m_s)
      return {{}, "the athlete does not come down onto the plate before it"};

    AddEvent("contact", contact);
    const Estimate lowest_i = Turn(*lowest);
    AddEvent("lowest_point", lowest_i);
    AddFlight();
    const double fall_u = VelocityU(contact.value);
    table_.Set("drop_height", {fall * fall / (2 * kGravity), fall * fall_u / kGravity},
               Range(contact.value, contact.value));
    SetPushOff(lowest_i);
    AddPhase("ground_contact", contact.value, flight.takeoff.value);
    AddFlightPhases();
    AddPhase("eccentric", contact.value, lowest_i.value);
    AddPhase("concentric", lowest_i.value, flight.takeoff.value);
    return Finish();
  }

 private:
  double TimeOf(double index) const { return plate_.record.TimeOf(index); }
  MetricTable::Range Range(double begin, double end) const { return {TimeOf(begin), TimeOf(end)}; }
  void AddEvent(std::string_view id, const Estimate& index) {
    rep_.events.push_back({.id = std::string(id),
                           .t_s = TimeOf(index.value),
                           .u_s = index.u / plate_.record.rate_hz,
                           .frame = index.value,
                           .flags = {}});
  }
  void AddPhase(std::string_view id, double begin, double end) {
    plyo::AddPhase(id, TimeOf(begin), TimeOf(end), rep_.phases);
  }

  /// Of a velocity that was integrated from standing to there: the weight's error grows with time.
  double VelocityU(double index) const {
    const auto& stretch = jump_.standing.stretch;
    const double middle = static_cast<double>(stretch.begin + stretch.end) / 2;
    const double time_s = std::abs(index - middle) / plate_.record.rate_hz;
    return std::hypot(kSway_m_s, jump_.standing.weight_n.u / weight_ * kGravity * time_s);
  }
  double LengthU(double index) const {
    const auto& stretch = jump_.standing.stretch;
    const double middle = static_cast<double>(stretch.begin + stretch.end) / 2;
    return VelocityU(index) * std::abs(index - middle) / plate_.record.rate_hz / 2;
  }
  Estimate Height() const {
    const Estimate& v = jump_.velocity;
    return {v.value * v.value / (2 * kGravity), v.value * v.u / kGravity};
  }

  /// Of take-off's height and the jump's together. A wrong weight errs both the same way where
  /// standing is before the take-off, and against each other where it is after it.
  double RiseU() const {
    const double takeoff = jump_.flight.takeoff.value;
    const bool forward = static_cast<double>(jump_.standing.stretch.begin) < takeoff;
    const double by_standing = VelocityU(takeoff);
    const double metres_per_speed = jump_.velocity.value / kGravity;
    const double by_takeoff =
        std::sqrt(std::max(0.0, jump_.velocity.u * jump_.velocity.u - by_standing * by_standing));
    return std::hypot((forward ? 1 : -1) * LengthU(takeoff) + metres_per_speed * by_standing,
                      metres_per_speed * by_takeoff);
  }

  /// The last instant before the take-off at which the body still goes down.
  std::optional<double> LowestBefore(double takeoff) const {
    auto i = static_cast<std::size_t>(takeoff);
    const std::size_t begin = std::max(jump_.before.begin, jump_.motion.range.begin);
    while (i > begin && Velocity(i) > 0) --i;
    if (Velocity(i) > 0) return std::nullopt;
    const double rise = Velocity(i + 1) - Velocity(i);
    return static_cast<double>(i) + (rise > 0 ? -Velocity(i) / rise : 0);
  }
  double Velocity(std::size_t index) const {
    return jump_.motion.velocity[index - jump_.motion.range.begin];
  }
  Estimate Turn(double lowest) const {
    const double push = force_[static_cast<std::size_t>(lowest)] / weight_ * kGravity - kGravity;
    return {lowest, plate_.record.rate_hz * VelocityU(lowest) / std::max(push, 1.0)};
  }
  /// Whether the descent that ends there began in the air: nothing but down since the contact.
  bool FallsOnto(double lowest) const {
    if (!jump_.dropped) return false;
    for (auto i = static_cast<std::size_t>(lowest); i > jump_.before.begin; --i) {
      if (Velocity(i) > 0) return false;
    }
    return true;
  }
  /// Rest looks the same upright and in a squat; how far the body is lifted from it does not.
  bool RisesOutOfASquat() const {
    const double takeoff = jump_.flight.takeoff.value;
    const double rise = jump_.motion.HeightAt(takeoff);
    return jump_.standing_before &&
           rise - kHalfWidthOf95Percent * LengthU(takeoff) > kHighestOverStanding_m;
  }
  std::size_t FastestDown(double lowest) const {
    auto i = static_cast<std::size_t>(lowest);
    const std::size_t begin = std::max(jump_.before.begin, jump_.motion.range.begin);
    std::size_t fastest = i;
    for (; i > begin && Velocity(i) <= 0; --i) {
      if (Velocity(i) < Velocity(fastest)) fastest = i;
    }
    return fastest;
  }
  /// Where the force is least while the descent gathers speed.
  std::size_t SlackestBefore(std::size_t fastest) const {
    std::size_t slackest = fastest;
    const std::size_t begin = std::max(jump_.before.begin, jump_.motion.range.begin);
    for (std::size_t i = fastest; i > begin && Velocity(i) <= 0; --i) {
      if (force_[i] < force_[slackest]) slackest = i;
    }
    return slackest;
  }
  bool AtWeight(std::size_t i) const { return std::abs(force_[i] - weight_) <= kOnset * weight_; }

  /// First departure of the force from body weight that leads to `at` without rest in between.
  Estimate DepartureBefore(std::size_t at) const {
    const std::size_t rest = plate_.Samples(kAtRest_s);
    std::size_t first = at;
    std::size_t at_weight = 0;
    for (std::size_t i = at; i-- > jump_.before.begin && at_weight < rest;) {
      if (AtWeight(i)) {
        ++at_weight;
      } else {
        at_weight = 0;
        first = i;
      }
    }
    // How long the force takes over the second half of the band.
    std::size_t half = first;
    while (half > jump_.before.begin && std::abs(force_[half] - weight_) > kOnset / 2 * weight_) {
      --half;
    }
    const auto u = std::max<double>(1, static_cast<double>(first - half));
    return {static_cast<double>(first), u};
  }

  /// Begin of the push that ends in the take-off: force over body weight by 5 % from there on.
  std::optional<double> PushBefore(double takeoff) const {
    const double over = (1 + kOnset) * weight_;
    auto i = static_cast<std::size_t>(takeoff);
    while (i > jump_.before.begin && force_[i] < over) --i;
    if (i == jump_.before.begin) return std::nullopt;
    std::size_t first = i;
    std::size_t under = 0;
    for (; i-- > jump_.before.begin && under < plate_.Samples(kShortestContact_s);) {
      under = force_[i] < over ? under + 1 : 0;
      if (under == 0) first = i;
    }
    return static_cast<double>(first);
  }
  /// Since when the force has been about body weight, where the going down before is seen.
  std::optional<double> HoldBefore(double onset) const {
    auto i = static_cast<std::size_t>(onset);
    std::size_t away = 0;
    std::size_t first = i;
    const std::size_t rest = plate_.Samples(kShortestContact_s);
    for (; i-- > jump_.before.begin && away < rest;) {
      away = AtWeight(i) ? 0 : away + 1;
      if (away == 0) first = i;
    }
    if (away < rest) return std::nullopt;
    return static_cast<double>(first);
  }

  void AddFlight() {
    const auto& flight = jump_.flight;
    const double rate = plate_.record.rate_hz;
    const Estimate& v = jump_.velocity;
    AddEvent("takeoff", flight.takeoff);
    AddEvent("apex", {flight.takeoff.value + v.value / kGravity * rate,
                      std::hypot(flight.takeoff.u, v.u / kGravity * rate)});
    const Estimate height = Height();
    // The impulse up to there gives them, whatever comes after.
    const auto range = Range(flight.takeoff.value, flight.takeoff.value);
    table_.Set("jump_height", height, range);
    table_.Set("takeoff_velocity", v, range);
    if (HasMetric("com_rise")) {
      const double rise = jump_.motion.HeightAt(flight.takeoff.value);
      table_.Set("com_rise", {rise + height.value, RiseU()}, range);
    }
    if (!jump_.standing_before) {
      for (const char* id : {"jump_height", "takeoff_velocity", "com_rise"}) {
        // A drop jump's standing is after it by nature.
        if (HasMetric(id) && sport_.id != force::DropJump().id)
          table_.AddFlag(id, flag::kNoQuietStanding);
      }
    }
    if (!flight.landed) {
      rep_.flags.emplace_back(flag::kFallsShort);
      return;
    }
    AddEvent("landing", flight.landing);
    landing_lowest_ = LandingLowest();
    if (landing_lowest_) AddEvent("landing_lowest_point", {*landing_lowest_, 0.01 * rate});
    stand_again_ = StandAgain();
    if (stand_again_) AddEvent("stand_again", {*stand_again_, 0.05 * rate});
  }

  std::optional<double> LandingLowest() const {
    const auto first = static_cast<std::size_t>(jump_.flight.landing.value) + 1;
    const std::size_t end =
        std::min({jump_.motion.range.end, jump_.after.end, first + plate_.Samples(1.0)});
    for (std::size_t i = first; i < end; ++i) {
      if (Velocity(i) >= 0) return static_cast<double>(i);
    }
    return std::nullopt;
  }
  std::optional<double> StandAgain() const {
    const std::size_t needed = plate_.Samples(kStands_s);
    std::size_t quiet = 0;
    for (std::size_t i = jump_.after.begin; i < jump_.after.end; ++i) {
      quiet = AtWeight(i) ? quiet + 1 : 0;
      if (quiet == needed) return static_cast<double>(i + 1 - needed);
    }
    return std::nullopt;
  }
  void AddFlightPhases() {
    if (!jump_.flight.landed) return;
    const double landing = jump_.flight.landing.value;
    AddPhase("flight", jump_.flight.takeoff.value, landing);
    AddPhase("absorption", landing, landing_lowest_.value_or(stand_again_.value_or(landing)));
  }

  /// Power, force and velocity from `begin` to the take-off.
  void SetPushOff(const Estimate& begin) {
    const Estimate& takeoff = jump_.flight.takeoff;
    double work = 0;
    double way = 0;
    double impulse = 0;
    double peak = 0;
    double fastest = 0;
    double peak_at = begin.value;
    double fastest_at = begin.value;
    int n = 0;
    for (double i = std::ceil(begin.value); i < takeoff.value; ++i, ++n) {
      const double f = force_[static_cast<std::size_t>(i)];
      const double v = jump_.motion.VelocityAt(i);
      work += f * v;
      way += v;
      impulse += f;
      if (f * v > peak) {
        peak = f * v;
        peak_at = i;
      }
      if (v > fastest) {
        fastest = v;
        fastest_at = i;
      }
    }
    if (n < 2) return;
    const auto range = Range(begin.value, takeoff.value);
    const double v_u = VelocityU(takeoff.value);
    const double force = impulse / n;
    // A mean moves with the ends of its window, by what it differs from the values there. At the
    // take-off there is no force any more.
    const auto mean = [&](double value, double first, double last, double u) -> Estimate {
      const double by_window = std::hypot((value - first) * begin.u, (last - value) * takeoff.u) /
                               (takeoff.value - begin.value);
      return {value, std::hypot(u, by_window)};
    };
    const double f_begin = force_[static_cast<std::size_t>(begin.value)];
    const double v_begin = jump_.motion.VelocityAt(begin.value);
    table_.Set("mean_force", mean(force, f_begin, 0, jump_.standing.weight_n.u), range);
    table_.Set("mean_velocity", mean(way / n, v_begin, jump_.velocity.value, v_u), range);
    table_.Set("mean_power", mean(work / n, f_begin * v_begin, 0, force * v_u), range);
    table_.Set("peak_power", {peak, force_[static_cast<std::size_t>(peak_at)] * v_u},
               Range(peak_at, peak_at));
    if (HasMetric("peak_concentric_velocity"))
      table_.Set("peak_concentric_velocity", {fastest, v_u}, Range(fastest_at, fastest_at));
  }

  bool HasMetric(std::string_view id) const {
    return std::ranges::find(sport_.metrics, id, &MetricDescriptor::id) != sport_.metrics.end();
  }

  Judged Finish() {
    rep_.scale.method = "body_weight";
    if (jump_.standing.brief || jump_.standing.restless)
      rep_.flags.emplace_back(flag::kUnsteadyStanding);
    SetByEvents(rep_, sport_.metrics, Height(), weight_ / kGravity, table_);
    rep_.metrics = std::move(table_).Finish();
    for (const FlagRule& rule : sport_.flag_rules) FlagByFigure(rule, rep_);
    rep_.traces = Traces();
    return {std::move(rep_), ""};
  }

  /// Curves around the jump, thinned out for a screen.
  std::vector<Trace> Traces() const {
    constexpr double kTraceRate_hz = 250;
    const double rate = plate_.record.rate_hz;
    const auto step =
        std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(rate / kTraceRate_hz)));
    const double first = rep_.events.front().frame - 0.5 * rate;
    const double last = rep_.events.back().frame + 0.5 * rate;
    Trace force{.id = "force", .unit = "N", .t_s = {}, .value = {}};
    Trace velocity{.id = "com_velocity", .unit = "m/s", .t_s = {}, .value = {}};
    Trace height{.id = "com_displacement", .unit = "m", .t_s = {}, .value = {}};
    for (std::size_t i = jump_.motion.range.begin; i < jump_.motion.range.end; i += step) {
      const auto at = static_cast<double>(i);
      if (at < first || at > last) continue;
      for (Trace* trace : {&force, &velocity, &height}) trace->t_s.push_back(TimeOf(at));
      force.value.push_back(force_[i]);
      velocity.value.push_back(Velocity(i));
      height.value.push_back(jump_.motion.HeightAt(at));
    }
    return {std::move(height), std::move(velocity), std::move(force)};
  }

  const Plate& plate_;
  std::span<const double> force_;
  const PlateJump& jump_;
  const Sport& sport_;
  double weight_;
  MetricTable table_;
  Rep rep_;
  std::optional<double> landing_lowest_;
  std::optional<double> stand_again_;
};

/// The standing that the impulse is counted from: before the flight where there is one, else after.
bool FindStanding(const Plate& plate, PlateJump& jump) {
  const double rate = plate.record.rate_hz;
  const auto takeoff = static_cast<std::size_t>(jump.flight.takeoff.value);
  if (!jump.dropped || takeoff - jump.before.begin > plate.Samples(kLongestRebound_s)) {
    Stretch range{jump.before.begin, takeoff};
    range.begin = std::max(range.begin, takeoff - std::min(takeoff, plate.Samples(kSearch_s)));
    auto found = FindQuietStanding(plate.level, range, rate);
    if (!found) found = FindQuietStanding(plate.level, {jump.before.begin, takeoff}, rate);
    if (found) {
      jump.standing = *found;
      jump.standing_before = true;
      return true;
    }
  }
  if (!jump.flight.landed) return false;
  const auto landing = static_cast<std::size_t>(jump.flight.landing.value);
  Stretch range{landing, std::min(jump.after.end, landing + plate.Samples(kSearch_s))};
  const auto found = FindQuietStanding(plate.level, range, rate);
  if (found) jump.standing = *found;
  return found.has_value();
}

/// Why the flight is none of a jump, or empty.
std::string NoJump(const PlateJump& jump, double rate_hz) {
  if (jump.velocity.value < kSlowestTakeoff_m_s)
    return "the push against the ground does not lift the body; a step off the plate?";
  if (!jump.flight.landed) return {};
  const double air_s = (jump.flight.landing.value - jump.flight.takeoff.value) / rate_hz;
  const double by_time = kGravity * air_s * air_s / 8;
  const double by_velocity = jump.velocity.value * jump.velocity.value / (2 * kGravity);
  if (std::abs(by_time - by_velocity) > kHeightsApart_m)
    return "impulse and flight time lead to heights that no jump can have both; stepped off, "
           "or another unit, rate or plate?";
  return {};
}

std::string Centi(double seconds) {
  std::string text = std::to_string(std::lround(seconds * 100));
  while (text.size() < 3) text.insert(0, "0");
  return text.insert(text.size() - 2, ".");
}

}  // namespace

double CrossingU(double at, double at_more, double rate_hz) {
  return std::hypot(1 / std::sqrt(12.0), (at_more - at) / 2) / rate_hz;
}

Found FindJumps(const Plate& plate, const Sport& sport) {
  const auto& force = plate.record.force_n;
  const double rate = plate.record.rate_hz;
  const auto unloaded = Unloaded(force, plate.threshold_n.value_or(kCoarseThreshold_n),
                                 plate.Samples(kShortestContact_s));
  const auto flights = Flights(plate, unloaded);
  Found found;
  if (flights.empty()) found.flags.emplace_back(flag::kNoFlight);
  for (const PlateFlight& flight : flights) {
    if (found.threshold_n == 0) found.threshold_n = flight.threshold_n;
    PlateJump jump{.flight = flight};
    const auto at = std::ranges::find(unloaded, flight.air);
    jump.dropped = at != unloaded.begin();
    jump.before = {jump.dropped ? std::prev(at)->end : 0, flight.air.begin};
    const auto next = std::next(at);
    jump.after = {flight.air.end, next == unloaded.end() ? force.size() : next->begin};
    const auto leave_out = [&](const std::string& why) {
      found.left_out.push_back("the flight at " + Centi(plate.record.TimeOf(flight.takeoff.value)) +
                               " s is left out: " + why);
    };
    if (flight.takeoff.value <
        static_cast<double>(jump.before.begin + plate.Samples(kShortestContact_s))) {
      leave_out("the plate is too noisy to see the contact before it");
      continue;
    }
    if (!FindStanding(plate, jump)) {
      AddOnce(found.flags, flag::kNoQuietStanding);
      leave_out("nobody stands still for 0.3 s before or after it, so there is no body weight");
      continue;
    }
    Stretch range = {std::min(jump.before.begin, jump.standing.stretch.begin),
                     std::max(jump.after.begin, jump.standing.stretch.end)};
    range.end = std::max(range.end,
                         std::min(jump.after.end, jump.after.begin + plate.Samples(kSeenAfter_s)));
    jump.motion = Integrate(force, range, jump.standing, rate);
    const double middle =
        static_cast<double>(jump.standing.stretch.begin + jump.standing.stretch.end) / 2;
    const double time_s = std::abs(flight.takeoff.value - middle) / rate;
    const double by_weight =
        jump.standing.weight_n.u / jump.standing.weight_n.value * kGravity * time_s;
    jump.velocity = {jump.motion.VelocityAt(flight.takeoff.value),
                     std::hypot(kSway_m_s, by_weight, kGravity * flight.takeoff.u / rate)};
    if (const auto why = NoJump(jump, rate); !why.empty()) {
      leave_out(why);
      continue;
    }
    JumpJudge judge(plate, jump, sport);
    Judged judged = sport.id == Cmj().id        ? judge.Cmj()
                    : sport.id == DropJump().id ? judge.DropJump()
                                                : judge.SquatJump();
    if (!judged.rep) {
      leave_out(judged.why);
      continue;
    }
    judged.rep->index = static_cast<int>(found.reps.size()) + 1;
    found.reps.push_back(std::move(*judged.rep));
    found.mass_kg.push_back(jump.standing.weight_n.value / kGravity);
  }
  return found;
}

}  // namespace plyo::force
