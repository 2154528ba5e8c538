#include "result_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "plyo/kinematics/cue.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"
#include "text_table.h"

namespace plyo::cli {
namespace {

std::string Counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// Figures of one side stay in the document and the report: the table leads with what people
/// compare.
bool IsOneSided(const MetricDescriptor& metric) {
  return metric.id.starts_with("left_") || metric.id.starts_with("right_");
}

std::string Figure(const std::optional<double>& value, const std::optional<double>& u,
                   const std::string& class_name, const DisplayUnit& unit) {
  if (!value) return "-";
  auto text = FormatNumber(*value, unit);
  if (u) text += " ± " + FormatHalfWidth(*u, unit);
  if (!class_name.empty()) text += " (" + class_name + ")";
  return text;
}

std::string RowLabel(const MetricDescriptor& metric, const DisplayUnit& unit) {
  return unit.unit.empty() ? metric.label : fmt::format("{}, {}", metric.label, unit.unit);
}

const Summary* SummaryOf(const AthleteResult& athlete, const std::string& id) {
  const auto at = std::ranges::find(athlete.summary, id, &Summary::id);
  return at == athlete.summary.end() ? nullptr : &*at;
}

/// Flags of a metric that are not said of the whole repetition anyway, each with the repetitions
/// that have it where not all do.
std::string FlagsInWords(const std::string& id, std::span<const Rep> reps,
                         const std::vector<std::string>& said) {
  std::vector<std::pair<std::string, std::vector<int>>> found;
  for (const auto& rep : reps) {
    const auto* metric = rep.FindMetric(id);
    if (!metric) continue;
    for (const auto& flag : metric->flags) {
      if (std::ranges::find(said, flag) != said.end()) continue;
      auto at = std::ranges::find(found, flag, &std::pair<std::string, std::vector<int>>::first);
      if (at == found.end()) at = found.insert(found.end(), {flag, {}});
      at->second.push_back(rep.index);
    }
  }
  std::string text;
  for (const auto& [flag, where] : found) {
    if (!text.empty()) text += ", ";
    text += FlagLabel(flag);
    if (where.size() == reps.size()) continue;
    text += where.size() == 1 ? " (rep " : " (reps ";
    for (std::size_t i = 0; i < where.size(); ++i)
      text += fmt::format("{}{}", i ? ", " : "", where[i]);
    text += ")";
  }
  return text;
}

bool AnyValue(const std::string& id, std::span<const Rep> reps) {
  return std::ranges::any_of(reps, [&id](const Rep& rep) {
    const auto* metric = rep.FindMetric(id);
    return metric && metric->value;
  });
}

TextTable FiguresOf(const AthleteResult& athlete, std::span<const Rep> reps, const Sport& sport,
                    bool with_summary, const std::vector<std::string>& said) {
  TextTable table;
  std::vector<std::string> head = {""};
  for (const auto& rep : reps)
    head.push_back(athlete.reps.size() == 1 ? "" : fmt::format("rep {}", rep.index));
  if (with_summary) {
    head.emplace_back("best");
    head.emplace_back("mean ± SD");
  }
  if (athlete.reps.size() > 1) table.AddRow(head);
  for (const auto& metric : sport.metrics) {
    if (IsOneSided(metric) || !AnyValue(metric.id, athlete.reps)) continue;
    const Summary* summary = SummaryOf(athlete, metric.id);
    const auto unit = DisplayUnitFor(metric, summary ? summary->unit : metric.unit);
    std::vector<std::string> row = {RowLabel(metric, unit)};
    for (const auto& rep : reps) {
      const Metric* figure = rep.FindMetric(metric.id);
      row.push_back(figure ? Figure(figure->value, figure->u, figure->class_name, unit) : "-");
    }
    if (with_summary) {
      row.push_back(summary && summary->best ? FormatNumber(*summary->best, unit) : "");
      std::string mean = summary && summary->mean ? FormatNumber(*summary->mean, unit) : "";
      if (summary && summary->mean && summary->sd) {
        mean += " ± " + FormatNumber(*summary->sd, unit);
      }
      row.push_back(mean);
    }
    table.AddRow(std::move(row), FlagsInWords(metric.id, reps, said));
  }
  return table;
}

/// The repetitions side by side, in blocks where they are too many for the width.
std::string Figures(const AthleteResult& athlete, const Sport& sport,
                    const std::vector<std::string>& said, int width) {
  const std::span<const Rep> all(athlete.reps);
  const bool several = all.size() > 1;
  std::string text;
  for (std::size_t begin = 0; begin < all.size();) {
    std::size_t count = all.size() - begin;
    TextTable table = FiguresOf(athlete, all.subspan(begin, count), sport, several, said);
    while (count > 1 && table.Width() + kRemarkRoom > static_cast<std::size_t>(width)) {
      --count;
      const bool last = begin + count == all.size();
      table = FiguresOf(athlete, all.subspan(begin, count), sport, several && last, said);
    }
    if (begin > 0) text += "\n";
    text += table.Text(static_cast<std::size_t>(width));
    begin += count;
  }
  return text;
}

/// What all repetitions come to: of steps, which are too many to stand side by side, and of what is
/// told of all of them alone.
std::string SummaryFigures(const AthleteResult& athlete, const Sport& sport,
                           const std::vector<std::string>& said, int width) {
  TextTable table;
  if (sport.repeats_steps) table.AddRow({"", "mean", "SD", "left", "right"});
  for (const auto& metric : sport.metrics) {
    if (IsOneSided(metric) || !(sport.repeats_steps || metric.of_summary)) continue;
    const Summary* summary = SummaryOf(athlete, metric.id);
    if (!summary || !summary->mean) continue;
    const auto unit = DisplayUnitFor(metric, summary->unit);
    std::vector<std::string> row = {RowLabel(metric, unit),
                                    Figure(summary->mean, summary->u, summary->class_name, unit)};
    if (sport.repeats_steps) {
      for (const auto& one : {summary->sd, summary->left, summary->right})
        row.push_back(one ? FormatNumber(*one, unit) : "");
    }
    table.AddRow(std::move(row), FlagsInWords(metric.id, athlete.Repetitions(), said));
  }
  return table.Text(static_cast<std::size_t>(width));
}

/// What no repetition has, by its reason.
std::string Absences(const AthleteResult& athlete, const Sport& sport, int width) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
  for (const auto& metric : sport.metrics) {
    if (IsOneSided(metric) || AnyValue(metric.id, athlete.Repetitions())) continue;
    const auto* absent = athlete.Repetitions().front().FindMetric(metric.id);
    if (!absent) continue;
    auto at = std::ranges::find(by_reason, absent->reason,
                                &std::pair<std::string, std::vector<std::string>>::first);
    if (at == by_reason.end()) at = by_reason.insert(by_reason.end(), {absent->reason, {}});
    at->second.push_back(metric.label);
  }
  std::string text;
  for (const auto& [reason, labels] : by_reason) {
    std::string list;
    for (const auto& label : labels) list += (list.empty() ? "" : ", ") + label;
    text += Wrapped(fmt::format("Without a figure ({}): {}", ReasonText(reason), list),
                    static_cast<std::size_t>(width), 2) +
            "\n";
  }
  return text;
}

/// Figures of a cue that are named one by one; of more only how many.
constexpr std::size_t kMostNamed = 3;

/// What the figures say in plain words, each with the figures and the rule.
std::string Cues(const AthleteResult& athlete, const Sport& sport, int width) {
  const std::vector<Rep>& reps = athlete.Repetitions();
  std::map<const CueRule*, std::vector<std::string>> said;
  const auto add = [&](const std::vector<Cue>& cues, const std::string& where) {
    for (const Cue& cue : cues) said[cue.rule].push_back(CueFigure(cue, sport) + where);
  };
  for (const Rep& rep : reps)
    add(CuesOf(rep, sport), reps.size() > 1 ? fmt::format(" (rep {})", rep.index) : "");
  add(CuesOf(athlete.summary, sport), "");
  std::string text;
  for (const CueRule& rule : sport.cues) {
    const std::vector<std::string>& all = said[&rule];
    if (all.empty()) continue;
    std::string figures;
    for (const std::string& figure : all) figures += (figures.empty() ? "" : ", ") + figure;
    if (all.size() > kMostNamed) figures = fmt::format("{} of {} reps", all.size(), reps.size());
    text += Wrapped("- " + rule.text + ": " + figures + ". Rule: " + CueRuleText(rule, sport) + ".",
                    static_cast<std::size_t>(width), 2) +
            "\n";
  }
  return text;
}

std::string Checks(std::span<const RecordingCheck> checks, Severity least, int width) {
  std::string text;
  for (const auto& check : checks) {
    if (check.severity < least) continue;
    std::string line = "- " + check.finding;
    if (!check.advice.empty()) line += (line.ends_with('.') ? " " : ". ") + check.advice;
    text += Wrapped(line, static_cast<std::size_t>(width), 2) + "\n";
  }
  return text;
}

void AddHead(const AnalysisResult& result, const Sport& sport, TerminalText& text) {
  const auto& source = result.source;
  text.AddBold(fmt::format("{}: {}", source.name, sport.label)).Add("\n");
  if (source.kind == SourceKind::kForcePlate) {
    text.Add(fmt::format("force plate, {:.4g} samples/s, {:.2f} s", source.capture_fps,
                         source.duration_s));
  } else {
    text.Add(fmt::format("{} x {}, {:.4g} frames/s, {:.2f} s", source.width, source.height,
                         source.capture_fps, source.duration_s));
  }
  if (!result.provenance.model_name.empty()) text.Add(", " + result.provenance.model_name);
  text.Add("\n");
}

void AddAthlete(const AnalysisResult& result, std::size_t index, const Sport& sport, int width,
                TerminalText& text) {
  const auto& athlete = result.athletes[index];
  const std::vector<Rep>& reps = athlete.Repetitions();
  std::string who = sport.repeats_steps ? Counted(reps.size(), "step", "steps")
                                        : Counted(reps.size(), "repetition", "repetitions");
  if (result.athletes.size() > 1) {
    who = fmt::format("Athlete {} (--athlete {}): {}", index + 1, athlete.track_id, who);
  }
  if (!reps.empty()) {
    who += ", scale: " + ScaleMethodText(reps.front().scale.method);
  }
  if (result.source.kind == SourceKind::kForcePlate && athlete.mass_kg)
    who += fmt::format(", {:.1f} kg", *athlete.mass_kg);
  text.Add("\n").AddBold(who).Add("\n");
  if (reps.empty()) return;
  auto said = result.quality.flags;
  for (const auto& flag : reps.front().flags) said.push_back(flag);
  if (!sport.repeats_steps) text.Add(Figures(athlete, sport, said, width));
  text.Add(SummaryFigures(athlete, sport, said, width)).Add(Absences(athlete, sport, width));
  const auto cues = Cues(athlete, sport, width);
  if (!cues.empty()) text.Add("\n").AddBold("What stands out").Add("\n" + cues);
  const auto checks = Checks(CheckRecording(result, &athlete, sport), Severity::kLimited, width);
  if (!checks.empty()) text.Add("\n").AddBold("What limited the accuracy").Add("\n" + checks);
}

}  // namespace

std::string ResultTable(const AnalysisResult& result, const Sport& sport,
                        const Terminal& terminal) {
  TerminalText text(terminal);
  AddHead(result, sport, text);
  if (result.athletes.empty()) {
    text.Add("\n")
        .AddBold(fmt::format("Nothing found: nobody performs the movement ({})", sport.label))
        .Add("\n" + Checks(ExplainNothingFound(result, sport), Severity::kGood, terminal.width));
    return text.Take();
  }
  for (std::size_t i = 0; i < result.athletes.size(); ++i) {
    AddAthlete(result, i, sport, terminal.width, text);
  }
  text.Add("\n± is the half width of a 95 % interval.\n");
  return text.Take();
}

}  // namespace plyo::cli
