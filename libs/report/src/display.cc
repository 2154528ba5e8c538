#include "plyo/report/display.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace plyo {
namespace {

template <typename Descriptor>
const Descriptor* Find(const std::vector<Descriptor>& all, std::string_view id) {
  const auto it = std::ranges::find_if(all, [&](const Descriptor& d) { return d.id == id; });
  return it == all.end() ? nullptr : &*it;
}

template <typename Descriptor>
std::string LabelOf(const Descriptor* descriptor, std::string_view id) {
  return descriptor != nullptr && !descriptor->label.empty() ? descriptor->label : InWords(id);
}

std::string Fixed(double shown, int decimals) {
  std::string text = fmt::format("{:.{}f}", shown, decimals);
  if (text.starts_with('-')) {
    text.erase(0, 1);
    const bool zero = text.find_first_not_of("0.") == std::string::npos;
    if (!zero) text.insert(0, "\u2212");
  }
  return text;
}

}  // namespace

DisplayUnit DisplayUnitFor(std::string_view si_unit, int si_decimals, std::optional<double> max) {
  if (si_unit == "m" && (!max || *max <= 3)) return {"cm", 100, std::max(0, si_decimals - 2)};
  // Seconds are for what lasts long, but not for what is known to the millisecond all the same.
  if (si_unit == "s" && (!max || *max <= 10 || si_decimals >= 3))
    return {"ms", 1000, std::max(0, si_decimals - 3)};
  if (si_unit == "deg") return {"°", 1, si_decimals};
  if (si_unit == kBodyHeight) return {"body heights", 1, 2};
  if (si_unit == "1") return {"", 1, si_decimals};
  return {std::string(si_unit), 1, si_decimals};
}

DisplayUnit DisplayUnitFor(const MetricDescriptor& metric) {
  return DisplayUnitFor(metric, metric.unit);
}

DisplayUnit DisplayUnitFor(const MetricDescriptor& metric, std::string_view unit) {
  return DisplayUnitFor(unit, metric.decimals, metric.max);
}

std::string FormatNumber(double si_value, const DisplayUnit& unit) {
  if (!std::isfinite(si_value)) return "–";
  return Fixed(si_value * unit.factor, unit.decimals);
}

std::string FormatHalfWidth(double si_u, const DisplayUnit& unit) {
  const double shown = kHalfWidthOf95Percent * std::abs(si_u) * unit.factor;
  if (!std::isfinite(shown)) return "–";
  int decimals = unit.decimals;
  if (shown > 0 && shown < 0.5 * std::pow(10.0, -decimals)) ++decimals;
  return Fixed(shown, decimals);
}

std::string WithUnit(std::string_view number, const DisplayUnit& unit) {
  if (unit.unit.empty()) return std::string(number);
  // A no-break space, as SI has it; the degree of an angle stands close.
  return fmt::format("{}{}{}", number, unit.unit == "°" ? "" : "\u00a0", unit.unit);
}

const MetricDescriptor* FindMetricDescriptor(const Sport& sport, std::string_view id) {
  return Find(sport.metrics, id);
}
const EventDescriptor* FindEventDescriptor(const Sport& sport, std::string_view id) {
  return Find(sport.events, id);
}
const PhaseDescriptor* FindPhaseDescriptor(const Sport& sport, std::string_view id) {
  return Find(sport.phases, id);
}

std::string MetricLabel(const Sport& sport, std::string_view id) {
  return LabelOf(FindMetricDescriptor(sport, id), id);
}
std::string EventLabel(const Sport& sport, std::string_view id) {
  return LabelOf(FindEventDescriptor(sport, id), id);
}
std::string PhaseLabel(const Sport& sport, std::string_view id) {
  return LabelOf(FindPhaseDescriptor(sport, id), id);
}

std::string InWords(std::string_view id) {
  std::string words(id);
  std::ranges::replace(words, '_', ' ');
  if (!words.empty())
    words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return words;
}

}  // namespace plyo
