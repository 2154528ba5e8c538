#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/contact_evidence.h"
#include "plyo/kinematics/flight.h"

namespace plyo {

enum class ContactEnd { kTakeoff, kTouchdown };

/// When the feet left or met the ground.
struct ContactInstant {
  Estimate t_s;
  bool from_pixels = false;
  std::vector<std::string> flags;
};

/// A flight as the detector saw it, with what the contact search needs to know of the athlete.
struct FlightSketch {
  double coarse_takeoff_s = 0;  ///< surely in the air from here
  double coarse_landing_s = 0;  ///< to here
  double stature_px = 0;
  std::optional<double> stature_m;
  std::optional<double> standing_begin_s;  ///< quiet standing on the spot of the take-off
  std::optional<double> standing_end_s;
  /// Between short contacts: the feet are on the ground of the take-off from here, and on that of
  /// the landing to here.
  double ground_begin_s = -std::numeric_limits<double>::infinity();
  double ground_end_s = std::numeric_limits<double>::infinity();
  /// Another time at which the spot is seen without feet, where this flight is too short to show
  /// it.
  std::optional<double> empty_begin_s = {};
  std::optional<double> empty_end_s = {};
  /// Of the body at both ends of a flight that begins and ends at one level, by its duration.
  std::optional<double> speed_m_s = {};
};

/// A line through the first lifts in the air: where it meets the ground is the event.
struct LiftFit {
  double t_s = 0;
  double slope = 0;            ///< statures/s, positive for both ends
  int samples = 0;             ///< in the air, used by the fit
  bool slope_assumed = false;  ///< too few or too odd samples: a typical slope was used
  double bracket_s = 0;        ///< between the last sample on the ground and the first in the air
};

/// Which lifts FitLift takes, in statures over the ground.
struct LiftOptions {
  double ground_top = 0.008;  ///< lower is on the ground
  double line_top = 0.045;    ///< higher is not used, except to make two samples
};

/// The instant at which the lift of the feet begins (take-off) or ends (touchdown), kept between
/// the last sample on the ground and the first in the air. `coarse_s` is surely in the air. nullopt
/// where the ground was never seen.
std::optional<LiftFit> FitLift(const Signal& lift, ContactEnd end, double coarse_s,
                               const LiftOptions& options);

/// A hinge: on the ground up to t_s, then in free fall away from it.
struct HingeFit {
  double t_s = 0;
  double u_s = 0;    ///< from the scatter of the samples alone
  double speed = 0;  ///< statures/s, positive for both ends
  double last_ground_s = 0;
  double first_air_s = 0;
};

struct HingeOptions {
  double gravity_statures_s2 = 0;
  std::optional<double> speed;  ///< of the body at that end, statures/s; that of many jumps if not
  double top = 0.06;            ///< statures: higher lifts are not used
};

/// Fits the hinge to the samples on the ground and in the air together: robust (soft-L1) least
/// squares with a prior on the speed of the feet. At take-off the toe gathers speed over some
/// milliseconds. `coarse_s` is surely in the air; nullopt where the ground was never seen or the
/// lift is that of something else than a foot.
std::optional<HingeFit> FitHinge(const Signal& lift, ContactEnd end, double coarse_s,
                                 const HingeOptions& options);

/// Take-off or landing by the landmarks of toes and heels alone.
std::optional<ContactInstant> ContactByLandmarks(const BodyTrack& body, const View& view,
                                                 const FlightSketch& flight, ContactEnd end);

/// Take-off or landing: by the sole in the pixels where they can be trusted, else by the landmarks,
/// with a wider interval and a flag.
std::optional<ContactInstant> FindContact(const BodyTrack& body, const View& view,
                                          const FlightSketch& flight, ContactEnd end,
                                          const ContactEvidence& evidence);

}  // namespace plyo
