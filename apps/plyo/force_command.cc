#include "force_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "console.h"
#include "output_paths.h"
#include "plyo/force/force_analysis.h"
#include "plyo/formats/metrics_csv.h"
#include "plyo/formats/output_file.h"
#include "plyo/report/html_report.h"
#include "plyo/wire/result_json.h"
#include "result_file.h"
#include "result_table.h"
#include "terminal.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kName = "force";

constexpr const char* kExamples = R"(Examples:
  plyo force jump.csv                                          columns and plates by their names
  plyo force jump.txt --force-column 2 --rate 1000             no header, no time
  plyo force drop.csv --sport drop_jump --force-column 9 --rate 1000 --tare auto
  plyo force run.csv --sport running --rate 300 --first-foot left
  plyo force jump.csv -o out                                   JSON, CSV and report in out/

Exit status: 0 done, 1 usage, 2 failed input or output, 3 nothing found.)";

Result<OutputPaths> Outputs(const ForceRequest& request) {
  if (request.file.empty())
    return Fail(ErrorCode::kUsage, "name the file, as in: plyo force jump.csv");
  const bool single = (!request.json.empty() && request.json != "-") || !request.csv.empty() ||
                      !request.report.empty();
  if (!request.output_dir.empty() && single) {
    return Fail(ErrorCode::kUsage,
                "-o names all outputs in one folder; give it, or --json, --csv and --report");
  }
  OutputPaths paths;
  if (!request.output_dir.empty()) {
    paths = PathsInFolder(request.output_dir, OutputNames().For(request.file), false);
    std::error_code error;
    fs::create_directories(request.output_dir, error);
    if (!fs::is_directory(request.output_dir)) {
      return Fail(ErrorCode::kOutputNotWritable,
                  fmt::format("{}: the folder cannot be made", request.output_dir));
    }
  }
  for (const auto& [path, value] :
       {std::pair(&paths.json, &request.json), std::pair(&paths.csv, &request.csv),
        std::pair(&paths.report, &request.report)}) {
    if (value == &request.json && *value == "-") continue;
    if (*value == "-") return Fail(ErrorCode::kUsage, "only --json can go to standard output");
    if (!value->empty()) *path = *value;
  }
  if (auto distinct = CheckDistinct(paths.All(), {request.file}); !distinct)
    return tl::unexpected(distinct.error());
  if (auto spared = request.again ? Result<void>{} : SpareEdited(paths); !spared)
    return tl::unexpected(spared.error());
  if (auto ready = ProbeOutputs(paths); !ready) return tl::unexpected(ready.error());
  return paths;
}

Result<void> WriteAll(const OutputPaths& paths, const AnalysisResult& result, const Sport& sport) {
  Result<void> first_failure;
  const auto write = [&first_failure](const std::optional<fs::path>& path,
                                      const std::string& bytes) {
    if (!path) return;
    if (auto written = WriteWholeFile(*path, bytes); !written && first_failure)
      first_failure = std::move(written);
  };
  if (paths.json) write(paths.json, ResultDocument(result) + "\n");
  if (paths.csv) write(paths.csv, MetricsCsv(result));
  if (paths.report) {
    write(paths.report, RenderHtmlReport({.result = result,
                                          .sport = sport,
                                          .key_frames = {},
                                          .athlete_name = {},
                                          .recorded_on = {},
                                          .versions = {}}));
  }
  return first_failure;
}

}  // namespace

CLI::App* AddForceCommand(CLI::App& app, ForceRequest& request) {
  auto* force = app.add_subcommand("force", "Measure the jumps or steps in a force plate's file");
  force->add_option("FILE", request.file, "Text of vertical force over time")->type_name("");
  std::string ids;
  for (const auto& sport : ForceSports()) ids += (ids.empty() ? "" : "|") + sport.id;
  force->add_option("--sport", request.sport, "The movement; cmj by default")->type_name(ids);
  AddForceFileOptions(*force, request.layout);
  const char* const output = "Output";
  force->add_option("-o,--output-dir", request.output_dir, "Folder for NAME.json, .csv and .html")
      ->type_name("DIR")
      ->group(output);
  force->add_option("--json", request.json, "Result document; - is standard output")
      ->type_name("FILE")
      ->group(output);
  force->add_option("--csv", request.csv, "Every metric in a table")
      ->type_name("FILE")
      ->group(output);
  force->add_option("--report", request.report, "Report as one HTML file")
      ->type_name("FILE")
      ->group(output);
  force->add_flag("--again", request.again, "Measure also what was edited by hand")->group(output);
  force->add_flag("-q,--quiet", request.quiet, "No table; errors are still told")->group(output);
  force->footer(kExamples);
  return force;
}

int RunForce(const ForceRequest& request, const std::string& version) {
  const Sport* sport = FindForceSport(request.sport);
  if (!sport) {
    std::string ids;
    for (const auto& one : ForceSports()) ids += (ids.empty() ? "" : ", ") + one.id;
    return Complain({ErrorCode::kUsage,
                     fmt::format("--sport {}: a force plate measures {}", request.sport, ids)},
                    kName);
  }
  const auto outputs = Outputs(request);
  if (!outputs) return Complain(outputs.error(), kName);
  const auto outcome = AnalyzeForceFile(request.file, *sport, request.layout, version);
  if (!outcome) return Complain(outcome.error(), kName);
  const auto& result = outcome->result;

  int status = result.athletes.empty() ? 3 : 0;
  if (!request.quiet) {
    const auto terminal = TerminalOf(stderr);
    for (const auto& why : outcome->left_out) {
      fmt::print(stderr, "plyo: {}\n",
                 ForTerminal(fmt::format("{}: {}", request.file, why), terminal));
    }
  }
  if (const auto written = WriteAll(*outputs, result, *sport); !written)
    status = Complain(written.error(), kName);

  const auto document = [&] { return ResultDocument(result) + "\n"; };
  const auto table = [&](const Terminal& terminal) {
    return ResultTable(result, *sport, terminal);
  };
  if (!PrintOutcome(*outputs, request.json == "-", request.quiet, document, table))
    return Complain({ErrorCode::kOutputNotWritable, "standard output: cannot be written"}, kName);
  return status;
}

}  // namespace plyo::cli
