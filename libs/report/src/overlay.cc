#include "plyo/report/overlay.h"

#include <algorithm>
#include <cmath>

#include "face_cover.h"
#include "overlay_painter.h"

namespace plyo {
namespace report {
namespace {

/// One px of a 1280 x 720 picture; in an upright one two panels must fit beside each other.
double UnitOf(double width, double height) {
  return std::min(std::sqrt(width * height / (1280.0 * 720.0)), width / 640.0);
}

}  // namespace

OverlayPainter::OverlayPainter(const OverlayInput& input, OverlaySize size, double scale,
                               double time_scale, double duration_s)
    : input_(input),
      size_(size),
      view_{scale, {0, 0}},
      time_scale_(time_scale > 0 ? time_scale : 1),
      duration_s_(duration_s),
      unit_(UnitOf(size.width, size.picture_height)),
      people_(MakeScenes(input.result, input.sport, input.poses, input.sex)) {
  athletes_ = static_cast<std::size_t>(std::ranges::count_if(
      people_, [](const PersonScene& person) { return person.athlete != nullptr; }));
}

TextStyle OverlayPainter::Letters(double units, Weight weight, Ink ink, Align align) const {
  return {std::max(9.0, Px(units)), weight, ink, align, 0};
}

double OverlayPainter::FadeIn(double t_s, double begin_s) const {
  return t_s < begin_s ? 0 : std::min(1.0, 0.15 + (t_s - begin_s) * time_scale_ / 0.25);
}

void OverlayPainter::Paint(Canvas* canvas, std::int64_t frame, double t_s) {
  const bool found = athletes_ > 0;
  // From the back to the front: who does not matter, ground, skeletons, paths, figures.
  for (std::size_t i = people_.size(); i-- > 0;) {
    const PersonScene& person = people_[i];
    const PoseFrame* pose = person.poses.InFrame(frame);
    if (pose == nullptr) continue;
    const double line = LimbWidth(TrunkLength(*pose) * view_.scale);
    const NearSide near = person.poses.NearSideIn(*pose);
    if (person.athlete == nullptr) {
      DrawSkeleton(canvas, *pose, view_, near, {line, found ? 0.45 : 0.95, found});
      continue;
    }
    const RepScene* rep = person.RepAt(t_s);
    if (rep == nullptr && !person.reps.empty()) rep = &person.reps.front();
    if (rep != nullptr) Ground(canvas, person, *pose, *rep);
    DrawSkeleton(canvas, *pose, view_, near, {line, 0.95, false});
    Trail(canvas, person, *pose);
    if (rep != nullptr) {
      Height(canvas, person, *pose, *rep, t_s);
      if (i == 0) Angles(canvas, *pose, *rep, near, t_s);
    }
    canvas->CentreMark(
        view_(person.com[static_cast<std::size_t>(pose - person.poses.Poses().data())]), Px(8));
    if (athletes_ > 1) Tag(canvas, *pose, i + 1);
  }
  const double below = PhasePanel(canvas, t_s);
  EventFlash(canvas, t_s, below);
  FigurePanel(canvas, t_s);
  Timeline(canvas, t_s);
}

}  // namespace report

OverlaySize ChooseOverlaySize(int video_width, int video_height) {
  constexpr double kSmallest = 960;
  constexpr double kLargest = 1920;
  const double side = std::max({video_width, video_height, 1});
  const double scale = std::clamp(side, kSmallest, kLargest) / side;
  const auto even = [scale](int length) {
    return std::max(2, 2 * static_cast<int>(std::lround(length * scale / 2)));
  };
  const int width = even(video_width);
  const int height = even(video_height);
  constexpr double kTimeline = 44;
  const int band = 2 * static_cast<int>(std::lround(kTimeline * report::UnitOf(width, height) / 2));
  return {width, height + band, height};
}

Result<void> WriteOverlay(FrameSource& source, const ToBgraFunction& to_bgra, VideoWriter& writer,
                          const OverlayInput& input) {
  const VideoInfo& info = source.Info();
  const OverlaySize size = ChooseOverlaySize(info.width, info.height);
  const std::ptrdiff_t stride = std::ptrdiff_t{4} * size.width;
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(stride) *
                                   static_cast<std::size_t>(size.height));
  const double duration_s =
      input.result.source.duration_s > 0 ? input.result.source.duration_s : info.duration_s;
  const double time_scale = info.time_scale > 0 ? info.time_scale : 1;
  const double scale = static_cast<double>(size.width) / info.width;
  const report::HeadIndex heads =
      input.blur_faces ? report::HeadIndex(input.poses) : report::HeadIndex();
  report::FontSet fonts;
  report::OverlayPainter painter(input, size, scale, time_scale, duration_s);
  std::int64_t done = 0;
  while (true) {
    if (input.cancel != nullptr && input.cancel->load()) {
      return Fail(ErrorCode::kInterrupted, "interrupted while the annotated video was written");
    }
    Result<std::optional<Frame>> frame = source.Next();
    if (!frame) return tl::unexpected(frame.error());
    if (!frame->has_value()) return {};
    const Frame& picture = **frame;
    if (auto good = to_bgra(picture, size.width, size.picture_height, pixels.data(), stride); !good)
      return good;
    report::CoverHeads(heads.InFrame(picture.index, picture.t.Seconds()), scale, pixels.data(),
                       size.width, size.picture_height, stride);
    {
      report::Canvas canvas(pixels.data(), size.width, size.height, stride, &fonts);
      painter.Paint(&canvas, picture.index, picture.t.Seconds());
    }
    const Timestamp shown = Timestamp::FromSeconds(picture.t.Seconds() * time_scale);
    if (auto good = writer.Write({pixels.data(), size.width, size.height, stride}, shown); !good)
      return good;
    if (input.progress) input.progress(++done);
  }
}

}  // namespace plyo
