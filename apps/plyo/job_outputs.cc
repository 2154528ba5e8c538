#include "job_outputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "job_input.h"
#include "plyo/formats/c3d.h"
#include "plyo/formats/landmark_csv.h"
#include "plyo/formats/metrics_csv.h"
#include "plyo/formats/motion_csv.h"
#include "plyo/formats/opensim.h"
#include "plyo/formats/output_file.h"
#include "plyo/kinematics/motion.h"
#include "plyo/report/html_report.h"
#include "plyo/report/key_frame.h"
#include "plyo/report/overlay.h"
#include "plyo/video_ffmpeg/bgra_converter.h"
#include "plyo/video_ffmpeg/writer.h"
#include "plyo/wire/result_json.h"
#include "result_file.h"
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

/// A file that is written piece by piece.
template <typename WriteTo>
Result<void> StagePieces(const std::filesystem::path& path, Staged& staged,
                         const WriteTo& write_to) {
  auto file = OutputFile::Create(path);
  if (!file) return tl::unexpected(file.error());
  auto written = write_to([&file](std::string_view piece) { return file->Write(piece); });
  if (written) staged.Add(std::move(*file));
  return written;
}

/// Of the athlete with that track, by the scale of his repetitions.
Motion MotionOf(const AnalyzeJob& job, const AnalysisRun& run, TrackId track) {
  const auto athlete = std::ranges::find(run.result.athletes, track, &AthleteResult::track_id);
  return DescribeMotion(
      run.poses.at(track), job.athlete.sex,
      athlete == run.result.athletes.end() ? std::nullopt : MetresPerPixel(*athlete));
}

/// Whom a file shows that holds one person: the first athlete of the result, or where nobody
/// performs who was seen in most frames.
std::optional<TrackId> OnePerson(const AnalyzeJob& job, const AnalysisRun& run) {
  if (!run.result.athletes.empty()) return run.result.athletes.front().track_id;
  std::optional<TrackId> longest;
  for (const auto& [track, poses] : run.poses) {
    if (job.only_athlete && track != *job.only_athlete) continue;
    if (!longest || poses.size() > run.poses.at(*longest).size()) longest = track;
  }
  return longest;
}

/// Why there are no metres.
const char* WhyNoScale(const AnalyzeJob& job, const AnalysisRun& run) {
  if (run.result.athletes.empty()) return "nobody performs the movement";
  return job.athlete.height_m ? "the athlete was not seen standing upright, as --height needs"
                              : "give --height";
}

/// TRC, MOT and C3D: one person each.
void StageOnePerson(const AnalyzeJob& job, const AnalysisRun& run, Staged& staged,
                    const std::function<void(Result<void>)>& keep) {
  const auto track = OnePerson(job, run);
  const Motion motion = track ? MotionOf(job, run, *track) : Motion{};
  const auto stage = [&](const std::optional<std::filesystem::path>& path, bool in_metres,
                         const std::function<Result<void>()>& write) {
    if (!path) return;
    std::string missing;
    if (motion.frames.size() < 2) {
      missing = "nobody was seen";
    } else if (in_metres && !motion.has_lengths) {
      missing = fmt::format("trajectories are in metres, and no repetition has a scale: {}",
                            WhyNoScale(job, run));
    }
    keep(missing.empty() ? write()
                         : Result<void>(Fail(ErrorCode::kOutputNotWritable,
                                             fmt::format("{}: {}", path->string(), missing))));
  };
  const auto& paths = job.outputs;
  stage(paths.trc, true, [&] {
    return StagePieces(*paths.trc, staged, [&](const WritePiece& write) {
      return WriteTrc(motion, paths.trc->filename().string(), write);
    });
  });
  stage(paths.mot, false, [&] {
    return StagePieces(*paths.mot, staged, [&](const WritePiece& write) {
      return WriteMot(motion, run.result.source.name, write);
    });
  });
  stage(paths.c3d, true, [&]() -> Result<void> {
    const auto bytes = C3dDocument(motion);
    if (!bytes) return tl::unexpected(bytes.error());
    return staged.Add(*paths.c3d, *bytes);
  });
}

Result<void> StageMotion(const AnalyzeJob& job, const AnalysisRun& run, Staged& staged) {
  std::map<TrackId, Motion> motions;
  for (const auto& athlete : run.result.athletes)
    motions[athlete.track_id] = MotionOf(job, run, athlete.track_id);
  return StagePieces(*job.outputs.motion, staged,
                     [&](const WritePiece& write) { return WriteMotionCsv(motions, write); });
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
                          {.sex = job.athlete.sex, .blur_faces = job.blur_faces});
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
      .cancel = hooks.cancel,
      .blur_faces = job.blur_faces};
  if (auto drawn = WriteOverlay(**source, to_bgra, **writer, input); !drawn)
    return tl::unexpected(drawn.error());
  return writer;
}

/// Before pictures with faces replace those without: the older document, which says that faces are
/// covered, may not stand beside them, should this run end before its own is there.
void WithdrawOlderDocument(const AnalyzeJob& job) {
  std::error_code error;
  if (job.blur_faces || !job.HasPictures() || !job.outputs.json ||
      !std::filesystem::is_regular_file(*job.outputs.json, error))
    return;
  const auto older = ReadResultFile(*job.outputs.json);
  if (!older) return;
  const auto says_blurred = [](const auto& option) { return option.first == kBlurOption; };
  if (std::ranges::any_of(older->provenance.options, says_blurred))
    std::filesystem::remove(*job.outputs.json, error);
}

/// The document of files of which one may be missing.
std::string DocumentOf(const AnalysisRun& run, bool all_written) {
  if (all_written) return ResultDocument(run.result);
  AnalysisResult result = run.result;
  std::erase_if(result.provenance.options,
                [](const auto& option) { return option.first == kBlurOption; });
  return ResultDocument(result);
}

}  // namespace

Result<void> WriteOutputs(const AnalyzeJob& job, const AnalysisRun& run, const JobHooks& hooks) {
  Staged staged;
  Result<void> first_failure;
  const auto keep = [&first_failure](Result<void> done) {
    if (!done && first_failure) first_failure = std::move(done);
  };
  const auto& paths = job.outputs;
  if (paths.csv) keep(staged.Add(*paths.csv, MetricsCsv(run.result)));
  if (paths.landmarks) {
    keep(StagePieces(*paths.landmarks, staged, [&](const WritePiece& write) {
      return WriteLandmarkCsv(run.poses, run.result.provenance.model_name, write);
    }));
  }
  if (paths.trc || paths.mot || paths.c3d) StageOnePerson(job, run, staged, keep);
  if (paths.motion) keep(StageMotion(job, run, staged));
  if (paths.report) keep(StageReport(job, run, hooks, staged));
  if (paths.overlay) {
    auto writer = DrawOverlay(job, run, hooks);
    if (!writer) {
      keep(tl::unexpected(writer.error()));
    } else if (!hooks.cancel->load()) {
      WithdrawOlderDocument(job);
      keep((*writer)->Close());
    }
  }
  // Last, since a batch that is begun again takes the document for the sign that all is there.
  if (paths.json) keep(staged.Add(*paths.json, DocumentOf(run, first_failure.has_value()) + "\n"));
  if (hooks.cancel->load())
    return Fail(ErrorCode::kInterrupted, job.input.string() + ": interrupted");
  WithdrawOlderDocument(job);
  keep(staged.Commit());
  return first_failure;
}

}  // namespace plyo::cli
