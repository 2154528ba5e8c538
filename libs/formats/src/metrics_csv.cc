#include "plyo/formats/metrics_csv.h"

#include "csv_text.h"
#include "plyo/kinematics/flags.h"
#include "text.h"

namespace plyo {

std::string MetricsCsv(const AnalysisResult& result) {
  formats::CsvText csv;
  for (const auto* column : {"file", "athlete", "track_id", "rep", "metric", "value", "unit", "u",
                             "flags", "reason", "excluded"}) {
    csv.Field(column);
  }
  csv.EndRow();
  const std::string athlete_name = result.provenance.Option("athlete");
  for (const auto& athlete : result.athletes) {
    for (const auto& rep : athlete.Repetitions()) {
      for (const auto& metric : rep.metrics) {
        auto flags = metric.flags;
        for (const auto& flag : rep.flags) AddOnce(flags, flag);
        csv.Field(result.source.name)
            .Field(athlete_name)
            .Field(std::to_string(athlete.track_id))
            .Field(std::to_string(rep.index))
            .Field(metric.id)
            .Field(formats::FormatNumber(metric.value))
            .Field(metric.unit)
            .Field(formats::FormatNumber(metric.u))
            .Field(formats::Join(flags, " "))
            .Field(metric.reason)
            .Field(rep.excluded)
            .EndRow();
      }
    }
  }
  return csv.Take();
}

}  // namespace plyo
