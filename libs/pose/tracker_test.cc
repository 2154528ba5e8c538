#include "plyo/pose/tracker.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "plyo/pose/region.h"
#include "synthetic_frame.h"

namespace plyo {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 360;

/// Somebody of the fake world: where the hips are, how tall, and when to be seen.
struct Actor {
  std::function<std::optional<Point2>(double t)> hips;
  double height = 150;
};

LandmarkEstimate BodyAt(Point2 hips, double height, double shift = 0) {
  LandmarkEstimate body;
  body.presence = 1;
  const auto put = [&](LandmarkId id, double x, double y) {
    body.image[static_cast<std::size_t>(id)] = {static_cast<float>(hips.x + x * height + shift),
                                                static_cast<float>(hips.y + y * height), 0, 1};
  };
  for (std::size_t i = 0; i < kLandmarkCount; ++i) put(static_cast<LandmarkId>(i), 0, -0.5);
  put(LandmarkId::kLeftShoulder, 0.1, -0.35);
  put(LandmarkId::kRightShoulder, -0.1, -0.35);
  put(LandmarkId::kLeftWrist, 0.25, -0.2);
  put(LandmarkId::kRightWrist, -0.25, -0.2);
  put(LandmarkId::kLeftHip, 0.06, 0);
  put(LandmarkId::kRightHip, -0.06, 0);
  put(LandmarkId::kLeftKnee, 0.06, 0.25);
  put(LandmarkId::kRightKnee, -0.06, 0.25);
  for (const LandmarkId id :
       {LandmarkId::kLeftAnkle, LandmarkId::kLeftHeel, LandmarkId::kLeftFootIndex})
    put(id, 0.06, 0.5);
  for (const LandmarkId id :
       {LandmarkId::kRightAnkle, LandmarkId::kRightHeel, LandmarkId::kRightFootIndex})
    put(id, -0.06, 0.5);
  body.auxiliary[0] = {static_cast<float>(hips.x), static_cast<float>(hips.y), 0, 1};
  body.auxiliary[1] = {static_cast<float>(hips.x), static_cast<float>(hips.y - 0.55 * height), 0,
                       1};
  return body;
}

/// Sees the actors as a perfect network would: the detector everyone in the picture or its part,
/// the landmark model the one nearest to the middle of the region, and nobody where the region
/// shows nobody.
class FakeEstimator final : public PoseEstimator {
 public:
  explicit FakeEstimator(std::vector<Actor> actors) : actors_(std::move(actors)) {}

  const ModelInfo& Model() const override { return info_; }

  Result<std::vector<PersonDetection>> Detect(const Frame& frame) override {
    ++detections;
    const std::ptrdiff_t offset = frame.y.data - origin;
    const double left = static_cast<double>(offset % frame.y.stride);
    const std::ptrdiff_t row = offset / frame.y.stride;
    const auto top = static_cast<double>(row);
    std::vector<PersonDetection> found;
    for (const Actor& actor : actors_) {
      const auto hips = actor.hips(frame.t.Seconds());
      if (!hips) continue;
      // A face of less than a tenth of the picture's side is too small for the detector.
      if (actor.height < smallest_seen * std::max(frame.width, frame.height)) continue;
      const Point2 at{hips->x - left, hips->y - top};
      if (at.x < 0 || at.x >= frame.width || at.y < 0 || at.y >= frame.height) continue;
      found.push_back({RegionAroundBody(at, {at.x, at.y - 0.55 * actor.height}), score});
      if (ghost_px < 1e9) {
        const Point2 ghost{at.x + ghost_px, at.y};
        found.push_back({RegionAroundBody(ghost, {ghost.x, ghost.y - 0.55 * actor.height}), score});
      }
    }
    return found;
  }

  Result<LandmarkEstimate> Estimate(const Frame& frame, const RegionOfInterest& region) override {
    ++estimates;
    if (fail_at && frame.index == *fail_at) return Fail(ErrorCode::kInferenceFailed, "broken");
    LandmarkEstimate best;
    double nearest = region.size * 0.4;
    for (const Actor& actor : actors_) {
      const auto hips = actor.hips(frame.t.Seconds());
      if (!hips) continue;
      const double distance = std::hypot(hips->x - region.cx, hips->y - region.cy);
      if (distance >= nearest) continue;
      nearest = distance;
      best = BodyAt(*hips, actor.height, distance > 0.9 * ghost_px ? ghost_px / 2 : 0);
      // As a network whose answer turns on where exactly the region lies, and never settles.
      if (pull > 0) {
        const double off = std::remainder(pull + 3 * (region.cx - hips->x), 4.0);
        best.auxiliary[0].x += static_cast<float>(off);
        best.auxiliary[1].x += static_cast<float>(off);
        for (ImageLandmark& mark : best.image) mark.x += static_cast<float>(off);
      }
    }
    return best;
  }

  const std::uint8_t* origin = nullptr;
  double score = 0.9;
  double smallest_seen = 0;
  double ghost_px = 1e9;  ///< beside everyone the detector sees a second one, from where the
                          ///< landmarks are half as far off
  double pull = 0;        ///< px: off by what depends on the region, from the very first one on
  std::optional<std::int64_t> fail_at;
  int detections = 0;
  int estimates = 0;

 private:
  std::vector<Actor> actors_;
  ModelInfo info_{"fake", ""};
};

/// What a track went through: frames and hips of each id.
struct Film {
  std::map<TrackId, std::vector<std::pair<double, Point2>>> tracks;
  std::int64_t detector_runs = 0;
};

Film Shoot(FakeEstimator& estimator, double seconds, double fps = 60, TrackerOptions options = {}) {
  Frame frame = MakeSyntheticFrame(kWidth, kHeight, [](double, double) { return 0.0; });
  estimator.origin = frame.y.data;
  Tracker tracker(estimator, options);
  Film film;
  for (int i = 0; i < static_cast<int>(std::lround(seconds * fps)); ++i) {
    frame.index = i;
    frame.t = Timestamp::FromSeconds(i / fps);
    const auto poses = tracker.Track(frame);
    EXPECT_TRUE(poses.has_value());
    if (!poses) break;
    TrackId last = 0;
    for (const PoseFrame& pose : *poses) {
      EXPECT_GT(pose.track, last) << "by id, each once";
      last = pose.track;
      EXPECT_EQ(pose.t, frame.t);
      EXPECT_EQ(pose.frame, i);
      EXPECT_EQ(pose.image_width, kWidth);
      const auto& l = pose[LandmarkId::kLeftHip];
      const auto& r = pose[LandmarkId::kRightHip];
      film.tracks[pose.track].push_back({i / fps, {(l.x + r.x) / 2, (l.y + r.y) / 2}});
    }
  }
  film.detector_runs = tracker.DetectorRuns();
  return film;
}

Actor Standing(double x, double y = 200, double height = 150) {
  return {[=](double) { return Point2{x, y}; }, height};
}

TEST(TrackerTest, OnePersonIsDetectedOnceAndFollowed) {
  FakeEstimator estimator({Standing(300)});
  const Film film = Shoot(estimator, 2);
  ASSERT_EQ(film.tracks.size(), 1U);
  EXPECT_EQ(film.tracks.at(1).size(), 120U);
  EXPECT_EQ(estimator.estimates, 121) << "and once a second from the detection on";
  EXPECT_LE(film.detector_runs, 5);
}

TEST(TrackerTest, TwoTrackersAgreeAgainAfterAPictureThatOneOfThemMissed) {
  // The network's answer depends on the region that it was given: without a fresh start, what was
  // missed is never forgotten.
  FakeEstimator estimator({Standing(300)});
  estimator.pull = 0.5;
  Frame frame = MakeSyntheticFrame(kWidth, kHeight, [](double, double) { return 0.0; });
  estimator.origin = frame.y.data;
  Tracker all(estimator);
  Tracker rare(estimator);
  int different = 0;
  for (int i = 0; i < 60; ++i) {
    frame.index = i;
    frame.t = Timestamp::FromSeconds(i / 30.0);
    const auto a = all.Track(frame);
    ASSERT_TRUE(a && a->size() == 1);
    if (i == 10) continue;
    const auto b = rare.Track(frame);
    ASSERT_TRUE(b && b->size() == 1);
    const bool equal = (*a)[0].image == (*b)[0].image;
    different += !equal;
    EXPECT_TRUE(equal || i <= 30) << i;
  }
  EXPECT_GT(different, 10);
}

TEST(TrackerTest, AFreshStartNeedsADetectionOfTheSameBody) {
  // A ghost beside the person, from where the landmarks are off.
  FakeEstimator estimator({Standing(300)});
  estimator.ghost_px = 30;
  const Film film = Shoot(estimator, 3);
  ASSERT_EQ(film.tracks.size(), 1U);
  for (const auto& [t, hips] : film.tracks.at(1)) EXPECT_EQ(hips.x, 300) << t;
}

TEST(TrackerTest, AnEmptyPictureGivesNobody) {
  FakeEstimator estimator({});
  EXPECT_TRUE(Shoot(estimator, 1).tracks.empty());
  EXPECT_GT(estimator.detections, 20) << "it is looked for somebody all the time";
}

TEST(TrackerTest, AJumpAtThirtyFramesASecondIsFollowed) {
  // 0.6 m up at 250 px a metre of a 1.8 m person: 3.4 m/s are 28 px a frame.
  const Actor jumper{[](double t) {
                       const double s = std::clamp(t - 0.5, 0.0, 0.7);
                       return Point2{300, 230 - 250 * (3.43 * s - 4.9 * s * s)};
                     },
                     450};
  FakeEstimator estimator({jumper});
  const Film film = Shoot(estimator, 1.5, 30);
  ASSERT_EQ(film.tracks.size(), 1U);
  EXPECT_EQ(film.tracks.at(1).size(), 45U);
}

TEST(TrackerTest, TwoPeopleHaveTwoIdsInAnyOrderOfTheirPlaces) {
  FakeEstimator estimator({Standing(150), Standing(450)});
  const Film film = Shoot(estimator, 1);
  ASSERT_EQ(film.tracks.size(), 2U);
  EXPECT_EQ(film.tracks.at(1).size(), 60U);
  EXPECT_EQ(film.tracks.at(2).size(), 60U);
}

TEST(TrackerTest, ALateComerIsFoundWithinOneAndAHalfSeconds) {
  const Actor late{[](double t) { return t < 1 ? std::nullopt : std::optional(Point2{450, 200}); }};
  FakeEstimator estimator({Standing(150), late});
  const Film film = Shoot(estimator, 4);
  ASSERT_EQ(film.tracks.size(), 2U);
  EXPECT_LE(film.tracks.at(2).front().first, 2.5);
}

TEST(TrackerTest, TheFirstToComeIsFoundAtOnce) {
  const Actor late{[](double t) { return t < 1 ? std::nullopt : std::optional(Point2{450, 200}); }};
  FakeEstimator estimator({late});
  const Film film = Shoot(estimator, 2);
  ASSERT_EQ(film.tracks.size(), 1U);
  EXPECT_LE(film.tracks.at(1).front().first, 1.05);
}

TEST(TrackerTest, WhoIsHiddenForAMomentKeepsHisId) {
  const Actor hidden{[](double t) {
    return t > 1 && t < 1.6 ? std::nullopt : std::optional(Point2{300 + 20 * t, 200});
  }};
  for (const bool alone : {true, false}) {
    std::vector<Actor> actors{hidden};
    if (!alone) actors.push_back(Standing(80));
    FakeEstimator estimator(actors);
    const Film film = Shoot(estimator, 3);
    ASSERT_EQ(film.tracks.size(), actors.size());
    const auto& track = film.tracks.at(1);
    EXPECT_GT(track.size(), 135U);
    EXPECT_GT(track.back().first, 2.9);
  }
}

TEST(TrackerTest, WhoComesBackAfterALongTimeIsSomebodyNew) {
  const Actor hidden{[](double t) {
    return t > 1 && t < 2.5 ? std::nullopt : std::optional(Point2{300, 200});
  }};
  FakeEstimator estimator({hidden});
  const Film film = Shoot(estimator, 4);
  EXPECT_EQ(film.tracks.size(), 2U);
}

TEST(TrackerTest, WhoAppearsFarFromTheLostIsSomebodyNew) {
  const Actor leaves{[](double t) {
    return t > 1 ? std::nullopt : std::optional(Point2{100, 200});
  }};
  const Actor comes{[](double t) {
    return t < 1.2 ? std::nullopt : std::optional(Point2{500, 200});
  }};
  FakeEstimator estimator({leaves, comes});
  const Film film = Shoot(estimator, 2);
  ASSERT_EQ(film.tracks.size(), 2U);
  EXPECT_GT(film.tracks.at(2).front().second.x, 400);
}

TEST(TrackerTest, AWalkerBehindDoesNotTakeTheAthletesId) {
  // The walker comes first and gets id 1, passes behind the taller athlete and goes on.
  const Actor walker{[](double t) {
                       const double x = 100 + 150 * t;
                       // Hidden behind the athlete, whom the region then shows.
                       return x > 275 && x < 325 ? std::nullopt : std::optional(Point2{x, 190});
                     },
                     110};
  const Actor athlete{[](double t) {
                        return t < 0.3 ? std::nullopt : std::optional(Point2{300, 200});
                      },
                      160};
  FakeEstimator estimator({walker, athlete});
  const Film film = Shoot(estimator, 3);
  const auto& second = film.tracks.at(2);
  EXPECT_GT(second.back().first, 2.9);
  for (const auto& [t, hips] : second) EXPECT_NEAR(hips.x, 300, 1) << t;
  EXPECT_LT(film.tracks.at(1).front().second.x, 290);
}

TEST(TrackerTest, TwoTracksOnOnePersonBecomeOne) {
  // The second person leaves; his region slips onto the first, whom it overlaps.
  const Actor leaves{[](double t) {
    return t > 1 ? std::nullopt : std::optional(Point2{340, 200});
  }};
  FakeEstimator estimator({Standing(300), leaves});
  const Film film = Shoot(estimator, 2);
  EXPECT_EQ(film.tracks.at(1).size(), 120U);
  EXPECT_LE(film.tracks.at(2).back().first, 1.05);
  for (const auto& [t, hips] : film.tracks.at(1)) EXPECT_NEAR(hips.x, 300, 1) << t;
}

TEST(TrackerTest, PeopleFarAwayAreFoundInParts) {
  FakeEstimator estimator({Standing(560, 200, 80), Standing(200, 200, 160)});
  estimator.smallest_seen = 0.2;  // of 640 px: 128; of a part of 360 px: 72
  const Film film = Shoot(estimator, 3);
  ASSERT_EQ(film.tracks.size(), 2U);
  EXPECT_NEAR(film.tracks.at(1).front().second.x, 200, 1);
  EXPECT_NEAR(film.tracks.at(2).front().second.x, 560, 1);
}

TEST(TrackerTest, OneFarAwayAloneIsFoundAtOnce) {
  FakeEstimator estimator({Standing(560, 200, 80)});
  estimator.smallest_seen = 0.2;
  const Film film = Shoot(estimator, 1);
  EXPECT_EQ(film.tracks.at(1).size(), 60U);
}

TEST(TrackerTest, TinyPeopleBesideALargeOneStartNoTrack) {
  FakeEstimator estimator({Standing(200, 200, 200), Standing(500, 200, 50)});
  EXPECT_EQ(Shoot(estimator, 2).tracks.size(), 1U);
}

TEST(TrackerTest, SomebodyCutOffByTheEdgeCountsOnlyAlone) {
  const Actor half{[](double) { return Point2{0.5, 200}; }};
  FakeEstimator alone({half});
  EXPECT_EQ(Shoot(alone, 1).tracks.size(), 1U);
  const Actor below{[](double) {
    return Point2{500, 330};
  }};  // knees and ankles out of the picture
  FakeEstimator beside({Standing(200), below});
  EXPECT_EQ(Shoot(beside, 2).tracks.size(), 1U);
}

TEST(TrackerTest, APersonSeenTwiceIsOne) {
  // The second detection's hips and landmarks are too far off to be the same, the place is not.
  FakeEstimator estimator({Standing(300, 200, 250)});
  estimator.ghost_px = 50;
  EXPECT_EQ(Shoot(estimator, 2).tracks.size(), 1U);
}

TEST(TrackerTest, WhoWasSeenForAMomentOnlyIsNotLookedForAllTheTime) {
  const Actor flash{[](double t) {
    return t > 0.1 ? std::nullopt : std::optional(Point2{500, 200});
  }};
  FakeEstimator estimator({Standing(200), flash});
  EXPECT_LE(Shoot(estimator, 2).detector_runs, 6);
}

TEST(TrackerTest, WeakDetectionsStartNoTrack) {
  FakeEstimator estimator({Standing(300)});
  estimator.score = 0.45;
  EXPECT_TRUE(Shoot(estimator, 1).tracks.empty());
}

TEST(TrackerTest, NoMorePeopleThanAllowed) {
  std::vector<Actor> crowd;
  crowd.reserve(9);
  for (int i = 0; i < 9; ++i) crowd.push_back(Standing(40 + 70 * i, 200, 100));
  FakeEstimator estimator(crowd);
  EXPECT_EQ(Shoot(estimator, 2).tracks.size(), 6U);
}

TEST(TrackerTest, AFailureOfTheModelIsPassedOn) {
  FakeEstimator estimator({Standing(300)});
  estimator.fail_at = 2;
  Frame frame = MakeSyntheticFrame(kWidth, kHeight, [](double, double) { return 0.0; });
  estimator.origin = frame.y.data;
  Tracker tracker(estimator);
  for (int i = 0; i < 2; ++i) {
    frame.index = i;
    frame.t = Timestamp::FromSeconds(i / 60.0);
    ASSERT_TRUE(tracker.Track(frame).has_value());
  }
  frame.index = 2;
  const auto poses = tracker.Track(frame);
  ASSERT_FALSE(poses.has_value());
  EXPECT_EQ(poses.error(), (Error{ErrorCode::kInferenceFailed, "broken"}));
}

TEST(TrackerTest, IsTheSameTwice) {
  const Actor jumper{[](double t) {
    return Point2{300 + 30 * std::sin(5 * t), 200 + 40 * std::sin(9 * t)};
  }};
  const auto film = [&] {
    FakeEstimator estimator({jumper, Standing(100)});
    return Shoot(estimator, 2);
  };
  const Film a = film();
  const Film b = film();
  EXPECT_EQ(a.tracks, b.tracks);
  EXPECT_EQ(a.detector_runs, b.detector_runs);
}

}  // namespace
}  // namespace plyo
