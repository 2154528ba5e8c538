#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// The unit and digits in which people of the field read a quantity: cm and ms, where the document
/// has m and s.
struct DisplayUnit {
  std::string unit;   ///< "cm", "ms", "m/s", "°", "%"; empty for a plain number
  double factor = 1;  ///< displayed = SI * factor
  int decimals = 0;   ///< of the displayed number

  friend bool operator==(const DisplayUnit&, const DisplayUnit&) = default;
};

/// `si_decimals` are the digits of the SI figure; `max` the largest plausible value: lengths that
/// may pass 3 m stay in metres, times that may pass 10 s in seconds.
DisplayUnit DisplayUnitFor(std::string_view si_unit, int si_decimals,
                           std::optional<double> max = std::nullopt);
DisplayUnit DisplayUnitFor(const MetricDescriptor& metric);
/// Of a figure of the metric that is in `unit`.
DisplayUnit DisplayUnitFor(const MetricDescriptor& metric, std::string_view unit);

/// `si_value` as a person reads it, without the unit; a true minus sign; never "-0".
std::string FormatNumber(double si_value, const DisplayUnit& unit);

/// Half width of the 95 % interval of a standard uncertainty, in displayed digits; one more digit
/// where it would read 0.
std::string FormatHalfWidth(double si_u, const DisplayUnit& unit);

/// A number and its unit with the right space between: "36.4 cm", "112°", "12 %".
std::string WithUnit(std::string_view number, const DisplayUnit& unit);

/// The descriptor of that id, or null.
const MetricDescriptor* FindMetricDescriptor(const Sport& sport, std::string_view id);
const EventDescriptor* FindEventDescriptor(const Sport& sport, std::string_view id);
const PhaseDescriptor* FindPhaseDescriptor(const Sport& sport, std::string_view id);

/// The label of the descriptor; without one the id in words: "com_height" -> "Com height".
std::string MetricLabel(const Sport& sport, std::string_view id);
std::string EventLabel(const Sport& sport, std::string_view id);
std::string PhaseLabel(const Sport& sport, std::string_view id);

/// An id in words, the first letter a capital.
std::string InWords(std::string_view id);

}  // namespace plyo
