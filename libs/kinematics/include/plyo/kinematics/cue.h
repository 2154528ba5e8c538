#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// info, good, attention.
std::string_view CueLevelId(CueLevel level);

/// A rule that was met, and the figure that met it.
struct Cue {
  const CueRule* rule = nullptr;  ///< of the sport that was asked; lives as long as that
  double value = 0;
  double u = 0;
};

/// Whether the rule judges all repetitions together: of a gait, whose single steps are no habit,
/// and of figures that only the summary has.
bool JudgesSummary(const CueRule& rule, const Sport& sport);

/// Whether a figure under these flags may be wrong by more than its interval says.
bool IsDoubtful(const std::vector<std::string>& flags);

/// What can be said of one repetition, in the order of the sport's rules. A rule is met where the
/// figure's whole 95 % interval lies beyond the threshold; a figure that is flagged implausible,
/// one whose clock is in doubt, and a repetition that was excluded bring no cue.
std::vector<Cue> CuesOf(const Rep& rep, const Sport& sport);

/// What can be said of all repetitions together: by rules that judge the summary, from five
/// repetitions on.
std::vector<Cue> CuesOf(std::span<const Summary> summary, const Sport& sport);

}  // namespace plyo
