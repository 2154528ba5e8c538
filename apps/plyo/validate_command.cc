#include "validate_command.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "console.h"
#include "output_paths.h"
#include "plyo/force/force_analysis.h"
#include "plyo/formats/output_file.h"
#include "plyo/formats/validation_csv.h"
#include "plyo/formats/validation_manifest.h"
#include "plyo/report/validation_report.h"
#include "plyo/validation/validation.h"
#include "plyo/wire/result_json.h"
#include "plyo/wire/validation_json.h"
#include "result_file.h"
#include "terminal.h"
#include "validation_table.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kName = "validate";
constexpr std::string_view kAnalyseFirst = "; analyse the video by plyo analyze --json first";

constexpr const char* kExamples = R"(Examples:
  plyo analyze cmj jump.mp4 --height 1.80 --json jump.json
  plyo validate --video jump.json --force jump_plate.csv
  plyo validate --video a.json --force a.csv --video b.json --force b.csv --report agreement.html
  plyo validate --manifest pairs.csv --csv agreement.csv --report agreement.html

Exit status: 0 done, 1 usage, 2 failed input or output, 3 nothing paired.)";

/// One performance: its two files, and how to read them.
struct Job {
  fs::path video;
  fs::path force;
  std::string row;  ///< of the manifest, "pairs.csv:2", or empty
  std::string athlete;
  std::optional<double> offset_s;
  ForceFileOptions layout;
};

Result<std::vector<Job>> JobsOf(const ValidateRequest& request) {
  std::vector<Job> jobs;
  if (!request.manifest.empty()) {
    if (!request.videos.empty() || !request.forces.empty())
      return Usage("--manifest names the files; give it, or --video and --force");
    const auto entries = ReadValidationManifestFile(request.manifest);
    if (!entries) return tl::unexpected(entries.error());
    for (const auto& entry : *entries) {
      Job job{
          .video = entry.video,
          .force = entry.force,
          .row = fmt::format("{}:{}", fs::path(request.manifest).filename().string(), entry.line),
          .athlete = entry.athlete,
          .offset_s = entry.offset_s ? entry.offset_s : request.offset_s,
          .layout = request.layout};
      if (!entry.time_column.empty()) job.layout.time_column = entry.time_column;
      if (!entry.force_columns.empty()) job.layout.force_columns = entry.force_columns;
      if (entry.rate_hz) job.layout.rate_hz = entry.rate_hz;
      if (entry.scale) job.layout.scale = *entry.scale;
      if (!entry.tare.empty()) job.layout.tare = entry.tare;
      if (entry.threshold_n) job.layout.threshold_n = entry.threshold_n;
      jobs.push_back(std::move(job));
    }
    return jobs;
  }
  if (request.videos.empty() || request.videos.size() != request.forces.size()) {
    return Usage(
        fmt::format("name a result of a video by --video and its force file by --force, "
                    "as many of each ({} and {})",
                    request.videos.size(), request.forces.size()));
  }
  for (std::size_t i = 0; i < request.videos.size(); ++i) {
    jobs.push_back({.video = request.videos[i],
                    .force = request.forces[i],
                    .row = {},
                    .athlete = {},
                    .offset_s = request.offset_s,
                    .layout = request.layout});
  }
  return jobs;
}

/// The plate's side, which must be of the video's sport.
Result<AnalysisResult> ReadReference(const Job& job, const Sport& sport, const std::string& version,
                                     std::vector<std::string>& left_out) {
  if (job.force.extension() != ".json") {
    auto outcome = AnalyzeForceFile(job.force, sport, job.layout, version);
    if (!outcome) return tl::unexpected(outcome.error());
    for (const auto& why : outcome->left_out)
      left_out.push_back(fmt::format("{}: {}", job.force.string(), why));
    return std::move(outcome->result);
  }
  auto result = ReadResultFile(job.force, kAnalyseFirst);
  if (!result) return result;
  if (result->source.kind != SourceKind::kForcePlate) {
    return Fail(ErrorCode::kInvalidDocument,
                fmt::format("{}: not a result of plyo force", job.force.string()));
  }
  if (result->sport != sport.id) {
    return Fail(ErrorCode::kInvalidDocument,
                fmt::format("{}: is of {} and the video of {}", job.force.string(), result->sport,
                            sport.id));
  }
  return result;
}

/// The same recordings of video and plate again would count as another performance, and one that
/// agrees with the first.
Result<void> CheckDistinctPairs(const std::vector<Job>& jobs,
                                const std::vector<RecordingPair>& recordings) {
  const auto& last = recordings.back();
  for (std::size_t i = 0; i + 1 < recordings.size(); ++i) {
    const auto& one = recordings[i];
    if (one.measured.source.sha256 != last.measured.source.sha256 ||
        one.reference.source.sha256 != last.reference.source.sha256)
      continue;
    const auto named = [](const Job& job) {
      return job.row.empty() ? job.video.string() : job.row + " (" + job.video.string() + ")";
    };
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("{} and {} are of the same recording (sha256 {}), and so are their "
                            "force files; give each pair once",
                            named(jobs[i]), named(jobs[recordings.size() - 1]),
                            last.measured.source.sha256));
  }
  return {};
}

struct Inputs {
  const Sport* sport = nullptr;
  std::vector<RecordingPair> recordings;
  std::vector<std::string> left_out;
};

Result<Inputs> ReadInputs(const std::vector<Job>& jobs, bool in_order, const std::string& version) {
  Inputs inputs;
  for (const auto& job : jobs) {
    auto measured = ReadResultFile(job.video, kAnalyseFirst);
    if (!measured) return tl::unexpected(measured.error());
    if (measured->source.kind == SourceKind::kForcePlate) {
      return Fail(ErrorCode::kInvalidDocument,
                  fmt::format("{}: is of a force plate, no video", job.video.string()));
    }
    const Sport* sport = FindForceSport(measured->sport);
    if (!sport) {
      return Fail(ErrorCode::kInvalidDocument, fmt::format("{}: no force plate measures {}",
                                                           job.video.string(), measured->sport));
    }
    if (inputs.sport && inputs.sport != sport) {
      return Fail(ErrorCode::kInvalidDocument,
                  fmt::format("{}: is of {} and those before of {}; compare one sport at a time",
                              job.video.string(), sport->id, inputs.sport->id));
    }
    inputs.sport = sport;
    auto reference = ReadReference(job, *sport, version, inputs.left_out);
    if (!reference) return tl::unexpected(reference.error());
    inputs.recordings.push_back({.athlete = job.athlete,
                                 .measured = std::move(*measured),
                                 .reference = std::move(*reference),
                                 .offset_s = job.offset_s,
                                 .in_order = in_order});
    if (auto distinct = CheckDistinctPairs(jobs, inputs.recordings); !distinct)
      return tl::unexpected(distinct.error());
  }
  return inputs;
}

Result<OutputPaths> Outputs(const ValidateRequest& request, const std::vector<Job>& jobs) {
  OutputPaths paths;
  if (!request.json.empty() && request.json != "-") paths.json = request.json;
  if (!request.csv.empty()) paths.csv = request.csv;
  if (!request.report.empty()) paths.report = request.report;
  if (request.csv == "-" || request.report == "-")
    return Usage("only --json can go to standard output");
  std::vector<fs::path> inputs;
  for (const auto& job : jobs) inputs.insert(inputs.end(), {job.video, job.force});
  if (!request.manifest.empty()) inputs.emplace_back(request.manifest);
  if (auto distinct = CheckDistinct(paths.All(), inputs); !distinct)
    return tl::unexpected(distinct.error());
  if (auto ready = ProbeOutputs(paths); !ready) return tl::unexpected(ready.error());
  return paths;
}

}  // namespace

CLI::App* AddValidateCommand(CLI::App& app, ValidateRequest& request) {
  auto* validate =
      app.add_subcommand("validate", "How results of videos agree with a force plate's");
  const char* const what = "What to compare";
  validate->add_option("--video", request.videos, "Result document of a video; may stand again")
      ->type_name("FILE")
      ->group(what);
  validate
      ->add_option("--force", request.forces,
                   "Force file of the same performance, or its result; one for each video")
      ->type_name("FILE")
      ->group(what);
  validate->add_option("--manifest", request.manifest, "CSV of the pairs of files")
      ->type_name("FILE")
      ->group(what);
  validate
      ->add_option("--offset", request.offset_s,
                   "Plate's clock minus video's clock; found by the flights where not given")
      ->type_name("S")
      ->group(what);
  validate
      ->add_flag("--in-order", request.in_order,
                 "Pair the first with the first, whatever the clocks say")
      ->group(what);
  AddForceFileOptions(*validate, request.layout);
  const char* const output = "Output";
  validate->add_option("--json", request.json, "Validation document; - is standard output")
      ->type_name("FILE")
      ->group(output);
  validate->add_option("--csv", request.csv, "Agreement of every metric in a table")
      ->type_name("FILE")
      ->group(output);
  validate->add_option("--report", request.report, "Bland-Altman plots and tables as one HTML file")
      ->type_name("FILE")
      ->group(output);
  validate->add_flag("-q,--quiet", request.quiet, "No table; errors are still told")->group(output);
  validate->footer(kExamples);
  return validate;
}

int RunValidate(const ValidateRequest& request, const std::string& version) {
  if (request.offset_s && !std::isfinite(*request.offset_s))
    return Complain({ErrorCode::kUsage, "--offset is a number of seconds"}, kName);
  if (request.offset_s && request.in_order)
    return Complain({ErrorCode::kUsage, "--offset pairs by time, --in-order does not; give one"},
                    kName);
  const auto jobs = JobsOf(request);
  if (!jobs) return Complain(jobs.error(), kName);
  const auto outputs = Outputs(request, *jobs);
  if (!outputs) return Complain(outputs.error(), kName);
  const auto inputs = ReadInputs(*jobs, request.in_order, version);
  if (!inputs) return Complain(inputs.error(), kName);
  if (!request.quiet) {
    const auto terminal = TerminalOf(stderr);
    for (const auto& why : inputs->left_out)
      fmt::print(stderr, "plyo: {}\n", ForTerminal(why, terminal));
  }

  const auto validation = Validate(inputs->recordings, *inputs->sport);
  const auto created_at = CreatedAt();
  const auto document = [&] {
    return ValidationDocument(validation, inputs->recordings, version, created_at) + "\n";
  };
  int status = validation.pairs.empty() ? 3 : 0;
  const auto write = [&status](const std::optional<fs::path>& path, const std::string& bytes) {
    if (const auto written = WriteWholeFile(*path, bytes); !written)
      status = Complain(written.error(), kName);
  };
  if (outputs->json) write(outputs->json, document());
  if (outputs->csv) write(outputs->csv, ValidationCsv(validation));
  if (outputs->report) {
    write(outputs->report, RenderValidationReport({.validation = validation,
                                                   .recordings = inputs->recordings,
                                                   .sport = *inputs->sport,
                                                   .plyo_version = version,
                                                   .created_at = created_at}));
  }
  const auto table = [&](const Terminal& terminal) {
    return ValidationTable(validation, inputs->recordings, *inputs->sport, terminal);
  };
  if (!PrintOutcome(*outputs, request.json == "-", request.quiet, document, table))
    return Complain({ErrorCode::kOutputNotWritable, "standard output: cannot be written"}, kName);
  return status;
}

}  // namespace plyo::cli
