#include "compare_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <utility>

#include "console.h"
#include "output_paths.h"
#include "plyo/formats/output_file.h"
#include "plyo/kinematics/gross_errors.h"
#include "plyo/report/advice.h"
#include "plyo/report/comparison_report.h"
#include "plyo/report/display.h"
#include "plyo/results/compare.h"
#include "plyo/wire/comparison_json.h"
#include "result_file.h"
#include "terminal.h"
#include "text_table.h"

namespace plyo::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter = R"(Examples:
  plyo compare may.json june.json july.json
  plyo compare out/*.json --metric jump_height --metric rsi_mod --report trend.html

A change is real where it is larger than the smallest worthwhile change and beyond what the
athlete's repetitions scatter by; docs/guide/compare.md has the formulas.
Exit status: 0 done, 1 usage, 2 failed input or output.)";
constexpr std::size_t kLongestName = 28;

/// The documents, all of one sport, with something in each.
struct Documents {
  std::vector<AnalysisResult> results;
  const Sport* sport = nullptr;
  std::vector<Session> sessions;
};

Result<Documents> ReadDocuments(const CompareRequest& request, std::span<const Sport> sports) {
  if (request.results.size() < 2) return Usage("name two result documents or more");
  Documents documents;
  for (const std::string& path : request.results) {
    auto result = ReadResultFile(path);
    if (!result) return tl::unexpected(result.error());
    const Sport* const sport = SportOf(*result, sports);
    if (!sport) {
      return Fail(ErrorCode::kInvalidDocument,
                  fmt::format("{}: there is no sport '{}'", path, result->sport));
    }
    if (documents.sport && documents.sport->id != sport->id) {
      return Fail(ErrorCode::kInvalidArgument, fmt::format("{}: {} cannot be compared with {}",
                                                           path, sport->id, documents.sport->id));
    }
    // Beside a video's, a plate's figures are followed by the names that a video has too.
    if (!documents.sport || result->source.kind == SourceKind::kVideo) documents.sport = sport;
    documents.results.push_back(std::move(*result));
  }
  for (std::size_t i = 0; i < documents.results.size(); ++i) {
    auto session = SessionOf(documents.results[i], request.athlete);
    if (!session) {
      return Fail(ErrorCode::kInvalidArgument,
                  request.athlete
                      ? fmt::format("{}: there is no athlete of track number {}",
                                    request.results[i], *request.athlete)
                      : fmt::format("{}: nobody performs the movement in it; leave it out",
                                    request.results[i]));
    }
    documents.sessions.push_back(std::move(*session));
  }
  for (const std::string& id : request.metrics) {
    if (!HasTrend(*documents.sport, id)) {
      return Usage(
          fmt::format("--metric {}: {} has none of that name; plyo catalogue {} lists them", id,
                      documents.sport->id, documents.sport->id));
    }
  }
  return documents;
}

/// Sessions of one recording are one session, whose repetitions would count again.
void WarnOfTheSameRecording(const CompareRequest& request, const Documents& documents) {
  std::map<std::string, std::string> paths;  // by the hash of the recording
  for (std::size_t i = 0; i < documents.results.size(); ++i) {
    const std::string& path = request.results[i];
    const auto [first, is_new] = paths.emplace(documents.results[i].source.sha256, path);
    if (is_new) continue;
    fmt::print(
        stderr, "plyo: {}\n",
        ForTerminal(fmt::format("{} and {} are of the same recording (sha256 {}): compared "
                                "as two sessions, its repetitions count twice; leave one out",
                                first->second, path, first->first),
                    TerminalOf(stderr)));
  }
}

bool Shown(const CompareRequest& request, const Sport& sport, const Trend& trend) {
  if (!request.metrics.empty())
    return std::ranges::find(request.metrics, trend.metric) != request.metrics.end();
  const MetricDescriptor* const metric = FindMetricDescriptor(sport, trend.metric);
  return metric != nullptr && metric->headline;
}

DisplayUnit UnitOf(const Sport& sport, const Trend& trend) {
  const MetricDescriptor* const metric = FindMetricDescriptor(sport, trend.metric);
  return metric != nullptr ? DisplayUnitFor(*metric) : DisplayUnitFor(trend.unit, 1);
}

std::string ChangeText(const Change& change, const DisplayUnit& unit) {
  std::string text = (change.value > 0 ? "+" : "") + FormatNumber(change.value, unit);
  if (change.half) text += " ± " + FormatNumber(*change.half, unit);
  if (change.kind != ChangeKind::kUnknown) text += fmt::format(" {}", ChangeKindName(change.kind));
  return text;
}

/// A metric over the sessions, one a line. A sign of a gross error stands behind it.
std::string TrendText(const Trend& trend, const AthleteTrends& athlete,
                      std::span<const Session> sessions, const Sport& sport, std::size_t width) {
  const DisplayUnit unit = UnitOf(sport, trend);
  const auto number = [&unit](const std::optional<double>& value) {
    return value ? FormatNumber(*value, unit) : std::string("-");
  };
  TextTable table;
  std::string title = MetricLabel(sport, trend.metric);
  if (!unit.unit.empty()) title += ", " + unit.unit;
  table.AddRow({title, "n", "mean", "SD", "best", "since the first"});
  for (std::size_t i = 0; i < trend.sessions.size(); ++i) {
    const SessionFigure& figure = trend.sessions[i];
    const Session& session = sessions[athlete.sessions[i]];
    table.AddRow(
        {Shortened(session.date.empty() ? session.name : session.date + " " + session.name,
                   kLongestName),
         std::to_string(figure.n), number(figure.mean), number(figure.sd), number(figure.best),
         figure.since_first ? ChangeText(*figure.since_first, unit) : ""},
        FlagLabels(figure.gross_errors));
  }
  std::string text = table.Text(width);
  if (trend.typical_error) {
    text += fmt::format("typical error {}, minimal detectable change {}, smallest worthwhile {}\n",
                        number(trend.typical_error), number(trend.mdc95), number(trend.swc));
  }
  return text + "\n";
}

/// What the remarks behind the sessions mean.
std::string GrossErrorsInWords(const std::vector<std::string>& signs, std::size_t width) {
  std::string text;
  for (const std::string& sign : signs)
    text += Wrapped("- " + GrossErrorText(sign), width, 2) + "\n";
  return text.empty() ? text : text + "\n";
}

std::string TrendsText(const CompareRequest& request, const Documents& documents,
                       std::span<const AthleteTrends> athletes, const Terminal& terminal) {
  TerminalText text(terminal);
  const auto width = static_cast<std::size_t>(terminal.width);
  std::vector<std::string> gross_errors;
  for (const AthleteTrends& athlete : athletes) {
    if (!athlete.athlete.empty()) text.AddBold(athlete.athlete).Add("\n");
    for (const Trend& trend : athlete.trends) {
      if (!Shown(request, *documents.sport, trend)) continue;
      text.Add(TrendText(trend, athlete, documents.sessions, *documents.sport, width));
      AddGrossErrors(trend, gross_errors);
    }
  }
  text.Add(GrossErrorsInWords(gross_errors, width));
  text.Add("± is the half width of a 95 % interval of the change.\n");
  return text.Take();
}

/// Before anything is read or written.
Result<void> CheckOutputs(const CompareRequest& request) {
  std::vector<fs::path> outputs;
  if (!request.report.empty()) outputs.emplace_back(request.report);
  if (!request.json.empty() && request.json != "-") outputs.emplace_back(request.json);
  return CheckDistinct(outputs, {request.results.begin(), request.results.end()});
}

Result<void> Compared(const CompareRequest& request, std::span<const Sport> sports) {
  if (auto distinct = CheckOutputs(request); !distinct) return distinct;
  const auto documents = ReadDocuments(request, sports);
  if (!documents) return tl::unexpected(documents.error());
  WarnOfTheSameRecording(request, *documents);
  const auto athletes = CompareSessions(documents->sessions, *documents->sport);
  const auto document = [&] {
    return ComparisonDocument(documents->sport->id, documents->sessions, athletes) + "\n";
  };
  if (!request.report.empty()) {
    const auto html = RenderComparisonReport({.sport = *documents->sport,
                                              .sessions = documents->sessions,
                                              .athletes = athletes,
                                              .metrics = request.metrics});
    if (auto written = WriteWholeFile(request.report, html); !written) return written;
  }
  if (!request.json.empty() && request.json != "-") {
    if (auto written = WriteWholeFile(request.json, document()); !written) return written;
  }
  const Terminal terminal = TerminalOf(stdout);
  if (!Print(request.json == "-" ? document()
                                 : TrendsText(request, *documents, athletes, terminal)))
    return Fail(ErrorCode::kOutputNotWritable, "standard output: cannot be written");
  return {};
}

}  // namespace

CLI::App* AddCompareCommand(CLI::App& app, CompareRequest& request) {
  auto* compare = app.add_subcommand("compare", "Follow an athlete over several results");
  compare->add_option("RESULT", request.results, "Result documents of one sport, the first first")
      ->type_name("");
  compare
      ->add_option("--metric", request.metrics,
                   "Show this one, again for more; the headline metrics by default")
      ->type_name("ID")
      ->allow_extra_args(false);
  compare
      ->add_option("--athlete", request.athlete,
                   "Track number of the athlete; the first by default")
      ->type_name("N");
  compare->add_option("--json", request.json, "Every metric as a document; - is standard output")
      ->type_name("FILE");
  compare->add_option("--report", request.report, "Trends as one HTML file")->type_name("FILE");
  compare->footer(kFooter);
  return compare;
}

int RunCompare(const CompareRequest& request, std::span<const Sport> sports) {
  const auto done = Compared(request, sports);
  return done ? 0 : Complain(done.error(), "compare");
}

}  // namespace plyo::cli
