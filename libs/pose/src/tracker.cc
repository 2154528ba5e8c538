#include "plyo/pose/tracker.h"

#include <algorithm>
#include <cmath>

#include "plyo/pose/region.h"

namespace plyo {
namespace {

/// Landmarks that tell two people apart whichever way they face.
constexpr std::array<LandmarkId, 8> kBody{LandmarkId::kLeftShoulder, LandmarkId::kRightShoulder,
                                          LandmarkId::kLeftHip,      LandmarkId::kRightHip,
                                          LandmarkId::kLeftKnee,     LandmarkId::kRightKnee,
                                          LandmarkId::kLeftAnkle,    LandmarkId::kRightAnkle};

RegionOfInterest NextRegion(const LandmarkEstimate& estimate) {
  const auto& [center, circle] = estimate.auxiliary;
  return RegionAroundBody({center.x, center.y}, {circle.x, circle.y});
}

/// Mean distance of the body's landmarks, as a share of the smaller region's side; left and right
/// may be swapped.
double BodyDistance(const LandmarkEstimate& a, const LandmarkEstimate& b, double size) {
  double straight = 0;
  double swapped = 0;
  for (std::size_t k = 0; k < kBody.size(); ++k) {
    const ImageLandmark& p = a.image[static_cast<std::size_t>(kBody[k])];
    const ImageLandmark& q = b.image[static_cast<std::size_t>(kBody[k])];
    const ImageLandmark& r = b.image[static_cast<std::size_t>(kBody[k ^ 1U])];
    straight += std::hypot(p.x - q.x, p.y - q.y);
    swapped += std::hypot(p.x - r.x, p.y - r.y);
  }
  return std::min(straight, swapped) / static_cast<double>(kBody.size()) / size;
}

constexpr double kSameBody = 0.06;       ///< of the region's side: two tracks on one person
constexpr double kSameHips = 0.12;       ///< of the region's side: a detection of a tracked person
constexpr double kReacquireReach = 0.5;  ///< of the region's side

double CenterDistance(const RegionOfInterest& a, const RegionOfInterest& b) {
  return std::hypot(a.cx - b.cx, a.cy - b.cy);
}

}  // namespace

Tracker::Tracker(PoseEstimator& estimator, TrackerOptions options)
    : estimator_(estimator), options_(options) {}

Result<std::vector<PoseFrame>> Tracker::Track(const Frame& frame) {
  if (auto followed = Follow(frame); !followed) return tl::unexpected(followed.error());
  DropCollapsed();
  std::erase_if(lost_, [&](const Person& p) {
    return static_cast<double>(frame.t.us - p.last_seen.us) > options_.reacquire_s * 1e6;
  });
  if (SearchIsDue(frame.t)) {
    if (auto searched = Search(frame); !searched) return tl::unexpected(searched.error());
    DropCollapsed();
  }
  std::vector<PoseFrame> poses;
  poses.reserve(people_.size());
  for (const Person& person : people_) {
    PoseFrame pose;
    pose.t = frame.t;
    pose.frame = frame.index;
    pose.track = person.id;
    pose.image_width = frame.width;
    pose.image_height = frame.height;
    pose.presence = person.estimate.presence;
    pose.image = person.estimate.image;
    pose.world = person.estimate.world;
    poses.push_back(pose);
  }
  return poses;
}

Result<void> Tracker::Follow(const Frame& frame) {
  for (std::size_t i = 0; i < people_.size();) {
    auto estimate = estimator_.Estimate(frame, people_[i].region);
    if (!estimate) return tl::unexpected(estimate.error());
    if (estimate->presence < options_.min_presence) {
      Lose(i);
      continue;
    }
    people_[i].estimate = *estimate;
    people_[i].region = NextRegion(*estimate);
    people_[i].last_seen = frame.t;
    ++i;
  }
  return {};
}

void Tracker::Lose(std::size_t index) {
  lost_.push_back(people_[index]);
  people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(index));
}

void Tracker::DropCollapsed() {
  for (std::size_t newer = 1; newer < people_.size();) {
    bool collapsed = false;
    for (std::size_t older = 0; older < newer && !collapsed; ++older) {
      const double size = std::min(people_[older].region.size, people_[newer].region.size);
      collapsed = BodyDistance(people_[older].estimate, people_[newer].estimate, size) < kSameBody;
    }
    if (collapsed) {
      Lose(newer);
    } else {
      ++newer;
    }
  }
}

bool Tracker::SearchIsDue(Timestamp now) const {
  if (static_cast<int>(people_.size()) >= options_.max_people) return false;
  if (!searched_) return true;
  const bool urgent = people_.empty() || !lost_.empty();
  const double interval = urgent ? options_.urgent_interval_s : options_.search_interval_s;
  return static_cast<double>(now.us - last_search_.us) >= interval * 1e6;
}

bool Tracker::IsTracked(const PersonDetection& detection) const {
  return std::any_of(people_.begin(), people_.end(), [&](const Person& person) {
    const double size = std::min(person.region.size, detection.region.size);
    return CenterDistance(person.region, detection.region) < kSameHips * size;
  });
}

TrackId Tracker::TakeId(const RegionOfInterest& region) {
  auto best = lost_.end();
  double best_distance = kReacquireReach * region.size;
  for (auto it = lost_.begin(); it != lost_.end(); ++it) {
    const double distance = CenterDistance(it->region, region);
    if (distance < best_distance) {
      best_distance = distance;
      best = it;
    }
  }
  if (best == lost_.end()) return next_id_++;
  const TrackId id = best->id;
  lost_.erase(best);
  return id;
}

Result<void> Tracker::Search(const Frame& frame) {
  ++searches_;
  searched_ = true;
  last_search_ = frame.t;
  auto detections = estimator_.Detect(frame);
  if (!detections) return tl::unexpected(detections.error());
  for (const PersonDetection& detection : *detections) {
    if (static_cast<int>(people_.size()) >= options_.max_people) break;
    if (detection.score < options_.min_detection_score || IsTracked(detection)) continue;
    auto estimate = estimator_.Estimate(frame, detection.region);
    if (!estimate) return tl::unexpected(estimate.error());
    if (estimate->presence < options_.min_presence) continue;
    Person person;
    person.region = NextRegion(*estimate);
    person.estimate = *estimate;
    person.last_seen = frame.t;
    const bool known = std::any_of(people_.begin(), people_.end(), [&](const Person& other) {
      const double size = std::min(other.region.size, person.region.size);
      return BodyDistance(other.estimate, person.estimate, size) < kSameBody;
    });
    if (known) continue;
    person.id = TakeId(person.region);
    const auto at = std::find_if(people_.begin(), people_.end(),
                                 [&](const Person& p) { return p.id > person.id; });
    people_.insert(at, person);
  }
  return {};
}

}  // namespace plyo
