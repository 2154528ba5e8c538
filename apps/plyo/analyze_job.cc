#include "analyze_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <iterator>
#include <string_view>
#include <utility>

#include "console.h"
#include "job_input.h"
#include "plyo/digest/sha256.h"
#include "plyo/formats/athlete_limits.h"
#include "plyo/formats/metrics_csv.h"
#include "plyo/formats/output_file.h"
#include "plyo/results/edit.h"
#include "pose_model.h"
#include "result_file.h"

namespace plyo::cli {
namespace {

std::vector<std::pair<std::string, std::string>> OptionsOf(const AnalyzeJob& job) {
  std::vector<std::pair<std::string, std::string>> options;
  const auto add = [&options](const char* name, const std::optional<double>& value) {
    if (value) options.emplace_back(name, fmt::format("{}", *value));
  };
  const auto add_text = [&options](const char* name, std::string_view value) {
    if (!value.empty()) options.emplace_back(name, value);
  };
  if (job.from_landmarks) {
    add_text("input", "landmarks");
  } else {
    add_text("model", NameOf(*job.model));
  }
  add("height_m", job.athlete.height_m);
  add("mass_kg", job.athlete.mass_kg);
  add_text("sex", SexName(job.athlete.sex));
  add("capture_fps", job.capture_fps);
  for (const auto& [id, value] : job.athlete.parameters) add(id.c_str(), value);
  if (job.only_athlete) add("track_id", static_cast<double>(*job.only_athlete));
  add_text("athlete", job.athlete_name);
  add_text("date", job.date);
  // No figure depends on it. But a batch that is begun again may not take pictures with faces for
  // those without, and the document is what it goes by.
  if (job.blur_faces && job.HasPictures()) add_text(kBlurOption, "yes");
  return options;
}

Result<AnalysisRun> AnalyzeVideo(const AnalyzeJob& job, LazyEstimator& lazy,
                                 const AnalyzeOptions& options) {
  const auto source = OpenPictures(job);
  if (!source) return tl::unexpected(source.error());
  // The digest is read beside the analysis.
  auto digest =
      std::async(std::launch::async, [&] { return Sha256OfFile(job.input, options.cancel); });
  const auto estimator = lazy.Get(*job.model);
  if (!estimator) return tl::unexpected(estimator.error());
  auto run = Analyze(**source, **estimator, *job.sport, options);
  if (!run) return run;
  const auto sha256 = digest.get();
  if (!sha256) return tl::unexpected(sha256.error());
  run->result.source.sha256 = *sha256;
  return run;
}

Result<AnalysisRun> AnalyzeFile(const AnalyzeJob& job, const AnalyzeOptions& options) {
  const auto landmarks = ReadLandmarks(job);
  if (!landmarks) return tl::unexpected(landmarks.error());
  AnalyzeOptions known = options;
  known.athlete.known_m_per_px = landmarks->m_per_px;
  known.athlete.pose_model = landmarks->pose_model;
  auto run = AnalyzeLandmarks(landmarks->poses, *job.sport, known);
  if (!run) return run;
  const auto sha256 = Sha256OfFile(job.input, options.cancel);
  if (!sha256) return tl::unexpected(sha256.error());
  run->result.source.sha256 = *sha256;
  run->result.source.name = job.input.filename().string();
  if (options.keep_poses && run->poses.empty()) {
    for (const auto& pose : landmarks->poses) run->poses[pose.track].push_back(pose);
  }
  return run;
}

std::string ContentOf(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Makes table and report say what the edited document says.
void Follow(const AnalyzeJob& job, JobOutcome& outcome) {
  const auto renew = [&outcome](const std::optional<std::filesystem::path>& path,
                                const std::string& bytes) {
    if (!path || ContentOf(*path) == bytes) return;
    if (auto written = WriteWholeFile(*path, bytes); !written) {
      outcome.output_error = written.error();
    } else {
      outcome.renewed.push_back(*path);
    }
  };
  if (job.outputs.csv) renew(job.outputs.csv, MetricsCsv(outcome.result));
  if (job.outputs.report) renew(job.outputs.report, ReportOfDocument(outcome.result, *job.sport));
}

}  // namespace

Result<PoseEstimator*> LazyEstimator::Get(PoseModel model) {
  if (!estimator_ || model != model_) {
    auto made = MakeOpenVinoEstimator(
        {.model = model, .threads = threads_, .model_dir = {}, .cache_dir = DefaultPoseCacheDir()});
    if (!made) return tl::unexpected(made.error());
    estimator_ = std::move(*made);
    model_ = model;
  }
  return estimator_.get();
}

std::optional<JobOutcome> FinishedBefore(const AnalyzeJob& asked, const std::string& version,
                                         const std::atomic<bool>& cancel) {
  const auto completed = CompleteJob(asked);
  if (!completed || !completed->outputs.json) return std::nullopt;
  const AnalyzeJob& job = *completed;
  const auto there = [](const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error);
  };
  auto result = ReadResultFile(*job.outputs.json);
  if (!result) return std::nullopt;
  const bool edited = IsEdited(*result);
  // Table and report follow from an edited document.
  const auto follows = [&](const std::filesystem::path& path) {
    return edited && (path == job.outputs.csv || path == job.outputs.report);
  };
  if (!std::ranges::all_of(job.outputs.All(),
                           [&](const auto& path) { return follows(path) || there(path); }))
    return std::nullopt;
  if (result->sport != job.sport->id || result->provenance.plyo_version != version)
    return std::nullopt;
  auto options = result->provenance.options;
  std::erase_if(options, [](const auto& option) { return option.first == kManualOption; });
  if (options != OptionsOf(job)) return std::nullopt;
  const auto sha256 = Sha256OfFile(job.input, &cancel);
  if (!sha256 || *sha256 != result->source.sha256) return std::nullopt;
  JobOutcome outcome{.result = std::move(*result), .output_error = {}, .finished_before = true};
  if (edited) Follow(job, outcome);
  return outcome;
}

Result<JobOutcome> RunJob(const AnalyzeJob& asked, LazyEstimator& estimator,
                          const std::string& version, const JobHooks& hooks) {
  if (asked.failed) return tl::unexpected(*asked.failed);
  hooks.stage("analysing");
  const auto completed = CompleteJob(asked);
  if (!completed) return tl::unexpected(completed.error());
  const AnalyzeJob& job = *completed;
  AnalyzeOptions options;
  options.athlete = job.athlete;
  options.only_athlete = job.only_athlete;
  options.keep_poses = job.outputs.NeedPoses();
  options.progress = hooks.frames;
  options.cancel = hooks.cancel;
  auto run = job.from_landmarks ? AnalyzeFile(job, options) : AnalyzeVideo(job, estimator, options);
  if (!run) return tl::unexpected(run.error());
  auto& provenance = run->result.provenance;
  provenance.plyo_version = version;
  provenance.options = OptionsOf(job);
  provenance.created_at = CreatedAt();

  JobOutcome outcome;
  if (auto written = WriteOutputs(job, *run, hooks); !written) {
    if (written.error().code == ErrorCode::kInterrupted) return tl::unexpected(written.error());
    outcome.output_error = written.error();
  }
  outcome.result = std::move(run->result);
  return outcome;
}

}  // namespace plyo::cli
