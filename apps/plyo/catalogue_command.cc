#include "catalogue_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "analyze_plan.h"
#include "plyo/report/advice.h"
#include "plyo/wire/catalogue_json.h"

namespace plyo::cli {
namespace {

struct Line {
  std::string id;
  std::string unit;
  std::string text;
};

std::string ListOf(const char* title, const std::vector<Line>& lines, const Terminal& terminal) {
  if (lines.empty()) return {};
  std::size_t id_width = 0;
  std::size_t unit_width = 0;
  for (const auto& line : lines) {
    id_width = std::max(id_width, Columns(line.id));
    unit_width = std::max(unit_width, Columns(line.unit));
  }
  std::string text = fmt::format("\n{}\n", title);
  for (const auto& line : lines) {
    const auto gap = [](std::size_t width, std::string_view before) {
      return std::string(width - Columns(before) + 2, ' ');
    };
    std::string head = "  " + line.id + gap(id_width, line.id);
    if (unit_width > 0) head += line.unit + gap(unit_width, line.unit);
    const auto indent = Columns(head);
    const auto room = static_cast<std::size_t>(terminal.width) > indent + 20
                          ? static_cast<std::size_t>(terminal.width) - indent
                          : 20;
    // Wrapped to the room behind the head, then set below each other there.
    std::string wrapped = Wrapped(line.text, room, 0);
    for (auto at = wrapped.find('\n'); at != std::string::npos;
         at = wrapped.find('\n', at + 1 + indent)) {
      wrapped.insert(at + 1, indent, ' ');
    }
    text += head + wrapped + "\n";
  }
  return text;
}

std::string Sentence(const std::string& label, const std::string& text) {
  return text.empty() ? label : label + ": " + text;
}

template <typename Descriptor, typename ToLine>
std::vector<Line> LinesOf(const std::vector<Descriptor>& descriptors, const ToLine& to_line) {
  std::vector<Line> lines(descriptors.size());
  std::ranges::transform(descriptors, lines.begin(), to_line);
  return lines;
}

}  // namespace

std::string CatalogueText(std::span<const Sport> sports, const Terminal& terminal) {
  TerminalText text(terminal);
  for (const auto& sport : sports) {
    if (!text.Empty()) text.Add("\n");
    text.AddBold(sport.id).Add("  " + sport.label + "\n");
    text.Add(Wrapped(sport.text, static_cast<std::size_t>(terminal.width), 0) + "\n");
    const auto metrics = LinesOf(sport.metrics, [](const auto& m) {
      return Line{m.id, m.unit, Sentence(m.label, m.text)};
    });
    const auto events = LinesOf(sport.events, [](const auto& e) {
      return Line{e.id, "", Sentence(e.label, e.text)};
    });
    const auto phases = LinesOf(sport.phases, [](const auto& p) {
      return Line{p.id, "", Sentence(p.label, p.text)};
    });
    const auto parameters = LinesOf(sport.parameters, [](const auto& p) {
      return Line{FlagOf(p), p.unit,
                  fmt::format("{} ({:g} to {:g})", Sentence(p.label, p.text), p.min, p.max)};
    });
    const auto cues = LinesOf(sport.cues, [&sport](const auto& c) {
      return Line{c.id, "", c.text + ". " + CueRuleText(c, sport) + ". " + c.reason};
    });
    text.Add(ListOf("Metrics (SI units)", metrics, terminal))
        .Add(ListOf("Events", events, terminal))
        .Add(ListOf("Phases", phases, terminal))
        .Add(ListOf("Parameters", parameters, terminal))
        .Add(ListOf("Cues", cues, terminal));
  }
  return text.Take();
}

int RunCatalogue(std::span<const Sport> sports, const std::string& only, bool json) {
  if (!only.empty()) {
    const auto at = std::ranges::find(sports, only, &Sport::id);
    if (at == sports.end()) {
      std::string known;
      for (const auto& sport : sports) known += (known.empty() ? "" : ", ") + sport.id;
      fmt::print(stderr, "plyo: there is no sport '{}'; there are {}\n",
                 ForTerminal(only, TerminalOf(stderr)), known);
      return ExitStatus(ErrorCode::kUsage);
    }
    sports = sports.subspan(static_cast<std::size_t>(at - sports.begin()), 1);
  }
  const auto terminal = TerminalOf(stdout);
  const auto text = json ? CatalogueDocument(sports) + "\n" : CatalogueText(sports, terminal);
  return Print(text) ? 0 : ExitStatus(ErrorCode::kOutputNotWritable);
}

}  // namespace plyo::cli
