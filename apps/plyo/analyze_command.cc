#include "analyze_command.h"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>

#include <cstdio>
#include <exception>
#include <mutex>
#include <utility>

#include "analyze_job.h"
#include "batch.h"
#include "batch_table.h"
#include "console.h"
#include "interrupt.h"
#include "plyo/formats/output_file.h"
#include "plyo/wire/result_json.h"
#include "progress.h"
#include "result_file.h"
#include "result_table.h"
#include "terminal.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

constexpr const char* kExamples = R"(Examples:
  plyo analyze cmj jump.mp4 --height 1.80            a table on the terminal
  plyo analyze cmj jump.mp4 --height 1.80 -o out     JSON, CSV, report and annotated video in out/
  plyo analyze cmj jump.mov --capture-fps 240        slow motion recorded at 240 frames/s
  plyo analyze cmj jump.mp4 --json - | jq .athletes  the result document
  plyo analyze cmj *.mp4 --height 1.80 --same-athlete -o out
  plyo analyze cmj clips/ -o out                     a folder of videos; begun again, it goes on
  plyo analyze --manifest squad.csv -o out           who is how tall stands in squad.csv
  plyo analyze cmj --from-landmarks jump.csv --height 1.80

Exit status: 0 done, 1 usage, 2 failed input or output, 3 nothing found, 130 interrupted.)";

constexpr std::string_view kName = "analyze";

/// Makes the folder and tries every output, before long work.
Result<void> PrepareOutputs(const AnalyzePlan& plan) {
  if (plan.output_dir) {
    std::error_code error;
    fs::create_directories(*plan.output_dir, error);
    if (!fs::is_directory(*plan.output_dir)) {
      return Fail(ErrorCode::kOutputNotWritable,
                  fmt::format("{}: the folder cannot be made: {}", plan.output_dir->string(),
                              error ? error.message() : "there is a file of that name"));
    }
  }
  for (const auto& job : plan.jobs) {
    if (auto ready = ProbeOutputs(job.outputs); !ready) return ready;
  }
  return plan.summary_csv ? CheckWritable(*plan.summary_csv, std::uintmax_t{64} << 10)
                          : Result<void>{};
}

std::string WrittenFiles(const AnalyzePlan& plan) {
  std::string text;
  for (const auto& job : plan.jobs) {
    for (const auto& path : job.outputs.All()) text += fmt::format("Wrote {}\n", path.string());
  }
  return text;
}

/// A plan at work: its workers, its progress and what is printed of it.
class AnalyzeRun {
 public:
  AnalyzeRun(const AnalyzePlan& plan, std::span<const Sport> sports, const std::string& version)
      : plan_(plan),
        sports_(sports),
        version_(version),
        out_(TerminalOf(stdout)),
        progress_(static_cast<int>(plan.jobs.size()), !plan.quiet) {
    const auto workers = std::min(plan.jobs.size(), static_cast<std::size_t>(plan.threads));
    // One athlete is tracked picture after picture: there both cores share an inference. A batch
    // has one clip a core.
    constexpr int kMostUseful = 4;
    const int threads = std::clamp(plan.threads / static_cast<int>(workers), 1, kMostUseful);
    for (std::size_t i = 0; i < workers; ++i) estimators_.emplace_back(threads);
  }

  int Run() {
    RunBatch(
        plan_.jobs, estimators_.size(),
        [this](const AnalyzeJob& job, std::size_t worker) { return RunOne(job, worker); },
        [this](const AnalyzeJob& job, const Result<JobOutcome>& outcome) { Take(job, outcome); },
        Interrupted());
    if (Interrupted())
      return Complain({ErrorCode::kInterrupted, "interrupted; unfinished outputs were removed"},
                      kName);
    if (plan_.summary_csv) {
      if (auto written = WriteWholeFile(*plan_.summary_csv, SummaryCsv(outcomes_, sports_));
          !written) {
        status_ = WorseStatus(status_, Complain(written.error(), kName));
      }
    }
    if (plan_.standard_output == StandardOutput::kTable) PrintTable();
    return print_failed_
               ? Complain({ErrorCode::kOutputNotWritable, "standard output: cannot be written"},
                          kName)
               : status_;
  }

 private:
  Result<JobOutcome> RunOne(const AnalyzeJob& job, std::size_t worker) {
    progress_.Begin(job.name);
    const JobHooks hooks{
        .cancel = &Interrupted(),
        .stage = [&](const std::string& stage) { progress_.Stage(job.name, stage); },
        .frames = [&](std::int64_t done,
                      std::int64_t estimate) { progress_.Frames(job.name, done, estimate); }};
    auto outcome = RunGuarded(job, estimators_[worker], hooks);
    progress_.End(job.name);
    return outcome;
  }

  /// Memory that runs out over one clip, or a bug, must not end the others.
  Result<JobOutcome> RunGuarded(const AnalyzeJob& job, LazyEstimator& estimator,
                                const JobHooks& hooks) const {
    try {
      if (!plan_.again) {
        hooks.stage("looking for its result");
        if (plan_.batch) {
          if (auto before = FinishedBefore(job, version_, *hooks.cancel)) return std::move(*before);
        }
        if (auto spared = SpareEdited(job.outputs); !spared) return tl::unexpected(spared.error());
      }
      return RunJob(job, estimator, version_, hooks);
    } catch (const std::exception& error) {
      return Fail(ErrorCode::kInternal, fmt::format("{}: {}", job.input.string(), error.what()));
    }
  }

  void Take(const AnalyzeJob& job, const Result<JobOutcome>& outcome) {
    if (Interrupted()) return;
    const auto* error = !outcome                ? &outcome.error()
                        : outcome->output_error ? &*outcome->output_error
                                                : nullptr;
    if (error) progress_.Message("plyo: " + error->message);
    const int status = ExitStatusOf(outcome);
    status_ = plan_.batch ? WorseStatus(status_, status) : status;
    if (plan_.batch) outcomes_.push_back(ToBatchOutcome(job, outcome));
    if (!outcome) return;
    if (outcome->finished_before) ++finished_before_;
    if (!outcome->renewed.empty() && !plan_.quiet) TellRenewed(job, *outcome);
    if (job.only_athlete && outcome->result.athletes.empty() && !plan_.quiet) {
      progress_.Message(
          fmt::format("plyo: {}: nobody of track number {} performs the movement; without "
                      "--athlete everyone counts",
                      job.input.string(), *job.only_athlete));
    }
    if (plan_.standard_output == StandardOutput::kJson) {
      // Several documents stand in a line each.
      Out(ResultDocument(outcome->result,
                         plan_.batch ? JsonLayout::kOneLine : JsonLayout::kIndented) +
          "\n");
    } else if (plan_.standard_output == StandardOutput::kTable && !plan_.batch) {
      table_ = ResultTable(outcome->result, *job.sport, out_);
      if (!outcome->output_error && job.outputs.Any())
        table_ += "\n" + ForTerminal(WrittenFiles(plan_), out_);
    }
  }

  void TellRenewed(const AnalyzeJob& job, const JobOutcome& outcome) {
    std::string files;
    for (const auto& path : outcome.renewed)
      files += (files.empty() ? "" : ", ") + path.filename().string();
    std::string text = fmt::format("plyo: {}: was edited by hand; written anew from it: {}",
                                   job.outputs.json->string(), files);
    if (std::ranges::find(outcome.renewed, job.outputs.report.value_or("")) !=
        outcome.renewed.end())
      text += ", the report without curves and pictures";
    if (job.outputs.overlay)
      text += fmt::format("; {} shows what was before the edit",
                          job.outputs.overlay->filename().string());
    progress_.Message(text);
  }

  void PrintTable() {
    if (!plan_.batch) return Out(table_);
    Out(BatchTable(outcomes_, sports_, out_));
    if (finished_before_ > 0) {
      Out(ForTerminal(
          fmt::format("{} had been finished by an earlier run and were left as they are; "
                      "--again analyses them too\n",
                      finished_before_),
          out_));
    }
    if (plan_.summary_csv)
      Out(ForTerminal(fmt::format("Wrote {}\n", plan_.summary_csv->string()), out_));
    if (plan_.output_dir)
      Out(ForTerminal(fmt::format("Results of each clip are in {}\n", plan_.output_dir->string()),
                      out_));
  }

  void Out(const std::string& text) { print_failed_ = !Print(text) || print_failed_; }

  const AnalyzePlan& plan_;
  std::span<const Sport> sports_;
  const std::string& version_;
  const Terminal out_;
  Progress progress_;
  std::vector<LazyEstimator> estimators_;
  std::vector<BatchOutcome> outcomes_;
  std::string table_;
  int status_ = 0;
  std::size_t finished_before_ = 0;
  bool print_failed_ = false;
};

}  // namespace

CLI::App* AddAnalyzeCommand(CLI::App& app, std::span<const Sport> sports, AnalyzeRequest& request) {
  auto* analyze = app.add_subcommand("analyze", "Measure the jumps in videos");
  std::string sport_ids;
  for (const auto& sport : sports) sport_ids += (sport_ids.empty() ? "" : "|") + sport.id;
  analyze
      ->add_option("SPORT VIDEO", request.words,
                   fmt::format("The sport ({}), then videos, or folders of them", sport_ids))
      ->type_name("");
  const char* const athlete = "About the athlete";
  analyze
      ->add_option("--height", request.height_m, "Barefoot body height in metres: the best scale")
      ->type_name("M")
      ->group(athlete);
  analyze->add_option("--mass", request.mass_kg, "Body mass in kilograms: for power and force")
      ->type_name("KG")
      ->group(athlete);
  analyze->add_option("--sex", request.sex, "For the masses of the body's segments")
      ->type_name("F|M")
      ->group(athlete);
  analyze
      ->add_flag("--same-athlete", request.same_athlete,
                 "The height, mass and sex hold for all videos")
      ->group(athlete);
  const char* const recording = "About the recording";
  analyze
      ->add_option("--capture-fps", request.capture_fps, "True frame rate of a slow-motion video")
      ->type_name("F")
      ->group(recording);
  analyze->add_option("--athlete", request.athlete, "Only the person of this track number")
      ->type_name("N")
      ->group(recording);
  std::vector<std::string> flags;
  for (const auto& sport : sports) {
    for (const auto& parameter : sport.parameters) {
      const auto flag = FlagOf(parameter);
      if (std::ranges::find(flags, flag) != flags.end()) continue;
      flags.push_back(flag);
      analyze
          ->add_option_function<double>(
              flag, [&request, id = parameter.id](double value) { request.parameters[id] = value; },
              fmt::format("{} ({})", parameter.text, sport.id))
          ->type_name(parameter.unit)
          ->group(recording);
    }
  }
  analyze
      ->add_option("--manifest", request.manifest, "CSV that says what differs from video to video")
      ->type_name("FILE")
      ->group(recording);
  analyze
      ->add_option("--from-landmarks", request.from_landmarks,
                   "Landmarks in place of a video, as --export-landmarks writes them, or markers "
                   "(TRC)")
      ->type_name("FILE")
      ->group(recording);
  const char* const output = "Output";
  analyze
      ->add_option("-o,--output-dir", request.output_dir,
                   "Folder for NAME.json, .csv, .html and _overlay.mp4")
      ->type_name("DIR")
      ->group(output);
  analyze->add_option("--json", request.json, "Result document; - is standard output")
      ->type_name("FILE")
      ->group(output);
  analyze
      ->add_option("--csv", request.csv,
                   "Every metric in a table; for several videos their summary")
      ->type_name("FILE")
      ->group(output);
  analyze->add_option("--report", request.report, "Report as one HTML file")
      ->type_name("FILE")
      ->group(output);
  analyze->add_option("--overlay", request.overlay, "Annotated video (MP4)")
      ->type_name("FILE")
      ->group(output);
  analyze
      ->add_option("--export-landmarks", request.export_landmarks,
                   "The body's landmarks in every frame")
      ->type_name("FILE")
      ->group(output);
  analyze
      ->add_option("--export-trc", request.export_trc,
                   "The first athlete's landmarks in metres, for OpenSim (TRC)")
      ->type_name("FILE")
      ->group(output);
  analyze
      ->add_option("--export-mot", request.export_mot,
                   "The first athlete's joint angles, for OpenSim (MOT)")
      ->type_name("FILE")
      ->group(output);
  analyze
      ->add_option("--export-c3d", request.export_c3d,
                   "The first athlete's landmarks in millimetres (C3D)")
      ->type_name("FILE")
      ->group(output);
  analyze
      ->add_option("--export-motion", request.export_motion,
                   "Centre of mass and joint angles in every frame (CSV)")
      ->type_name("FILE")
      ->group(output);
  analyze
      ->add_flag("--blur-faces", request.blur_faces,
                 "Make the faces of all who are tracked unrecognisable in report and annotated "
                 "video")
      ->group(output);
  analyze->add_flag("-q,--quiet", request.quiet, "No table and no progress; errors are still told")
      ->group(output);
  const char* const work = "How to work";
  analyze->add_option("--model", request.model, "Pose model: lite is fastest, heavy most exact")
      ->type_name("lite|full|heavy")
      ->check(CLI::IsMember({"lite", "full", "heavy"}).description(""))
      ->default_str("full; for a recorded session, the one that it had")
      ->group(work);
  analyze->add_option("--threads", request.threads, "Processor cores to use; all by default")
      ->type_name("N")
      ->group(work);
  analyze
      ->add_flag(
          "--again", request.again,
          "Analyse also what was edited by hand, and in a batch what an earlier run with this "
          "folder has finished")
      ->group(work);
  analyze->footer(kExamples);
  return analyze;
}

int RunAnalyze(const AnalyzeRequest& request, std::span<const Sport> sports,
               const std::string& version) {
  const auto plan =
      MakePlan(request, sports, TerminalOf(stdout).interactive || ::isatty(::fileno(stdout)));
  if (!plan) return Complain(plan.error(), kName);
  CatchInterrupts();
  if (auto ready = PrepareOutputs(*plan); !ready) return Complain(ready.error(), kName);
  return AnalyzeRun(*plan, sports, version).Run();
}

}  // namespace plyo::cli
