#include "skeleton.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace plyo::report {
namespace {

using enum LandmarkId;

constexpr Color kTrunkColor{0xff, 0xff, 0xff};
constexpr Color kMutedColor{0xd5, 0xda, 0xe0};

LandmarkId OnSide(LandmarkId left, Side side) {
  // Left and right alternate in the model's order from the eyes' corners on; the ones used here are
  // neighbours.
  return static_cast<LandmarkId>(static_cast<int>(left) + (side == Side::kRight ? 1 : 0));
}

Point2 Middle(Point2 a, Point2 b) { return 0.5 * (a + b); }

double Distance(Point2 a, Point2 b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// From hidden to surely seen.
double Sureness(double visibility) { return std::clamp((visibility - 0.1) / 0.5, 0.18, 1.0); }

class Painter {
 public:
  Painter(Canvas* canvas, const PoseFrame& pose, const Viewport& view, const SkeletonStyle& style)
      : canvas_(canvas), pose_(pose), view_(view), style_(style) {}

  void Limbs(Side side, Color color, double alpha) {
    color_ = color;
    alpha_ = alpha * style_.alpha;
    const auto id = [side](LandmarkId left) { return OnSide(left, side); };
    Bone(id(kLeftShoulder), id(kLeftElbow));
    Bone(id(kLeftElbow), id(kLeftWrist));
    Bone(id(kLeftWrist), id(kLeftIndex));
    Bone(id(kLeftHip), id(kLeftKnee));
    Bone(id(kLeftKnee), id(kLeftAnkle));
    Bone(id(kLeftAnkle), id(kLeftHeel));
    Bone(id(kLeftHeel), id(kLeftFootIndex));
    Bone(id(kLeftAnkle), id(kLeftFootIndex));
    Stroke();
    if (style_.muted) return;
    for (const LandmarkId joint : {kLeftShoulder, kLeftElbow, kLeftWrist, kLeftHip, kLeftKnee,
                                   kLeftAnkle, kLeftHeel, kLeftFootIndex}) {
      Joint(id(joint));
    }
  }

  void Trunk(Color color) {
    color_ = color;
    alpha_ = style_.alpha * 0.92;
    const Point2 shoulders = Middle(PointOf(pose_, kLeftShoulder), PointOf(pose_, kRightShoulder));
    const Point2 ears = Middle(PointOf(pose_, kLeftEar), PointOf(pose_, kRightEar));
    const double sure = Sureness(std::max(pose_[kLeftHip].visibility, pose_[kRightHip].visibility));
    // In side view the two shoulders and the two hips fall together: their lines show how far the
    // view is from it.
    Add(PointOf(pose_, kLeftShoulder), PointOf(pose_, kRightShoulder), sure);
    Add(PointOf(pose_, kLeftHip), PointOf(pose_, kRightHip), sure);
    Add(PointOf(pose_, kLeftShoulder), PointOf(pose_, kLeftHip), sure);
    Add(PointOf(pose_, kRightShoulder), PointOf(pose_, kRightHip), sure);
    const Point2 nose = PointOf(pose_, kNose);
    const double radius =
        std::clamp(Distance(ears, nose), 0.17 * TrunkLength(pose_), 0.26 * TrunkLength(pose_));
    const double neck = Distance(shoulders, ears);
    if (neck > radius) {
      const double part = (neck - radius) / neck;
      Add(shoulders, shoulders + part * (ears - shoulders), sure);
    }
    Stroke();
    const Point2 head = view_(ears);
    const double r = radius * view_.scale;
    canvas_->Ring(head, r, 0.75 * Width() + 2 * Casing(), {kBlack, 0.4 * alpha_});
    canvas_->Ring(head, r, 0.75 * Width(), {color_, alpha_});
  }

 private:
  struct Segment {
    Point2 a;
    Point2 b;
    double sure;
  };

  double Width() const { return style_.muted ? style_.line_px * 0.6 : style_.line_px; }
  double Casing() const { return style_.line_px * 0.32; }

  void Bone(LandmarkId a, LandmarkId b) {
    Add(PointOf(pose_, a), PointOf(pose_, b),
        Sureness(std::min(pose_[a].visibility, pose_[b].visibility)));
  }
  void Add(Point2 a, Point2 b, double sure) { segments_.push_back({view_(a), view_(b), sure}); }

  /// The dark edges of all come first, so that they do not cut through the lines.
  void Stroke() {
    for (const Segment& s : segments_) {
      canvas_->Line(s.a, s.b, Width() + 2 * Casing(), {kBlack, 0.4 * alpha_ * s.sure});
    }
    for (const Segment& s : segments_) canvas_->Line(s.a, s.b, Width(), {color_, alpha_ * s.sure});
    segments_.clear();
  }

  void Joint(LandmarkId id) {
    const double alpha = alpha_ * Sureness(pose_[id].visibility);
    const Point2 p = view_(PointOf(pose_, id));
    canvas_->Disc(p, style_.line_px * 0.95, {kBlack, 0.55 * alpha});
    canvas_->Disc(p, style_.line_px * 0.66, {kWhite, alpha});
  }

  Canvas* canvas_;
  const PoseFrame& pose_;
  const Viewport& view_;
  const SkeletonStyle& style_;
  Color color_;
  double alpha_ = 1;
  std::vector<Segment> segments_;
};

}  // namespace

Point2 PointOf(const PoseFrame& pose, LandmarkId id) { return {pose[id].x, pose[id].y}; }

double TrunkLength(const PoseFrame& pose) {
  return Distance(Middle(PointOf(pose, kLeftShoulder), PointOf(pose, kRightShoulder)),
                  Middle(PointOf(pose, kLeftHip), PointOf(pose, kRightHip)));
}

double LeftNearness(const PoseFrame& pose) {
  const double trunk = std::max(1.0, TrunkLength(pose));
  double nearness = 0;
  for (const LandmarkId left : {kLeftShoulder, kLeftHip}) {
    nearness += pose[OnSide(left, Side::kRight)].z - pose[left].z;
  }
  return nearness / 2 / trunk;
}

NearSide NearSideOf(double left_nearness) {
  constexpr double kFrontView = 0.12;
  if (std::abs(left_nearness) < kFrontView) return NearSide::kNeither;
  return left_nearness > 0 ? NearSide::kLeft : NearSide::kRight;
}

double LimbWidth(double trunk_px) { return std::clamp(trunk_px * 0.042, 1.6, 9.0); }

void DrawSkeleton(Canvas* canvas, const PoseFrame& pose, const Viewport& view, NearSide near,
                  const SkeletonStyle& style) {
  Painter painter(canvas, pose, view, style);
  const Side front = near == NearSide::kLeft ? Side::kLeft : Side::kRight;
  const Side back = front == Side::kLeft ? Side::kRight : Side::kLeft;
  if (style.muted) {
    painter.Limbs(back, kMutedColor, 0.7);
    painter.Trunk(kMutedColor);
    painter.Limbs(front, kMutedColor, 0.7);
    return;
  }
  painter.Limbs(back, kFarColor, near == NearSide::kNeither ? 1 : 0.75);
  painter.Trunk(kTrunkColor);
  painter.Limbs(front, kNearColor, 1);
}

}  // namespace plyo::report
