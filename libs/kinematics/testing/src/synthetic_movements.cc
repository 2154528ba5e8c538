#include "plyo/kinematics_testing/synthetic_movements.h"

#include <cmath>
#include <numbers>

#include "plyo/base/units.h"
#include "plyo/kinematics_testing/figure_script.h"

namespace plyo::testing {
namespace {

constexpr double kTakeoff_m = 0.065;  // CoM over standing, on the toes
constexpr double kDip_m = 0.10;       // of a rebound, under standing
constexpr double kSquat_m = 0.33;

double SpeedFor(double height_m) { return std::sqrt(2 * kGravity * height_m); }

struct Gait {
  double speed = 0;
  double stride_s = 0;
  double stance = 0;      // share of the stride
  double swing_lift = 0;  // of the ankle, m
  double bob = 0;         // of the hip, m: highest minus lowest in the middle of a stance
  double hip_drop = 0;    // under standing, m
};

std::vector<PoseFrame> RenderGait(double duration_s, const Gait& gait, const Filming& filming) {
  const double ankle_height = StandFigure(1, kFigureStature_m).legs[0].ankle.z;
  const double hip_height = StandingHipHeight(kFigureStature_m) - gait.hip_drop;
  return Record(duration_s, filming, [&](double t) {
    const double stride = t / gait.stride_s;
    std::array<FootPlace, 2> feet;
    for (std::size_t i = 0; i < feet.size(); ++i) {
      const double phase = std::fmod(stride + 0.5 * static_cast<double>(i), 1.0);
      const double reach = gait.speed * gait.stride_s * gait.stance / 2;
      if (phase < gait.stance) {  // the foot stays where it is while the hip passes
        feet[i] = {{reach * (1 - 2 * phase / gait.stance), ankle_height}, 0};
        continue;
      }
      const double swing = (phase - gait.stance) / (1 - gait.stance);
      const double lift = gait.swing_lift * std::pow(std::sin(std::numbers::pi * swing), 2);
      feet[i] = {{-reach * std::cos(std::numbers::pi * swing), ankle_height + lift}, -lift};
    }
    const double middle = 2 * std::numbers::pi * (2 * stride - gait.stance);
    const Point hip{0, hip_height - gait.bob * std::cos(middle)};
    return Film(StepFigure(hip, feet, kFigureStature_m), {gait.speed * t, 0}, filming);
  });
}

}  // namespace

AthleteOptions Athlete(std::optional<double> height_m) {
  AthleteOptions athlete;
  athlete.height_m = height_m;
  return athlete;
}

std::vector<PoseFrame> RenderStanding(double duration_s, const Filming& filming) {
  return FigureScript(kFigureStature_m).Hold(duration_s).Film(filming);
}

std::vector<PoseFrame> RenderSquats(double depth_m, const Filming& filming) {
  FigureScript script(kFigureStature_m);
  script.Hold(1);
  for (int i = 0; i < 2; ++i) script.MoveTo({-depth_m, 0, 3}, 0.8).MoveTo({}, 0.7).Hold(0.6);
  return script.Film(filming);
}

std::vector<PoseFrame> RenderCalfRaises(const Filming& filming) {
  FigureScript script(kFigureStature_m);
  script.Hold(1);
  for (int i = 0; i < 3; ++i) script.MoveTo({0.09, 0, 0}, 0.3).Hold(0.2).MoveTo({}, 0.3).Hold(0.4);
  return script.Film(filming);
}

std::vector<PoseFrame> RenderHops(int count, double height_m, const Filming& filming) {
  FigureScript script(kFigureStature_m, -kDip_m);
  for (int i = 0; i < count; ++i)
    script.Push(kTakeoff_m, SpeedFor(height_m)).Fly(kTakeoff_m).Absorb(-kDip_m);
  return script.Film(filming);
}

std::vector<PoseFrame> RenderStepDown(double box_m, const Filming& filming) {
  return FigureScript(kFigureStature_m, 0, box_m)
      .Hold(1.2)
      .Fly(0.02, 0.001, box_m, 0.45)
      .Absorb(-0.2)
      .MoveTo({}, 0.6)
      .Hold(1.2)
      .Film(filming);
}

std::vector<PoseFrame> RenderDropJump(double box_m, double height_m, const Filming& filming) {
  return FigureScript(kFigureStature_m, 0, box_m)
      .Hold(1.2)
      .Fly(0.02, 0.001, box_m, 0.45)
      .Absorb(-0.15)
      .Push(kTakeoff_m, SpeedFor(height_m))
      .Fly(kTakeoff_m - 0.02)
      .Absorb(-0.25)
      .MoveTo({}, 0.6)
      .Hold(1.2)
      .Film(filming);
}

std::vector<PoseFrame> RenderBoxJump(double box_m, double height_m, const Filming& filming) {
  const double velocity = SpeedFor(height_m);
  return FigureScript(kFigureStature_m)
      .Hold(1.2)
      .MoveTo({-0.3, 0, FigureScript::PushBegin(0.3 + kTakeoff_m, velocity)}, 0.52)
      .Push(kTakeoff_m, velocity)
      .Fly(kTakeoff_m - 0.1, 0.014, -box_m, 0.5)
      .Absorb(-0.2)
      .MoveTo({}, 0.6)
      .Hold(1.2)
      .Film(filming);
}

std::vector<PoseFrame> RenderSquatJump(double height_m, const Filming& filming) {
  const double velocity = SpeedFor(height_m);
  return FigureScript(kFigureStature_m)
      .Hold(1)
      .MoveTo({-kSquat_m, 0, 0}, 0.9)
      .Hold(1.4)
      // From the force of the hold, and not as from a countermovement.
      .MoveTo({kTakeoff_m, velocity, -kGravity}, 2 * (kSquat_m + kTakeoff_m) / velocity)
      .Fly(kTakeoff_m - 0.02)
      .Absorb(-0.25)
      .MoveTo({}, 0.6)
      .Hold(1.2)
      .Film(filming);
}

std::vector<PoseFrame> RenderWalking(double duration_s, const Filming& filming) {
  return RenderGait(duration_s,
                    {.speed = 1.3,
                     .stride_s = 1.1,
                     .stance = 0.6,
                     .swing_lift = 0.12,
                     .bob = -0.02,  // vaults over the leg
                     .hip_drop = 0.04},
                    filming);
}

std::vector<PoseFrame> RenderRunning(double duration_s, const Filming& filming) {
  return RenderGait(duration_s,
                    {.speed = 3.3,
                     .stride_s = 0.72,
                     .stance = 0.34,
                     .swing_lift = 0.4,
                     .bob = 0.045,
                     .hip_drop = 0.08},
                    filming);
}

}  // namespace plyo::testing
