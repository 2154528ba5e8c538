#include "edit_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "console.h"
#include "output_paths.h"
#include "plyo/formats/metrics_csv.h"
#include "plyo/formats/output_file.h"
#include "plyo/results/edit.h"
#include "plyo/wire/result_json.h"
#include "result_file.h"
#include "terminal.h"

namespace plyo::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFooter = R"(Examples:
  plyo edit jump.json takeoff=1.932 --json edited.json
  plyo edit jumps.json --rep 2 takeoff=6.104 landing=6.640
  plyo edit jumps.json --exclude 3 --reason "stumbled at the landing"

Figures that follow from events and scale are computed anew and flagged manual; those that need the
landmarks, or the force, are absent. Exit status: 0 done, 1 usage, 2 failed input or output.)";

Result<MovedEvent> ParseEvent(const std::string& word) {
  const auto equals = word.find('=');
  double t_s = 0;
  const char* const end = word.data() + word.size();
  const bool named = equals != std::string::npos && equals != 0 && equals + 1 < word.size();
  const auto read = named ? std::from_chars(word.data() + equals + 1, end, t_s)
                          : std::from_chars_result{end, std::errc::invalid_argument};
  if (read.ec != std::errc() || read.ptr != end || !std::isfinite(t_s)) {
    const bool comma = named && word.find(',', equals) != std::string::npos;
    return Usage(fmt::format("'{}' is not EVENT=SECONDS, as in takeoff=1.932{}", word,
                             comma ? kPointHint : ""));
  }
  return MovedEvent{.id = word.substr(0, equals), .t_s = t_s};
}

Result<std::vector<Edit>> EditsOf(const EditRequest& request) {
  if (request.words.empty())
    return Usage(
        "name the result document and what to change, as in: plyo edit jump.json takeoff=1.932");
  Edit edit{.athlete = request.athlete, .rep = request.rep, .moved = {}, .exclude_because = {}};
  for (const std::string& word : std::span(request.words).subspan(1)) {
    const auto moved = ParseEvent(word);
    if (!moved) return tl::unexpected(moved.error());
    if (std::ranges::find(edit.moved, moved->id, &MovedEvent::id) != edit.moved.end())
      return Usage(fmt::format("{} is given twice", moved->id));
    edit.moved.push_back(*moved);
  }
  std::vector<Edit> edits;
  if (!edit.moved.empty()) edits.push_back(edit);
  if (request.exclude) {
    if (request.reason.find_first_not_of(" \t\r\n") == std::string::npos)
      return Usage("--exclude needs a --reason, which stays in the document");
    edits.push_back({.athlete = request.athlete,
                     .rep = request.exclude,
                     .moved = {},
                     .exclude_because = request.reason});
  } else if (!request.reason.empty()) {
    return Usage("--reason goes with --exclude");
  }
  if (edits.empty())
    return Usage("nothing to change: give EVENT=SECONDS, or --exclude N with a --reason");
  return edits;
}

/// The document may take the place of the one that is edited; the other files may not.
Result<void> CheckOutputs(const EditRequest& request) {
  std::vector<fs::path> outputs;
  for (const auto& path : {request.csv, request.report}) {
    if (!path.empty()) outputs.emplace_back(path);
  }
  std::vector<fs::path> documents = {request.words.front()};
  if (!request.json.empty() && request.json != "-") documents.emplace_back(request.json);
  return CheckDistinct(outputs, documents);
}

Result<void> Edited(const EditRequest& request, std::span<const Sport> sports) {
  const auto edits = EditsOf(request);
  if (!edits) return tl::unexpected(edits.error());
  if (auto distinct = CheckOutputs(request); !distinct) return distinct;
  auto result = ReadResultFile(request.words.front());
  if (!result) return tl::unexpected(result.error());
  const Sport* const sport = SportOf(*result, sports);
  if (!sport) {
    return Fail(ErrorCode::kInvalidDocument,
                fmt::format("{}: there is no sport '{}'", request.words.front(), result->sport));
  }
  for (const Edit& edit : *edits) {
    if (auto applied = ApplyEdit(edit, *sport, *result); !applied) {
      return Fail(applied.error().code,
                  fmt::format("{}: {}", request.words.front(), applied.error().message));
    }
  }
  const std::string document = ResultDocument(*result) + "\n";
  // As the document rounds it: its table and report are the same whenever they are made.
  result = ResultFromDocument(document);
  if (!result) return tl::unexpected(result.error());
  if (!request.csv.empty()) {
    if (auto written = WriteWholeFile(request.csv, MetricsCsv(*result)); !written) return written;
  }
  if (!request.report.empty()) {
    const auto html = ReportOfDocument(*result, *sport);
    if (auto written = WriteWholeFile(request.report, html); !written) return written;
  }
  if (!request.json.empty() && request.json != "-") return WriteWholeFile(request.json, document);
  if (!Print(document))
    return Fail(ErrorCode::kOutputNotWritable, "standard output: cannot be written");
  return {};
}

}  // namespace

CLI::App* AddEditCommand(CLI::App& app, EditRequest& request) {
  auto* edit = app.add_subcommand("edit", "Move an event or exclude a repetition by hand");
  edit->add_option("RESULT EVENT=SECONDS", request.words,
                   "The result document, then events and where to put them")
      ->type_name("");
  edit->add_option("--rep", request.rep,
                   "Repetition whose events are moved, where there are several")
      ->type_name("N");
  edit->add_option("--athlete", request.athlete,
                   "Track number of the athlete; the first by default")
      ->type_name("N");
  edit->add_option("--exclude", request.exclude, "Repetition that does not count")->type_name("N");
  edit->add_option("--reason", request.reason, "Why it does not")->type_name("TEXT");
  edit->add_option("--json", request.json, "Edited document; standard output by default")
      ->type_name("FILE");
  edit->add_option("--csv", request.csv, "Every metric of it in a table")->type_name("FILE");
  edit->add_option("--report", request.report, "Report of it as one HTML file, without curves")
      ->type_name("FILE");
  edit->footer(kFooter);
  return edit;
}

int RunEdit(const EditRequest& request, std::span<const Sport> sports) {
  const auto done = Edited(request, sports);
  return done ? 0 : Complain(done.error(), "edit");
}

}  // namespace plyo::cli
