#include "plyo/pose/tracker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "body_match.h"
#include "picture_part.h"
#include "plyo/pose/region.h"

namespace plyo {
namespace {

constexpr double kSameHips = 0.12;       ///< of the region's side: a detection of a tracked person
constexpr double kSamePlace = 0.6;       ///< overlap of two bodies' boxes: one person
constexpr double kWholeEnough = 0.75;    ///< share of the body in the picture beside others
constexpr double kReacquireReach = 0.5;  ///< of the region's side
constexpr double kUsualTime_s = 0.3;     ///< time constant of Person::usual
constexpr double kStrangeness = 0.15;    ///< how much more one track must have jumped to be the one

double SecondsBetween(Timestamp from, Timestamp to) {
  return static_cast<double>(to.us - from.us) * 1e-6;
}

/// How far a track has left its usual place and size, in sides of the region.
double Strangeness(const RegionOfInterest& now, const RegionOfInterest& usual) {
  return CenterDistance(now, usual) / usual.size + std::abs(std::log(now.size / usual.size));
}

PoseFrame MakePoseFrame(const Frame& frame, TrackId id, const LandmarkEstimate& estimate) {
  PoseFrame pose;
  pose.t = frame.t;
  pose.frame = frame.index;
  pose.track = id;
  pose.image_width = frame.width;
  pose.image_height = frame.height;
  pose.presence = estimate.presence;
  pose.image = estimate.image;
  pose.world = estimate.world;
  return pose;
}

}  // namespace

Tracker::Tracker(PoseEstimator& estimator, TrackerOptions options)
    : estimator_(&estimator), options_(options) {}

Result<std::vector<PoseFrame>> Tracker::Track(const Frame& frame) {
  if (auto followed = Follow(frame); !followed) return followed;
  return Search(frame);
}

Result<std::vector<PoseFrame>> Tracker::Follow(const Frame& frame) {
  renewed_ = false;
  if (auto found = FollowAll(frame); !found) return tl::unexpected(found.error());
  DropDoubles();
  std::erase_if(lost_, [&](const Person& person) {
    return SecondsBetween(person.last_seen, frame.t) > options_.reacquire_s;
  });
  return Poses(frame);
}

Result<std::vector<PoseFrame>> Tracker::Search(const Frame& frame, bool parts) {
  if (auto searched = SearchIfDue(frame, parts); !searched) return tl::unexpected(searched.error());
  return Poses(frame);
}

std::vector<PoseFrame> Tracker::Poses(const Frame& frame) const {
  std::vector<PoseFrame> poses;
  poses.reserve(people_.size());
  for (const Person& person : people_) {
    poses.push_back(MakePoseFrame(frame, person.id, person.estimate));
  }
  return poses;
}

Result<void> Tracker::FollowAll(const Frame& frame) {
  for (std::size_t i = 0; i < people_.size();) {
    Person& person = people_[i];
    auto estimate = estimator_->Estimate(frame, person.region);
    if (!estimate) return tl::unexpected(estimate.error());
    if (estimate->presence < options_.min_presence) {
      Lose(i);
      continue;
    }
    person.estimate = *estimate;
    person.region = NextRegion(*estimate);
    const double keep = std::exp(-SecondsBetween(person.last_seen, frame.t) / kUsualTime_s);
    person.usual.cx = person.region.cx + keep * (person.usual.cx - person.region.cx);
    person.usual.cy = person.region.cy + keep * (person.usual.cy - person.region.cy);
    person.usual.size = person.region.size + keep * (person.usual.size - person.region.size);
    person.last_seen = frame.t;
    ++i;
  }
  return {};
}

void Tracker::Lose(std::size_t index) {
  lost_.push_back(people_[index]);
  people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(index));
}

/// Where people cross, the region of the one behind slips onto the one in front. The track that has
/// left its usual place and size is lost; where neither has, the newer.
void Tracker::DropDoubles() {
  for (std::size_t newer = 1; newer < people_.size();) {
    std::size_t drop = people_.size();
    for (std::size_t older = 0; older < newer && drop == people_.size(); ++older) {
      const Person& a = people_[older];
      const Person& b = people_[newer];
      if (!IsSameBody(a.estimate, b.estimate, std::min(a.region.size, b.region.size))) continue;
      const double strange_a = Strangeness(a.region, a.usual);
      const double strange_b = Strangeness(b.region, b.usual);
      drop = strange_a > strange_b + kStrangeness ? older : newer;
    }
    if (drop == people_.size()) {
      ++newer;
      continue;
    }
    // Where it was before it slipped is where its person will be seen again.
    people_[drop].region.cx = people_[drop].usual.cx;
    people_[drop].region.cy = people_[drop].usual.cy;
    Lose(drop);
    newer = std::max<std::size_t>(1, std::min(newer, people_.size()));
  }
}

bool Tracker::IsMissed(const Person& person) const {
  return SecondsBetween(person.first_seen, person.last_seen) >= options_.established_s;
}

bool Tracker::SomebodyMissed() const {
  return std::any_of(lost_.begin(), lost_.end(),
                     [&](const Person& person) { return IsMissed(person); });
}

/// Regular searches fall on multiples of their interval, whatever was searched before.
std::int64_t Tracker::ViewAt(Timestamp t) const {
  return static_cast<std::int64_t>(std::floor((t.Seconds() + 1e-3) / options_.search_interval_s));
}

/// The whole picture every other time, its parts in turn between, if it has any.
bool Tracker::IsOfParts(Timestamp t) const { return ViewAt(t) % 2 != 0; }

bool Tracker::RenewalIsDue(Timestamp t) const {
  return searched_ && !people_.empty() && !SomebodyMissed() && !IsOfParts(t) &&
         ViewAt(t) != ViewAt(last_search_);
}

Result<void> Tracker::SearchIfDue(const Frame& frame, bool with_parts) {
  const bool nobody = people_.empty();
  const bool urgent = nobody || SomebodyMissed();
  const std::int64_t view = ViewAt(frame.t);
  // Frames of a nominal rate come a little early or late.
  const double since = SecondsBetween(last_search_, frame.t) + 1e-3;
  const bool due = urgent ? since >= options_.urgent_interval_s : view != ViewAt(last_search_);
  if (searched_ && !due) return {};
  const bool first = !searched_;
  searched_ = true;
  last_search_ = frame.t;
  const int parts = PartCount(frame.width, frame.height);

  if (nobody) {
    auto found = SearchPicture(frame);
    if (!found) return tl::unexpected(found.error());
    const bool sweep =
        first || SecondsBetween(last_sweep_, frame.t) + 1e-3 >= options_.search_interval_s;
    if (*found > 0 || !sweep) return {};
    last_sweep_ = frame.t;
    for (int i = 0; i < parts; ++i) {
      found = SearchPart(frame, PartOf(frame.width, frame.height, i));
      if (!found) return tl::unexpected(found.error());
    }
    return {};
  }
  if (urgent) {
    auto found = SearchMissed(frame);
    if (!found) return tl::unexpected(found.error());
    return {};
  }
  const bool in_part = IsOfParts(frame.t);
  if (in_part && (parts == 0 || !with_parts)) return {};
  auto found =
      in_part
          ? SearchPart(frame, PartOf(frame.width, frame.height, static_cast<int>(view / 2 % parts)))
          : SearchPicture(frame);
  if (!found) return tl::unexpected(found.error());
  return {};
}

Result<int> Tracker::SearchPicture(const Frame& frame) {
  ++detector_runs_;
  auto detections = estimator_->Detect(frame);
  if (!detections) return tl::unexpected(detections.error());
  if (auto renewed = Renew(frame, *detections); !renewed) return tl::unexpected(renewed.error());
  renewed_ = true;
  return Welcome(frame, *detections);
}

/// Who is followed and detected goes on from the detection, as if he had just been found.
Result<void> Tracker::Renew(const Frame& frame, std::span<const PersonDetection> detections) {
  for (Person& person : people_) {
    const auto nearest = std::ranges::min_element(detections, {}, [&](const PersonDetection& d) {
      return CenterDistance(person.region, d.region);
    });
    if (nearest == detections.end() || nearest->score < options_.min_detection_score ||
        CenterDistance(person.region, nearest->region) > kSameHips * person.region.size) {
      continue;
    }
    auto estimate = estimator_->Estimate(frame, nearest->region);
    if (!estimate) return tl::unexpected(estimate.error());
    if (estimate->presence < options_.min_presence ||
        !IsSameBody(person.estimate, *estimate, person.region.size)) {
      continue;
    }
    person.region = NextRegion(*estimate);
  }
  return {};
}

Result<int> Tracker::SearchPart(const Frame& frame, const PicturePart& part) {
  ++detector_runs_;
  auto detections = estimator_->Detect(Cut(frame, part));
  if (!detections) return tl::unexpected(detections.error());
  for (PersonDetection& detection : *detections) {
    detection.region.cx += part.x;
    detection.region.cy += part.y;
  }
  return Welcome(frame, *detections);
}

/// Looks where people were lost, while others are tracked.
Result<int> Tracker::SearchMissed(const Frame& frame) {
  std::vector<PicturePart> parts;
  for (const Person& person : lost_) {
    if (IsMissed(person)) parts.push_back(PartAround(person.region, frame.width, frame.height));
  }
  int started = 0;
  for (const PicturePart& part : parts) {
    auto found = SearchPart(frame, part);
    if (!found) return found;
    started += *found;
  }
  return started;
}

bool Tracker::MayStart(const Frame& frame, const PersonDetection& detection) const {
  const RegionOfInterest& region = detection.region;
  if (detection.score < options_.min_detection_score || region.size <= 0) return false;
  if (region.cx < 0 || region.cx >= frame.width || region.cy < 0 || region.cy >= frame.height) {
    return false;
  }
  return std::none_of(people_.begin(), people_.end(), [&](const Person& person) {
    const double smaller = std::min(person.region.size, region.size);
    return region.size < options_.min_relative_size * person.region.size ||
           CenterDistance(person.region, region) < kSameHips * smaller;
  });
}

bool Tracker::IsNewPerson(const Frame& frame, const Person& person) const {
  const LandmarkEstimate& estimate = person.estimate;
  if (estimate.presence < options_.min_presence) return false;
  if (!HasTrunkInPicture(estimate, frame.width, frame.height)) return false;
  // Somebody cut off by the picture's edge is of interest only where nobody else is.
  if (!people_.empty() && ShareInPicture(estimate, frame.width, frame.height) < kWholeEnough) {
    return false;
  }
  return std::none_of(people_.begin(), people_.end(), [&](const Person& other) {
    return BodyOverlap(other.estimate, estimate) > kSamePlace ||
           IsSameBody(other.estimate, estimate, std::min(other.region.size, person.region.size));
  });
}

/// Starts a track for each detection that is a person, and a new one; how many.
Result<int> Tracker::Welcome(const Frame& frame, std::span<const PersonDetection> detections) {
  int started = 0;
  for (const PersonDetection& detection : detections) {
    if (static_cast<int>(people_.size()) >= options_.max_people) break;
    if (!MayStart(frame, detection)) continue;
    auto estimate = estimator_->Estimate(frame, detection.region);
    if (!estimate) return tl::unexpected(estimate.error());
    Person person;
    person.region = NextRegion(*estimate);
    person.usual = person.region;
    person.estimate = *estimate;
    person.first_seen = frame.t;
    person.last_seen = frame.t;
    if (!IsNewPerson(frame, person)) continue;
    Admit(person);
    ++started;
  }
  return started;
}

/// Gives the person his former id if he was lost nearby a moment ago, else the next one.
void Tracker::Admit(Person person) {
  auto best = lost_.end();
  double nearest = kReacquireReach * person.region.size;
  for (auto it = lost_.begin(); it != lost_.end(); ++it) {
    const double distance = CenterDistance(it->region, person.region);
    if (distance < nearest) {
      nearest = distance;
      best = it;
    }
  }
  if (best == lost_.end()) {
    person.id = next_id_++;
  } else {
    person.id = best->id;
    person.first_seen = best->first_seen;
    lost_.erase(best);
  }
  const auto at = std::find_if(people_.begin(), people_.end(),
                               [&](const Person& other) { return other.id > person.id; });
  people_.insert(at, person);
}

}  // namespace plyo
