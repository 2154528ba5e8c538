#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/flight.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

// What the steps of a run come to by their instants alone, whatever saw them.

/// The instants of a step, s, as far as they were seen.
struct StepTimes {
  std::optional<Estimate> contact, toe_off;
  std::optional<Estimate> next_contact;  ///< of the other foot
  std::optional<Estimate> stride_end;    ///< the same foot's next contact
};

/// By the step's own events and by the instants that bound its times: a step knows when the next
/// ones begin by nothing else.
StepTimes StepTimesOf(const Rep& step);

/// contact_time, flight_time, step_time, stride_time, cadence and duty_factor. `flags` are of what
/// begins and ends with this foot, `flags_to_next` of what ends with the other one's contact.
void SetStepTimes(const StepTimes& times, const std::vector<std::string>& flags,
                  const std::vector<std::string>& flags_to_next, MetricTable& table);

/// Means, with left and right where the events tell the feet. The cadence is of all steps together:
/// it has neither sides nor a spread. Of a run no step is the best.
std::vector<Summary> SummarizeSteps(std::span<const Rep> steps,
                                    std::span<const MetricDescriptor> catalogue);

}  // namespace plyo
