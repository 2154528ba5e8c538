#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "canvas.h"
#include "overlay_scene.h"
#include "plyo/report/overlay.h"

namespace plyo::report {

/// Draws one frame after the other. Lengths follow the size of the picture: `unit_` is one px of a
/// 1280 x 720 picture.
class OverlayPainter {
 public:
  /// `scale` = overlay px per video px; `time_scale` as in VideoInfo; `duration_s` of the clip in
  /// capture time.
  OverlayPainter(const OverlayInput& input, OverlaySize size, double scale, double time_scale,
                 double duration_s);

  /// The annotations of the frame at capture time `t_s`, over its picture.
  void Paint(Canvas* canvas, std::int64_t frame, double t_s);

 private:
  // In the scene (overlay_marks.cc)
  void Ground(Canvas* canvas, const PersonScene& person, const PoseFrame& pose,
              const RepScene& rep);
  void Trail(Canvas* canvas, const PersonScene& person, const PoseFrame& pose);
  void Height(Canvas* canvas, const PersonScene& person, const PoseFrame& pose, const RepScene& rep,
              double t_s);
  void Angles(Canvas* canvas, const PoseFrame& pose, const RepScene& rep, NearSide near,
              double t_s);
  void Tag(Canvas* canvas, const PoseFrame& pose, std::size_t number);

  // In front of it (overlay_panels.cc)
  double PhasePanel(Canvas* canvas, double t_s);  // returns y below it
  std::string PhaseLine(std::size_t athlete, const RepScene* rep, double t_s) const;
  void FigurePanel(Canvas* canvas, double t_s);
  void Timeline(Canvas* canvas, double t_s);
  void EventFlash(Canvas* canvas, double t_s, double y);

  double Px(double units) const { return units * unit_; }
  TextStyle Letters(double units, Weight weight, Ink ink, Align align = Align::kLeft) const;
  /// 0 before `begin_s`, 1 after, in a quarter of a second of the file's clock.
  double FadeIn(double t_s, double begin_s) const;

  const OverlayInput& input_;
  OverlaySize size_;
  Viewport view_;
  double time_scale_;
  double duration_s_;
  double unit_;
  std::vector<PersonScene> people_;
  std::size_t athletes_ = 0;  ///< of them, the first ones
};

}  // namespace plyo::report
