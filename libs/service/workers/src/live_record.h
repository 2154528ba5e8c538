#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cues.h"
#include "plyo/kinematics/sport.h"
#include "plyo/service/live_backend.h"

namespace plyo::service {

/// The repetitions of one session over all of its connections: numbers them, says what is to be
/// sent for them, and completes the result with those from before. Not thread safe.
class LiveRecord {
 public:
  /// `tracks_last`: the client says who is who, also over several connections. Borrows the sport.
  /// `pose`: where it is found now, `server` or `browser`.
  LiveRecord(const Sport& sport, bool tracks_last, std::string pose = {})
      : sport_(sport), tracks_last_(tracks_last), pose_(std::move(pose)) {}

  /// Takes what was stored before. Errors: kInvalidDocument.
  Result<void> Restore(std::span<const std::string> stored);

  /// Messages for what an athlete's analysis brought: events, figures, repetitions, cues.
  std::vector<LiveOutput> Take(TrackId track, Step step);

  /// What the tallest of them in the picture was doing when last heard of; empty: not known.
  std::string_view PhaseOf(std::span<const PoseFrame> people) const;

  /// Gives the repetitions the session's numbers and puts those from before in front, each with
  /// whom it was measured on. Who is not known to be one of now is an athlete of his own, of
  /// another track where one of now has his. Names where the pose was found: `server`, `browser`,
  /// or `both` where the session went from one to the other.
  void Complete(AnalysisResult& result) const;

 private:
  int NumberOf(TrackId track, int index);
  std::optional<TrackId> StoredAs(TrackId track, std::size_t athletes) const;
  std::vector<live::Cue> CuesFor(TrackId track, const Rep& rep);
  void PutInFront(std::vector<Rep> stored, AthleteResult& athlete) const;

  const Sport& sport_;
  bool tracks_last_;
  std::string pose_;
  std::set<std::string> stored_poses_;  ///< where those of the stored repetitions were found
  std::map<TrackId, std::vector<Rep>> stored_;
  int last_number_ = 0;
  std::map<std::pair<TrackId, int>, int> numbers_;  ///< by what the analyzers count
  std::map<TrackId, AthleteCues> stored_cues_;      ///< of before, and of whoever is one of them
  std::map<TrackId, AthleteCues> cues_;             ///< of this connection alone
  std::map<TrackId, std::string> phases_;
};

}  // namespace plyo::service
