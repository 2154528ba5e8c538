#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/pose/pose_estimator.h"

namespace plyo {

struct PicturePart;

/// How people are found, followed and told apart. Times are of the media clock, so that results do
/// not depend on how fast or in which pieces the frames arrive.
struct TrackerOptions {
  int max_people = 6;                ///< more are not followed
  double min_detection_score = 0.5;  ///< to start a track
  double min_presence = 0.5;         ///< below it the person is lost
  double min_relative_size = 0.3;    ///< of the largest tracked person: smaller ones start no track
  double search_interval_s = 0.5;    ///< between looks for new people while somebody is tracked
  double urgent_interval_s = 0.033;  ///< while nobody is tracked, or somebody was just lost
  double reacquire_s = 1.0;          ///< a lost person who comes back within it keeps his id
  double established_s = 0.3;  ///< who was tracked for less is not urgently looked for when lost
};

/// Follows everyone in a recording: a person is detected once, then found again where the landmarks
/// of the last frame say that he is. Nothing is smoothed. Feed frames in time order. A copy goes on
/// from the same state. Not thread safe.
class Tracker {
 public:
  /// `estimator` must outlive the tracker.
  explicit Tracker(PoseEstimator& estimator, TrackerOptions options = {});

  /// Everyone seen in this frame, by track id. Ids count from 1 in the order of appearance and are
  /// never used for another person. Errors are those of the estimator.
  Result<std::vector<PoseFrame>> Track(const Frame& frame);
  /// The same in two steps: those who were in the frame before, then new people as well.
  Result<std::vector<PoseFrame>> Follow(const Frame& frame);
  /// `parts`: also those who are small in the picture are looked for, in parts of it.
  Result<std::vector<PoseFrame>> Search(const Frame& frame, bool parts = true);

  /// Whether Search() would detect everyone anew in the frame of this time, which was followed.
  bool RenewalIsDue(Timestamp t) const;
  /// Search() does so no more in this frame, nor in those after it until the next is due. In a copy
  /// made before, it still does.
  void PutOffRenewal(Timestamp t) { last_search_ = t; }
  /// Whether the last frame was one in which everyone was detected anew: what is found in the
  /// frames after it does not depend on which were tracked before it.
  bool Renewed() const { return renewed_; }
  /// How many times the detector ran.
  std::int64_t DetectorRuns() const { return detector_runs_; }

 private:
  struct Person {
    TrackId id = 0;
    RegionOfInterest region;  ///< for the next frame, or where the person was lost
    RegionOfInterest usual;   ///< centre and size of late, a slow average: tells who is who
    LandmarkEstimate estimate;
    Timestamp first_seen;
    Timestamp last_seen;
  };

  Result<void> FollowAll(const Frame& frame);
  std::vector<PoseFrame> Poses(const Frame& frame) const;
  void DropDoubles();
  bool IsMissed(const Person& person) const;
  bool SomebodyMissed() const;
  std::int64_t ViewAt(Timestamp t) const;
  bool IsOfParts(Timestamp t) const;
  Result<void> SearchIfDue(const Frame& frame, bool with_parts);
  Result<int> SearchPicture(const Frame& frame);
  Result<int> SearchPart(const Frame& frame, const PicturePart& part);
  Result<int> SearchMissed(const Frame& frame);
  Result<void> Renew(const Frame& frame, std::span<const PersonDetection> detections);
  Result<int> Welcome(const Frame& frame, std::span<const PersonDetection> detections);
  bool MayStart(const Frame& frame, const PersonDetection& detection) const;
  bool IsNewPerson(const Frame& frame, const Person& person) const;
  void Admit(Person person);
  void Lose(std::size_t index);

  PoseEstimator* estimator_;
  TrackerOptions options_;
  std::vector<Person> people_;  ///< tracked, by id
  std::vector<Person> lost_;    ///< a short while, oldest loss first
  TrackId next_id_ = 1;
  std::int64_t detector_runs_ = 0;
  bool searched_ = false;
  bool renewed_ = false;
  Timestamp last_search_;
  Timestamp last_sweep_;  ///< of all parts, with nobody tracked
};

}  // namespace plyo
