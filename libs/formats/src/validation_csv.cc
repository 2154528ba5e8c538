#include "plyo/formats/validation_csv.h"

#include <optional>

#include "csv_text.h"
#include "text.h"

namespace plyo {
namespace {

void AddInterval(const std::optional<ConfidenceInterval>& interval, formats::CsvText& csv) {
  csv.Field(interval ? formats::FormatNumber(interval->low) : "");
  csv.Field(interval ? formats::FormatNumber(interval->high) : "");
}

void AddEstimate(const std::optional<SampleEstimate>& estimate, formats::CsvText& csv) {
  csv.Field(estimate ? formats::FormatNumber(estimate->value) : "");
  AddInterval(estimate ? std::optional(estimate->interval) : std::nullopt, csv);
}

}  // namespace

std::string ValidationCsv(const Validation& validation) {
  formats::CsvText csv;
  for (const auto* column : {"metric",
                             "unit",
                             "n",
                             "bias",
                             "bias_low",
                             "bias_high",
                             "sd",
                             "lower_limit",
                             "lower_limit_low",
                             "lower_limit_high",
                             "upper_limit",
                             "upper_limit_low",
                             "upper_limit_high",
                             "icc",
                             "icc_low",
                             "icc_high",
                             "typical_error",
                             "cv_pct",
                             "mae",
                             "with_interval",
                             "covered",
                             "flags"}) {
    csv.Field(column);
  }
  csv.EndRow();
  for (const auto& metric : validation.metrics) {
    const Agreement& agreement = metric.agreement;
    csv.Field(metric.id)
        .Field(metric.unit)
        .Field(std::to_string(agreement.n))
        .Field(formats::FormatNumber(agreement.bias));
    AddInterval(agreement.bias_interval, csv);
    csv.Field(formats::FormatNumber(agreement.sd));
    AddEstimate(agreement.lower_limit, csv);
    AddEstimate(agreement.upper_limit, csv);
    AddEstimate(agreement.icc, csv);
    csv.Field(formats::FormatNumber(agreement.typical_error))
        .Field(formats::FormatNumber(agreement.cv_percent))
        .Field(formats::FormatNumber(agreement.mae))
        .Field(std::to_string(metric.with_interval))
        .Field(std::to_string(metric.covered))
        .Field(formats::Join(metric.flags, " "))
        .EndRow();
  }
  return csv.Take();
}

}  // namespace plyo
