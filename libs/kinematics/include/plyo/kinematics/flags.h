#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace plyo {

/// Flags of events, metrics, reps and recordings: what a user should know before he trusts a
/// figure. A flag never removes a figure and never changes one.
namespace flag {
// The picture
inline constexpr std::string_view kLowFrameRate =
    "low_frame_rate";  ///< under 50 frames/s in capture time
inline constexpr std::string_view kLowResolution = "low_resolution";  ///< athlete under 200 px high
inline constexpr std::string_view kLowVisibility =
    "low_visibility";                              ///< the model was unsure of the landmarks used
inline constexpr std::string_view kDark = "dark";  ///< too dark to see the soles
inline constexpr std::string_view kMovingCamera =
    "moving_camera";  ///< the background moved during the rep
inline constexpr std::string_view kLeavesPicture =
    "leaves_picture";                            ///< part of the body was outside the picture
inline constexpr std::string_view kGap = "gap";  ///< frames without the athlete within the rep
inline constexpr std::string_view kObliqueView =
    "oblique_view";  ///< neither side nor front view: angles in the picture are not the body's
inline constexpr std::string_view kFrontView = "front_view";  ///< sagittal angles cannot be seen
inline constexpr std::string_view kSideSwaps =
    "side_swaps";  ///< left and right were confused in some frames
inline constexpr std::string_view kVariableFrameRate =
    "variable_frame_rate";  ///< presentation times vary; they were used as they are
inline constexpr std::string_view kTruncated = "truncated";  ///< the file ends early
inline constexpr std::string_view kDamagedFrames =
    "damaged_frames";  ///< some frames could not be decoded
inline constexpr std::string_view kNoPerson =
    "no_person";  ///< nobody was seen in the whole recording
// The file
inline constexpr std::string_view kRepairedTimestamps =
    "repaired_timestamps";  ///< some frames had no time, or one that ran backward
inline constexpr std::string_view kPictureSizeChanged =
    "picture_size_changed";  ///< within the recording; frames were scaled
inline constexpr std::string_view kOddRotation =
    "odd_rotation";  ///< metadata asked for a turn that is no quarter
inline constexpr std::string_view kInterlaced = "interlaced";  ///< two instants in one frame
// What a figure was computed by
inline constexpr std::string_view kSayers1999 = "sayers_1999";
inline constexpr std::string_view kSamozino2008 = "samozino_2008";
inline constexpr std::string_view kDalleau2004 = "dalleau_2004";
inline constexpr std::string_view kMorin2005 = "morin_2005";
// How the movement was done
inline constexpr std::string_view kIllegalCountermovement =
    "illegal_countermovement";  ///< squat jump: dipped after the hold by more than 0.02 m
inline constexpr std::string_view kNoRebound =
    "no_rebound";  ///< stayed on the ground for too long between two flights
// What a person changed
inline constexpr std::string_view kManual =
    "manual";  ///< an event was moved by hand, or a figure follows from one that was
// Contact
inline constexpr std::string_view kLandmarksOnly =
    "landmarks_only";  ///< the sole could not be read in the pixels: contact from landmarks, wider
                       ///< interval
inline constexpr std::string_view kContactDisagreement =
    "contact_disagreement";  ///< pixels and landmarks disagree on the instant
inline constexpr std::string_view kFallsShort =
    "landing_not_seen";  ///< the recording ends before the athlete stands
// Reference and scale
inline constexpr std::string_view kNoQuietStanding =
    "no_quiet_standing";  ///< no quiet stance before the movement: reference from after it
inline constexpr std::string_view kScaleConflict =
    "scale_conflict";  ///< stature and free fall disagree beyond their uncertainty
inline constexpr std::string_view kSuspectedSlowMotion =
    "suspected_slow_motion";  ///< free fall says the clock is wrong: give --capture-fps
inline constexpr std::string_view kLandingPosture =
    "landing_posture";  ///< landed lower or higher than taken off: flight-time height is off by it
// Force plates
inline constexpr std::string_view kLowSampleRate =
    "low_sample_rate";  ///< force sampled at less than 200 Hz
inline constexpr std::string_view kNoFlight =
    "no_flight";  ///< the force never falls to that of an empty plate
inline constexpr std::string_view kUnsteadyStanding =
    "unsteady_standing";  ///< less than a second of quiet standing: body weight is less sure
inline constexpr std::string_view kForceDrift =
    "force_drift";  ///< what the empty plate reads changes; removed swing by swing
// Angles
inline constexpr std::string_view kStandingOffsetRemoved = "standing_offset_removed";
inline constexpr std::string_view kHeelFallback =
    "heel_fallback";  ///< ankle by the heel, the toe was not visible
inline constexpr std::string_view kNearSide = "near_side";  ///< only the leg near the camera
inline constexpr std::string_view kFarSide =
    "far_side";  ///< the leg away from the camera, behind the other: less certain
inline constexpr std::string_view kDoubtfulClass =
    "doubtful_class";  ///< the value lies so near to the border that its class may be the other
inline constexpr std::string_view kOutsideBounds = "outside_physiological_bounds";
inline constexpr std::string_view kImplausible =
    "implausible";  ///< outside the metric's plausible range
}  // namespace flag

inline constexpr std::array kAllFlags = {
    flag::kLowFrameRate,
    flag::kLowResolution,
    flag::kLowVisibility,
    flag::kDark,
    flag::kMovingCamera,
    flag::kLeavesPicture,
    flag::kGap,
    flag::kObliqueView,
    flag::kFrontView,
    flag::kSideSwaps,
    flag::kVariableFrameRate,
    flag::kTruncated,
    flag::kDamagedFrames,
    flag::kNoPerson,
    flag::kRepairedTimestamps,
    flag::kPictureSizeChanged,
    flag::kOddRotation,
    flag::kInterlaced,
    flag::kSayers1999,
    flag::kSamozino2008,
    flag::kDalleau2004,
    flag::kMorin2005,
    flag::kIllegalCountermovement,
    flag::kNoRebound,
    flag::kManual,
    flag::kLandmarksOnly,
    flag::kContactDisagreement,
    flag::kFallsShort,
    flag::kNoQuietStanding,
    flag::kScaleConflict,
    flag::kSuspectedSlowMotion,
    flag::kLandingPosture,
    flag::kLowSampleRate,
    flag::kNoFlight,
    flag::kUnsteadyStanding,
    flag::kForceDrift,
    flag::kStandingOffsetRemoved,
    flag::kHeelFallback,
    flag::kNearSide,
    flag::kFarSide,
    flag::kDoubtfulClass,
    flag::kOutsideBounds,
    flag::kImplausible,
};

inline void AddOnce(std::vector<std::string>& flags, std::string_view flag) {
  if (std::ranges::find(flags, flag) == flags.end()) flags.emplace_back(flag);
}

/// Why a metric has no value.
namespace reason {
inline constexpr std::string_view kMassNotGiven = "mass_not_given";
inline constexpr std::string_view kBeltSpeedNotGiven = "belt_speed_not_given";
inline constexpr std::string_view kNoScale = "no_scale";  ///< neither stature nor a usable flight
inline constexpr std::string_view kNotSeen =
    "not_seen";  ///< the landmarks needed were outside the picture or hidden
inline constexpr std::string_view kObliqueView =
    "oblique_view";  ///< the angle cannot be read in this view
inline constexpr std::string_view kFarSideHidden = "far_side_hidden";
inline constexpr std::string_view kGap = "gap";  ///< the athlete was not seen at that instant
inline constexpr std::string_view kEventMissing =
    "event_missing";  ///< an event that the metric needs was not found
inline constexpr std::string_view kNoRebound = "no_rebound";  ///< the athlete stood before the jump
inline constexpr std::string_view kNeedsLandmarks =
    "needs_landmarks";  ///< an event was moved by hand, and events alone do not tell
inline constexpr std::string_view kNeedsForce =
    "needs_force";  ///< the same on a force plate, whose curve no document holds
}  // namespace reason

inline constexpr std::array kAllReasons = {
    reason::kMassNotGiven, reason::kBeltSpeedNotGiven, reason::kNoScale,    reason::kNotSeen,
    reason::kObliqueView,  reason::kFarSideHidden,     reason::kGap,        reason::kEventMissing,
    reason::kNoRebound,    reason::kNeedsLandmarks,    reason::kNeedsForce,
};

}  // namespace plyo
