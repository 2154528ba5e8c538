#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "plyo/kinematics/sport.h"

namespace plyo::pipeline {

/// One track on its way through the sport's analyzer: the path that live and offline, video and
/// landmarks have in common.
class AthletePath {
 public:
  /// Sport and athlete must outlive it.
  AthletePath(TrackId track, const Sport& sport, const AthleteOptions& athlete);

  /// What is new, provisional repetitions included; the confirmed ones are kept as well. Who comes
  /// back after Finish() is analysed afresh, and his repetitions are counted on.
  Step Push(const PoseFrame& pose, const ContactEvidence& evidence);
  /// He has left: what is open is closed. Nothing, where it is.
  Step Finish(const ContactEvidence& evidence);

  TrackId track() const { return track_; }
  Timestamp last_seen() const { return last_seen_; }
  std::int64_t frames_seen() const { return frames_seen_; }
  /// Frames seen from the side in which the model exchanged the legs.
  std::int64_t side_swaps() const { return side_swaps_; }
  /// Mean height in the picture, px.
  double size_px() const;
  bool Performs() const { return !reps_.empty(); }
  AthleteResult Take() &&;

 private:
  void Keep(Step& step);
  void CountSideSwaps();

  TrackId track_;
  const Sport& sport_;
  const AthleteOptions& athlete_;
  std::unique_ptr<SportAnalyzer> analyzer_;  ///< while he is there
  std::vector<Rep> reps_;                    ///< confirmed
  int earlier_ = 0;                          ///< of them, from before he came back
  Timestamp last_seen_;
  std::int64_t frames_seen_ = 0;
  std::vector<PoseFrame> unchecked_;  ///< not yet looked through for exchanged legs
  std::int64_t side_swaps_ = 0;
  double size_sum_ = 0;
};

}  // namespace plyo::pipeline
