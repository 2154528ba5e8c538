#include "plyo/pose_openvino/estimator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <span>
#include <utility>

#include "models.h"
#include "plyo/pose/blazepose.h"
#include "plyo/pose/crop.h"
#include "plyo/pose/region.h"

namespace plyo {
namespace {

/// Faces that overlap by more are one; MediaPipe's value, as is the score.
constexpr double kMinOverlap = 0.3;
constexpr double kMinDetectionScore = 0.5;

std::span<const float> Values(const ov::Tensor& tensor) {
  return {tensor.data<const float>(), tensor.get_size()};
}
std::span<float> WritableValues(ov::Tensor tensor) {
  return {tensor.data<float>(), tensor.get_size()};
}

class OpenVinoEstimator final : public PoseEstimator {
 public:
  OpenVinoEstimator(CompiledModels models, int threads)
      : models_(std::move(models)),
        detector_(models_.detector.create_infer_request()),
        landmarks_(models_.landmarks.create_infer_request()),
        anchors_(blazepose::MakeAnchors()),
        cropper_({.threads = threads}) {}

  const ModelInfo& Model() const override { return models_.info; }
  Result<std::vector<PersonDetection>> Detect(const Frame& frame) override;
  Result<LandmarkEstimate> Estimate(const Frame& frame, const RegionOfInterest& region) override;

 private:
  CompiledModels models_;
  ov::InferRequest detector_;
  ov::InferRequest landmarks_;
  std::vector<Point2> anchors_;
  Cropper cropper_;
};

Result<std::vector<PersonDetection>> OpenVinoEstimator::Detect(const Frame& frame) {
  // The picture's longer side fills the detector's square; the rest stays black.
  const double side = std::max(frame.width, frame.height);
  const RegionOfInterest picture{frame.width / 2.0, frame.height / 2.0, side, 0};
  std::vector<blazepose::RawDetection> raw;
  try {
    cropper_.CropRgb(frame, picture, blazepose::kDetectorSize, CropBorder::kBlack, -1, 1,
                     WritableValues(detector_.get_input_tensor()));
    detector_.infer();
    raw = blazepose::DecodeDetections(Values(detector_.get_output_tensor(kBoxOutput)),
                                      Values(detector_.get_output_tensor(kScoreOutput)), anchors_,
                                      kMinDetectionScore);
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInferenceFailed,
                fmt::format("the person detector failed in frame {}: {}", frame.index, e.what()));
  }
  const ImageFromCrop map = MakeImageFromCrop(picture, 1);
  std::vector<PersonDetection> people;
  for (const blazepose::RawDetection& d :
       blazepose::MergeOverlapping(std::move(raw), kMinOverlap)) {
    people.push_back({RegionAroundBody(map(d.key_points[0]), map(d.key_points[1])), d.score});
  }
  return people;
}

Result<LandmarkEstimate> OpenVinoEstimator::Estimate(const Frame& frame,
                                                     const RegionOfInterest& region) {
  try {
    cropper_.CropRgb(frame, region, blazepose::kLandmarkSize, CropBorder::kReplicate, 0, 1,
                     WritableValues(landmarks_.get_input_tensor()));
    landmarks_.infer();
    blazepose::CropLandmarks marks =
        blazepose::DecodeLandmarks(Values(landmarks_.get_output_tensor(kLandmarkOutput)));
    blazepose::RefineByHeatmap(Values(landmarks_.get_output_tensor(kHeatmapOutput)), {}, marks);
    const float presence = Values(landmarks_.get_output_tensor(kPresenceOutput))[0];
    return blazepose::MakeEstimate(marks, Values(landmarks_.get_output_tensor(kWorldOutput)),
                                   presence, region);
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInferenceFailed,
                fmt::format("the landmark model failed in frame {}: {}", frame.index, e.what()));
  }
}

}  // namespace

std::filesystem::path DefaultPoseCacheDir() {
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  if (xdg != nullptr && *xdg == '/') return std::filesystem::path(xdg) / "plyo" / "openvino";
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/')
    return std::filesystem::path(home) / ".cache" / "plyo" / "openvino";
  return {};
}

Result<std::unique_ptr<PoseEstimator>> MakeOpenVinoEstimator(const OpenVinoOptions& options) {
  auto models = LoadModels(options);
  if (!models) return tl::unexpected(models.error());
  try {
    return std::make_unique<OpenVinoEstimator>(std::move(*models), options.threads);
  } catch (const std::exception& e) {
    return Fail(ErrorCode::kInferenceFailed,
                fmt::format("the pose models cannot be started: {}", e.what()));
  }
}

}  // namespace plyo
