#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/force/force_record.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

enum class FirstFoot : std::uint8_t { kUnknown, kLeft, kRight };

struct ForceOptions {
  /// Contact is force above this, N. Where it is not given: 5 standard deviations of the force in
  /// flight, and 50 N for running.
  std::optional<double> threshold_n = {};
  /// What the plate reads when nobody stands on it, N. Where it is not given, small offsets are
  /// found in the record itself and removed; a large one is an error.
  std::optional<double> tare_n = {};
  bool find_tare = false;                      ///< find the tare in the record, however large it is
  FirstFoot first_foot = FirstFoot::kUnknown;  ///< of a run
  /// What the file's numbers were multiplied by to be the record's: for messages alone.
  double scale = 1;
};

/// What was found on the plate.
struct ForceFindings {
  std::optional<AthleteResult> athlete;  ///< nullopt: nobody performs the movement
  std::vector<std::string> flags;        ///< of the recording
  /// What looked like a repetition and is none, and why, for people: "flight at 2.36 s: ...".
  std::vector<std::string> left_out;
  double tare_n = 0;       ///< what was subtracted
  double threshold_n = 0;  ///< that of the first flight
};

/// The movements that a force plate measures, with what it measures of them: metrics, events and
/// phases under the ids of the sports of that name. They have no analyzer of landmarks.
std::span<const Sport> ForceSports();
/// nullptr where no force plate measures a sport of that id.
const Sport* FindForceSport(std::string_view id);

/// Events and impulse-momentum metrics of every repetition (of a run: every step) in the record, by
/// the conventions of docs/guide/force-plates.md (Linthorne 2001; Owen et al. 2014; McMahon et al.
/// 2018; Street et al. 2001). `sport` is one of ForceSports().
///
/// Fails with kInvalidForce where the record is none of a force plate in N: sampled too slowly,
/// upside down, in another unit, never loaded, or with a plate that was not tared. Thread safe.
Result<ForceFindings> AnalyzeForce(const ForceRecord& record, const Sport& sport,
                                   const ForceOptions& options = {});

}  // namespace plyo
