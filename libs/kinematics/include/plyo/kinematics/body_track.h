#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/center_of_mass.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/kinematics/pose_model.h"
#include "plyo/kinematics/signal.h"

namespace plyo {

/// The leg's and body's landmarks of one side.
struct SideIds {
  LandmarkId eye, ear, shoulder, elbow, wrist, hip, knee, ankle, heel, toe;
};
const SideIds& IdsOf(Side side);

/// Where the camera stands, from the model's world landmarks.
struct View {
  double azimuth_deg = 90;  ///< 0 front or back, 90 side; of the hips' and shoulders' line against
                            ///< the picture's plane
  Side near = Side::kLeft;  ///< the side towards the camera; in a front view the better visible one
  int facing = 1;           ///< +1: the athlete faces to the right of the picture, -1: to the left
  bool IsSide() const { return azimuth_deg >= 60; }
  bool IsFront() const { return azimuth_deg <= 30; }
};

/// The poses of one athlete over a window, and the signals that the analysis of any sport starts
/// from. Heights are in image px, up positive, zero at the top of the picture (so negative): only
/// differences mean something.
class BodyTrack {
 public:
  /// `errors` are those of what found the poses.
  BodyTrack(std::vector<PoseFrame> frames, Sex sex, const PoseModelErrors& errors);

  const std::vector<PoseFrame>& frames() const { return frames_; }
  std::span<const double> t_s() const { return com_height_.t_s; }
  const PoseModelErrors& errors() const { return errors_; }
  double period_s() const { return period_s_; }
  /// Longer steps than this are gaps.
  double longest_step_s() const { return 2.5 * period_s_; }
  /// The longest gap in or across the interval, seconds; 0 where it has none.
  double GapIn(double begin_s, double end_s) const;
  const Signal& com_height() const { return com_height_; }
  const Signal& com_x() const { return com_x_; }
  Signal Height(LandmarkId id) const;
  Signal X(LandmarkId id) const;
  /// Mean visibility of a landmark over the window.
  double Visibility(LandmarkId id) const;
  /// Fractional index of the frame at an instant, by the presentation times.
  double FrameAt(double t) const;

 private:
  std::vector<PoseFrame> frames_;
  PoseModelErrors errors_;
  Signal com_height_;
  Signal com_x_;
  double period_s_ = 0;
};

/// Standing height of somebody in whatever posture, px: trunk, thigh and shank together, median
/// over the frames, are .756 of a stature (140 tracks of rendered people). 0 without frames.
double StatureInPicture(std::span<const PoseFrame> frames);

/// Part of the trunk, the head or the feet at or beyond the edge of the picture: the model guesses
/// there.
bool LeavesPicture(const PoseFrame& frame, double stature_px);

/// low_frame_rate, low_resolution.
void FlagCoarseness(const BodyTrack& body, double stature_px, std::vector<std::string>& flags);

View EstimateView(std::span<const PoseFrame> frames);

}  // namespace plyo
