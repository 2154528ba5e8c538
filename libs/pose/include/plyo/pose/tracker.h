#pragma once

#include <cstdint>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/pose/pose_estimator.h"

namespace plyo {

/// How people are found, followed and told apart. Times are of the media clock, so that results do
/// not depend on how the frames arrive.
struct TrackerOptions {
  int max_people = 6;
  double min_detection_score = 0.5;  ///< to start a track
  double min_presence = 0.5;         ///< below it the person is lost
  double search_interval_s = 0.5;    ///< between looks for new people while somebody is tracked
  double urgent_interval_s = 0.033;  ///< while nobody is tracked, or somebody was lost a moment ago
  double reacquire_s = 1.0;          ///< a lost person who comes back within it keeps his id
};

/// Follows everyone in a recording. Feed frames in time order. Not thread safe.
class Tracker {
 public:
  /// `estimator` must outlive the tracker.
  explicit Tracker(PoseEstimator& estimator, TrackerOptions options = {});

  /// Everyone seen in this frame, by track id. Ids count from 1 and are never used again. Nothing
  /// is smoothed.
  Result<std::vector<PoseFrame>> Track(const Frame& frame);

  /// Frames in which the detector ran.
  std::int64_t Searches() const { return searches_; }

 private:
  struct Person {
    TrackId id = 0;
    RegionOfInterest region;  ///< for the next frame, or where the person was lost
    LandmarkEstimate estimate;
    Timestamp last_seen;
  };

  Result<void> Follow(const Frame& frame);
  void DropCollapsed();
  bool SearchIsDue(Timestamp now) const;
  Result<void> Search(const Frame& frame);
  bool IsTracked(const PersonDetection& detection) const;
  TrackId TakeId(const RegionOfInterest& region);
  void Lose(std::size_t index);

  PoseEstimator& estimator_;
  TrackerOptions options_;
  std::vector<Person> people_;  ///< tracked, by id
  std::vector<Person> lost_;    ///< a short while, oldest loss first
  TrackId next_id_ = 1;
  std::int64_t searches_ = 0;
  bool searched_ = false;
  Timestamp last_search_;
};

}  // namespace plyo
