#include "athlete_path.h"

#include <algorithm>
#include <utility>

#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/side_swaps.h"

namespace plyo::pipeline {
namespace {

// Long enough for the right names of the legs to be in the majority, short enough for the memory.
constexpr std::int64_t kSwapWindow_us = 5'000'000;

}  // namespace

AthletePath::AthletePath(TrackId track, const Sport& sport, const AthleteOptions& athlete)
    : track_(track), sport_(sport), athlete_(athlete) {}

Step AthletePath::Push(const PoseFrame& pose, const ContactEvidence& evidence) {
  if (!analyzer_) {
    analyzer_ = sport_.make_analyzer(athlete_);
    earlier_ = static_cast<int>(reps_.size());
  }
  last_seen_ = pose.t;
  ++frames_seen_;
  const auto [top, bottom] = std::ranges::minmax(pose.image, {}, &ImageLandmark::y);
  size_sum_ += static_cast<double>(bottom.y - top.y);
  if (!unchecked_.empty() && pose.t.us - unchecked_.front().t.us >= kSwapWindow_us)
    CountSideSwaps();
  unchecked_.push_back(pose);
  Step step = analyzer_->Push(pose, evidence);
  Keep(step);
  return step;
}

Step AthletePath::Finish(const ContactEvidence& evidence) {
  if (!analyzer_) return {};
  CountSideSwaps();
  Step step = analyzer_->Finish(evidence);
  Keep(step);
  step.phase = "";
  analyzer_.reset();  // with its frames
  unchecked_.shrink_to_fit();
  return step;
}

double AthletePath::size_px() const {
  return frames_seen_ > 0 ? size_sum_ / static_cast<double>(frames_seen_) : 0;
}

AthleteResult AthletePath::Take() && {
  AthleteResult result;
  result.track_id = track_;
  result.height_m = athlete_.height_m;
  result.mass_kg = athlete_.mass_kg;
  result.summary = Summarize(reps_, sport_);
  (sport_.repeats_steps ? result.steps : result.reps) = std::move(reps_);
  return result;
}

void AthletePath::CountSideSwaps() {
  if (EstimateView(unchecked_).IsSide()) {
    side_swaps_ += std::ranges::count(FindSideSwaps(unchecked_), true);
  }
  unchecked_.clear();
}

void AthletePath::Keep(Step& step) {
  for (Rep& rep : step.reps) {
    rep.index += earlier_;
    if (rep.status == RepStatus::kConfirmed) reps_.push_back(rep);
  }
}

}  // namespace plyo::pipeline
