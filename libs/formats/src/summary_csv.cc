#include "plyo/formats/summary_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "csv_text.h"
#include "plyo/kinematics/gross_errors.h"
#include "text.h"

namespace plyo {
namespace {

struct Column {
  std::string metric;
  std::string unit;
  std::string suffix;  // "_m"
};

std::vector<Column> HeadlineColumns(std::span<const BatchOutcome> outcomes,
                                    std::span<const Sport> sports) {
  std::vector<Column> columns;
  for (const auto& sport : sports) {
    if (std::ranges::find(outcomes, sport.id, &BatchOutcome::sport) == outcomes.end()) continue;
    for (const auto& metric : sport.metrics) {
      if (!metric.headline ||
          std::ranges::find(columns, metric.id, &Column::metric) != columns.end())
        continue;
      const auto unit = UnitInName(metric.unit);
      columns.push_back({metric.id, metric.unit, unit.empty() ? "" : "_" + unit});
    }
  }
  return columns;
}

void AddOnce(const std::vector<std::string>& flags, std::vector<std::string>& to) {
  for (const auto& flag : flags) {
    if (std::ranges::find(to, flag) == to.end()) to.push_back(flag);
  }
}

void AppendRow(const BatchOutcome& outcome, const BatchAthlete* athlete,
               const std::vector<Column>& columns, formats::CsvText& csv) {
  const auto* status = outcome.error ? "failed" : athlete ? "done" : "nothing_found";
  csv.Field(outcome.file)
      .Field(outcome.name)
      .Field(outcome.athlete)
      .Field(outcome.date)
      .Field(outcome.sport)
      .Field(status);
  csv.Field(athlete ? std::to_string(athlete->track_id) : "");
  csv.Field(outcome.error ? "" : std::to_string(athlete ? athlete->repetitions : 0));
  for (const auto& column : columns) {
    const Summary* found = nullptr;
    if (athlete) {
      const auto at = std::ranges::find(athlete->headlines, column.metric, &Summary::id);
      if (at != athlete->headlines.end() && at->unit == column.unit) found = &*at;
    }
    csv.Field(found ? formats::FormatNumber(found->best) : "");
    csv.Field(found ? formats::FormatNumber(found->mean) : "");
    csv.Field(found ? formats::FormatNumber(found->sd) : "");
  }
  auto flags = outcome.flags;
  if (athlete) {
    AddOnce(athlete->flags, flags);
    AddOnce(athlete->gross_errors, flags);
  }
  csv.Field(formats::Join(flags, " "));
  csv.Field(outcome.error ? ErrorId(outcome.error->code) : "");
  csv.Field(outcome.error ? outcome.error->message : "");
  csv.EndRow();
}

}  // namespace

BatchAthlete ToBatchAthlete(const AthleteResult& athlete, const Sport& sport) {
  BatchAthlete row;
  row.track_id = athlete.track_id;
  row.repetitions = static_cast<std::size_t>(std::ranges::count_if(
      athlete.Repetitions(), [](const Rep& rep) { return rep.excluded.empty(); }));
  for (const auto& rep : athlete.Repetitions()) {
    if (rep.excluded.empty()) AddOnce(rep.flags, row.flags);
  }
  for (const auto& metric : sport.metrics) {
    if (!metric.headline) continue;
    const auto at = std::ranges::find(athlete.summary, metric.id, &Summary::id);
    if (at == athlete.summary.end()) continue;
    row.headlines.push_back(*at);
    AddOnce(GrossErrors(athlete, metric.OfRepetitions()), row.gross_errors);
  }
  return row;
}

std::string UnitInName(const std::string& unit) {
  if (unit == "1") return {};
  if (unit == "%") return "pct";
  std::string name = unit;
  std::ranges::replace(name, '/', '_');
  return name;
}

std::string SummaryCsv(std::span<const BatchOutcome> outcomes, std::span<const Sport> sports) {
  const auto columns = HeadlineColumns(outcomes, sports);
  formats::CsvText csv;
  for (const auto* column :
       {"file", "name", "athlete", "date", "sport", "status", "track_id", "reps"})
    csv.Field(column);
  for (const auto& column : columns) {
    for (const auto* figure : {"best", "mean", "sd"}) {
      csv.Field(fmt::format("{}_{}{}", column.metric, figure, column.suffix));
    }
  }
  csv.Field("flags").Field("error").Field("message").EndRow();
  for (const auto& outcome : outcomes) {
    if (outcome.error || outcome.athletes.empty()) {
      AppendRow(outcome, nullptr, columns, csv);
      continue;
    }
    for (const auto& athlete : outcome.athletes) AppendRow(outcome, &athlete, columns, csv);
  }
  return csv.Take();
}

}  // namespace plyo
