#pragma once

#include <string>

#include "plyo/kinematics/result.h"

namespace plyo {

/// Every metric of every repetition of a result as a table (RFC 4180), one row each, SI units:
///
///   file,athlete,track_id,rep,metric,value,unit,u,flags,reason,excluded
///
/// `athlete` is the name given for the recording, `track_id` who of the people in it; `u` the
/// standard uncertainty (k = 1); `flags` those of the metric and then those of its repetition as a
/// whole, separated by a space. An absent metric has an empty value and its reason. `excluded`: why
/// a person left the repetition out of the summary; empty where it counts.
std::string MetricsCsv(const AnalysisResult& result);

}  // namespace plyo
