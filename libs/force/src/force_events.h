#pragma once

#include <optional>
#include <span>
#include <vector>

#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo::force {

/// What follows from the events of a jump, of those in the catalogue: durations and, from the
/// height by impulse and the mass where they are given, the ratios and the stiffness.
void SetByEvents(const Rep& rep, std::span<const MetricDescriptor> catalogue,
                 const std::optional<Estimate>& height_m, std::optional<double> mass_kg,
                 MetricTable& table);

/// Sport::metrics_by_events of a jump: the same without the curve. What the curve gave is absent.
std::vector<Metric> JumpMetricsByEvents(const Rep& rep, std::optional<double> mass_kg,
                                        std::span<const MetricDescriptor> catalogue);
/// The same of a step.
std::vector<Metric> StepMetricsByEvents(const Rep& step,
                                        std::span<const MetricDescriptor> catalogue);

}  // namespace plyo::force
