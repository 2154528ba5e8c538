#include "face_cover.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "plyo/base/units.h"
#include "skeleton.h"

namespace plyo::report {
namespace {

using enum LandmarkId;

// Lengths in trunks, from the middle of the shoulders to that of the hips, which is about 0.5 m.
constexpr double kShouldersToTrunk = 1.3;  ///< trunk by the width of the shoulders
constexpr double kRadius = 0.36;           ///< about 0.18 m around the middle of the ears
constexpr double kSpreadToRadius = 1.5;    ///< the face's landmarks end at nose, ears and mouth
constexpr double kNarrowestFace = 0.08;    ///< from its middle to the landmark farthest away
constexpr double kWidestFace = 0.55;
constexpr double kNearestHead = 0.15;  ///< from the shoulders
constexpr double kFarthestHead = 0.8;
constexpr double kNotOfThisBody = 2.5;
constexpr double kNeck = 0.42;  ///< from the shoulders, where only the trunk says where
constexpr double kRadiusByTrunk = 0.6;
constexpr double kSureFace = 0.5;  ///< mean probability of its landmarks

constexpr double kRadius_m = 0.16;  ///< that a disc stands for at least: how large a metre is there
constexpr double kSteady_s = 0.25;
constexpr double kNextPicture_s = 0.1;
constexpr double kGap_s = 0.5;
constexpr double kHold_s = 0.3;
constexpr double kLead_s = 0.6;
constexpr double kSpeedOver_s = 0.2;
constexpr double kFastest_m_s = 4;
constexpr double kUnsure_m_s = 0.5;

constexpr double kCellsAcross = 5;
constexpr double kLeastCell = 4;  ///< image px
constexpr double kLeastRadius = 4;

double Length(Point2 p) { return std::hypot(p.x, p.y); }

struct Point3 {
  Point2 p;
  double z = 0;
};

Point3 Middle(const ImageLandmark& a, const ImageLandmark& b) {
  return {{(a.x + b.x) / 2.0, (a.y + b.y) / 2.0}, (a.z + b.z) / 2.0};
}

/// With depth, since somebody who leans towards the camera has a short trunk in the picture and a
/// large head.
double Distance(const Point3& a, const Point3& b) {
  return std::hypot(a.p.x - b.p.x, a.p.y - b.p.y, a.z - b.z);
}

/// The smallest disc around both.
HeadDisc Around(const HeadDisc& a, const HeadDisc& b) {
  const Point2 way = b.centre - a.centre;
  const double distance = Length(way);
  if (distance + b.radius <= a.radius) return a;
  if (distance + a.radius <= b.radius) return b;
  const double radius = (distance + a.radius + b.radius) / 2;
  return {a.centre + (radius - a.radius) / distance * way, radius};
}

HeadDisc Between(const HeadDisc& a, const HeadDisc& b, double part) {
  return {(1 - part) * a.centre + part * b.centre, (1 - part) * a.radius + part * b.radius};
}

HeadDisc Grown(const HeadDisc& head, double metres) {
  return {head.centre, head.radius * (1 + metres / kRadius_m)};
}

/// First px whose middle is at or behind a place.
int FirstBehind(double place, int end) {
  return static_cast<int>(std::clamp(std::ceil(place - 0.5), 0.0, static_cast<double>(end)));
}

/// One cell of the mosaic: its mean where the disc is.
void FlattenCell(const HeadDisc& disc, int x0, int x1, int y0, int y1, std::uint8_t* pixels,
                 std::ptrdiff_t stride) {
  if (x0 >= x1 || y0 >= y1) return;
  std::array<std::uint64_t, 3> sum{};
  for (int y = y0; y < y1; ++y) {
    const std::uint8_t* row = pixels + y * stride;
    for (int x = x0; x < x1; ++x) {
      for (std::size_t c = 0; c < 3; ++c) sum[c] += row[4 * static_cast<std::size_t>(x) + c];
    }
  }
  const auto count = static_cast<std::uint64_t>(x1 - x0) * static_cast<std::uint64_t>(y1 - y0);
  std::array<std::uint8_t, 3> mean{};
  for (std::size_t c = 0; c < 3; ++c)
    mean[c] = static_cast<std::uint8_t>((sum[c] + count / 2) / count);
  for (int y = y0; y < y1; ++y) {
    std::uint8_t* row = pixels + y * stride;
    for (int x = x0; x < x1; ++x) {
      if (Length(Point2{x + 0.5, y + 0.5} - disc.centre) > disc.radius) continue;
      std::ranges::copy(mean, row + 4 * static_cast<std::ptrdiff_t>(x));
    }
  }
}

void Pixelate(const HeadDisc& disc, double least_cell, std::uint8_t* pixels, int width, int height,
              std::ptrdiff_t stride) {
  const double cell = std::max(2 * disc.radius / kCellsAcross, least_cell);
  const int across = std::max(1, static_cast<int>(std::ceil(2 * disc.radius / cell - 1e-9)));
  const Point2 corner = disc.centre - across * cell / 2 * Point2{1, 1};
  for (int row = 0; row < across; ++row) {
    const int y0 = FirstBehind(corner.y + row * cell, height);
    const int y1 = FirstBehind(corner.y + (row + 1) * cell, height);
    for (int column = 0; column < across; ++column) {
      FlattenCell(disc, FirstBehind(corner.x + column * cell, width),
                  FirstBehind(corner.x + (column + 1) * cell, width), y0, y1, pixels, stride);
    }
  }
}

}  // namespace

std::optional<HeadDisc> HeadOf(const PoseFrame& pose) {
  const Point3 shoulders = Middle(pose[kLeftShoulder], pose[kRightShoulder]);
  const Point3 hips = Middle(pose[kLeftHip], pose[kRightHip]);
  const double across = Distance(Middle(pose[kLeftShoulder], pose[kLeftShoulder]),
                                 Middle(pose[kRightShoulder], pose[kRightShoulder]));
  const double body = std::max(Distance(shoulders, hips), kShouldersToTrunk * across);

  constexpr int kFaceEnd = static_cast<int>(kMouthRight) + 1;
  Point2 face;
  double sure = 0;
  for (int i = 0; i < kFaceEnd; ++i) {
    const auto id = static_cast<LandmarkId>(i);
    face = face + 1.0 / kFaceEnd * PointOf(pose, id);
    sure += pose[id].visibility / kFaceEnd;
  }
  // The ears are the middle of the head, from whichever side it is seen.
  const Point2 ears = Middle(pose[kLeftEar], pose[kRightEar]).p;
  const Point2 centre = 0.75 * ears + 0.25 * face;
  double spread = 0;
  for (int i = 0; i < kFaceEnd; ++i)
    spread = std::max(spread, Length(PointOf(pose, static_cast<LandmarkId>(i)) - centre));
  const double neck = Length(centre - shoulders.p);
  if (!std::isfinite(body + spread + neck)) return std::nullopt;

  const double radius = std::max(kRadius * body, kSpreadToRadius * spread);
  const HeadDisc by_face{centre, std::max(kLeastRadius, radius)};
  const bool plausible = spread >= kNarrowestFace * body && spread <= kWidestFace * body &&
                         neck >= kNearestHead * body && neck <= kFarthestHead * body;
  if (plausible && sure >= kSureFace) return by_face;

  const Point2 trunk = shoulders.p - hips.p;
  const double seen = Length(trunk);
  const Point2 up = seen > 0.1 * body ? 1 / seen * trunk : Point2{0, -1};
  const HeadDisc by_trunk{shoulders.p + kNeck * body * up,
                          std::max(kLeastRadius, kRadiusByTrunk * body)};
  if (neck > kNotOfThisBody * body) return by_trunk;
  return Around(by_trunk, {centre, std::min(by_face.radius, by_trunk.radius)});
}

/// Beyond an end of a track: where the head was there, where it would be had it gone on as between
/// `inner` and the end, and what lies between.
HeadDisc HeadIndex::Beyond(const Seen& end, const Seen& inner, double t_s) {
  const double away = std::abs(t_s - end.t_s);
  const double step = std::abs(inner.t_s - end.t_s);
  Point2 way = step > 0 ? away / step * (end.head.centre - inner.head.centre) : Point2{};
  const double farthest = kFastest_m_s * away * end.head.radius / kRadius_m;
  if (const double length = Length(way); length > farthest) way = farthest / length * way;
  const HeadDisc there{end.head.centre + way, end.head.radius};
  return Grown(Around(end.head, there), kUnsure_m_s * away);
}

HeadIndex::HeadIndex(const PosesByTrack& poses) {
  for (const auto& [track, list] : poses) {
    std::vector<Seen> raw;
    raw.reserve(list.size());
    for (const PoseFrame& pose : list) {
      if (const auto head = HeadOf(pose)) raw.push_back({pose.frame, pose.t.Seconds(), *head});
    }
    std::vector<Seen> steady = raw;
    std::size_t from = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      // The largest around it: one picture in which the model saw too small a head shows no rim of
      // it.
      while (raw[from].t_s < raw[i].t_s - kSteady_s) ++from;
      HeadDisc& head = steady[i].head;
      for (std::size_t k = from; k < raw.size() && raw[k].t_s <= raw[i].t_s + kSteady_s; ++k)
        head.radius = std::max(head.radius, raw[k].head.radius);
      // A moving head is smeared, and the landmarks trail it.
      double step = 0;
      for (const std::size_t k : {i - 1, i + 1}) {
        if (k < raw.size() && std::abs(raw[k].t_s - raw[i].t_s) <= kNextPicture_s)
          step = std::max(step, Length(raw[k].head.centre - raw[i].head.centre));
      }
      head.radius += std::min(step / 2, head.radius);
    }
    tracks_.push_back(std::move(steady));
  }
}

void HeadIndex::Find(const std::vector<Seen>& track, std::int64_t frame, double t_s,
                     std::vector<HeadDisc>* heads) {
  const auto next = std::ranges::lower_bound(track, frame, std::less{}, &Seen::frame);
  if (next != track.end() && next->frame == frame) return heads->push_back(next->head);
  const Seen* before = next != track.begin() ? &*std::prev(next) : nullptr;
  const Seen* after = next != track.end() ? &*next : nullptr;
  constexpr double kTick_s = 1e-6;
  if (before != nullptr && after != nullptr && after->t_s - before->t_s <= kGap_s + kTick_s) {
    const double gap = after->t_s - before->t_s;
    const double since = std::clamp(t_s - before->t_s, 0.0, gap);
    const HeadDisc middle = Between(before->head, after->head, gap > 0 ? since / gap : 0);
    return heads->push_back(Grown(middle, kGravity / 2 * since * (gap - since)));
  }
  if (before != nullptr && t_s - before->t_s <= kHold_s + kTick_s) {
    const auto earlier = std::ranges::lower_bound(track.begin(), next, before->t_s - kSpeedOver_s,
                                                  std::less{}, &Seen::t_s);
    heads->push_back(Beyond(*before, *earlier, t_s));
  }
  if (after != nullptr && after->t_s - t_s <= kLead_s + kTick_s) {
    const auto later = std::ranges::upper_bound(next, track.end(), after->t_s + kSpeedOver_s,
                                                std::less{}, &Seen::t_s);
    heads->push_back(Beyond(*after, *std::prev(later), t_s));
  }
}

std::vector<HeadDisc> HeadIndex::InFrame(std::int64_t frame, double t_s) const {
  std::vector<HeadDisc> heads;
  for (const auto& track : tracks_) Find(track, frame, t_s, &heads);
  return heads;
}

void CoverHeads(const std::vector<HeadDisc>& heads, double scale, std::uint8_t* pixels, int width,
                int height, std::ptrdiff_t stride) {
  for (const HeadDisc& head : heads) {
    Pixelate({scale * head.centre, scale * head.radius}, kLeastCell * scale, pixels, width, height,
             stride);
  }
}

}  // namespace plyo::report
