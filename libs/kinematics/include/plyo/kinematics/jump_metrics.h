#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/jump.h"
#include "plyo/kinematics/metric_table.h"

namespace plyo {

/// What several jumping sports have in common: descriptors and the figures themselves.
std::vector<MetricDescriptor> FlightMetricDescriptors();
/// Joint angles at instants ("lowest_point", "takeoff", "landing"), mean and by side, the extension
/// in between, asymmetry.
std::vector<MetricDescriptor> AngleMetricDescriptors(const std::vector<std::string>& instants);
std::vector<MetricDescriptor> KineticMetricDescriptors();

/// jump_height, jump_height_flight_time, flight_time, takeoff_velocity, com_rise.
void SetFlightMetrics(const Jump& jump, MetricTable& table);

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

/// Curves for the report: com_displacement, com_velocity, hip_angle, knee_angle, ankle_angle.
std::vector<Trace> JumpTraces(const Jump& jump);

Event MakeEvent(const Jump& jump, std::string_view id, const Estimate& t_s,
                std::vector<std::string> flags = {});

}  // namespace plyo
