#include "view_table.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "plyo/report/display.h"

namespace plyo::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kExtension = "_extension_rom";

DisplayUnit UnitOf(const Metric& metric, const Sport& sport) {
  const MetricDescriptor* descriptor = FindMetricDescriptor(sport, metric.id);
  return descriptor != nullptr ? DisplayUnitFor(*descriptor, metric.unit)
                               : DisplayUnitFor(metric.unit, metric.unit == "deg" ? 0 : 3);
}

std::string_view GroupOf(std::string_view unit) {
  if (unit == "s" || unit == "steps/min" || unit == "1") return "Timing";
  if (unit == "deg") return "Joint angles";
  if (unit == "%") return "Symmetry";
  if (unit == "W" || unit == "W/kg" || unit == "N" || unit == "N/m" || unit == "N/kg")
    return "Force and power";
  return "Heights and velocities";
}

/// Where an angle stands in the table: hip_angle_takeoff is row hip_angle, column takeoff.
struct Place {
  std::string row;
  std::string column;
};

std::optional<Place> PlaceOf(const Metric& metric, const Sport& sport) {
  if (metric.unit != "deg") return std::nullopt;
  if (metric.id.ends_with(kExtension)) {
    return Place{metric.id.substr(0, metric.id.size() - kExtension.size()) + "_angle",
                 std::string(kExtension)};
  }
  std::optional<Place> best;
  for (const EventDescriptor& event : sport.events) {
    const std::string suffix = "_" + event.id;
    if (!metric.id.ends_with(suffix) || metric.id.size() == suffix.size()) continue;
    // landing_lowest_point ends as lowest_point does: the longer name is meant.
    if (best && best->column.size() > event.id.size()) continue;
    best = Place{metric.id.substr(0, metric.id.size() - suffix.size()), event.id};
  }
  return best;
}

/// The angles by row and column, rows in order of appearance.
struct AngleGrid {
  std::vector<std::string> rows;
  std::set<std::string> columns;
  std::map<std::pair<std::string, std::string>, const Metric*> cells;

  bool Seen(const std::string& row) const {
    return std::ranges::any_of(
        cells, [&](const auto& cell) { return cell.first.first == row && cell.second->value; });
  }
};

constexpr std::size_t kFewestAngles = 4;

AngleGrid GridOf(const Rep& rep, const Sport& sport) {
  AngleGrid grid;
  for (const Metric& metric : rep.metrics) {
    const std::optional<Place> place = PlaceOf(metric, sport);
    if (!place) continue;
    if (std::ranges::find(grid.rows, place->row) == grid.rows.end())
      grid.rows.push_back(place->row);
    grid.columns.insert(place->column);
    grid.cells[{place->row, place->column}] = &metric;
  }
  if (grid.cells.size() < kFewestAngles) return {};
  return grid;
}

std::optional<std::string> OtherSide(const std::string& row) {
  if (row.starts_with("left_")) return "right_" + row.substr(5);
  if (row.starts_with("right_")) return "left_" + row.substr(6);
  return std::nullopt;
}

std::string RowLabel(std::string row) {
  constexpr std::string_view kAngle = "_angle";
  if (row.ends_with(kAngle)) row.resize(row.size() - kAngle.size());
  return InWords(row);
}

/// Appends to the last row when that is absent for the same reason.
void AppendAbsent(Json* rows, const Json& view) {
  if (!rows->empty() && rows->back().contains("reason") &&
      rows->back()["reason"] == view["reason"]) {
    std::string label = view["label"];
    // "RSI" stays as it is.
    if (label.size() > 1 && std::islower(static_cast<unsigned char>(label[1])) != 0) {
      label[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(label[0])));
    }
    rows->back()["label"] = rows->back()["label"].get<std::string>() + ", " + label;
    rows->back()["text"] = "";
    return;
  }
  rows->push_back(view);
}

}  // namespace

std::string_view SeverityId(Severity severity) {
  switch (severity) {
    case Severity::kGood:
      return "good";
    case Severity::kNote:
      return "note";
    case Severity::kLimited:
      return "limited";
    case Severity::kPoor:
      return "poor";
  }
  return "note";
}

Json NotesOf(const std::vector<std::string>& flags) {
  Json notes = Json::array();
  for (const std::string& flag : flags) {
    const FlagText* text = FindFlagText(flag);
    notes.push_back({{"label", FlagLabel(flag)},
                     {"text", text != nullptr ? std::string(text->sentence) : ""},
                     {"severity", SeverityId(text != nullptr ? text->severity : Severity::kNote)}});
  }
  return notes;
}

Json MetricView(const Metric& metric, const Sport& sport) {
  const MetricDescriptor* descriptor = FindMetricDescriptor(sport, metric.id);
  const DisplayUnit unit = UnitOf(metric, sport);
  Json view = {{"id", metric.id},
               {"label", MetricLabel(sport, metric.id)},
               {"text", descriptor != nullptr ? descriptor->text : ""},
               {"unit", unit.unit},
               {"notes", NotesOf(metric.flags)}};
  if (!metric.value) {
    view["reason"] = metric.reason.empty() ? "not measured" : ReasonText(metric.reason);
    return view;
  }
  view["value"] = FormatNumber(*metric.value, unit);
  if (!metric.class_name.empty()) view["class"] = metric.class_name;
  if (metric.u) {
    const double half = kHalfWidthOf95Percent * *metric.u;
    view["half"] = FormatHalfWidth(*metric.u, unit);
    const std::string low = FormatNumber(*metric.value - half, unit);
    const std::string high = FormatNumber(*metric.value + half, unit);
    view["interval"] = (unit.unit == "°" ? low + "°" : low) + " to " + WithUnit(high, unit);
    // The same as numbers, for the picture of the interval.
    view["at"] = {(*metric.value - half) * unit.factor, *metric.value * unit.factor,
                  (*metric.value + half) * unit.factor};
  }
  return view;
}

Json TableOf(const Rep& rep, const Sport& sport) {
  const bool grid = !GridOf(rep, sport).cells.empty();
  Json groups = Json::array();
  for (const Metric& metric : rep.metrics) {
    if (grid && PlaceOf(metric, sport)) continue;
    const std::string_view title = GroupOf(metric.unit);
    auto it =
        std::ranges::find_if(groups, [&](const Json& group) { return group["title"] == title; });
    if (it == groups.end()) {
      groups.push_back({{"title", title}, {"rows", Json::array()}});
      it = std::prev(groups.end());
    }
    const Json view = MetricView(metric, sport);
    if (metric.value) {
      (*it)["rows"].push_back(view);
    } else {
      AppendAbsent(&(*it)["rows"], view);
    }
  }
  return groups;
}

Json AnglesOf(const Rep& rep, const Sport& sport) {
  const AngleGrid grid = GridOf(rep, sport);
  if (grid.cells.empty()) return nullptr;
  std::vector<std::string> columns;
  Json titles = Json::array();
  for (const EventDescriptor& event : sport.events) {
    if (!grid.columns.contains(event.id)) continue;
    columns.push_back(event.id);
    titles.push_back(event.label);
  }
  if (grid.columns.contains(std::string(kExtension))) {
    columns.emplace_back(kExtension);
    titles.push_back("Extension");
  }
  Json rows = Json::array();
  Json absent = Json::array();
  for (const std::string& row : grid.rows) {
    const std::optional<std::string> other = OtherSide(row);
    if (other && !grid.Seen(*other)) continue;
    Json cells = Json::array();
    std::vector<std::string> flags;
    std::string reason;
    for (const std::string& column : columns) {
      const auto cell = grid.cells.find({row, column});
      if (cell == grid.cells.end()) {
        cells.push_back(nullptr);
        continue;
      }
      cells.push_back(MetricView(*cell->second, sport));
      if (!cell->second->value) reason = cells.back()["reason"];
      for (const std::string& flag : cell->second->flags) {
        if (std::ranges::find(flags, flag) == flags.end()) flags.push_back(flag);
      }
    }
    const Json view = {
        {"label", RowLabel(row)}, {"cells", std::move(cells)}, {"notes", NotesOf(flags)}};
    if (grid.Seen(row)) {
      rows.push_back(view);
    } else {
      AppendAbsent(&absent, {{"label", RowLabel(row)}, {"text", ""}, {"reason", reason}});
    }
  }
  return {{"columns", std::move(titles)}, {"rows", std::move(rows)}, {"absent", std::move(absent)}};
}

}  // namespace plyo::report
