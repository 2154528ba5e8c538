#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "plyo/kinematics/landmark.h"

namespace plyo {

/// One flight with what came before and after it: all that the analysis of a jump may look at.
struct JumpWindow {
  std::vector<PoseFrame> frames;
  double coarse_takeoff_s = 0;  ///< first frame with both feet clearly off the ground
  double coarse_landing_s = 0;  ///< last one
  double stature_px = 0;        ///< rough height of the athlete in the picture
  /// Where he came down from a box or a step onto the ground that he takes off from: the first
  /// frame with both feet clearly below it.
  std::optional<double> left_box_s = {};
  /// Where he came down onto that ground not long ago, off a box or from the flight before: the
  /// last frame clearly above it.
  std::optional<double> coarse_contact_s = {};
  double previous_landing_s =
      0;  ///< coarse landing of the flight before; negative infinity where there was none
  bool closed =
      false;  ///< false: shown soon after landing, to be shown again when the athlete stands
  bool complete = true;   ///< false: the recording, or the next flight, ended it early
  bool rebounds = false;  ///< it was the next flight
};

/// Finds jumps as the frames come, from nothing but the height of the feet and the stillness of the
/// body. Only decides where to look; every figure comes from the analysis of the window. Keeps at
/// most the last 20 s or 6000 frames.
///
/// The ground is where the feet stand: it is lower once both of them are clearly below it, and
/// higher where they stay in the "air" for longer than anybody can: a box.
class JumpDetector {
 public:
  std::vector<JumpWindow> Push(const PoseFrame& pose);
  std::vector<JumpWindow> Finish();

  /// What the athlete is doing, coarsely and at once, for a screen: the id of a phase (standing,
  /// eccentric, concentric, flight, absorption), or empty.
  std::string_view Phase() const;
  /// In the air, how far the trunk has risen above quiet standing so far, in statures; nullopt
  /// elsewhere, and without quiet standing before.
  std::optional<double> Rise() const;

 private:
  struct Sample {
    double t = 0;
    double lower_foot_y =
        0;  ///< of the two feet the one nearer to the ground: mean of ankle, heel and toe, px
    double upper_foot_y = 0;  ///< of the other one
    double body_y = 0;        ///< middle of hips and shoulders, px
    double eye_to_heel = 0;   ///< px
  };
  enum class State { kGround, kAir, kLanded };

  JumpWindow MakeWindow(bool closed, bool complete) const;
  double LastInFall() const;
  void Close();
  void MeasureGround();
  double FootLevelSince(double begin_s) const;
  double WeightOf(std::size_t i) const;
  void WatchGround();
  bool OnNewGround() const;
  bool FeetStand() const;
  void StandOnGroundSince(double begin_s);
  bool Above(const Sample& sample, double lift) const;
  bool StandsStill() const;
  void WatchStanding();
  bool Flies() const;  ///< for long enough to be sure
  void Forget(double before_s);

  std::deque<PoseFrame> frames_;
  std::deque<Sample> samples_;
  State state_ = State::kGround;
  double takeoff_s_ = 0;
  double landing_s_ = 0;
  double previous_landing_s_ = -1e300;
  double floor_y_ = 0;                ///< of the ground, as last measured while on it
  double ground_since_s_ = -1e300;    ///< the frames that show it
  std::optional<double> left_box_s_;  ///< for a lower one
  double stature_px_ = 0;
  double measured_s_ = -1e300;
  int grounded_samples_ = 0;
  bool shown_ = false;
  bool still_ = false;
  std::optional<double> standing_y_;  ///< of the trunk in quiet standing before this jump, px
  double highest_y_ = 0;              ///< of the trunk since take-off, px
};

}  // namespace plyo
