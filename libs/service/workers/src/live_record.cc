#include "live_record.h"

#include <algorithm>
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
    stored_track_ = read->track;
    last_number_ = std::max(last_number_, read->rep.index);
    stored_cues_.Add(read->rep);
    stored_.push_back(std::move(read->rep));
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

std::vector<live::Cue> LiveRecord::CuesFor(TrackId track, const Rep& rep) {
  auto cues = cues_.try_emplace(track, sport_).first->second.Add(rep);
  // Who comes back over a new connection is followed anew: with one athlete, it is he.
  return cues_.size() == 1 ? stored_cues_.Add(rep) : cues;
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
    LiveOutput output = Message(live::WriteRep(track, rep));
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
  if (stored_.empty()) return;
  if (result.athletes.empty()) {
    AthleteResult athlete;
    athlete.track_id = stored_track_;
    result.athletes.push_back(std::move(athlete));
  }
  AthleteResult& first = result.athletes.front();
  std::vector<Rep>& reps = sport_.repeats_steps ? first.steps : first.reps;
  reps.insert(reps.begin(), stored_.begin(), stored_.end());
  first.summary = Summarize(reps, sport_);
}

}  // namespace plyo::service
