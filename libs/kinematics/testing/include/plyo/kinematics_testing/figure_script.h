#pragma once

#include <vector>

#include "plyo/kinematics_testing/motion_path.h"
#include "plyo/kinematics_testing/stick_figure.h"

namespace plyo::testing {

/// A movement on both feet, told piece by piece. Heights are those of the centre of mass over its
/// height in standing, metres; the feet stay on the floor but in flight. g = 9.80665.
class FigureScript {
 public:
  /// The floor under the feet at the begin lies `floor_m` over the one of the picture: a box.
  explicit FigureScript(double stature_m, double begin_height_m = 0, double floor_m = 0);

  FigureScript& Hold(double duration_s);
  FigureScript& MoveTo(const PathEnd& end, double duration_s);
  /// Up to a take-off at `velocity`, its force a parabola over time that ends at zero. Begins at
  /// rest, at PushBegin's acceleration.
  FigureScript& Push(double takeoff_height_m, double velocity);
  /// Free fall until the feet are on the floor with the body at `landing_height_m`; the floor there
  /// lies `deeper_m` lower and `ahead_m` ahead. The toes gather speed over `toe_roll_s`.
  FigureScript& Fly(double landing_height_m, double toe_roll_s = 0.014, double deeper_m = 0,
                    double ahead_m = 0);
  /// From a landing to rest at `lowest_height_m`.
  FigureScript& Absorb(double lowest_height_m);
  /// A whole jump from rest and back to standing.
  FigureScript& Jump(double depth_m, double height_m);

  /// Acceleration at the begin of a push over `way_m`, for the piece before it to end with.
  static double PushBegin(double way_m, double velocity);

  double duration_s() const;
  /// Begin of the piece with that index, -1 being the one to come.
  double BeginOf(int piece) const;

  struct Instant {
    PathEnd com;        ///< over standing and the picture's floor
    double lift_m = 0;  ///< of the feet over the picture's floor
    double ahead_m = 0;
  };
  Instant At(double t) const;
  PoseFrame PoseAt(double t, const Filming& filming) const;
  std::vector<PoseFrame> Film(const Filming& filming) const;

 private:
  struct Piece {
    double begin_s = 0;
    MotionPath path;
    bool flight = false;
    double toe_roll_s = 0;
    double floor_m = 0;  // at its begin
    double floor_after_m = 0;
    double ahead_m = 0;
    double ahead_after_m = 0;
  };

  double stature_m_;
  double com_standing_m_;
  PathEnd now_;  // over standing and the floor underneath
  double floor_m_;
  double ahead_m_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace plyo::testing
