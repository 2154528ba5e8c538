#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "plyo/kinematics/contact_evidence.h"
#include "plyo/kinematics/sport.h"

namespace plyo::testing {

/// All that an analyzer said of a recording, in order.
struct Outcome {
  std::vector<Rep> provisional;
  std::vector<Rep> confirmed;
  std::vector<Rep> reps;  ///< both kinds as they came
  std::vector<Event> events;
  std::vector<Summary> summary;
};

/// A whole recording of one athlete through a new analyzer of the sport.
Outcome Analyze(const Sport& sport, const std::vector<PoseFrame>& frames,
                const AthleteOptions& athlete, const ContactEvidence& evidence);

/// The value of a metric or the time of an event; nullopt where there is none.
std::optional<double> ValueOf(const Rep& rep, std::string_view metric);
std::optional<double> TimeOf(const Rep& rep, std::string_view event);
/// Test failures unless the figure, or the event, is there and the truth within its stated 95 %
/// interval.
void ExpectHolds(const Rep& rep, std::string_view metric, double truth);
void ExpectEvent(const Rep& rep, std::string_view event, double truth);
bool HasFlag(const std::vector<std::string>& flags, std::string_view flag);

}  // namespace plyo::testing
