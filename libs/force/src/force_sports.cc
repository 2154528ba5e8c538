#include "force_sports.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "force_events.h"
#include "plyo/force/force_analysis.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/step_metrics.h"

namespace plyo::force {
namespace {

std::vector<MetricDescriptor> Kinetics() {
  return {
      DescribeMetric("peak_power", "W", "Peak power",
                     "Largest product of force and velocity in the push-off.", 0, 200, 12000),
      DescribeMetric("mean_power", "W", "Mean power",
                     "Mean product of force and velocity over the push-off.", 0, 100, 8000),
      DescribeMetric("mean_force", "N", "Mean force", "Mean force over the push-off.", 0, 200,
                     8000),
      DescribeMetric("mean_velocity", "m/s", "Mean velocity",
                     "Mean velocity of the centre of mass over the push-off.", 2, 0.2, 2.5),
  };
}

template <typename Item>
std::vector<Item> Joined(std::vector<std::vector<Item>> parts) {
  std::vector<Item> all;
  for (auto& part : parts) std::ranges::move(part, std::back_inserter(all));
  return all;
}

std::vector<MetricDescriptor> FlightMetricsWithoutRise() {
  auto metrics = FlightMetricDescriptors();
  std::erase_if(metrics, [](const auto& metric) { return metric.id == "com_rise"; });
  return metrics;
}

MetricDescriptor Concentric(std::string text, double max, bool headline = false) {
  return DescribeMetric("concentric_duration", "s", "Concentric duration", std::move(text), 3, 0.03,
                        max, headline);
}

MetricDescriptor PeakConcentricVelocity() {
  return DescribeMetric("peak_concentric_velocity", "m/s", "Peak concentric velocity",
                        "Fastest rise of the centre of mass before take-off.", 2, 0.5, 5.5);
}

EventDescriptor Onset() {
  return {"movement_onset", "Movement onset", "Vertical force first leaves body weight by 5 %.",
          true};
}
EventDescriptor Lowest() {
  return {"lowest_point", "Lowest point", "The centre of mass turns from down to up.", true};
}
PhaseDescriptor Flight() { return {"flight", "Flight", "Take-off to landing."}; }
PhaseDescriptor Absorption() {
  return {"absorption", "Absorption", "Landing to the lowest point after it."};
}

}  // namespace

const Sport& Cmj() {
  static const Sport kSport = {
      .id = "cmj",
      .label = "Countermovement jump",
      .text = "From quiet standing down and up in one movement, one or several in a recording.",
      .metrics = Joined<MetricDescriptor>(
          {FlightMetricDescriptors(),
           {
               DescribeMetric("countermovement_depth", "m", "Countermovement depth",
                              "Standing minus lowest centre of mass.", 3, 0.03, 0.9, true),
               DescribeMetric("unweighting_duration", "s", "Unweighting duration",
                              "Movement onset to peak downward velocity.", 3, 0.05, 1.5),
               DescribeMetric("braking_duration", "s", "Braking duration",
                              "Peak downward velocity to lowest point.", 3, 0.03, 1.5),
               DescribeMetric("eccentric_duration", "s", "Eccentric duration",
                              "Movement onset to lowest point.", 3, 0.1, 2.5),
               Concentric("Lowest point to take-off.", 1.2),
               DescribeMetric("time_to_takeoff", "s", "Time to take-off",
                              "Movement onset to take-off.", 3, 0.25, 3.5, true, Better::kLess),
               DescribeMetric("rsi_mod", "m/s", "Modified reactive strength index",
                              "Jump height / time to take-off.", 2, 0.01, 2, true, Better::kMore),
               DescribeMetric("peak_eccentric_velocity", "m/s", "Peak eccentric velocity",
                              "Fastest descent of the centre of mass, negative.", 2, -3, -0.2),
               PeakConcentricVelocity(),
           },
           Kinetics()}),
      .events = Joined<EventDescriptor>(
          {{Onset(),
            {"peak_downward_velocity", "Peak downward velocity", "End of unweighting.", false},
            Lowest()},
           FlightEventDescriptors()}),
      .phases = {{"standing", "Standing", "Quiet standing before the movement."},
                 {"unweighting", "Unweighting", "Movement onset to peak downward velocity."},
                 {"braking", "Braking", "Peak downward velocity to lowest point."},
                 {"propulsion", "Propulsion", "Lowest point to take-off."},
                 Flight(),
                 Absorption(),
                 {"eccentric", "Eccentric", "Unweighting and braking."},
                 {"concentric", "Concentric", "Propulsion."}},
      .parameters = {},
      .latency_s = 0,
      .make_analyzer = {},
      .metrics_by_events = [](const Rep& rep, const AthleteOptions& athlete) {
        return JumpMetricsByEvents(rep, athlete.mass_kg, Cmj().metrics);
      }};
  return kSport;
}

const Sport& DropJump() {
  static const Sport kSport = {
      .id = "drop_jump",
      .label = "Drop jump",
      .text = "Off a box, and from the ground up again at once, one or several in a recording.",
      .metrics = Joined<MetricDescriptor>(
          {{
               DescribeMetric("contact_time", "s", "Contact time", "First contact to take-off.", 3,
                              0.09, 1.1, true, Better::kLess),
               DescribeMetric("rsi", "m/s", "Reactive strength index",
                              "Jump height / contact time.", 2, 0.05, 4.5, true, Better::kMore),
               DescribeMetric("rsr", "1", "Reactive strength ratio", "Flight time / contact time.",
                              2, 0.15, 6, true, Better::kMore),
           },
           FlightMetricDescriptors(),
           {
               DescribeMetric("drop_height", "m", "Drop height",
                              "What the fall amounted to: v²/2g of the centre of mass at the "
                              "first contact.",
                              3, 0.05, 1.2),
               DescribeMetric("eccentric_duration", "s", "Eccentric duration",
                              "First contact to lowest point.", 3, 0.03, 0.8),
               Concentric("Lowest point to take-off.", 0.8),
               DescribeMetric("leg_stiffness", "N/m", "Leg stiffness",
                              "From contact and flight time, the body on a spring (Dalleau et al. "
                              "2004).",
                              0, 1000, 80000),
           },
           Kinetics()}),
      .events = Joined<EventDescriptor>(
          {{{"contact", "Contact", "First contact with the ground.", true}, Lowest()},
           FlightEventDescriptors()}),
      .phases = {{"ground_contact", "Ground contact", "Contact to take-off."},
                 Flight(),
                 Absorption(),
                 {"eccentric", "Eccentric", "Contact to lowest point."},
                 {"concentric", "Concentric", "Lowest point to take-off."}},
      .parameters = {},
      .flag_rules = {kNoReboundRule},
      .latency_s = 0,
      .make_analyzer = {},
      .metrics_by_events = [](const Rep& rep, const AthleteOptions& athlete) {
        return JumpMetricsByEvents(rep, athlete.mass_kg, DropJump().metrics);
      }};
  return kSport;
}

const Sport& SquatJump() {
  static const Sport kSport = {
      .id = "squat_jump",
      .label = "Squat jump",
      .text = "From a held squat straight up, one or several in a recording.",
      .metrics = Joined<MetricDescriptor>(
          {FlightMetricsWithoutRise(),
           {
               Concentric("Start of the push to take-off.", 1.5, true),
               DescribeMetric("squat_hold_duration", "s", "Squat hold",
                              "How long the squat was held still before the movement.", 2, 0.2, 20,
                              true),
               DescribeMetric("illegal_countermovement", "m", "Dip after the hold",
                              "Dip of the centre of mass after the hold.", 3, 0, 0.3, true,
                              Better::kLess),
               PeakConcentricVelocity(),
           },
           Kinetics()}),
      .events = Joined<EventDescriptor>(
          {{{"hold_start", "Hold start", "The squat is held from here on.", false},
            Onset(),
            {"push_start", "Push start", "Start of the upward push.", true}},
           FlightEventDescriptors()}),
      .phases = {{"hold", "Hold", "The squat is held."},
                 {"concentric", "Concentric", "Start of the push to take-off."},
                 Flight(),
                 Absorption()},
      .parameters = {},
      .flag_rules = {kDipRule},
      .latency_s = 0,
      .make_analyzer = {},
      .metrics_by_events = [](const Rep& rep, const AthleteOptions& athlete) {
        return JumpMetricsByEvents(rep, athlete.mass_kg, SquatJump().metrics);
      }};
  return kSport;
}

const Sport& Running() {
  static const Sport kSport = {
      .id = "running",
      .label = "Running",
      .text = "Running on a force plate or an instrumented treadmill.",
      .metrics =
          {
              DescribeMetric("cadence", "steps/min", "Cadence", "Steps of both feet a minute.", 1,
                             100, 300, true),
              DescribeMetric("contact_time", "s", "Contact time", "Foot contact to toe-off.", 3,
                             0.08, 0.5, true),
              DescribeMetric("flight_time", "s", "Flight time",
                             "Toe-off to the contact of the other foot.", 3, 0, 0.4, true),
              DescribeMetric("step_time", "s", "Step time",
                             "Contact of one foot to that of the other.", 3, 0.2, 0.6),
              DescribeMetric("stride_time", "s", "Stride time",
                             "Contact of one foot to its next one.", 3, 0.4, 1.2),
              DescribeMetric("duty_factor", "1", "Duty factor", "Contact time / stride time.", 2,
                             0.1, 0.5),
          },
      .events = {{"left_foot_contact", "Left contact", "First contact of the shoe.", true},
                 {"left_toe_off", "Left toe-off", "Last contact of the shoe.", true},
                 {"right_foot_contact", "Right contact", "First contact of the shoe.", true},
                 {"right_toe_off", "Right toe-off", "Last contact of the shoe.", true},
                 {"foot_contact", "Foot contact", "First contact of a shoe.", true},
                 {"toe_off", "Toe-off", "Last contact of a shoe.", true}},
      .phases = {{"stance", "Stance", "Foot contact to toe-off."}, Flight()},
      .parameters = {},
      .latency_s = 0,
      .repeats_steps = true,
      .summarize =
          [](std::span<const Rep> steps) { return SummarizeSteps(steps, Running().metrics); },
      .make_analyzer = {},
      .metrics_by_events =
          [](const Rep& step, const AthleteOptions&) {
            return StepMetricsByEvents(step, Running().metrics);
          }};
  return kSport;
}

}  // namespace plyo::force

namespace plyo {

std::span<const Sport> ForceSports() {
  static const std::array<Sport, 4> kSports = {force::Cmj(), force::DropJump(), force::SquatJump(),
                                               force::Running()};
  return kSports;
}

const Sport* FindForceSport(std::string_view id) {
  const auto sports = ForceSports();
  const auto at = std::ranges::find(sports, id, &Sport::id);
  return at == sports.end() ? nullptr : &*at;
}

}  // namespace plyo
