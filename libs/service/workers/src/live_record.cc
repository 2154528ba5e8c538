#include "live_record.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "plyo/kinematics/metric_table.h"
#include "plyo/wire/live_json.h"

namespace plyo::service {
namespace {

LiveOutput Message(std::string json) {
  LiveOutput output;
  output.json = std::move(json);
  return output;
}

}  // namespace

Result<void> LiveRecord::Restore(std::span<const std::string> stored) {
  for (const std::string& text : stored) {
    auto read = live::ReadRepMessage(text);
    if (!read) return tl::unexpected(read.error());
    last_number_ = std::max(last_number_, read->rep.index);
    if (!read->pose.empty()) stored_poses_.insert(read->pose);
    stored_cues_.try_emplace(read->track, sport_).first->second.Add(read->rep);
    stored_[read->track].push_back(std::move(read->rep));
  }
  return {};
}

/// A provisional repetition has its number from then on, whatever becomes of the others.
int LiveRecord::NumberOf(TrackId track, int index) {
  const auto [at, added] = numbers_.try_emplace({track, index}, last_number_ + 1);
  if (added) ++last_number_;
  return at->second;
}

std::string_view LiveRecord::PhaseOf(std::span<const PoseFrame> people) const {
  const auto tall = [](const PoseFrame& pose) {
    const auto [top, bottom] = std::ranges::minmax(pose.image, {}, &ImageLandmark::y);
    return bottom.y - top.y;
  };
  const auto leading = std::ranges::max_element(people, {}, tall);
  const auto at = leading == people.end() ? phases_.end() : phases_.find(leading->track);
  return at == phases_.end() ? std::string_view() : at->second;
}

/// Who of those before is this one, of so many now. Where we tell people apart, that begins anew
/// with each connection: only of one it is known that he is the one from before.
std::optional<TrackId> LiveRecord::StoredAs(TrackId track, std::size_t athletes) const {
  if (tracks_last_) return stored_.contains(track) ? std::optional(track) : std::nullopt;
  if (stored_.size() != 1 || athletes != 1) return std::nullopt;
  return stored_.begin()->first;
}

std::vector<live::Cue> LiveRecord::CuesFor(TrackId track, const Rep& rep) {
  auto cues = cues_.try_emplace(track, sport_).first->second.Add(rep);
  const auto stored = StoredAs(track, cues_.size());
  return stored ? stored_cues_.at(*stored).Add(rep) : cues;
}

std::vector<LiveOutput> LiveRecord::Take(TrackId track, Step step) {
  if (step.phase) phases_[track] = std::move(*step.phase);
  std::vector<LiveOutput> outputs;
  outputs.reserve(step.events.size() + step.figures.size());
  for (const Event& event : step.events) outputs.push_back(Message(live::WriteEvent(track, event)));
  for (const Metric& figure : step.figures) {
    if (!figure.value) continue;
    outputs.push_back(
        Message(live::WriteMetric({track, figure.id, *figure.value, figure.unit, figure.u})));
  }
  for (Rep& rep : step.reps) {
    rep.index = NumberOf(track, rep.index);
    LiveOutput output = Message(live::WriteRep(track, rep, pose_));
    if (rep.status == RepStatus::kProvisional) {
      outputs.push_back(std::move(output));
      continue;
    }
    output.kind = LiveOutputKind::kConfirmedRep;
    output.rep_index = rep.index;
    outputs.push_back(std::move(output));
    for (const live::Cue& cue : CuesFor(track, rep)) {
      outputs.push_back(Message(live::WriteCue(cue)));
    }
  }
  return outputs;
}

void LiveRecord::Complete(AnalysisResult& result) const {
  for (AthleteResult& athlete : result.athletes) {
    for (std::vector<Rep>* reps : {&athlete.reps, &athlete.steps}) {
      for (Rep& rep : *reps) {
        const auto at = numbers_.find({athlete.track_id, rep.index});
        if (at != numbers_.end()) rep.index = at->second;
      }
    }
  }
  // Of a connection that brought no repetition it does not matter where it looked.
  std::set<std::string> poses = stored_poses_;
  if (!pose_.empty() && (stored_.empty() || !numbers_.empty())) poses.insert(pose_);
  if (!poses.empty()) {
    result.provenance.options.emplace_back("pose", poses.size() > 1 ? "both" : *poses.begin());
  }
  if (stored_.empty()) return;
  auto& athletes = result.athletes;
  const auto now = athletes.size();
  auto rest = stored_;
  TrackId last_track = rest.rbegin()->first;
  for (AthleteResult& athlete : athletes) {
    last_track = std::max(last_track, athlete.track_id);
    if (const auto stored = StoredAs(athlete.track_id, now)) {
      PutInFront(rest.extract(*stored).mapped(), athlete);
    }
  }
  for (auto& [track, reps] : rest) {
    AthleteResult athlete;
    const bool taken =
        std::ranges::find(athletes, track, &AthleteResult::track_id) != athletes.end();
    athlete.track_id = taken ? ++last_track : track;
    PutInFront(std::move(reps), athlete);
    athletes.push_back(std::move(athlete));
  }
  std::ranges::stable_sort(athletes, std::greater(), [](const AthleteResult& athlete) {
    return athlete.Repetitions().size();
  });
}

void LiveRecord::PutInFront(std::vector<Rep> stored, AthleteResult& athlete) const {
  std::vector<Rep>& reps = sport_.repeats_steps ? athlete.steps : athlete.reps;
  reps.insert(reps.begin(), std::move_iterator(stored.begin()), std::move_iterator(stored.end()));
  athlete.summary = Summarize(reps, sport_);
}

}  // namespace plyo::service
