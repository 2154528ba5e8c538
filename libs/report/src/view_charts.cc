#include "view_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "palette.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"

namespace plyo::report {
namespace {

using Json = nlohmann::ordered_json;

struct TraceWords {
  std::string_view id;
  std::string_view title;
  std::string_view label;
};

constexpr TraceWords kTraceWords[] = {
    {"com_height", "Height of the centre of mass", "Height"},
    {"com_displacement", "Centre of mass above standing", "Height"},
    {"com_velocity", "Vertical velocity of the centre of mass", "Velocity"},
    {"com_acceleration", "Vertical acceleration of the centre of mass", "Acceleration"},
    {"force", "Vertical force", "Force"},
    {"hip_angle", "", "Hip"},
    {"knee_angle", "", "Knee"},
    {"ankle_angle", "", "Ankle"},
    {"trunk_lean", "", "Trunk lean"},
    {"foot_pitch", "", "Foot pitch"},
};

const TraceWords* FindWords(std::string_view id) {
  const auto it = std::ranges::find(kTraceWords, id, &TraceWords::id);
  return it == std::end(kTraceWords) ? nullptr : &*it;
}

std::string TraceLabel(const Trace& trace) {
  const TraceWords* words = FindWords(trace.id);
  return words != nullptr ? std::string(words->label) : InWords(trace.id);
}

std::string ChartTitle(const std::vector<const Trace*>& traces) {
  if (traces.front()->unit == "deg") return "Joint angles";
  if (traces.size() > 1) return "Curves";
  const TraceWords* words = FindWords(traces.front()->id);
  return words != nullptr && !words->title.empty() ? std::string(words->title)
                                                   : InWords(traces.front()->id);
}

double Rounded(double value, double step) { return std::round(value / step) * step; }

Json Number(double value, int digits) {
  if (!std::isfinite(value)) return nullptr;
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

int DecimalsOf(std::string_view si_unit) {
  if (si_unit == "m") return 3;
  return si_unit == "deg" || si_unit == "N" ? 0 : 2;
}

/// One axis of time for all curves of a chart; a curve without a sample at an instant has null
/// there.
Json Series(const std::vector<const Trace*>& traces, const DisplayUnit& unit, Json* times) {
  std::set<double> instants;
  for (const Trace* trace : traces) {
    for (const double t : trace->t_s) {
      if (std::isfinite(t)) instants.insert(Rounded(t, 1e-4));
    }
  }
  std::map<double, std::size_t> place;
  *times = Json::array();
  for (const double t : instants) {
    place.emplace(t, place.size());
    times->push_back(Number(t, 4));
  }
  Json all = Json::array();
  for (const Trace* trace : traces) {
    Json values = Json::array();
    values.get_ref<Json::array_t&>().resize(instants.size());
    const std::size_t count = std::min(trace->t_s.size(), trace->value.size());
    for (std::size_t i = 0; i < count; ++i) {
      if (!std::isfinite(trace->t_s[i])) continue;
      values[place.at(Rounded(trace->t_s[i], 1e-4))] =
          Number(trace->value[i] * unit.factor, unit.decimals + 1);
    }
    all.push_back(
        {{"id", trace->id}, {"label", TraceLabel(*trace)}, {"values", std::move(values)}});
  }
  return all;
}

std::optional<double> ValueAt(const Trace& trace, double t_s) {
  for (std::size_t i = 1; i < std::min(trace.t_s.size(), trace.value.size()); ++i) {
    if (trace.t_s[i] < t_s) continue;
    const double step = trace.t_s[i] - trace.t_s[i - 1];
    if (!(step > 0) || trace.t_s[i - 1] > t_s) return std::nullopt;
    const double part = (t_s - trace.t_s[i - 1]) / step;
    const double value = trace.value[i - 1] * (1 - part) + trace.value[i] * part;
    if (!std::isfinite(value)) return std::nullopt;
    return value;
  }
  return std::nullopt;
}

/// The stretch of hip, knee and ankle from the lowest point to take-off: what the sport measured,
/// else what the curves show.
Json TripleExtension(const Rep& rep, const std::vector<const Trace*>& traces, const Sport& sport) {
  const Event* lowest = rep.FindEvent("lowest_point");
  const Event* takeoff = rep.FindEvent("takeoff");
  if (lowest == nullptr || takeoff == nullptr || !(takeoff->t_s > lowest->t_s)) return nullptr;
  Json joints = Json::array();
  for (const Trace* trace : traces) {
    if (!trace->id.ends_with("_angle")) continue;
    const std::string joint =
        trace->id.substr(0, trace->id.size() - std::string_view("_angle").size());
    const Metric* rom = rep.FindMetric(joint + "_extension_rom");
    const std::optional<double> from = ValueAt(*trace, lowest->t_s);
    const std::optional<double> to = ValueAt(*trace, takeoff->t_s);
    if (!from || !to) continue;
    std::string text;
    if (rom != nullptr && rom->value) {
      const MetricDescriptor* descriptor = FindMetricDescriptor(sport, rom->id);
      const DisplayUnit unit =
          DisplayUnitFor(rom->unit, descriptor != nullptr ? descriptor->decimals : 0);
      text = (*rom->value >= 0 ? "+" : "") + WithUnit(FormatNumber(*rom->value, unit), unit);
      if (rom->u) text += "\u00a0±\u00a0" + WithUnit(FormatHalfWidth(*rom->u, unit), unit);
    } else if (rom == nullptr) {
      const DisplayUnit unit = DisplayUnitFor("deg", 0);
      text = (*to >= *from ? "+" : "") + WithUnit(FormatNumber(*to - *from, unit), unit);
    } else {
      text = "– (" + ReasonText(rom->reason) + ")";
    }
    joints.push_back({{"series", trace->id},
                      {"label", TraceLabel(*trace)},
                      {"text", text},
                      {"from", Number(*from, 1)},
                      {"to", Number(*to, 1)}});
  }
  if (joints.empty()) return nullptr;
  return {{"begin", Number(lowest->t_s, 4)},
          {"end", Number(takeoff->t_s, 4)},
          {"joints", std::move(joints)}};
}

}  // namespace

Json ChartsOf(const Rep& rep, const Sport& sport) {
  std::vector<std::vector<const Trace*>> groups;
  for (const Trace& trace : rep.traces) {
    if (trace.t_s.empty() || trace.value.empty()) continue;
    const auto it =
        std::ranges::find_if(groups, [&](const auto& g) { return g.front()->unit == trace.unit; });
    if (it == groups.end()) {
      groups.push_back({&trace});
    } else {
      it->push_back(&trace);
    }
  }
  Json charts = Json::array();
  for (const std::vector<const Trace*>& group : groups) {
    const std::string& si_unit = group.front()->unit;
    const DisplayUnit unit = DisplayUnitFor(si_unit, DecimalsOf(si_unit));
    Json times;
    Json series = Series(group, unit, &times);
    Json chart = {{"title", ChartTitle(group)},
                  {"unit", unit.unit},
                  {"decimals", unit.decimals},
                  {"t", std::move(times)},
                  {"series", std::move(series)},
                  {"zero_line", si_unit == "m/s" || group.front()->id == "com_displacement"}};
    if (si_unit == "deg") chart["extension"] = TripleExtension(rep, group, sport);
    charts.push_back(std::move(chart));
  }
  return charts;
}

Json PhasesOf(const Rep& rep, const Sport& sport) {
  const DisplayUnit unit = DisplayUnitFor("s", 3);
  Json phases = Json::array();
  for (const ColoredPhase& leaf : LeafPhases(rep)) {
    const PhaseDescriptor* descriptor = FindPhaseDescriptor(sport, leaf.phase.id);
    phases.push_back(
        {{"id", leaf.phase.id},
         {"label", PhaseLabel(sport, leaf.phase.id)},
         {"text", descriptor != nullptr ? descriptor->text : ""},
         {"begin", Number(leaf.phase.begin_s, 4)},
         {"end", Number(leaf.phase.end_s, 4)},
         {"duration", WithUnit(FormatNumber(leaf.phase.end_s - leaf.phase.begin_s, unit), unit)},
         {"color", Hex(leaf.color)}});
  }
  return phases;
}

Json EventsOf(const Rep& rep, const Sport& sport) {
  const DisplayUnit ms = DisplayUnitFor("s", 3);
  Json events = Json::array();
  for (const Event& event : rep.events) {
    const EventDescriptor* descriptor = FindEventDescriptor(sport, event.id);
    events.push_back({{"id", event.id},
                      {"number", events.size() + 1},
                      {"label", EventLabel(sport, event.id)},
                      {"text", descriptor != nullptr ? descriptor->text : ""},
                      {"key", descriptor != nullptr && descriptor->key_frame},
                      {"t", Number(event.t_s, 4)},
                      {"half", Number(kHalfWidthOf95Percent * event.u_s, 5)},
                      {"time", fmt::format("{:.3f}\u00a0s", event.t_s)},
                      {"half_text", WithUnit(FormatHalfWidth(event.u_s, ms), ms)},
                      {"frame", fmt::format("{:.1f}", event.frame)}});
  }
  return events;
}

}  // namespace plyo::report
