#include "validation_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "plyo/kinematics/flags.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"
#include "plyo/report/validation_report.h"
#include "text_table.h"

namespace plyo::cli {
namespace {

constexpr int kMostUnpaired = 12;

std::string Label(const MetricDescriptor& metric, const DisplayUnit& unit) {
  return unit.unit.empty() ? metric.label : fmt::format("{}, {}", metric.label, unit.unit);
}

/// One digit more than the figure itself: differences are small.
DisplayUnit Finer(const MetricDescriptor& metric) {
  DisplayUnit unit = DisplayUnitFor(metric);
  ++unit.decimals;
  return unit;
}

std::string Number(const std::optional<double>& value, const DisplayUnit& unit) {
  return value ? FormatNumber(*value, unit) : "-";
}

std::string Between(const std::optional<ConfidenceInterval>& interval, const DisplayUnit& unit) {
  if (!interval) return "-";
  return fmt::format("{} to {}", FormatNumber(interval->low, unit),
                     FormatNumber(interval->high, unit));
}

std::optional<ConfidenceInterval> IntervalOf(const std::optional<SampleEstimate>& estimate) {
  return estimate ? std::optional(estimate->interval) : std::nullopt;
}

/// A correlation has no unit.
DisplayUnit Plain() { return {.unit = "", .factor = 1, .decimals = 3}; }

std::string PairingText(const Validation& validation, std::span<const RecordingPair> recordings,
                        int width) {
  std::string text;
  for (std::size_t i = 0; i < recordings.size(); ++i) {
    const auto& alignment = validation.alignments[i];
    text += Wrapped(fmt::format(
                        "{} and {}: {} paired, clocks {:+.3f} s apart{}",
                        recordings[i].measured.source.name, recordings[i].reference.source.name,
                        alignment.pairs, alignment.offset_s,
                        alignment.ambiguous
                            ? "; another offset would pair as many: give --offset if it is known"
                            : ""),
                    static_cast<std::size_t>(width), 2) +
            "\n";
  }
  for (const auto& one : validation.excluded) {
    const auto& recording = recordings[one.pair.recording];
    text += fmt::format("Excluded: {} of {}, {} of {}: {}\n", one.pair.measured_rep,
                        recording.measured.source.name, one.pair.reference_rep,
                        recording.reference.source.name, one.why);
  }
  int told = 0;
  for (const auto& one : validation.unpaired) {
    if (++told > kMostUnpaired) {
      text += fmt::format("... and {} more without a partner\n",
                          validation.unpaired.size() - static_cast<std::size_t>(kMostUnpaired));
      break;
    }
    const auto& recording = recordings[one.recording];
    text += fmt::format(
        "Without a partner: {} of {} at {:.2f} s\n", one.rep,
        one.measured ? recording.measured.source.name : recording.reference.source.name, one.t_s);
  }
  return text;
}

}  // namespace

std::string ValidationTable(const Validation& validation, std::span<const RecordingPair> recordings,
                            const Sport& sport, const Terminal& terminal) {
  TerminalText text(terminal);
  text.AddBold(fmt::format("{}: video against force plate, {} paired", sport.label,
                           validation.pairs.size()))
      .Add("\n" + PairingText(validation, recordings, terminal.width));
  TextTable figures;
  figures.AddRow({"video - plate", "n", "bias", "SD", "limits of agreement", "ICC(2,1)", "CV, %",
                  "MAE", "in 95 %"});
  TextTable intervals;
  intervals.AddRow({"95 % confidence", "bias", "lower limit", "upper limit", "ICC(2,1)"});
  std::vector<std::string> flags;
  for (const auto& metric : validation.metrics) {
    const auto* descriptor = FindMetricDescriptor(sport, metric.id);
    if (!descriptor) continue;
    const auto unit = Finer(*descriptor);
    const Agreement& agreement = metric.agreement;
    for (const auto& flag : metric.flags) AddOnce(flags, flag);
    figures.AddRow(
        {Label(*descriptor, unit), std::to_string(agreement.n), FormatNumber(agreement.bias, unit),
         Number(agreement.sd, unit),
         agreement.lower_limit
             ? fmt::format("{} to {}", FormatNumber(agreement.lower_limit->value, unit),
                           FormatNumber(agreement.upper_limit->value, unit))
             : "-",
         Number(agreement.icc ? std::optional(agreement.icc->value) : std::nullopt, Plain()),
         agreement.cv_percent ? fmt::format("{:.1f}", *agreement.cv_percent) : "-",
         FormatNumber(agreement.mae, unit),
         metric.with_interval > 0 ? fmt::format("{}/{}", metric.covered, metric.with_interval)
                                  : "-"},
        FlagLabels(metric.flags));
    if (!agreement.sd) continue;
    intervals.AddRow({Label(*descriptor, unit), Between(agreement.bias_interval, unit),
                      Between(IntervalOf(agreement.lower_limit), unit),
                      Between(IntervalOf(agreement.upper_limit), unit),
                      Between(IntervalOf(agreement.icc), Plain())});
  }
  const auto width = static_cast<std::size_t>(terminal.width);
  if (!validation.metrics.empty()) text.Add("\n" + figures.Text(width));
  if (std::ranges::any_of(validation.metrics,
                          [](const auto& metric) { return metric.agreement.sd.has_value(); })) {
    text.Add("\n" + intervals.Text(width));
  }
  if (!flags.empty()) text.Add("\n");
  for (const auto& flag : flags) {
    text.Add(
        Wrapped("- " + AgreementFlagText(flag) + " --report and --json name the pairs.", width, 2) +
        "\n");
  }
  text.Add("\n" +
           Wrapped("Limits of agreement are bias ± 1.96 SD; in 95 %: videos' 95 % intervals "
                   "that hold the plate's figure.",
                   width, 0) +
           "\n");
  return text.Take();
}

}  // namespace plyo::cli
