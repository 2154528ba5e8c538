#include "job_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "plyo/formats/landmark_csv.h"
#include "plyo/formats/trc.h"
#include "plyo/kinematics/body_points.h"
#include "plyo/service/replay.h"
#include "plyo/video_ffmpeg/open.h"
#include "pose_model.h"

namespace plyo::cli {
namespace {

Result<service::Replay> OpenReplay(const AnalyzeJob& job) {
  return service::Replay::Open(job.input, std::span(job.sport, 1));
}

bool IsTrc(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return ending == ".trc";
}

Result<Landmarks> ReadMarkers(const std::filesystem::path& path) {
  const auto frames = ReadTrcFile(path);
  if (!frames) return tl::unexpected(frames.error());
  auto view = FilmFromTheSide(*frames);
  if (view.poses.empty()) {
    return Fail(ErrorCode::kInvalidLandmarks,
                fmt::format("{}: no frame has every marker that is needed: shoulders, elbows, "
                            "wrists, hips, knees, ankles and toes",
                            path.filename().string()));
  }
  return Landmarks{.pose_model = {}, .poses = std::move(view.poses), .m_per_px = view.m_per_px};
}

/// What the session measured, where no flag says otherwise.
AthleteOptions Merged(AthleteOptions asked, const AthleteOptions& recorded) {
  if (!asked.height_m) asked.height_m = recorded.height_m;
  if (!asked.mass_kg) asked.mass_kg = recorded.mass_kg;
  if (asked.sex == Sex::kUnknown) asked.sex = recorded.sex;
  auto parameters = recorded.parameters;
  for (const auto& [id, value] : asked.parameters) parameters[id] = value;
  asked.parameters = std::move(parameters);
  return asked;
}

}  // namespace

Result<AnalyzeJob> CompleteJob(AnalyzeJob job) {
  if (!service::Replay::IsRecording(job.input)) {
    if (!job.model) job.model = PoseModel::kFull;
    return job;
  }
  const auto replay = OpenReplay(job);
  if (!replay) return tl::unexpected(replay.error());
  if (job.capture_fps) {
    return Fail(ErrorCode::kInvalidArgument,
                job.input.string() + ": a recording has its own times; leave --capture-fps out");
  }
  job.athlete = Merged(std::move(job.athlete), replay->athlete());
  if (!job.model) job.model = PoseModelOf(replay->model());
  if (!replay->HasPictures()) {
    job.from_landmarks = true;
    job.outputs.overlay.reset();
  }
  return job;
}

Result<std::unique_ptr<FrameSource>> OpenPictures(const AnalyzeJob& job) {
  if (!service::Replay::IsRecording(job.input)) {
    return OpenVideoFile(job.input, {.capture_fps = job.capture_fps});
  }
  const auto replay = OpenReplay(job);
  if (!replay) return tl::unexpected(replay.error());
  return replay->Pictures();
}

Result<Landmarks> ReadLandmarks(const AnalyzeJob& job) {
  if (IsTrc(job.input)) return ReadMarkers(job.input);
  if (!service::Replay::IsRecording(job.input)) {
    auto table = ReadLandmarkCsvFile(job.input);
    if (!table) return tl::unexpected(table.error());
    return Landmarks{.pose_model = std::move(table->pose_model),
                     .poses = std::move(table->poses),
                     .m_per_px = {}};
  }
  const auto replay = OpenReplay(job);
  if (!replay) return tl::unexpected(replay.error());
  auto poses = replay->Landmarks();
  if (!poses) return tl::unexpected(poses.error());
  return Landmarks{
      .pose_model = replay->athlete().pose_model, .poses = std::move(*poses), .m_per_px = {}};
}

}  // namespace plyo::cli
