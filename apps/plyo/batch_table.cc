#include "batch_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "plyo/kinematics/gross_errors.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"
#include "text_table.h"

namespace plyo::cli {
namespace {

constexpr std::size_t kLongestName = 40;
constexpr std::size_t kLongestAthlete = 24;

std::string MeanOf(const BatchAthlete& athlete, const MetricDescriptor& metric) {
  const auto at = std::ranges::find(athlete.headlines, metric.id, &Summary::id);
  if (at == athlete.headlines.end() || !at->mean) return "-";
  const auto unit = DisplayUnitFor(metric, at->unit);
  auto text = FormatNumber(*at->mean, unit);
  if (at->sd) text += " ± " + FormatNumber(*at->sd, unit);
  if (at->unit != metric.unit) text += " " + unit.unit;  // another than the head of the column says
  return text;
}

bool AnyGrossErrors(std::span<const BatchOutcome> outcomes, std::string_view sign) {
  return std::ranges::any_of(outcomes, [sign](const auto& outcome) {
    return !outcome.error && std::ranges::any_of(outcome.athletes, [sign](const auto& athlete) {
      return std::ranges::find(athlete.gross_errors, sign) != athlete.gross_errors.end();
    });
  });
}

/// What the remarks behind the rows mean, and what to do.
std::string GrossErrorsInWords(std::span<const BatchOutcome> outcomes, std::size_t width) {
  std::string text;
  for (const std::string_view sign : kGrossErrors) {
    const FlagText* const words = FindFlagText(sign);
    if (words == nullptr || !AnyGrossErrors(outcomes, sign)) continue;
    text += Wrapped(fmt::format("- {}: {} {}", words->label, words->sentence, words->advice), width,
                    2) +
            "\n";
  }
  return text;
}

/// Rows of one sport with so many of its headline metrics.
TextTable TableOf(std::span<const BatchOutcome> outcomes, const Sport& sport,
                  std::size_t headlines) {
  std::vector<const MetricDescriptor*> metrics;
  for (const auto& metric : sport.metrics) {
    if (metric.headline && metrics.size() < headlines) metrics.push_back(&metric);
  }
  TextTable table;
  const bool named =
      std::ranges::any_of(outcomes, [](const auto& outcome) { return !outcome.athlete.empty(); });
  std::vector<std::string> head = {sport.label};
  if (named) head.emplace_back("athlete");
  head.emplace_back("reps");
  for (const auto* metric : metrics) {
    const auto unit = DisplayUnitFor(*metric).unit;
    head.push_back(unit.empty() ? metric->label : fmt::format("{}, {}", metric->label, unit));
  }
  table.AddRow(head);
  for (const auto& outcome : outcomes) {
    if (outcome.sport != sport.id) continue;
    const auto name = EndOf(outcome.file, kLongestName);
    const auto row_of = [&](std::string first, std::string count) {
      std::vector<std::string> row = {std::move(first)};
      if (named) row.push_back(Shortened(outcome.athlete, kLongestAthlete));
      row.push_back(std::move(count));
      return row;
    };
    if (outcome.error) {
      table.AddRow(row_of(name, "failed"));
    } else if (outcome.athletes.empty()) {
      table.AddRow(row_of(name, "0"));
    }
    for (const auto& athlete : outcome.athletes) {
      if (outcome.error) break;
      const bool several = outcome.athletes.size() > 1;
      auto row = row_of(several ? fmt::format("{} #{}", name, athlete.track_id) : name,
                        std::to_string(athlete.repetitions));
      for (const auto* metric : metrics) row.push_back(MeanOf(athlete, *metric));
      table.AddRow(std::move(row), FlagLabels(athlete.gross_errors));
    }
  }
  return table;
}

}  // namespace

std::string BatchTable(std::span<const BatchOutcome> outcomes, std::span<const Sport> sports,
                       const Terminal& terminal) {
  const auto width = static_cast<std::size_t>(terminal.width);
  const auto gross_errors = GrossErrorsInWords(outcomes, width);
  const std::size_t room = gross_errors.empty() ? 0 : kRemarkRoom;
  std::string text;
  for (const auto& sport : sports) {
    if (std::ranges::find(outcomes, sport.id, &BatchOutcome::sport) == outcomes.end()) continue;
    const auto headlines =
        static_cast<std::size_t>(std::ranges::count_if(sport.metrics, &MetricDescriptor::headline));
    std::size_t shown = headlines;
    while (shown > 1 && TableOf(outcomes, sport, shown).Width() + room > width) --shown;
    text += TableOf(outcomes, sport, shown).Text(width) + "\n";
  }
  if (!gross_errors.empty()) text += gross_errors + "\n";
  const auto failed =
      std::ranges::count_if(outcomes, [](const auto& o) { return o.error.has_value(); });
  const auto empty =
      std::ranges::count_if(outcomes, [](const auto& o) { return !o.error && o.athletes.empty(); });
  text += fmt::format(
      "{} clips: {} with a result, {} with nothing found, {} failed. Figures are mean ± SD over "
      "repetitions.\n",
      outcomes.size(), std::ssize(outcomes) - failed - empty, empty, failed);
  return ForTerminal(text, terminal);
}

}  // namespace plyo::cli
