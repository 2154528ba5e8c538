#include "plyo/report/validation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "page.h"
#include "plyo/kinematics/flags.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"
#include "plyo_embed/report_template.h"

namespace plyo {
namespace {

using Json = nlohmann::ordered_json;

/// One digit more than the figure itself: differences are small.
DisplayUnit Finer(const MetricDescriptor& metric) {
  DisplayUnit unit = DisplayUnitFor(metric);
  ++unit.decimals;
  return unit;
}

std::string Text(const std::optional<double>& value, const DisplayUnit& unit) {
  return value ? FormatNumber(*value, unit) : "–";
}

std::string Text(const std::optional<ConfidenceInterval>& interval, const DisplayUnit& unit) {
  if (!interval) return "";
  return fmt::format("{} to {}", FormatNumber(interval->low, unit),
                     FormatNumber(interval->high, unit));
}

/// Pairs of a label and a text, in their order.
Json Facts(std::initializer_list<std::pair<const char*, std::string>> facts) {
  Json all = Json::array();
  for (const auto& [label, text] : facts) all.push_back(Json::array({label, text}));
  return all;
}

/// A figure, and its confidence interval below it.
Json Cell(std::string text, std::string interval = {}) {
  return {{"text", std::move(text)}, {"interval", std::move(interval)}};
}

Json Cell(const std::optional<SampleEstimate>& estimate, const DisplayUnit& unit) {
  if (!estimate) return Cell("–");
  return Cell(FormatNumber(estimate->value, unit), Text(estimate->interval, unit));
}

Json RowOf(const MetricAgreement& metric, const MetricDescriptor& descriptor) {
  const DisplayUnit unit = Finer(descriptor);
  const DisplayUnit plain{.unit = "", .factor = 1, .decimals = 3};
  const Agreement& agreement = metric.agreement;
  return {{"label", descriptor.label},
          {"unit", unit.unit},
          {"doubt", FlagLabels(metric.flags)},
          {"cells",
           {Cell(std::to_string(agreement.n)),
            Cell(FormatNumber(agreement.bias, unit), Text(agreement.bias_interval, unit)),
            Cell(Text(agreement.sd, unit)), Cell(agreement.lower_limit, unit),
            Cell(agreement.upper_limit, unit), Cell(agreement.icc, plain),
            Cell(Text(agreement.typical_error, unit)),
            Cell(agreement.cv_percent ? fmt::format("{:.1f}", *agreement.cv_percent) : "–"),
            Cell(FormatNumber(agreement.mae, unit)),
            Cell(metric.with_interval > 0
                     ? fmt::format("{} of {}", metric.covered, metric.with_interval)
                     : "–")}}};
}

Json Line(const char* label, double value, const std::optional<ConfidenceInterval>& interval,
          const DisplayUnit& unit) {
  Json line = {{"label", label},
               {"text", FormatNumber(value, unit)},
               {"at", value * unit.factor},
               {"low", nullptr},
               {"high", nullptr}};
  if (interval) {
    line["low"] = interval->low * unit.factor;
    line["high"] = interval->high * unit.factor;
  }
  return line;
}

std::string PairName(const ValidationReportInput& input, std::size_t pair) {
  const auto& paired = input.validation.pairs[pair];
  const auto& recording = input.recordings[paired.recording];
  const std::string& who =
      recording.athlete.empty() ? recording.measured.source.name : recording.athlete;
  return fmt::format("{}, {}", who, paired.measured_rep);
}

/// Difference against mean, ordered by the mean.
Json PlotOf(const MetricAgreement& metric, const MetricDescriptor& descriptor,
            const ValidationReportInput& input) {
  const DisplayUnit unit = Finer(descriptor);
  auto values = metric.values;
  std::ranges::stable_sort(
      values, {}, [](const PairedValue& value) { return value.measured + value.reference; });
  Json mean = Json::array();
  Json difference = Json::array();
  Json names = Json::array();
  Json doubts = Json::array();
  for (const auto& value : values) {
    mean.push_back((value.measured + value.reference) / 2 * unit.factor);
    difference.push_back((value.measured - value.reference) * unit.factor);
    names.push_back(PairName(input, value.pair));
    doubts.push_back(FlagLabels(value.flags));
  }
  const Agreement& agreement = metric.agreement;
  Json lines = Json::array();
  lines.push_back(Line("bias", agreement.bias, agreement.bias_interval, unit));
  if (agreement.lower_limit) {
    lines.push_back(
        Line("−1.96 SD", agreement.lower_limit->value, agreement.lower_limit->interval, unit));
    lines.push_back(
        Line("+1.96 SD", agreement.upper_limit->value, agreement.upper_limit->interval, unit));
  }
  return {{"title", descriptor.label},           {"unit", unit.unit},
          {"decimals", unit.decimals},           {"mean", std::move(mean)},
          {"difference", std::move(difference)}, {"names", std::move(names)},
          {"doubts", std::move(doubts)},         {"lines", std::move(lines)}};
}

Json RecordingsOf(const ValidationReportInput& input) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < input.recordings.size(); ++i) {
    const auto& recording = input.recordings[i];
    const auto& alignment = input.validation.alignments[i];
    Json unpaired = Json::array();
    for (const auto& one : input.validation.unpaired) {
      if (one.recording != i) continue;
      unpaired.push_back(fmt::format("{} {} at {:.2f}\u00a0s", one.measured ? "video" : "plate",
                                     one.rep, one.t_s));
    }
    Json excluded = Json::array();
    for (const auto& one : input.validation.excluded) {
      if (one.pair.recording == i)
        excluded.push_back(fmt::format("video {}: {}", one.pair.measured_rep, one.why));
    }
    rows.push_back({{"athlete", recording.athlete},
                    {"video", recording.measured.source.name},
                    {"force", recording.reference.source.name},
                    {"pairs", alignment.pairs},
                    {"offset", fmt::format("{:+.3f}\u00a0s", alignment.offset_s)},
                    {"ambiguous", alignment.ambiguous},
                    {"unpaired", std::move(unpaired)},
                    {"excluded", std::move(excluded)}});
  }
  return rows;
}

}  // namespace

std::string AgreementFlagText(std::string_view flag) {
  return FlagInWords(flag,
                     flag == flag::kManual
                         ? "Such a figure counts in the agreement, which is then not the program's "
                           "alone."
                         : "Such a figure counts in the agreement: analyse that recording again as "
                           "its own report advises, or exclude the repetition (plyo edit "
                           "--exclude).");
}

std::string RenderValidationReport(const ValidationReportInput& input) {
  Json rows = Json::array();
  Json plots = Json::array();
  std::vector<std::string> flags;
  for (const auto& metric : input.validation.metrics) {
    const auto* descriptor = FindMetricDescriptor(input.sport, metric.id);
    if (!descriptor) continue;
    rows.push_back(RowOf(metric, *descriptor));
    plots.push_back(PlotOf(metric, *descriptor, input));
    for (const auto& flag : metric.flags) AddOnce(flags, flag);
  }
  Json doubts = Json::array();
  for (const auto& flag : flags) doubts.push_back(AgreementFlagText(flag));
  const Json view = {
      {"title", fmt::format("{}: video against force plate", input.sport.label)},
      {"facts", Facts({{"Recordings", std::to_string(input.recordings.size())},
                       {"Paired", std::to_string(input.validation.pairs.size())},
                       {"Without a partner", std::to_string(input.validation.unpaired.size())}})},
      {"doubts", std::move(doubts)},
      {"columns",
       {"n", "Bias", "SD", "Lower limit", "Upper limit", "ICC(2,1)", "Typical error", "CV, %",
        "Mean abs. error", "In video's 95\u00a0%"}},
      {"rows", std::move(rows)},
      {"plots", std::move(plots)},
      {"recordings", RecordingsOf(input)},
      {"provenance", Facts({{"Plyo", std::string(input.plyo_version)},
                            {"Compared", std::string(input.created_at)}})}};
  namespace resource = embedded::report_template;
  return report::RenderPage(view, {resource::ChartsJs(), resource::ValidationJs()});
}

}  // namespace plyo
