#include "testing/filmed_jump.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace plyo::pipeline::testing {

using plyo::testing::SyntheticJump;

namespace {

SceneOptions SceneOf(const SyntheticJump& jump) {
  SceneOptions options;
  options.width = jump.filming.image_width;
  options.height = jump.filming.image_height;
  options.noise = 1;
  options.shadow = 0.3;
  return options;
}

/// The picture with a dark trunk and legs, down to the ankles.
Frame WithBody(const Frame& frame, const PoseFrame& pose) {
  std::vector<std::uint8_t> grey;
  grey.reserve(static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height));
  for (int row = 0; row < frame.height; ++row) {
    const std::uint8_t* line = frame.y.data + row * frame.y.stride;
    grey.insert(grey.end(), line, line + frame.width);
  }
  const auto at = [&pose](LandmarkId id) {
    return Point2{static_cast<double>(pose[id].x), static_cast<double>(pose[id].y)};
  };
  const Point2 joints[] = {at(LandmarkId::kNose), at(LandmarkId::kRightHip),
                           at(LandmarkId::kRightKnee), at(LandmarkId::kRightAnkle)};
  const double half_width = 0.06 * (joints[3].y - joints[0].y);
  for (std::size_t i = 1; i < std::size(joints); ++i) {
    const Point2 a = joints[i - 1], b = joints[i];
    const int end = std::min(frame.height, static_cast<int>(b.y) - (i == 3 ? 8 : 0));
    for (int row = std::max(0, static_cast<int>(a.y)); row < end; ++row) {
      const double x = std::lerp(a.x, b.x, (row - a.y) / (b.y - a.y));
      const int from = std::clamp(static_cast<int>(x - half_width), 0, frame.width);
      const int to = std::clamp(static_cast<int>(x + half_width), 0, frame.width);
      std::fill(grey.begin() + row * frame.width + from, grey.begin() + row * frame.width + to,
                std::uint8_t{50});
    }
  }
  return GreyFrame(frame.width, frame.height, grey.data(), frame.width, frame.t, frame.index);
}

}  // namespace

SyntheticJump FilmedJump(double fps, int repetitions) {
  SyntheticJump jump;
  jump.standing_s = 0.9;
  jump.repetitions = repetitions;
  jump.filming.fps = fps;
  jump.filming.px_per_m = 170;
  jump.filming.image_width = 560;
  jump.filming.image_height = 480;
  jump.filming.x_px = 280;
  jump.filming.floor_y_px = 440;
  return jump;
}

JumpFilm::JumpFilm(const SyntheticJump& jump, std::optional<std::int64_t> frames, bool with_body)
    : shoe_px_(0.15 * jump.stature_m * jump.filming.px_per_m),
      with_body_(with_body),
      poses_(plyo::testing::Render(jump)),
      film_(SceneOf(jump)) {
  if (frames) poses_.resize(std::min(poses_.size(), static_cast<std::size_t>(*frames)));
  info_.width = jump.filming.image_width;
  info_.height = jump.filming.image_height;
  info_.stored_fps = info_.capture_fps = jump.filming.fps;
}

Result<std::optional<Frame>> JumpFilm::Next() {
  if (next_ == poses_.size()) return std::nullopt;
  const PoseFrame& pose = poses_[next_];
  const ImageLandmark& toe = pose[LandmarkId::kRightFootIndex];
  const ImageLandmark& heel = pose[LandmarkId::kRightHeel];
  Shoe shoe;
  shoe.toe_x = static_cast<double>(toe.x);
  shoe.toe_y = static_cast<double>(toe.y);
  shoe.length = shoe_px_;
  shoe.pitch = std::max(0.0, static_cast<double>(std::atan2(toe.y - heel.y, toe.x - heel.x)));
  const Frame frame = film_.Picture({shoe}, pose.t, static_cast<std::int64_t>(next_++));
  return with_body_ ? WithBody(frame, pose) : frame;
}

Result<std::vector<PersonDetection>> JumpEstimator::Detect(const Frame& frame) {
  ++detections;
  const auto [hips, circle] = Body(At(frame));
  return std::vector<PersonDetection>{{RegionAroundBody(hips, circle), 0.9}};
}

Result<LandmarkEstimate> JumpEstimator::Estimate(const Frame& frame, const RegionOfInterest&) {
  if (frame.index == fail_at) return Fail(ErrorCode::kInferenceFailed, "no model");
  ++estimates;
  const PoseFrame pose = At(frame);
  LandmarkEstimate estimate;
  estimate.presence = 1;
  estimate.image = pose.image;
  estimate.world = pose.world;
  std::mt19937 random(static_cast<std::uint32_t>(frame.index));
  std::normal_distribution<float> noise(0, static_cast<float>(noise_px_));
  for (ImageLandmark& landmark : estimate.image) {
    landmark.x += noise(random);
    landmark.y += noise(random);
  }
  const auto [hips, circle] = Body(pose);
  estimate.auxiliary[0] = {static_cast<float>(hips.x), static_cast<float>(hips.y), 0, 1};
  estimate.auxiliary[1] = {static_cast<float>(circle.x), static_cast<float>(circle.y), 0, 1};
  return estimate;
}

PoseFrame JumpEstimator::At(const Frame& frame) const {
  return plyo::testing::RenderAt(jump_, frame.t.Seconds());
}

std::pair<Point2, Point2> JumpEstimator::Body(const PoseFrame& pose) const {
  const ImageLandmark& hip = pose[LandmarkId::kLeftHip];
  const Point2 hips{static_cast<double>(hip.x), static_cast<double>(hip.y)};
  const double reach = 0.6 * jump_.stature_m * jump_.filming.px_per_m;
  return {hips, {hips.x, hips.y - reach}};
}

}  // namespace plyo::pipeline::testing
