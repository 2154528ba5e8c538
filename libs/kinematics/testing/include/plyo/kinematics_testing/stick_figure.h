#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "plyo/kinematics/landmark.h"

namespace plyo::testing {

/// How a figure is filmed: a camera far away, level and still.
struct Filming {
  double fps = 60;
  double begin_s = 0;  ///< time of the first frame
  double px_per_m = 250;
  int image_width = 960;
  int image_height = 720;
  double x_px = 480;  ///< of the figure's ankles in standing
  double floor_y_px = 650;
  double azimuth_deg = 90;  ///< 90: camera at the right side, athlete faces right in the picture;
                            ///< 0: in front; -90: at the left side
  double noise_px = 0;      ///< standard deviation, independent for each coordinate and frame
  std::uint32_t seed = 1;
  TrackId track = 1;
};

/// Metres; x the way the figure faces, z up.
struct Point {
  double x = 0;
  double z = 0;
};

struct Leg {
  Point heel, toe, ankle, knee;
};

/// A person of segments after Winter (2009). Legs and arms: left, right.
struct Figure {
  std::array<Leg, 2> legs;
  Point hip, shoulder, ear, eye, nose, elbow, wrist, hand;
};

/// On both feet. `stretch`: 0 a deep squat, 1 upright with legs nearly straight, above 1 on the
/// toes, 2 at most.
Figure StandFigure(double stretch, double stature_m);

/// Upright with the hip at `hip` and each foot where its ankle is, pitched by `pitch_rad` about the
/// ankle (toes up positive). Knees ahead.
struct FootPlace {
  Point ankle;
  double pitch_rad = 0;
};
Figure StepFigure(Point hip, const std::array<FootPlace, 2>& feet, double stature_m);
/// Height of the hip over the ground in StandFigure(1).
double StandingHipHeight(double stature_m);

/// What a perfect model would see, without noise. The whole figure is shifted by `shift` metres.
PoseFrame Film(const Figure& figure, Point shift, const Filming& filming);

/// Height of the de Leva centre of mass of StandFigure over the ground, metres: by the analysis's
/// own model of the body, which has tests of its own.
double ComHeight(double stretch, double stature_m);
/// The stretch at which the centre of mass is that high.
double StretchFor(double com_m, double stature_m);

/// Times, indices and noise for the poses of a movement: `pose(t)` for t = 0, 1/fps, ... duration.
template <typename PoseAt>
std::vector<PoseFrame> Record(double duration_s, const Filming& filming, const PoseAt& pose_at);

/// Adds the filming's noise to the landmarks, in place.
void AddNoise(std::vector<PoseFrame>& frames, const Filming& filming);

template <typename PoseAt>
std::vector<PoseFrame> Record(double duration_s, const Filming& filming, const PoseAt& pose_at) {
  std::vector<PoseFrame> frames;
  for (std::int64_t i = 0; static_cast<double>(i) / filming.fps < duration_s; ++i) {
    const double t = static_cast<double>(i) / filming.fps;
    PoseFrame pose = pose_at(t);
    pose.t = Timestamp::FromSeconds(filming.begin_s + t);
    pose.frame = i;
    frames.push_back(pose);
  }
  AddNoise(frames, filming);
  return frames;
}

}  // namespace plyo::testing
