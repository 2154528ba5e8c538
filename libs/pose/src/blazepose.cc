#include "plyo/pose/blazepose.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace plyo::blazepose {
namespace {

double Sigmoid(double logit) { return 1 / (1 + std::exp(-logit)); }

double Overlap(const RawDetection& a, const RawDetection& b) {
  const double w = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
  const double h = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
  if (w <= 0 || h <= 0) return 0;
  const double both = w * h;
  const double either = (a.x1 - a.x0) * (a.y1 - a.y0) + (b.x1 - b.x0) * (b.y1 - b.y0) - both;
  return either > 0 ? both / either : 0;
}

/// Mean of the detections, weighted by score.
RawDetection WeightedMean(std::span<const RawDetection> group) {
  RawDetection mean;
  double total = 0;
  for (const RawDetection& d : group) {
    total += d.score;
    mean.x0 += d.score * d.x0;
    mean.y0 += d.score * d.y0;
    mean.x1 += d.score * d.x1;
    mean.y1 += d.score * d.y1;
    for (std::size_t k = 0; k < mean.key_points.size(); ++k) {
      mean.key_points[k].x += d.score * d.key_points[k].x;
      mean.key_points[k].y += d.score * d.key_points[k].y;
    }
  }
  mean.x0 /= total;
  mean.y0 /= total;
  mean.x1 /= total;
  mean.y1 /= total;
  for (Point2& p : mean.key_points) {
    p.x /= total;
    p.y /= total;
  }
  mean.score = group.front().score;
  return mean;
}

}  // namespace

std::vector<Point2> MakeAnchors() {
  struct Layer {
    int stride;
    int anchors_a_cell;
  };
  // Two anchors a cell and layer; the three layers of stride 32 are interleaved cell by cell.
  constexpr std::array<Layer, 3> kLayers{{{8, 2}, {16, 2}, {32, 6}}};
  std::vector<Point2> anchors;
  anchors.reserve(kAnchorCount);
  for (const Layer& layer : kLayers) {
    const int cells = kDetectorSize / layer.stride;
    for (int row = 0; row < cells; ++row) {
      for (int col = 0; col < cells; ++col) {
        for (int i = 0; i < layer.anchors_a_cell; ++i)
          anchors.push_back({(col + 0.5) / cells, (row + 0.5) / cells});
      }
    }
  }
  return anchors;
}

std::vector<RawDetection> DecodeDetections(std::span<const float> values,
                                           std::span<const float> logits,
                                           std::span<const Point2> anchors, double min_score) {
  assert(values.size() == anchors.size() * kDetectorValues && logits.size() == anchors.size());
  std::vector<RawDetection> found;
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    const double score = Sigmoid(std::clamp(static_cast<double>(logits[i]), -100.0, 100.0));
    if (score < min_score) continue;
    const float* v = values.data() + i * kDetectorValues;
    const Point2 anchor = anchors[i];
    const auto point = [&](int k) {
      return Point2{anchor.x + v[k] / kDetectorSize, anchor.y + v[k + 1] / kDetectorSize};
    };
    const Point2 center = point(0);
    const double half_w = v[2] / kDetectorSize / 2;
    const double half_h = v[3] / kDetectorSize / 2;
    RawDetection d;
    d.score = score;
    d.x0 = center.x - half_w;
    d.x1 = center.x + half_w;
    d.y0 = center.y - half_h;
    d.y1 = center.y + half_h;
    for (std::size_t k = 0; k < d.key_points.size(); ++k)
      d.key_points[k] = point(4 + 2 * static_cast<int>(k));
    found.push_back(d);
  }
  return found;
}

std::vector<RawDetection> MergeOverlapping(std::vector<RawDetection> detections,
                                           double min_overlap) {
  std::stable_sort(detections.begin(), detections.end(),
                   [](const RawDetection& a, const RawDetection& b) { return a.score > b.score; });
  std::vector<RawDetection> merged;
  while (!detections.empty()) {
    const RawDetection best = detections.front();
    const auto apart = std::stable_partition(
        detections.begin() + 1, detections.end(),
        [&](const RawDetection& d) { return Overlap(best, d) > min_overlap; });
    merged.push_back(WeightedMean({detections.begin(), apart}));
    detections.erase(detections.begin(), apart);
  }
  return merged;
}

CropLandmarks DecodeLandmarks(std::span<const float> values) {
  assert(values.size() == kModelLandmarks * kLandmarkValues);
  CropLandmarks landmarks;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    const float* v = values.data() + i * kLandmarkValues;
    landmarks[i] = {v[0], v[1], v[2], static_cast<float>(Sigmoid(v[3]))};
  }
  return landmarks;
}

void RefineByHeatmap(std::span<const float> heatmap, const RefineOptions& options,
                     CropLandmarks& landmarks) {
  assert(heatmap.size() == static_cast<std::size_t>(kHeatmapSize * kHeatmapSize * kModelLandmarks));
  constexpr float kCell = static_cast<float>(kLandmarkSize) / kHeatmapSize;
  const int reach = (options.kernel - 1) / 2;
  for (int i = 0; i < kModelLandmarks; ++i) {
    CropLandmark& mark = landmarks[static_cast<std::size_t>(i)];
    const int col = static_cast<int>(std::floor(mark.x / kCell));
    const int row = static_cast<int>(std::floor(mark.y / kCell));
    if (col < 0 || col >= kHeatmapSize || row < 0 || row >= kHeatmapSize) continue;
    double sum = 0;
    double sum_x = 0;
    double sum_y = 0;
    double best = 0;
    for (int r = std::max(0, row - reach); r <= std::min(kHeatmapSize - 1, row + reach); ++r) {
      for (int c = std::max(0, col - reach); c <= std::min(kHeatmapSize - 1, col + reach); ++c) {
        const int at = (r * kHeatmapSize + c) * kModelLandmarks + i;
        const double p = Sigmoid(heatmap[static_cast<std::size_t>(at)]);
        sum += p;
        sum_x += p * c;
        sum_y += p * r;
        best = std::max(best, p);
      }
    }
    if (best < options.min_confidence) continue;
    mark.x = static_cast<float>((sum_x / sum + options.offset_x) * kCell);
    mark.y = static_cast<float>((sum_y / sum + options.offset_y) * kCell);
  }
}

LandmarkEstimate MakeEstimate(const CropLandmarks& landmarks, std::span<const float> world,
                              float presence, const RegionOfInterest& region) {
  assert(world.size() == kModelLandmarks * 3);
  const ImageFromCrop map = MakeImageFromCrop(region, kLandmarkSize);
  const float scale = static_cast<float>(region.size / kLandmarkSize);
  const auto in_image = [&](const CropLandmark& mark) {
    const Point2 p = map({mark.x, mark.y});
    return ImageLandmark{static_cast<float>(p.x), static_cast<float>(p.y), mark.z * scale,
                         mark.visibility};
  };
  const float c = static_cast<float>(std::cos(region.rotation));
  const float s = static_cast<float>(std::sin(region.rotation));
  LandmarkEstimate estimate;
  estimate.presence = presence;
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    estimate.image[i] = in_image(landmarks[i]);
    const float* w = world.data() + 3 * i;
    estimate.world[i] = {c * w[0] - s * w[1], s * w[0] + c * w[1], w[2]};
  }
  estimate.auxiliary = {in_image(landmarks[kLandmarkCount]),
                        in_image(landmarks[kLandmarkCount + 1])};
  return estimate;
}

}  // namespace plyo::blazepose
