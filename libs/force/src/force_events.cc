#include "force_events.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "plyo/base/units.h"
#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/jump_metrics.h"
#include "plyo/kinematics/step_metrics.h"

namespace plyo::force {
namespace {

struct Duration {
  std::string_view id, begin, end;
};
// A movement has those whose events it has.
constexpr std::array kDurations = {
    Duration{"unweighting_duration", "movement_onset", "peak_downward_velocity"},
    Duration{"braking_duration", "peak_downward_velocity", "lowest_point"},
    Duration{"eccentric_duration", "movement_onset", "lowest_point"},
    Duration{"eccentric_duration", "contact", "lowest_point"},
    Duration{"concentric_duration", "lowest_point", "takeoff"},
    Duration{"concentric_duration", "push_start", "takeoff"},
    Duration{"time_to_takeoff", "movement_onset", "takeoff"},
    Duration{"squat_hold_duration", "hold_start", "movement_onset"},
    Duration{"contact_time", "contact", "takeoff"},
    Duration{"flight_time", "takeoff", "landing"},
};

struct Ratio {
  std::string_view id, of, over;
};
constexpr std::array kRatios = {
    Ratio{"rsi_mod", "jump_height", "time_to_takeoff"},
    Ratio{"rsi", "jump_height", "contact_time"},
    Ratio{"rsr", "flight_time", "contact_time"},
};

/// The curve gave it up to a take-off that nobody has moved since.
std::optional<Estimate> HeightByImpulse(const Rep& rep) {
  const Metric* const height = rep.FindMetric("jump_height");
  const Event* const takeoff = rep.FindEvent("takeoff");
  if (!height || !height->value || !height->u || !takeoff) return std::nullopt;
  if (std::ranges::find(takeoff->flags, flag::kManual) != takeoff->flags.end()) return std::nullopt;
  return Estimate{*height->value, *height->u};
}

}  // namespace

void SetByEvents(const Rep& rep, std::span<const MetricDescriptor> catalogue,
                 const std::optional<Estimate>& height_m, std::optional<double> mass_kg,
                 MetricTable& table) {
  const auto has = [catalogue](std::string_view id) {
    return std::ranges::find(catalogue, id, &MetricDescriptor::id) != catalogue.end();
  };
  for (const Duration& duration : kDurations) {
    const auto begin = InstantOf(rep, duration.begin);
    const auto end = InstantOf(rep, duration.end);
    if (has(duration.id) && begin && end) SetDuration(duration.id, *begin, *end, table);
  }
  const auto figure = [&](std::string_view id) -> std::optional<Estimate> {
    if (id == "jump_height") return height_m;
    if (!has(id) || !table[id].value) return std::nullopt;
    return Estimate{*table[id].value, *table[id].u};
  };
  const auto range = [&table](std::string_view id) {
    return MetricTable::Range{table[id].begin_s, table[id].end_s};
  };
  for (const Ratio& ratio : kRatios) {
    const auto of = figure(ratio.of);
    const auto over = figure(ratio.over);
    if (!has(ratio.id) || !of || !over) continue;
    MetricTable::Range both = range(ratio.over);
    if (ratio.of == "flight_time") both.end_s = range(ratio.of).end_s;
    const double value = of->value / over->value;
    table.Set(ratio.id, {value, value * std::hypot(of->u / of->value, over->u / over->value)},
              both);
  }
  const auto air = figure("flight_time");
  if (!air) return;
  const double by_time = kGravity * air->value * air->value / 8;
  std::vector<std::string> flags;
  if (height_m && std::abs(by_time - height_m->value) > kPostureApart_m)
    flags.emplace_back(flag::kLandingPosture);
  table.Set("jump_height_flight_time", {by_time, kGravity * air->value * air->u / 4},
            range("flight_time"), std::move(flags));
  const auto contact = figure("contact_time");
  if (!has("leg_stiffness") || !contact || !mass_kg) return;
  table.Set("leg_stiffness", LegStiffness(*mass_kg, *contact, *air),
            {range("contact_time").begin_s, range("flight_time").end_s},
            {std::string(flag::kDalleau2004)});
}

std::vector<Metric> JumpMetricsByEvents(const Rep& rep, std::optional<double> mass_kg,
                                        std::span<const MetricDescriptor> catalogue) {
  MetricTable table(catalogue, reason::kNeedsForce);
  SetByEvents(rep, catalogue, HeightByImpulse(rep), mass_kg, table);
  return std::move(table).Finish();
}

std::vector<Metric> StepMetricsByEvents(const Rep& step,
                                        std::span<const MetricDescriptor> catalogue) {
  MetricTable table(catalogue, reason::kNeedsForce);
  SetStepTimes(StepTimesOf(step), {}, {}, table);
  return std::move(table).Finish();
}

}  // namespace plyo::force
