#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/contact.h"
#include "plyo/kinematics/contact_evidence.h"
#include "plyo/kinematics/flight.h"
#include "plyo/kinematics/jump_detector.h"
#include "plyo/kinematics/parabola.h"
#include "plyo/kinematics/scale.h"
#include "plyo/kinematics/sport.h"
#include "plyo/kinematics/standing.h"

namespace plyo {

/// One jump that lands on the ground it took off from, measured: what every jumping sport builds
/// its events and metrics on. Heights as BodyTrack has them, px.
struct Jump {
  BodyTrack body;
  View view;
  double stature_px = 0;
  /// Before the movement; after it where there was no quiet one before. Of a jump off a box that on
  /// the ground after it, where it was jumped; until it is seen that on the box, its heights less
  /// the box's.
  std::optional<Standing> standing;
  bool standing_before = false;
  std::optional<Standing> risen;   ///< where he rose from it, and went down from there
  std::optional<Standing> on_box;  ///< where he stood on one before
  std::optional<Estimate> box_px;  ///< height of the box that he came down from
  std::optional<Standing> hold;    ///< a crouch held still, from which the last movement began
  /// The body has begun to go down, or the hold to end; begin of the window where that was not
  /// seen.
  double descent_s = 0;
  /// The way up begins: at the lowest point, or where the body leaves the hold without going down.
  Estimate lowest_s;
  Estimate lowest_height_px;
  Flight flight;
  /// Where the jump is known by its events alone: com_rise as it was told before, if it was.
  std::optional<Metric> com_rise{};
  Parabola parabola;  ///< with the scale's g where there is a scale
  ScaleFinding scale;
  std::optional<double> landing_lowest_s;
  std::optional<double> stand_again_s;
  bool complete = true;            ///< the landing was seen to its end
  std::vector<std::string> flags;  ///< of the whole rep
  std::vector<std::string> takeoff_flags;
  std::vector<std::string> landing_flags;

  /// Whether the body went down once more between the hold and the way up.
  bool DipsAfterHold() const;
  /// Whether `standing` is known by that on the box alone.
  bool StandingIsOnBox() const {
    return on_box && standing && standing->begin_s == on_box->begin_s;
  }
  /// Metres above the standing CoM; nullopt without scale or standing.
  std::optional<double> MetresAboveStanding(double height_px) const;
  /// Vertical velocity of the CoM, m/s, from the landmarks smoothed over 0.1 s to each side.
  std::optional<double> Velocity(double t) const;
  /// The gap at the instant or just beside it, seconds; 0 where there is none.
  double GapAt(double t) const;
};

/// Measures the flight in the window. nullopt where it is no jump on flat ground: landed higher or
/// lower than taken off, not upright in the air, or no fall that gravity could have made.
/// `box_height_m`: of the box that he came down from, where it is known.
std::optional<Jump> MeasureJump(const JumpWindow& window, const AthleteOptions& athlete,
                                const ContactEvidence& evidence,
                                std::optional<double> box_height_m = {});

/// The first contact with the ground of a jump that began on a box. nullopt where it did not, or
/// was not seen.
std::optional<ContactInstant> FirstContact(const Jump& jump, const JumpWindow& window,
                                           const AthleteOptions& athlete,
                                           const ContactEvidence& evidence);

/// When nothing held the centre of mass any more, before it met the ground at `contact_s`: the fall
/// is followed back from there to where it has not begun, by about `near_s`. nullopt where the body
/// is not seen as steadily as that takes (markers are, landmarks of a pose model are not).
std::optional<Estimate> FallBegin(const Jump& jump, double near_s, double contact_s);

/// First departure of the force from body weight, 5 %, downward or upward: from quiet standing, or
/// from the hold.
std::optional<Estimate> MovementOnset(const Jump& jump);

/// The body has come to rest in the hold; nullopt where it was there from the begin of the window.
std::optional<Estimate> HoldStart(const Jump& jump);

/// End of unweighting: fastest way down between the instants.
std::optional<Estimate> PeakDownwardVelocity(const Jump& jump, double onset_s);

}  // namespace plyo
