#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump.h"
#include "plyo/kinematics/metric_table.h"

namespace plyo {

// What several jumping sports have in common: descriptors and the figures themselves.

MetricDescriptor DescribeMetric(std::string id, std::string unit, std::string label,
                                std::string text, int decimals, double min, double max,
                                bool headline = false, Better better = Better::kNeither);
/// takeoff, apex, landing, landing_lowest_point, stand_again.
std::vector<EventDescriptor> FlightEventDescriptors();
std::vector<MetricDescriptor> FlightMetricDescriptors();
/// Joint angles at instants ("lowest_point", "takeoff", "landing"), mean and by side, the extension
/// in between, asymmetry.
std::vector<MetricDescriptor> AngleMetricDescriptors(const std::vector<std::string>& instants);
std::vector<MetricDescriptor> KineticMetricDescriptors();
MetricDescriptor LegStiffnessDescriptor();
/// Knees that stop short of extension at take-off; needs knee_angle_takeoff.
CueRule KneeExtensionCue();
/// Longer on the ground after a drop, and it is no rebound; needs contact_time.
inline constexpr FlagRule kNoReboundRule = {
    .flag = flag::kNoRebound, .metric = "contact_time", .above = 0.5};
/// A deeper dip after the hold makes it another jump; needs illegal_countermovement.
inline constexpr FlagRule kDipRule = {
    .flag = flag::kIllegalCountermovement, .metric = "illegal_countermovement", .above = 0.02};
/// A contact too long for a fast stretch-shortening cycle; needs contact_time.
CueRule LongContactCue(CueLevel level);

/// Flags of a figure that follows from when feet met or left the ground: those of these events, and
/// what the repetition's say of the clock; of any other time or speed, with no event, the latter.
std::vector<std::string> FlagsOfContacts(std::initializer_list<std::vector<std::string>> events,
                                         const std::vector<std::string>& repetition);
/// Time between two instants.
void SetDuration(std::string_view id, const Estimate& begin_s, const Estimate& end_s,
                 MetricTable& table, std::vector<std::string> flags = {});
/// Heights by flight time and by what was seen or felt of it differ by more where the landing's
/// posture is another than the take-off's (flag landing_posture).
inline constexpr double kPostureApart_m = 0.02;
/// jump_height, jump_height_flight_time, flight_time, takeoff_velocity, com_rise.
void SetFlightMetrics(const Jump& jump, MetricTable& table);

/// concentric_duration and peak_concentric_velocity, of the way up to the take-off.
void SetConcentricMetrics(const Jump& jump, MetricTable& table);

/// An instant at which joint angles are read.
struct AngleInstant {
  std::string id;
  double t_s = 0;
};
/// <joint>_angle_<instant> for each instant, per side, trunk_lean_<instant>, <joint>_extension_rom
/// from lowest_point to takeoff.
void SetAngleMetrics(const Jump& jump, const std::vector<AngleInstant>& instants,
                     MetricTable& table);

/// Power and force by formulae from height, push-off distance and mass; absent without a mass.
void SetKineticMetrics(const Jump& jump, std::optional<double> mass_kg, MetricTable& table);

/// M π (tf + tc) / (tc² ((tf + tc)/π - tc/4)), N/m, of a mass on a spring; Dalleau et al. (2004).
Estimate LegStiffness(double mass_kg, const Estimate& contact_s, const Estimate& flight_s);
/// leg_stiffness, from the time on the ground before the flight and that in the air; absent without
/// a mass. `flags`: of contact, take-off and landing.
void SetLegStiffness(const Estimate& contact_time_s, const Jump& jump,
                     std::optional<double> mass_kg, std::vector<std::string> flags,
                     MetricTable& table);

/// Curves for the report: com_displacement, com_velocity, hip_angle, knee_angle, ankle_angle.
std::vector<Trace> JumpTraces(const Jump& jump);

/// Those of FlightEventDescriptors() that were found.
void AddFlightEvents(const Jump& jump, std::vector<Event>& events);
/// Unless it is empty.
void AddPhase(std::string_view id, double begin_s, double end_s, std::vector<Phase>& phases);
/// flight and absorption.
void AddFlightPhases(const Jump& jump, std::vector<Phase>& phases);

/// When an event was; nullopt where the repetition has none of that id.
std::optional<Estimate> InstantOf(const Rep& rep, std::string_view event);
/// A jump of which nothing is known but its events and its scale: no frame was seen. What is set
/// from it needs no landmarks. nullopt without take-off, apex and landing.
std::optional<Jump> JumpOfEvents(const Rep& rep);
/// Sets what was seen as the repetition has it, unless it was read at one of these events and that
/// was put elsewhere by hand.
void KeepMetric(const Rep& rep, std::string_view id,
                std::initializer_list<std::string_view> read_at, MetricTable& table);

Event MakeEvent(const Jump& jump, std::string_view id, const Estimate& t_s,
                std::vector<std::string> flags = {});

}  // namespace plyo
