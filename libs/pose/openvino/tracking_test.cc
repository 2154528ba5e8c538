// The real models on the bundled clip, against what is true in it.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plyo/pose/tracker.h"
#include "plyo/pose_openvino/estimator.h"
#include "plyo/video_ffmpeg/open.h"

namespace plyo {
namespace {

namespace fs = std::filesystem;

const fs::path kClip = fs::path(PLYO_SOURCE_DIR) / "samples/cmj_01_base60.mp4";
constexpr std::int64_t kClipFrames = 231;
const fs::path kTruth = fs::path(PLYO_SOURCE_DIR) / "samples/cmj_01_base60.json";

/// Calls `use` with the first frames of the clip, one at a time.
void ForEachFrame(std::int64_t count, const std::function<void(const Frame&)>& use) {
  auto source = OpenVideoFile(kClip);
  ASSERT_TRUE(source.has_value()) << source.error().message;
  for (std::int64_t i = 0; i < count; ++i) {
    auto next = (*source)->Next();
    ASSERT_TRUE(next.has_value()) << next.error().message;
    ASSERT_TRUE(next->has_value()) << "the clip ends early";
    use(**next);
  }
}

std::vector<Frame> ReadFrames(const std::vector<std::int64_t>& wanted) {
  std::vector<Frame> frames;
  ForEachFrame(wanted.back() + 1, [&](const Frame& frame) {
    if (std::find(wanted.begin(), wanted.end(), frame.index) != wanted.end())
      frames.push_back(frame);
  });
  return frames;
}

std::unique_ptr<PoseEstimator> Make(PoseModel model, int threads = 1,
                                    const fs::path& cache = DefaultPoseCacheDir()) {
  OpenVinoOptions options;
  options.model = model;
  options.threads = threads;
  options.cache_dir = cache;
  auto made = MakeOpenVinoEstimator(options);
  EXPECT_TRUE(made.has_value()) << made.error().message;
  return made ? std::move(*made) : nullptr;
}

std::vector<PoseFrame> Follow(PoseEstimator& estimator, std::int64_t count) {
  Tracker tracker(estimator);
  std::vector<PoseFrame> all;
  ForEachFrame(count, [&](const Frame& frame) {
    auto poses = tracker.Track(frame);
    ASSERT_TRUE(poses.has_value()) << poses.error().message;
    all.insert(all.end(), poses->begin(), poses->end());
  });
  return all;
}

/// Distance to the truth of the near leg, % of stature.
struct LegError {
  double mean = 0;       ///< of the distances
  double still_sd = 0;   ///< of the error in quiet standing
  double motion_sd = 0;  ///< of the error from the onset on
};

LegError CompareNearLeg(const std::vector<PoseFrame>& poses) {
  const auto truth = nlohmann::json::parse(std::ifstream(kTruth));
  const auto& athlete = truth["athletes"][0];
  const double depth = athlete["landmark_camera_depth_m"]["right_hip"][0];
  const double stature_px =
      truth["camera"]["fx"].get<double>() * athlete["height_m"].get<double>() / depth;
  double onset = 0;
  for (const auto& event : athlete["events"]) {
    if (event["name"] == "movement_onset") onset = event["t_s"];
  }
  LegError result;
  struct Moments {
    double n = 0, sum = 0, squares = 0;
    void Add(double v) { n += 1, sum += v, squares += v * v; }
    double Variance() const { return squares / n - sum / n * (sum / n); }
  };
  constexpr std::array kLeg{LandmarkId::kRightHip, LandmarkId::kRightKnee, LandmarkId::kRightAnkle,
                            LandmarkId::kRightHeel, LandmarkId::kRightFootIndex};
  for (const LandmarkId id : kLeg) {
    const auto& path = athlete["landmarks_2d_px"][std::string(LandmarkName(id))];
    std::array<Moments, 2> still, motion;
    for (const PoseFrame& pose : poses) {
      const auto& true_point = path[static_cast<std::size_t>(pose.frame)];
      const std::array<double, 2> off{
          100 * (pose[id].x - true_point[0].get<double>()) / stature_px,
          100 * (pose[id].y - true_point[1].get<double>()) / stature_px};
      result.mean += std::hypot(off[0], off[1]);
      for (std::size_t axis = 0; axis < 2; ++axis) {
        (pose.t.Seconds() < onset - 0.1 ? still : motion)[axis].Add(off[axis]);
      }
    }
    for (std::size_t axis = 0; axis < 2; ++axis) {
      result.still_sd += still[axis].Variance();
      result.motion_sd += motion[axis].Variance();
    }
  }
  const double n = static_cast<double>(kLeg.size());
  result.mean /= n * static_cast<double>(poses.size());
  result.still_sd = std::sqrt(result.still_sd / (2 * n));
  result.motion_sd = std::sqrt(result.motion_sd / (2 * n));
  return result;
}

struct AccuracyCase {
  PoseModel model;
  std::string name;
  LegError at_most;
};

class AccuracyTest : public ::testing::TestWithParam<AccuracyCase> {};

TEST_P(AccuracyTest, TheNearLegIsWhereItIs) {
  const auto estimator = Make(GetParam().model);
  ASSERT_NE(estimator, nullptr);
  EXPECT_EQ(estimator->Model().name, "blazepose_" + GetParam().name);
  EXPECT_EQ(estimator->Model().sha256.size(), 64U);
  const auto poses = Follow(*estimator, kClipFrames);
  ASSERT_EQ(poses.size(), static_cast<std::size_t>(kClipFrames))
      << "one person, seen in every frame";
  for (const PoseFrame& pose : poses) EXPECT_EQ(pose.track, 1);
  const LegError error = CompareNearLeg(poses);
  const LegError& at_most = GetParam().at_most;
  EXPECT_LT(error.mean, at_most.mean);
  EXPECT_LT(error.still_sd, at_most.still_sd);
  EXPECT_LT(error.motion_sd, at_most.motion_sd);
}

// % of stature. Unrefined landmarks of the full model have a motion SD of 1.35 here.
INSTANTIATE_TEST_SUITE_P(Models, AccuracyTest,
                         ::testing::Values(AccuracyCase{PoseModel::kLite, "lite", {3.0, 0.40, 1.4}},
                                           AccuracyCase{PoseModel::kFull, "full", {2.3, 0.30, 1.0}},
                                           AccuracyCase{
                                               PoseModel::kHeavy, "heavy", {2.0, 0.25, 0.9}}),
                         [](const auto& instance) { return instance.param.name; });

TEST(DeterminismTest, TheSameFromRunToRunAndForAnyNumberOfThreads) {
  for (const PoseModel model : {PoseModel::kLite, PoseModel::kFull, PoseModel::kHeavy}) {
    const std::int64_t frames = model == PoseModel::kHeavy ? 30 : 120;
    const auto once = Follow(*Make(model, 1), frames);
    ASSERT_EQ(once.size(), static_cast<std::size_t>(frames));
    EXPECT_EQ(once, Follow(*Make(model, 1), frames));
    const auto threads = Follow(*Make(model, 2), frames);
    ASSERT_EQ(threads.size(), once.size());
    for (std::size_t i = 0; i < once.size(); ++i) {
      for (std::size_t k = 0; k < kLandmarkCount; ++k) {
        ASSERT_NEAR(once[i].image[k].x, threads[i].image[k].x, 1e-3) << i << ' ' << k;
        ASSERT_NEAR(once[i].image[k].y, threads[i].image[k].y, 1e-3) << i << ' ' << k;
      }
    }
  }
}

TEST(DeterminismTest, TheSameFromACacheThatIsNewKeptOrOutOfReach) {
  const std::int64_t frames = 20;
  const fs::path cache = fs::path(PLYO_TEST_TMP) / "model_cache";
  fs::remove_all(cache);
  const auto first = Follow(*Make(PoseModel::kLite, 1, cache), frames);
  EXPECT_FALSE(fs::is_empty(cache));
  EXPECT_EQ(first, Follow(*Make(PoseModel::kLite, 1, cache), frames));
  for (const auto& entry : fs::directory_iterator(cache)) fs::resize_file(entry.path(), 100);
  EXPECT_EQ(first, Follow(*Make(PoseModel::kLite, 1, cache), frames)) << "with a damaged cache";
  EXPECT_EQ(first, Follow(*Make(PoseModel::kLite, 1, "/proc/no/such/place"), frames));
  EXPECT_EQ(first, Follow(*Make(PoseModel::kLite, 1, ""), frames));
}

/// The picture as a mirror shows it.
Frame Mirrored(const Frame& frame) {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>();
  Frame mirrored = frame;
  std::array<std::size_t, 3> begins{};
  const std::array<const Plane*, 3> planes{&frame.y, &frame.u, &frame.v};
  for (std::size_t p = 0; p < 3; ++p) {
    begins[p] = pixels->size();
    for (int row = 0; row < planes[p]->height; ++row) {
      const std::uint8_t* begin = planes[p]->data + row * planes[p]->stride;
      pixels->insert(pixels->end(), std::make_reverse_iterator(begin + planes[p]->width),
                     std::make_reverse_iterator(begin));
    }
  }
  const std::array<Plane*, 3> out{&mirrored.y, &mirrored.u, &mirrored.v};
  for (std::size_t p = 0; p < 3; ++p) {
    out[p]->data = pixels->data() + begins[p];
    out[p]->stride = out[p]->width;
  }
  mirrored.owner = pixels;
  return mirrored;
}

LandmarkId OtherSide(LandmarkId id) {
  std::string name(LandmarkName(id));
  for (const auto& [from, to] : {std::pair{"left", "right"}, std::pair{"right", "left"}}) {
    if (const auto at = name.find(from); at != std::string::npos) {
      return *LandmarkFromName(name.replace(at, std::strlen(from), to));
    }
  }
  return id;
}

TEST(MirrorTest, AMirroredPictureGivesMirroredLandmarksOfTheOtherSide) {
  const auto frames = ReadFrames({0, 60, 100, 120});
  const auto estimator = Make(PoseModel::kFull);
  double sum_x = 0, off = 0;
  int n = 0;
  for (const Frame& frame : frames) {
    const auto detections = estimator->Detect(frame);
    ASSERT_TRUE(detections.has_value());
    ASSERT_EQ(detections->size(), 1U);
    const RegionOfInterest region = (*detections)[0].region;
    RegionOfInterest other = region;
    other.cx = frame.width - region.cx;
    other.rotation = -region.rotation;
    const auto plain = estimator->Estimate(frame, region);
    const auto mirror = estimator->Estimate(Mirrored(frame), other);
    ASSERT_TRUE(plain.has_value() && mirror.has_value());
    for (const LandmarkId id :
         {LandmarkId::kNose, LandmarkId::kRightShoulder, LandmarkId::kRightHip,
          LandmarkId::kRightKnee, LandmarkId::kRightAnkle, LandmarkId::kRightHeel,
          LandmarkId::kRightFootIndex}) {
      const ImageLandmark& a = plain->image[static_cast<std::size_t>(id)];
      const ImageLandmark& b = mirror->image[static_cast<std::size_t>(OtherSide(id))];
      const double dx = static_cast<double>(a.x) - (frame.width - static_cast<double>(b.x));
      sum_x += dx;
      off += std::hypot(dx, a.y - b.y);
      ++n;
    }
  }
  // Half a cell of the heatmap to one side would shift all of them by 5 px, and twice that between
  // the two.
  EXPECT_LT(std::abs(sum_x / n), 2);
  EXPECT_LT(off / n, 10) << "2 % of stature";
}

TEST(DetectorTest, APictureWithoutAnybodyGivesNobody) {
  const auto frames = ReadFrames({0});
  Frame corner = frames[0];  // ceiling and wall
  corner.width = corner.height = 128;
  corner.y.width = corner.y.height = 128;
  corner.u.width = corner.u.height = corner.v.width = corner.v.height = 64;
  const auto estimator = Make(PoseModel::kLite);
  const auto detections = estimator->Detect(corner);
  ASSERT_TRUE(detections.has_value());
  EXPECT_TRUE(detections->empty());
  const auto estimate = estimator->Estimate(corner, {64, 64, 100, 0});
  ASSERT_TRUE(estimate.has_value());
  EXPECT_LT(estimate->presence, 0.5);
}

TEST(DetectorTest, ThePersonIsFoundAndStandsUpright) {
  const auto frames = ReadFrames({0});
  const auto detections = Make(PoseModel::kLite)->Detect(frames.at(0));
  ASSERT_TRUE(detections.has_value());
  ASSERT_EQ(detections->size(), 1U);
  const PersonDetection& person = (*detections)[0];
  EXPECT_GT(person.score, 0.8);
  EXPECT_NEAR(person.region.cx, 596, 30);
  EXPECT_NEAR(person.region.cy, 370, 40);
  EXPECT_NEAR(person.region.rotation, 0, 0.3);
}

}  // namespace
}  // namespace plyo
