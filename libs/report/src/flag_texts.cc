#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plyo/kinematics/flags.h"
#include "plyo/report/advice.h"
#include "plyo/report/display.h"

namespace plyo {
namespace {

using enum Aspect;
using enum Severity;

constexpr std::array kFlagTexts = {
    FlagText{flag::kLowFrameRate, "low frame rate",
             "The clip has fewer than 50 pictures a second, so take-off and landing fall between "
             "two pictures.",
             "Film at 60 frames a second or more; 120 or 240 is best for contact times.",
             kFrameRate, kLimited},
    FlagText{flag::kVariableFrameRate, "uneven frame times",
             "The pictures are unevenly spaced in time. Their true times were used, so the figures "
             "do not suffer.",
             "", kFrameRate, kNote},
    FlagText{
        "non_monotonic_timestamps", "frame times out of order",
        "Some pictures carry times that go backwards or stand still; they were left out.",
        "Use the original file of the camera, not one that was sent through a messenger or cut.",
        kFile, kLimited},
    FlagText{flag::kLowResolution, "athlete small in the picture",
             "The athlete is less than 200 pixels high, so every landmark is coarse.",
             "Go closer or turn the phone upright: the athlete should fill at least half of the "
             "picture's height.",
             kPicture, kLimited},
    FlagText{flag::kObliqueView, "oblique view",
             "The camera stood neither at the side nor in front: angles in the picture are not "
             "those of the body.",
             "Put the camera exactly at the athlete's side, at hip height, 3 to 5 m away.", kView,
             kPoor},
    FlagText{flag::kFrontView, "front view",
             "Filmed from the front: bending of hip, knee and ankle cannot be seen. Jump height "
             "and timing are not affected.",
             "For joint angles film from the side.", kView, kLimited},
    FlagText{flag::kMovingCamera, "camera moved",
             "The background moved during the movement, so the sole could not be followed in the "
             "picture.",
             "Put the phone on a tripod or lean it against something; do not follow the athlete.",
             kCamera, kLimited},
    FlagText{flag::kLeavesPicture, "partly outside the picture",
             "A part of the body was outside the picture during the movement.",
             "Leave room above the raised hands at the highest point, and floor below the feet.",
             kAthlete, kPoor},
    FlagText{flag::kGap, "not seen in some frames",
             "The athlete was not seen in some frames of the movement. The gap was not filled by "
             "guesses.",
             "Keep people and equipment out of the line between camera and athlete.", kAthlete,
             kPoor},
    FlagText{
        flag::kNoPerson, "nobody seen", "Nobody was recognised in the whole recording.",
        "Film the whole body, upright, in good light, at least a third of the picture's height.",
        kAthlete, kPoor},
    FlagText{flag::kLowVisibility, "landmarks uncertain",
             "The pose model was unsure of landmarks that this needs: they were hidden, blurred or "
             "hard to tell from the "
             "background.",
             "Wear clothes that stand out from the background, and keep arms and equipment clear "
             "of hips and knees.",
             kLight, kLimited},
    FlagText{flag::kDark, "too dark", "It is too dark to tell the soles from the floor.",
             "Turn on more light, or film outdoors; bright light also shortens the exposure and "
             "sharpens fast feet.",
             kLight, kLimited},
    FlagText{flag::kSideSwaps, "left and right confused",
             "In some frames the model took the left leg for the right one.",
             "Film from the side with the near leg clear of the far one, or analyse again with the "
             "heavy model.",
             kLight, kLimited},
    FlagText{flag::kLandmarksOnly, "contact by landmarks only",
             "The soles could not be followed in the pixels; contact comes from the landmarks, "
             "with a wider interval.",
             "Use a steady camera, shoes that stand out from the floor, and even light without "
             "hard shadows at the feet.",
             kContact, kLimited},
    FlagText{flag::kContactDisagreement, "contact uncertain",
             "Pixels and landmarks disagree on the instant of contact; the interval was widened.",
             "Keep the floor around the feet clear of other people, shadows and moving things.",
             kContact, kLimited},
    FlagText{flag::kFallsShort, "end not seen",
             "The recording ends before the athlete stands again.",
             "Let the camera run for two seconds after the landing.", kContact, kLimited},
    FlagText{flag::kNoQuietStanding, "no quiet standing before",
             "The athlete did not stand still before the movement; the reference is from after it.",
             "Stand still for a full second before and after the movement.", kReference, kLimited},
    FlagText{flag::kStandingOffsetRemoved, "standing offset removed",
             "The angle is measured from the athlete's own straight standing, which removes the "
             "model's constant offset.",
             "", kReference, kNote},
    FlagText{
        flag::kScaleConflict, "scales disagree",
        "What was given (the athlete's height, the box, the belt's speed) does not fit what was "
        "seen of the fall or of the feet.",
        "Check what was given (height barefoot, in metres; the belt in m/s) and the capture frame "
        "rate.",
        kScale, kPoor},
    FlagText{flag::kSuspectedSlowMotion, "slow motion suspected",
             "The athlete falls too slowly: this looks like slow motion that is played as if it "
             "were real time. Every time "
             "and speed is wrong by that factor.",
             "Analyse again and give the rate that was filmed at, for example --capture-fps 240. "
             "Where it was not slowed down, check the lengths that were given, and their unit: too "
             "small a height looks the same.",
             kFrameRate, kPoor},
    FlagText{flag::kLandingPosture, "landed in another posture",
             "The athlete landed with the legs more or less bent than at take-off, which falsifies "
             "the height by flight "
             "time. The headline height is corrected for it.",
             "Land with straight legs and ankles, as at take-off.", kFigures, kNote},
    FlagText{flag::kLowSampleRate, "low sample rate",
             "The force was sampled less than 200 times a second, so take-off and landing fall "
             "between two samples.",
             "Record at 1000 Hz.", kFrameRate, kLimited},
    FlagText{flag::kNoFlight, "no flight",
             "The force never falls to that of an empty plate for a tenth of a second: nobody "
             "leaves the plate.",
             "Check the columns, the scale and the tare; both feet must stand on the plates.",
             kContact, kLimited},
    FlagText{flag::kUnsteadyStanding, "unsteady standing",
             "The athlete stood quietly for less than a second: body weight, and what is "
             "integrated from it, is less sure.",
             "Stand still on the plate for a full second before the movement.", kReference,
             kLimited},
    FlagText{flag::kForceDrift, "drift removed",
             "What the empty plate reads changes during the recording; it was measured in every "
             "swing and removed.",
             "Zero the plate before each recording.", kFile, kNote},
    FlagText{flag::kManual, "by hand",
             "An event was moved by hand, and what follows from it computed anew.", "", kFigures,
             kNote},
    FlagText{flag::kHeelFallback, "ankle by the heel",
             "The toe was not visible; the ankle angle uses the heel.",
             "Keep the feet wholly in the picture, with shoes that stand out from the floor.",
             kFigures, kLimited},
    FlagText{flag::kNearSide, "near leg only", "Only the leg near the camera was seen well enough.",
             "", kFigures, kNote},
    FlagText{flag::kFarSide, "far leg",
             "Of the leg away from the camera, which the other one hides: less certain.", "",
             kFigures, kNote},
    FlagText{flag::kDoubtfulClass, "class in doubt",
             "The value lies so near to the border of its class that it may belong to the other.",
             "", kFigures, kNote},
    FlagText{
        flag::kOutsideBounds, "outside what joints can do",
        "An angle is outside the range of a human joint: a landmark is misplaced.",
        "Look at the skeleton in the annotated video; tight clothes and a plain background help.",
        kFigures, kPoor},
    FlagText{
        flag::kImplausible, "implausible", "A figure is outside the range that people reach.",
        "Look at the annotated video, and check the height and the frame rate that were given.",
        kFigures, kPoor},
    FlagText{
        flag::kIllegalCountermovement, "dip after the hold",
        "The athlete dipped after the hold, which makes the jump higher than a true squat jump.",
        "Hold still at the bottom for two seconds, then push without dipping.", kFigures, kLimited},
    FlagText{flag::kSayers1999, "Sayers 1999",
             "Estimated from jump height and body mass after Sayers et al. (1999).", "", kFigures,
             kNote},
    FlagText{
        flag::kSamozino2008, "Samozino 2008",
        "Estimated from jump height, push-off distance and body mass after Samozino et al. (2008).",
        "", kFigures, kNote},
    FlagText{
        flag::kNoRebound, "no rebound",
        "The athlete stayed on the ground for too long: a jump from the ground, not a rebound.",
        "Leave the ground again as soon as it is touched.", kFigures, kLimited},
    FlagText{flag::kDalleau2004, "Dalleau 2004",
             "Estimated from contact and flight time after Dalleau et al. (2004).", "", kFigures,
             kNote},
    FlagText{flag::kMorin2005, "Morin 2005",
             "Estimated from contact and flight time after Morin et al. (2005).", "", kFigures,
             kNote},
    FlagText{flag::kTruncated, "file ends early",
             "The file ends before it should; what is there was analysed.",
             "Copy the file again, and wait for the transfer to finish.", kFile, kLimited},
    FlagText{flag::kRepairedTimestamps, "times repaired",
             "Some pictures had no time, or one that ran backward; it was filled in from those "
             "around them.",
             "Use the camera's original file; editing and messaging apps spoil its times.", kFile,
             kLimited},
    FlagText{flag::kPictureSizeChanged, "picture size changed",
             "The size of the picture changed within the file; later pictures were scaled.",
             "Turn off automatic quality while recording or streaming.", kFile, kLimited},
    FlagText{flag::kOddRotation, "odd rotation",
             "The file asks to be turned by no quarter turn; the nearest one was taken.",
             "Hold the phone upright or level while filming.", kFile, kLimited},
    FlagText{flag::kInterlaced, "interlaced",
             "Each picture shows two instants, so fast movements have two edges.",
             "Film progressively (30p, 60p), not interlaced (50i, 60i).", kFile, kLimited},
    FlagText{flag::kDamagedFrames, "damaged frames",
             "Some pictures of the file are damaged and were left out.",
             "Copy the original file from the camera again.", kFile, kLimited},
};

struct ReasonWords {
  std::string_view id;
  std::string_view text;
};

constexpr std::array kReasons = {
    ReasonWords{reason::kMassNotGiven, "needs the body mass"},
    ReasonWords{reason::kBeltSpeedNotGiven, "needs the speed of the belt"},
    ReasonWords{reason::kNoScale, "needs the body height as a ruler"},
    ReasonWords{reason::kNotSeen, "outside the picture or hidden"},
    ReasonWords{reason::kObliqueView, "cannot be read in this view"},
    ReasonWords{reason::kFarSideHidden, "the far side is hidden"},
    ReasonWords{reason::kGap, "the athlete was not seen at that instant"},
    ReasonWords{reason::kEventMissing, "an event it needs was not found"},
    ReasonWords{reason::kNoRebound, "the athlete stood before the jump"},
    ReasonWords{reason::kNeedsLandmarks, "an event was moved by hand; it needs the landmarks"},
    ReasonWords{reason::kNeedsForce, "an event was moved by hand; it needs the force over time"},
};

}  // namespace

std::span<const FlagText> AllFlagTexts() { return kFlagTexts; }

const FlagText* FindFlagText(std::string_view id) {
  const auto it = std::ranges::find(kFlagTexts, id, &FlagText::id);
  return it == kFlagTexts.end() ? nullptr : &*it;
}

std::string FlagLabel(std::string_view id) {
  if (const FlagText* text = FindFlagText(id)) return std::string(text->label);
  std::string words(id);
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string FlagLabels(std::span<const std::string> ids) {
  std::string labels;
  for (const std::string& id : ids) labels += (labels.empty() ? "" : ", ") + FlagLabel(id);
  return labels;
}

std::string FlagInWords(std::string_view id, std::string_view what_follows) {
  const FlagText* const text = FindFlagText(id);
  return fmt::format("{}: {} {}", FlagLabel(id), text != nullptr ? text->sentence : "",
                     what_follows);
}

std::string ReasonText(std::string_view id) {
  const auto it = std::ranges::find(kReasons, id, &ReasonWords::id);
  if (it != kReasons.end()) return std::string(it->text);
  std::string words(id);
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string_view AspectLabel(Aspect aspect) {
  switch (aspect) {
    case kFrameRate:
      return "Frame rate";
    case kPicture:
      return "Size in the picture";
    case kView:
      return "Point of view";
    case kCamera:
      return "Camera";
    case kAthlete:
      return "Athlete in view";
    case kLight:
      return "Light and contrast";
    case kContact:
      return "Foot contact";
    case kReference:
      return "Standing reference";
    case kScale:
      return "Scale";
    case kFigures:
      return "Figures";
    case kFile:
      return "File";
  }
  return "";
}

std::string ScaleMethodText(std::string_view method) {
  if (method == "known_length") return "known lengths";
  if (method == "stature") return "body height";
  if (method == "box") return "box height";
  if (method == "free_fall") return "free fall";
  if (method == "body_weight") return "body weight";
  if (method == "none" || method.empty()) return "none";
  return InWords(method);
}

}  // namespace plyo
