#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/report/advice.h"

namespace plyo::report {

/// "good", "note", "limited", "poor": class names of the page.
std::string_view SeverityId(Severity severity);

/// Flags in plain words.
nlohmann::ordered_json NotesOf(const std::vector<std::string>& flags);

/// A figure as it is shown: value, half width and interval with their digits, or the reason for its
/// absence.
nlohmann::ordered_json MetricView(const Metric& metric, const Sport& sport);

/// All figures of a repetition but the ones in AnglesOf, grouped by what they are. Absent ones with
/// one reason share a row.
nlohmann::ordered_json TableOf(const Rep& rep, const Sport& sport);

/// Angles at the events, a row a joint and a column an event; null where there are too few for a
/// table of their own. A side's own row is left out where the other side was not seen: then the
/// joint's row is that side.
nlohmann::ordered_json AnglesOf(const Rep& rep, const Sport& sport);

}  // namespace plyo::report
