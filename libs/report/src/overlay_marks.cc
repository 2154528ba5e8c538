#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "overlay_painter.h"
#include "plyo/report/display.h"

namespace plyo::report {
namespace {

using enum LandmarkId;

/// From the lowest to the highest centre of mass: even steps of lightness, told apart by every kind
/// of colour vision.
Color HeightColor(double part) {
  constexpr std::array<Color, 5> kRamp = {{{0x5b, 0x5b, 0xe6},
                                           {0x2f, 0x9b, 0xe8},
                                           {0x1c, 0xc8, 0xa8},
                                           {0x9b, 0xe0, 0x4a},
                                           {0xff, 0xe6, 0x4d}}};
  const double at = std::clamp(part, 0.0, 1.0) * (kRamp.size() - 1);
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(at), kRamp.size() - 2);
  const double f = at - static_cast<double>(i);
  const auto mix = [f](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround(a + f * (b - a)));
  };
  return {mix(kRamp[i].r, kRamp[i + 1].r), mix(kRamp[i].g, kRamp[i + 1].g),
          mix(kRamp[i].b, kRamp[i + 1].b)};
}

}  // namespace

void OverlayPainter::Ground(Canvas* canvas, const PersonScene& person, const PoseFrame& pose,
                            const RepScene& rep) {
  if (!rep.ground_y) return;
  // The middle follows the hips, not a swinging arm.
  const double x = (pose[kLeftHip].x + pose[kRightHip].x) / 2.0;
  const double trunk = TrunkLength(person.poses.Poses().front());
  const double reach = 1.25 * trunk;
  // Heel and toe are marked a little above the sole.
  const double y = view_({0, *rep.ground_y + 0.05 * trunk}).y;
  const double from = view_({x - reach, 0}).x;
  const double to = view_({x + reach, 0}).x;
  canvas->Line({from, y}, {to, y}, Px(4), {kBlack, 0.28});
  canvas->Line({from, y}, {to, y}, Px(1.8), {kWhite, 0.8});
}

void OverlayPainter::Trail(Canvas* canvas, const PersonScene& person, const PoseFrame& pose) {
  const std::vector<PoseFrame>& poses = person.poses.Poses();
  const auto last = static_cast<std::size_t>(&pose - poses.data());
  // A second of what the watcher sees; a gap in the track breaks the line.
  const double seconds = 1 / time_scale_;
  std::size_t first = last;
  while (first > 0 && pose.t.Seconds() - poses[first - 1].t.Seconds() <= seconds &&
         poses[first].frame - poses[first - 1].frame == 1) {
    --first;
  }
  if (first == last) return;
  std::vector<Point2> path;
  for (std::size_t i = first; i <= last; ++i) path.push_back(view_(person.com[i]));
  canvas->Polyline(path, Px(6), {kBlack, 0.25});
  const double range = std::max(1e-6, person.com_bottom - person.com_top);
  for (std::size_t i = first + 1; i <= last; ++i) {
    const double age = (pose.t.Seconds() - poses[i].t.Seconds()) / seconds;
    const double part = (person.com_bottom - person.com[i].y) / range;
    canvas->Line(path[i - first - 1], path[i - first], Px(3.6),
                 {HeightColor(part), 1 - 0.85 * age});
  }
}

void OverlayPainter::Height(Canvas* canvas, const PersonScene& person, const PoseFrame& pose,
                            const RepScene& rep, double t_s) {
  if (!rep.takeoff || t_s < rep.takeoff_s) return;
  const double left_at = std::max(rep.end_s, rep.landing_s + 1.0) - t_s;
  const double alpha =
      FadeIn(t_s, rep.takeoff_s) * std::clamp(left_at * time_scale_ / 0.4, 0.0, 1.0);
  if (alpha <= 0) return;
  const std::vector<PoseFrame>& poses = person.poses.Poses();
  double top = rep.takeoff->y;
  for (std::size_t i = 0; i < poses.size() && poses[i].t.Seconds() <= t_s; ++i) {
    const double at = poses[i].t.Seconds();
    if (at >= rep.takeoff_s && at <= rep.landing_s) top = std::min(top, person.com[i].y);
  }
  // Behind the athlete's back where there is room, else in front of him.
  const double facing =
      pose[kLeftFootIndex].x + pose[kRightFootIndex].x - pose[kLeftHeel].x - pose[kRightHeel].x;
  const double room = Px(120) / view_.scale;
  const double trunk = TrunkLength(pose);
  bool at_left = facing >= 0;
  if (at_left && rep.takeoff->x - 1.1 * trunk < room) at_left = false;
  if (!at_left && rep.takeoff->x + 1.1 * trunk > size_.width / view_.scale - room) at_left = true;
  const double x = view_({rep.takeoff->x + (at_left ? -1.1 : 1.1) * trunk, 0}).x;
  const double y0 = view_(*rep.takeoff).y;
  const double y1 = view_({0, top}).y;
  const double cap = Px(9);
  for (const bool casing : {true, false}) {
    const Ink ink = casing ? Ink{kBlack, 0.35 * alpha} : Ink{kWhite, 0.95 * alpha};
    const double width = casing ? Px(4.6) : Px(2);
    canvas->Line({x, y0}, {x, y1}, width, ink);
    canvas->Line({x - cap, y0}, {x + cap, y0}, width, ink);
    canvas->Line({x - cap, y1}, {x + cap, y1}, width, ink);
  }
  canvas->DashedLine({x, y0}, {view_(*rep.takeoff).x, y0}, Px(1.4), Px(5), {kWhite, 0.6 * alpha});
  const auto figure = std::ranges::find(rep.figures, "jump_height", &TimedFigure::id);
  if (figure == rep.figures.end()) return;
  const double known = FadeIn(t_s, figure->known_s) * alpha;
  if (known <= 0) return;
  TextStyle style =
      Letters(24, Weight::kSemiBold, {kWhite, known}, at_left ? Align::kRight : Align::kLeft);
  style.casing_px = Px(2.2);
  canvas->Text(figure->value, {x + (at_left ? -Px(16) : Px(16)), (y0 + y1) / 2 + Px(8)}, style);
}

void OverlayPainter::Angles(Canvas* canvas, const PoseFrame& pose, const RepScene& rep,
                            NearSide near, double t_s) {
  if (near == NearSide::kNeither) return;
  struct Joint {
    std::string_view trace;
    LandmarkId left;
  };
  constexpr std::array<Joint, 3> kJoints = {
      {{"hip_angle", kLeftHip}, {"knee_angle", kLeftKnee}, {"ankle_angle", kLeftAnkle}}};
  const double facing =
      pose[kLeftFootIndex].x + pose[kRightFootIndex].x - pose[kLeftHeel].x - pose[kRightHeel].x;
  for (const Joint& joint : kJoints) {
    const std::optional<double> angle = TraceAt(*rep.rep, joint.trace, t_s);
    if (!angle) continue;
    const int side = near == NearSide::kRight ? 1 : 0;
    const Point2 at =
        view_(PointOf(pose, static_cast<LandmarkId>(static_cast<int>(joint.left) + side)));
    // The knee points forward, hip and ankle open to it: the figure stands on the other side of the
    // joint.
    const bool ahead = (joint.left == kLeftKnee) == (facing >= 0);
    TextStyle style =
        Letters(15, Weight::kSemiBold, {kWhite, 1}, ahead ? Align::kLeft : Align::kRight);
    style.casing_px = Px(1.8);
    canvas->Text(fmt::format("{:.0f}°", *angle), {at.x + (ahead ? Px(14) : -Px(14)), at.y + Px(5)},
                 style);
  }
}

void OverlayPainter::Tag(Canvas* canvas, const PoseFrame& pose, std::size_t number) {
  const Point2 ears = 0.5 * (PointOf(pose, kLeftEar) + PointOf(pose, kRightEar));
  const Point2 at = view_({ears.x, ears.y - 0.5 * TrunkLength(pose)});
  canvas->Disc(at, Px(13), {kBlack, 0.62});
  canvas->Text(fmt::format("{}", number), {at.x, at.y + Px(5.5)},
               Letters(15, Weight::kSemiBold, {kWhite, 1}, Align::kCentre));
}

}  // namespace plyo::report
