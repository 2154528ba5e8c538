#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// What the table of a batch says of an athlete, and no more: a batch may have thousands.
struct BatchAthlete {
  TrackId track_id = 0;
  std::size_t repetitions = 0;
  std::vector<Summary> headlines;  ///< those of the sport that he has
  std::vector<std::string> flags;  ///< of his repetitions that count, each once
  /// Signs of a gross error on those headlines, each once.
  std::vector<std::string> gross_errors = {};
};
BatchAthlete ToBatchAthlete(const AthleteResult& athlete, const Sport& sport);

/// What came of one recording of a batch.
struct BatchOutcome {
  std::string file;     ///< as the user named it
  std::string name;     ///< what its outputs are called, without ending
  std::string athlete;  ///< name from the manifest, or empty
  std::string date;     ///< from the manifest, or empty
  std::string sport;
  std::optional<Error> error;          ///< set: it failed, and the rest says nothing
  std::vector<BatchAthlete> athletes;  ///< none: nothing was found
  std::vector<std::string> flags;      ///< of the recording
};

/// One table over a batch (RFC 4180), one row for each recording and athlete, in the order given:
///
///   file,name,athlete,date,sport,status,track_id,reps,<headline>_best_<unit>,<headline>_mean_<unit>,<headline>_sd_<unit>,...,
///   flags,error,message
///
/// The headline metrics are those of the sports that occur, in the order of the catalogue. `status`
/// is `done`, `nothing_found` or `failed`; flags are those of the recording and of its repetitions
/// that count, and the headlines' signs of a gross error, separated by a space.
std::string SummaryCsv(std::span<const BatchOutcome> outcomes, std::span<const Sport> sports);

/// A unit as part of a column's name: "m_s" of "m/s", "pct" of "%", empty of "1".
std::string UnitInName(const std::string& unit);

}  // namespace plyo
