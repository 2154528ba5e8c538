#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cues.h"
#include "plyo/kinematics/sport.h"
#include "plyo/service/live_backend.h"

namespace plyo::service {

/// The repetitions of one session over all of its connections: numbers them, says what is to be
/// sent for them, and completes the result with those from before. Not thread safe.
class LiveRecord {
 public:
  explicit LiveRecord(const Sport& sport) : sport_(sport), stored_cues_(sport) {}

  /// Takes what was stored before. Errors: kInvalidDocument.
  Result<void> Restore(std::span<const std::string> stored);

  /// Messages for what an athlete's analysis brought: events, figures, repetitions, cues.
  std::vector<LiveOutput> Take(TrackId track, Step step);

  /// What the tallest of them in the picture was doing when last heard of; empty: not known.
  std::string_view PhaseOf(std::span<const PoseFrame> people) const;

  /// Puts the repetitions from before in front and gives all of them the session's numbers.
  void Complete(AnalysisResult& result) const;

 private:
  int NumberOf(TrackId track, int index);
  std::vector<live::Cue> CuesFor(TrackId track, const Rep& rep);

  const Sport& sport_;
  std::vector<Rep> stored_;
  TrackId stored_track_ = 1;
  int last_number_ = 0;
  std::map<std::pair<TrackId, int>, int> numbers_;  ///< by what the analyzers count
  AthleteCues stored_cues_;              ///< of who was stored, and of the only one since
  std::map<TrackId, AthleteCues> cues_;  ///< of this connection
  std::map<TrackId, std::string> phases_;
};

}  // namespace plyo::service
