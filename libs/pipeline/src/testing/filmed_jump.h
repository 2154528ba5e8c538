#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/pose/pose_estimator.h"
#include "plyo/pose/region.h"
#include "plyo/video/frame_source.h"
#include "testing/grey_frame.h"

namespace plyo::pipeline::testing {

/// A jump as a camera from the side sees it, large enough for soles to be found in pixels.
plyo::testing::SyntheticJump FilmedJump(double fps, int repetitions = 1);

/// The floor and the athlete's shoes, and a dark body over them if wanted.
class JumpFilm final : public FrameSource {
 public:
  /// Ends after `frames`, or with the jump.
  JumpFilm(const plyo::testing::SyntheticJump& jump, std::optional<std::int64_t> frames,
           bool with_body = false);
  const VideoInfo& Info() const override { return info_; }
  Result<std::optional<Frame>> Next() override;
  std::vector<std::string> Flags() const override { return {}; }

 private:
  double shoe_px_;
  bool with_body_;
  std::vector<PoseFrame> poses_;
  SceneFilm film_;
  VideoInfo info_;
  std::size_t next_ = 0;
};

/// Sees the figure of the jump, with errors of a good model. Fails at one frame if told so.
class JumpEstimator final : public PoseEstimator {
 public:
  JumpEstimator(const plyo::testing::SyntheticJump& jump, double noise_px)
      : jump_(jump), noise_px_(noise_px) {}
  const ModelInfo& Model() const override { return info_; }
  Result<std::vector<PersonDetection>> Detect(const Frame& frame) override;
  Result<LandmarkEstimate> Estimate(const Frame& frame, const RegionOfInterest& region) override;

  std::optional<std::int64_t> fail_at;
  std::int64_t estimates = 0;
  std::int64_t detections = 0;

 private:
  PoseFrame At(const Frame& frame) const;
  std::pair<Point2, Point2> Body(const PoseFrame& pose) const;

  plyo::testing::SyntheticJump jump_;
  double noise_px_;
  ModelInfo info_{"blazepose_full", ""};
};

}  // namespace plyo::pipeline::testing
