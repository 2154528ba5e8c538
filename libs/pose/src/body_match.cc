#include "body_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "plyo/pose/region.h"

namespace plyo {
namespace {

/// Pairs of left and right.
constexpr std::array<LandmarkId, 8> kBody{LandmarkId::kLeftShoulder, LandmarkId::kRightShoulder,
                                          LandmarkId::kLeftHip,      LandmarkId::kRightHip,
                                          LandmarkId::kLeftKnee,     LandmarkId::kRightKnee,
                                          LandmarkId::kLeftAnkle,    LandmarkId::kRightAnkle};

/// Mean distance of the landmarks, as a share of the region's side. Two estimates of one body from
/// different regions differ by about .02, two people who stand one behind the other by more than
/// .1.
constexpr double kSameBody = 0.06;

struct Box {
  double x0 = std::numeric_limits<double>::infinity();
  double y0 = std::numeric_limits<double>::infinity();
  double x1 = -std::numeric_limits<double>::infinity();
  double y1 = -std::numeric_limits<double>::infinity();

  double Area() const { return (x1 - x0) * (y1 - y0); }
};

Box BoxAround(const LandmarkEstimate& estimate) {
  Box box;
  for (const ImageLandmark& mark : estimate.image) {
    box.x0 = std::min<double>(box.x0, mark.x);
    box.x1 = std::max<double>(box.x1, mark.x);
    box.y0 = std::min<double>(box.y0, mark.y);
    box.y1 = std::max<double>(box.y1, mark.y);
  }
  return box;
}

}  // namespace

RegionOfInterest NextRegion(const LandmarkEstimate& estimate) {
  const auto& [center, circle] = estimate.auxiliary;
  return RegionAroundBody({center.x, center.y}, {circle.x, circle.y});
}

double CenterDistance(const RegionOfInterest& a, const RegionOfInterest& b) {
  return std::hypot(a.cx - b.cx, a.cy - b.cy);
}

bool IsSameBody(const LandmarkEstimate& a, const LandmarkEstimate& b, double size) {
  double straight = 0;
  double swapped = 0;
  for (std::size_t k = 0; k < kBody.size(); ++k) {
    const ImageLandmark& p = a.image[static_cast<std::size_t>(kBody[k])];
    const ImageLandmark& q = b.image[static_cast<std::size_t>(kBody[k])];
    const ImageLandmark& r = b.image[static_cast<std::size_t>(kBody[k ^ 1U])];
    straight += std::hypot(p.x - q.x, p.y - q.y);
    swapped += std::hypot(p.x - r.x, p.y - r.y);
  }
  return std::min(straight, swapped) < kSameBody * size * static_cast<double>(kBody.size());
}

double BodyOverlap(const LandmarkEstimate& a, const LandmarkEstimate& b) {
  const Box p = BoxAround(a);
  const Box q = BoxAround(b);
  const double w = std::min(p.x1, q.x1) - std::max(p.x0, q.x0);
  const double h = std::min(p.y1, q.y1) - std::max(p.y0, q.y0);
  if (w <= 0 || h <= 0) return 0;
  return w * h / (p.Area() + q.Area() - w * h);
}

double ShareInPicture(const LandmarkEstimate& estimate, int width, int height) {
  const auto inside = [&](LandmarkId id) {
    const ImageLandmark& mark = estimate.image[static_cast<std::size_t>(id)];
    return mark.x >= 0 && mark.y >= 0 && mark.x < static_cast<float>(width) &&
           mark.y < static_cast<float>(height);
  };
  return static_cast<double>(std::count_if(kBody.begin(), kBody.end(), inside)) /
         static_cast<double>(kBody.size());
}

bool HasTrunkInPicture(const LandmarkEstimate& estimate, int width, int height) {
  const auto middle_inside = [&](LandmarkId left, LandmarkId right) {
    const ImageLandmark& l = estimate.image[static_cast<std::size_t>(left)];
    const ImageLandmark& r = estimate.image[static_cast<std::size_t>(right)];
    const float x = (l.x + r.x) / 2;
    const float y = (l.y + r.y) / 2;
    return x >= 0 && y >= 0 && x < static_cast<float>(width) && y < static_cast<float>(height);
  };
  return middle_inside(LandmarkId::kLeftHip, LandmarkId::kRightHip) ||
         middle_inside(LandmarkId::kLeftShoulder, LandmarkId::kRightShoulder);
}

}  // namespace plyo
