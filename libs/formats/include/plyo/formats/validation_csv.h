#pragma once

#include <string>

#include "plyo/validation/validation.h"

namespace plyo {

/// The agreement of every metric as a table (RFC 4180), one row each, SI units:
///
///   metric,unit,n,bias,bias_low,bias_high,sd,lower_limit,lower_limit_low,lower_limit_high,
///   upper_limit,upper_limit_low,upper_limit_high,icc,icc_low,icc_high,typical_error,cv_pct,mae,
///   with_interval,covered,flags
///
/// `_low` and `_high` are the ends of 95 % confidence intervals; what needs more pairs is empty.
/// `flags`: those of MetricAgreement, separated by a space.
std::string ValidationCsv(const Validation& validation);

}  // namespace plyo
