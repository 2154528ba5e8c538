#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/cue.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// What a flag is about: one line of the recording's check list each.
enum class Aspect : std::uint8_t {
  kFrameRate,
  kPicture,
  kView,
  kCamera,
  kAthlete,
  kLight,
  kContact,
  kReference,
  kScale,
  kFigures,
  kFile,
};

/// kGood: nothing to say. kNote: worth knowing, nothing is worse for it. kLimited: wider intervals.
/// kPoor: a figure may be wrong by more than its interval says.
enum class Severity : std::uint8_t { kGood, kNote, kLimited, kPoor };

/// A flag in plain words. `label` fits behind a figure, `sentence` says what was found, `advice`
/// what to do next time (empty where there is nothing to do).
struct FlagText {
  std::string_view id;
  std::string_view label;
  std::string_view sentence;
  std::string_view advice;
  Aspect aspect;
  Severity severity;
};

/// Every flag that has words. The texts live as long as the program.
std::span<const FlagText> AllFlagTexts();
const FlagText* FindFlagText(std::string_view id);

/// Short words for any flag: its label, or for one without words its id with spaces.
std::string FlagLabel(std::string_view id);

/// Several of them: "slow motion suspected, implausible".
std::string FlagLabels(std::span<const std::string> ids);

/// Its label and sentence, and what follows from it where it is told: "implausible: A figure is
/// outside the range that people reach. ..."
std::string FlagInWords(std::string_view id, std::string_view what_follows);

/// Why a metric has no value, in plain words; for an unknown reason its id with spaces.
std::string ReasonText(std::string_view id);

/// The figure behind a cue and the half width of its 95 % interval: "148 ± 12°".
std::string CueFigure(const Cue& cue, const Sport& sport);
/// When the cue is said: "Knee angle at take-off below 160°".
std::string CueRuleText(const CueRule& rule, const Sport& sport);

/// Name of an aspect: "Frame rate".
std::string_view AspectLabel(Aspect aspect);

/// How the scale came about: "body height", "free fall", ...
std::string ScaleMethodText(std::string_view method);

/// One line of the check list.
struct RecordingCheck {
  Aspect aspect = Aspect::kFile;
  Severity severity = Severity::kGood;
  std::string flag;     ///< the flag behind it; empty for what was fine
  std::string finding;  ///< "60 frames/s", or the flag's sentence
  std::string advice;   ///< what to do next time; empty where there is nothing to do
  std::vector<std::string>
      affects;  ///< labels of the metrics and events that carry the flag, in the sport's order

  friend bool operator==(const RecordingCheck&, const RecordingCheck&) = default;
};

/// What limited the accuracy of one athlete's figures, and what was fine: every aspect that was
/// looked at, at least once, worst first, equal ones in the order of Aspect. `athlete` is null
/// where nobody performed: then only what the recording itself tells.
std::vector<RecordingCheck> CheckRecording(const AnalysisResult& result,
                                           const AthleteResult* athlete, const Sport& sport);

/// What may be the cause where nothing was found, likeliest first, each with what to do.
std::vector<RecordingCheck> ExplainNothingFound(const AnalysisResult& result, const Sport& sport);

}  // namespace plyo
