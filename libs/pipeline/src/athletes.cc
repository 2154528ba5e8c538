#include "athletes.h"

#include <algorithm>
#include <utility>

#include "plyo/kinematics/flags.h"
#include "stopwatch.h"

namespace plyo::pipeline {
namespace {

// The tracker gives a lost person his id back within a second; after this he is gone for good.
constexpr std::int64_t kGone_us = 2'000'000;
// Who was seen for less is no bystander but a flicker.
constexpr std::int64_t kFewestFrames = 5;
// Share of the frames with exchanged legs from which a user should know of it.
constexpr double kManySwaps = 0.02;

void AddUnlessEmpty(TrackId track, Step step, std::vector<AthleteStep>& steps) {
  if (step.Empty()) return;
  steps.push_back({track, std::move(step)});
}

}  // namespace

Athletes::Athletes(const Sport& sport, AthleteOptions athlete, double capture_fps)
    : sport_(sport), athlete_(std::move(athlete)), capture_fps_(capture_fps) {}

AthletePath& Athletes::PathOf(TrackId track) {
  auto& path = paths_[track];
  if (!path) path = std::make_unique<AthletePath>(track, sport_, athlete_);
  return *path;
}

std::vector<AthleteStep> Athletes::Observe(const Frame& frame, std::span<const PoseFrame> poses) {
  {
    Stopwatch stopwatch(evidence_s_);
    for (const PoseFrame& pose : poses) {
      auto& strip = strips_[pose.track];
      if (!strip) strip = std::make_unique<GroundStrips>(GroundStripsOptions{.fps = capture_fps_});
    }
    for (auto& [track, strip] : strips_) {
      const auto pose = std::ranges::find(poses, track, &PoseFrame::track);
      strip->Observe(frame, pose == poses.end() ? nullptr : &*pose);
    }
  }
  Stopwatch stopwatch(analysis_s_);
  std::vector<AthleteStep> steps;
  for (const PoseFrame& pose : poses) {
    AddUnlessEmpty(pose.track, PathOf(pose.track).Push(pose, *strips_[pose.track]), steps);
  }
  FinishGone(frame.t, steps);
  return steps;
}

std::vector<AthleteStep> Athletes::Observe(Timestamp t, std::span<const PoseFrame> poses) {
  Stopwatch stopwatch(analysis_s_);
  std::vector<AthleteStep> steps;
  // First: who is seen again after so long had left, whether or not a picture came in between.
  FinishGone(t, steps);
  for (const PoseFrame& pose : poses) {
    strips_.try_emplace(pose.track);
    AddUnlessEmpty(pose.track, PathOf(pose.track).Push(pose, NoContactEvidence()), steps);
  }
  return steps;
}

void Athletes::FinishGone(Timestamp t, std::vector<AthleteStep>& steps) {
  std::erase_if(strips_, [&](const auto& entry) {
    if (t.us - PathOf(entry.first).last_seen().us < kGone_us) return false;
    Finish(entry, steps);
    return true;
  });
}

void Athletes::Finish(const Present& present, std::vector<AthleteStep>& steps) {
  const auto& [track, strips] = present;
  const NoContactEvidence none;
  AddUnlessEmpty(track,
                 PathOf(track).Finish(strips ? static_cast<const ContactEvidence&>(*strips) : none),
                 steps);
}

std::vector<AthleteStep> Athletes::Finish() {
  Stopwatch stopwatch(analysis_s_);
  std::vector<AthleteStep> steps;
  for (const Present& present : strips_) Finish(present, steps);
  return steps;
}

void Athletes::Fill(std::int64_t frames, std::optional<TrackId> only, AnalysisResult& result) && {
  std::vector<AthletePath*> performing;
  std::int64_t seen_most = 0;
  for (const auto& [track, path] : paths_) {
    if (only && track != *only) continue;
    seen_most = std::max(seen_most, path->frames_seen());
    if (path->Performs()) {
      performing.push_back(path.get());
    } else if (path->frames_seen() >= kFewestFrames) {
      ++result.quality.bystanders;
    }
  }
  std::vector<std::pair<AthleteResult, double>> ordered;
  std::map<TrackId, std::int64_t> seen;
  for (AthletePath* path : performing) {
    seen[path->track()] = path->frames_seen();
    result.quality.side_swaps += path->side_swaps();
    const double size = path->size_px();
    ordered.emplace_back(std::move(*path).Take(), size);
  }
  std::ranges::stable_sort(ordered, [](const auto& a, const auto& b) {
    const auto count = [](const auto& one) { return one.first.Repetitions().size(); };
    return std::pair(count(a), a.second) > std::pair(count(b), b.second);
  });
  for (auto& [athlete, size] : ordered) result.athletes.push_back(std::move(athlete));
  if (!result.athletes.empty()) seen_most = seen[result.athletes.front().track_id];
  if (frames > 0) {
    result.quality.detected_fraction = static_cast<double>(seen_most) / static_cast<double>(frames);
  }
  if (static_cast<double>(result.quality.side_swaps) > kManySwaps * static_cast<double>(frames)) {
    result.quality.flags.emplace_back(flag::kSideSwaps);
  }
  if (paths_.empty()) result.quality.flags.emplace_back(flag::kNoPerson);
}

}  // namespace plyo::pipeline
