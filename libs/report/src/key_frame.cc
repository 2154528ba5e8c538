#include "plyo/report/key_frame.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "canvas.h"
#include "face_cover.h"
#include "jpeg.h"
#include "plyo/kinematics/center_of_mass.h"
#include "plyo/report/display.h"
#include "pose_index.h"

namespace plyo {
namespace {

using report::PoseIndex;

/// One wanted picture, and the part of the video's picture that it shows, image px.
struct Wanted {
  TrackId track = 0;
  int rep = 0;
  std::string event_id;
  double t_s = 0;
  double x0 = 0;
  double y0 = 0;
  double width = 0;
  double height = 0;
  std::optional<double> reference_y;  ///< of the standing centre of mass
};

struct Extent {
  double x0 = std::numeric_limits<double>::infinity();
  double y0 = std::numeric_limits<double>::infinity();
  double x1 = -std::numeric_limits<double>::infinity();
  double y1 = -std::numeric_limits<double>::infinity();

  void Add(const PoseFrame& pose) {
    for (const ImageLandmark& landmark : pose.image) {
      x0 = std::min<double>(x0, landmark.x);
      y0 = std::min<double>(y0, landmark.y);
      x1 = std::max<double>(x1, landmark.x);
      y1 = std::max<double>(y1, landmark.y);
    }
  }
};

const PoseFrame* PoseNear(const std::vector<PoseFrame>& poses, double t_s) {
  const PoseFrame* best = nullptr;
  for (const PoseFrame& pose : poses) {
    if (best == nullptr || std::abs(pose.t.Seconds() - t_s) < std::abs(best->t.Seconds() - t_s))
      best = &pose;
  }
  return best;
}

/// Cuts that have one size and one vertical position within a rep, each centred on the athlete
/// where he is then.
void ChooseCuts(std::span<Wanted> rep, const std::vector<PoseFrame>& poses, const VideoInfo& video,
                Sex sex) {
  std::vector<Extent> extents(rep.size());
  Extent all;
  double width = 0;
  for (std::size_t i = 0; i < rep.size(); ++i) {
    if (const PoseFrame* pose = PoseNear(poses, rep[i].t_s)) {
      extents[i].Add(*pose);
      all.Add(*pose);
      width = std::max(width, extents[i].x1 - extents[i].x0);
      if (!rep[i].reference_y && i == 0) {
        const double y = CenterOfMassInImage(*pose, sex).y;
        for (Wanted& wanted : rep) wanted.reference_y = y;
      }
    }
  }
  const double full_height = video.height;
  const double full_width = video.width;
  double y0 = 0;
  double y1 = full_height;
  if (width > 0) {
    // The landmarks end at eyes and toes: the head's top and some floor belong to the picture.
    const double span = all.y1 - all.y0;
    y0 = std::max(0.0, all.y0 - 0.14 * span);
    y1 = std::min(full_height, all.y1 + 0.07 * span);
  }
  const double height = std::max(16.0, y1 - y0);
  constexpr double kNarrowest = 0.52;
  const double wanted_width =
      width > 0 ? std::clamp(1.3 * width, kNarrowest * height, 1.1 * height) : full_width;
  const double cut_width = std::min(full_width, wanted_width);
  for (std::size_t i = 0; i < rep.size(); ++i) {
    const bool seen = extents[i].x1 >= extents[i].x0;
    const double centre = seen ? (extents[i].x0 + extents[i].x1) / 2 : full_width / 2;
    rep[i].x0 = std::clamp(centre - cut_width / 2, 0.0, full_width - cut_width);
    rep[i].y0 = std::min(y0, std::max(0.0, full_height - height));
    rep[i].width = cut_width;
    rep[i].height = std::min(height, full_height);
  }
}

std::vector<Wanted> WantedPictures(const AnalysisResult& result, const Sport& sport,
                                   const PosesByTrack& poses, const VideoInfo& video,
                                   const KeyFrameOptions& options) {
  std::vector<Wanted> wanted;
  static const std::vector<PoseFrame> kNoPoses;
  for (const AthleteResult& athlete : result.athletes) {
    const auto found = poses.find(athlete.track_id);
    const std::vector<PoseFrame>& track = found != poses.end() ? found->second : kNoPoses;
    int reps = 0;
    for (const Rep& rep : athlete.Repetitions()) {
      if (++reps > options.max_reps) break;
      const std::size_t first = wanted.size();
      for (const Event& event : rep.events) {
        const EventDescriptor* descriptor = FindEventDescriptor(sport, event.id);
        if (descriptor == nullptr || !descriptor->key_frame) continue;
        wanted.push_back(
            {athlete.track_id, rep.index, event.id, event.t_s, 0, 0, 0, 0, std::nullopt});
      }
      ChooseCuts(std::span(wanted).subspan(first), track, video, options.sex);
    }
  }
  return wanted;
}

class Cutter {
 public:
  Cutter(const ToBgraFunction& to_bgra, const PosesByTrack& poses, const KeyFrameOptions& options)
      : to_bgra_(to_bgra),
        options_(options),
        heads_(options.blur_faces ? report::HeadIndex(poses) : report::HeadIndex()) {
    for (const auto& [track, list] : poses) index_.emplace(track, PoseIndex(list));
  }

  Result<KeyFrame> Cut(const Frame& frame, const Wanted& wanted) {
    const double scale = options_.height_px / wanted.height;
    if (auto converted = Convert(frame, std::min(1.0, 2 * scale)); !converted)
      return tl::unexpected(converted.error());
    const int height = options_.height_px;
    const int width = std::max(16, static_cast<int>(std::lround(wanted.width * scale)));
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) *
                                     static_cast<std::size_t>(height) * 4);
    const report::Viewport view{scale, {wanted.x0, wanted.y0}};
    {
      report::Canvas canvas(pixels.data(), width, height, std::ptrdiff_t{4} * width, &fonts_);
      canvas.Picture(picture_.data(), picture_width_, picture_height_,
                     std::ptrdiff_t{4} * picture_width_, scale / picture_scale_,
                     picture_scale_ * view.origin);
      Annotate(&canvas, frame, wanted, view);
    }
    auto jpeg = report::EncodeJpeg(pixels.data(), width, height, std::ptrdiff_t{4} * width,
                                   options_.jpeg_quality);
    if (!jpeg) return tl::unexpected(jpeg.error());
    return KeyFrame{wanted.track,      wanted.rep, wanted.event_id, wanted.t_s,
                    frame.t.Seconds(), width,      height,          *std::move(jpeg)};
  }

 private:
  /// Very large pictures are reduced to what can be told apart in the cut.
  Result<void> Convert(const Frame& frame, double scale) {
    if (converted_ == frame.index && picture_scale_ == scale) return {};
    picture_width_ = std::max(1, static_cast<int>(std::lround(frame.width * scale)));
    picture_height_ = std::max(1, static_cast<int>(std::lround(frame.height * scale)));
    picture_.resize(static_cast<std::size_t>(picture_width_) *
                    static_cast<std::size_t>(picture_height_) * 4);
    converted_ = frame.index;
    picture_scale_ = scale;
    const std::ptrdiff_t stride = std::ptrdiff_t{4} * picture_width_;
    auto converted = to_bgra_(frame, picture_width_, picture_height_, picture_.data(), stride);
    if (converted) {
      report::CoverHeads(heads_.InFrame(frame.index, frame.t.Seconds()), scale, picture_.data(),
                         picture_width_, picture_height_, stride);
    }
    return converted;
  }

  void Annotate(report::Canvas* canvas, const Frame& frame, const Wanted& wanted,
                const report::Viewport& view) {
    const double u = options_.height_px / 600.0;
    if (wanted.reference_y) {
      const double y = view({0, *wanted.reference_y}).y;
      canvas->DashedLine({0, y}, {static_cast<double>(canvas->Width()), y}, 1.4 * u, 5 * u,
                         {report::kWhite, 0.75});
    }
    const auto index = index_.find(wanted.track);
    const PoseFrame* pose = index != index_.end() ? index->second.InFrame(frame.index) : nullptr;
    if (pose == nullptr) return;
    const double line = report::LimbWidth(report::TrunkLength(*pose) * view.scale);
    report::DrawSkeleton(canvas, *pose, view, index->second.NearSideIn(*pose), {line, 0.95, false});
    canvas->CentreMark(view(CenterOfMassInImage(*pose, options_.sex)), 2.1 * line);
  }

  const ToBgraFunction& to_bgra_;
  const KeyFrameOptions& options_;
  report::HeadIndex heads_;
  std::map<TrackId, PoseIndex> index_;
  report::FontSet fonts_;
  std::vector<std::uint8_t> picture_;
  int picture_width_ = 0;
  int picture_height_ = 0;
  double picture_scale_ = 1;
  std::int64_t converted_ = -1;
};

}  // namespace

Result<std::vector<KeyFrame>> ExtractKeyFrames(FrameSource& source, const ToBgraFunction& to_bgra,
                                               const AnalysisResult& result, const Sport& sport,
                                               const PosesByTrack& poses,
                                               const KeyFrameOptions& options) {
  const std::vector<Wanted> wanted = WantedPictures(result, sport, poses, source.Info(), options);
  std::vector<std::size_t> by_time(wanted.size());
  for (std::size_t i = 0; i < by_time.size(); ++i) by_time[i] = i;
  std::ranges::stable_sort(by_time, std::less{}, [&](std::size_t i) { return wanted[i].t_s; });
  std::vector<std::optional<KeyFrame>> taken(wanted.size());
  Cutter cutter(to_bgra, poses, options);
  std::size_t next = 0;
  std::optional<Frame> previous;
  double step_s = 0;
  while (next < by_time.size()) {
    Result<std::optional<Frame>> frame = source.Next();
    if (!frame) return tl::unexpected(frame.error());
    const bool ended = !frame->has_value();
    if (!ended && previous) step_s = (*frame)->t.Seconds() - previous->t.Seconds();
    while (next < by_time.size()) {
      const Wanted& w = wanted[by_time[next]];
      if (!ended && (*frame)->t.Seconds() < w.t_s) break;
      const bool earlier =
          previous && (ended || w.t_s - previous->t.Seconds() <= (*frame)->t.Seconds() - w.t_s);
      const Frame* nearest = earlier ? &*previous : ended ? nullptr : &**frame;
      // After the last picture there is nothing to show.
      if (nearest != nullptr && (!ended || w.t_s - nearest->t.Seconds() <= step_s)) {
        Result<KeyFrame> cut = cutter.Cut(*nearest, w);
        if (!cut) return tl::unexpected(cut.error());
        taken[by_time[next]] = *std::move(cut);
      }
      ++next;
    }
    if (ended) break;
    previous = *std::move(*frame);
  }
  std::vector<KeyFrame> frames;
  for (std::optional<KeyFrame>& frame : taken) {
    if (frame) frames.push_back(*std::move(frame));
  }
  return frames;
}

}  // namespace plyo
