#include "job_outputs.h"

#include <optional>
#include <utility>

#include "job_input.h"
#include "plyo/formats/landmark_csv.h"
#include "plyo/formats/metrics_csv.h"
#include "plyo/formats/output_file.h"
#include "plyo/report/html_report.h"
#include "plyo/report/key_frame.h"
#include "plyo/report/overlay.h"
#include "plyo/video_ffmpeg/bgra_converter.h"
#include "plyo/video_ffmpeg/writer.h"
#include "plyo/wire/result_json.h"
#include "watched_source.h"

namespace plyo::cli {
namespace {

/// Files that are complete and wait for the others.
class Staged {
 public:
  Result<void> Add(const std::filesystem::path& path, std::string_view bytes) {
    auto file = OutputFile::Create(path);
    if (!file) return tl::unexpected(file.error());
    if (auto written = file->Write(bytes); !written) return written;
    files_.push_back(std::move(*file));
    return {};
  }
  void Add(OutputFile file) { files_.push_back(std::move(file)); }
  Result<void> Commit() {
    Result<void> all;
    for (auto& file : files_) {
      if (auto done = file.Commit(); !done && all) all = done;
    }
    files_.clear();
    return all;
  }

 private:
  std::vector<OutputFile> files_;
};

Result<void> StageLandmarks(const AnalyzeJob& job, const AnalysisRun& run, Staged& staged) {
  auto file = OutputFile::Create(*job.outputs.landmarks);
  if (!file) return tl::unexpected(file.error());
  auto written =
      WriteLandmarkCsv(run.poses, [&file](std::string_view piece) { return file->Write(piece); });
  if (written) staged.Add(std::move(*file));
  return written;
}

Result<std::vector<KeyFrame>> KeyFrames(const AnalyzeJob& job, const AnalysisRun& run,
                                        const JobHooks& hooks) {
  if (job.from_landmarks || run.result.athletes.empty()) return std::vector<KeyFrame>{};
  const auto source = OpenPictures(job);
  if (!source) return tl::unexpected(source.error());
  WatchedSource watched(**source, *hooks.cancel,
                        [&](std::int64_t done) { hooks.frames(done, run.result.source.frames); });
  BgraConverter to_bgra;
  return ExtractKeyFrames(watched, to_bgra, run.result, *job.sport, run.poses,
                          {.sex = job.athlete.sex});
}

Result<void> StageReport(const AnalyzeJob& job, const AnalysisRun& run, const JobHooks& hooks,
                         Staged& staged) {
  hooks.stage("report");
  const auto key_frames = KeyFrames(job, run, hooks);
  if (!key_frames) return tl::unexpected(key_frames.error());
  const auto html = RenderHtmlReport({.result = run.result,
                                      .sport = *job.sport,
                                      .key_frames = *key_frames,
                                      .athlete_name = job.athlete_name,
                                      .recorded_on = job.date,
                                      .versions = {}});
  return staged.Add(*job.outputs.report, html);
}

/// The annotated video has its own file that appears when it is complete.
Result<std::unique_ptr<VideoWriter>> DrawOverlay(const AnalyzeJob& job, const AnalysisRun& run,
                                                 const JobHooks& hooks) {
  hooks.stage("annotating");
  const auto source = OpenPictures(job);
  if (!source) return tl::unexpected(source.error());
  const auto& info = (*source)->Info();
  const auto size = ChooseOverlaySize(info.width, info.height);
  auto writer = MakeMp4Writer(*job.outputs.overlay,
                              {.width = size.width, .height = size.height, .fps = info.stored_fps});
  if (!writer) return tl::unexpected(writer.error());
  BgraConverter to_bgra;
  const OverlayInput input{
      .result = run.result,
      .sport = *job.sport,
      .poses = run.poses,
      .sex = job.athlete.sex,
      .progress = [&](std::int64_t done) { hooks.frames(done, run.result.source.frames); },
      .cancel = hooks.cancel};
  if (auto drawn = WriteOverlay(**source, to_bgra, **writer, input); !drawn)
    return tl::unexpected(drawn.error());
  return writer;
}

}  // namespace

Result<void> WriteOutputs(const AnalyzeJob& job, const AnalysisRun& run, const JobHooks& hooks) {
  Staged staged;
  Result<void> first_failure;
  const auto keep = [&first_failure](Result<void> done) {
    if (!done && first_failure) first_failure = std::move(done);
  };
  const auto& paths = job.outputs;
  if (paths.json) keep(staged.Add(*paths.json, ResultDocument(run.result) + "\n"));
  if (paths.csv) keep(staged.Add(*paths.csv, MetricsCsv(run.result)));
  if (paths.landmarks) keep(StageLandmarks(job, run, staged));
  if (paths.report) keep(StageReport(job, run, hooks, staged));
  if (paths.overlay) {
    auto writer = DrawOverlay(job, run, hooks);
    if (!writer) {
      keep(tl::unexpected(writer.error()));
    } else if (!hooks.cancel->load()) {
      keep((*writer)->Close());
    }
  }
  if (hooks.cancel->load())
    return Fail(ErrorCode::kInterrupted, job.input.string() + ": interrupted");
  keep(staged.Commit());
  return first_failure;
}

}  // namespace plyo::cli
