#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/statistics/agreement.h"

namespace plyo {

/// Two analyses of one performance. Both are of one sport.
struct RecordingPair {
  std::string athlete = {};  ///< name as given, or empty
  AnalysisResult measured = {};
  AnalysisResult reference = {};
  std::optional<double> offset_s = {};  ///< reference clock minus measured clock, where it is known
  bool in_order = false;                ///< pair the first with the first, whatever the clocks say
};

/// A repetition (of a run: a step) that both recordings have.
struct PairedRep {
  std::size_t recording = 0;  ///< place of the RecordingPair
  int measured_rep = 0;       ///< Rep::index
  int reference_rep = 0;
};

/// Two that are one repetition, of which a person excluded at least one: it is not compared.
struct ExcludedPair {
  PairedRep pair;
  std::string why;
};

/// One that only one of them has.
struct UnpairedRep {
  std::size_t recording = 0;
  bool measured = true;  ///< in which of the two it is
  int rep = 0;
  double t_s = 0;  ///< of its first event, on its own clock
};

/// How the clocks of two recordings were put together.
struct Alignment {
  double offset_s = 0;
  int pairs = 0;           ///< that count
  bool ambiguous = false;  ///< another offset would pair as many
};

/// A figure that both give.
struct PairedValue {
  std::size_t pair = 0;  ///< place in Validation::pairs
  double measured = 0;
  double reference = 0;
  std::optional<double> u;  ///< standard uncertainty of the measured one
  /// Of either figure, what keeps the pair from telling how well the program measures: the signs of
  /// a gross error (kGrossErrors) on the figure or on its repetition, and that it is by hand.
  std::vector<std::string> flags = {};

  bool operator==(const PairedValue&) const = default;
};

struct MetricAgreement {
  std::string id;
  std::string unit;
  Agreement agreement;
  int with_interval = 0;  ///< pairs whose measured figure has an uncertainty
  int covered = 0;        ///< of them: its 95 % interval holds the reference's figure
  std::vector<PairedValue> values;
  std::vector<std::string> flags = {};  ///< of its pairs, each once
};

struct Validation {
  std::string sport;
  std::vector<Alignment> alignments;  ///< one for each recording
  std::vector<PairedRep> pairs;
  std::vector<ExcludedPair> excluded;
  std::vector<UnpairedRep> unpaired;
  std::vector<MetricAgreement> metrics;  ///< in the order of the sport; those with a pair alone
};

/// Pairs the repetitions of each recording (PairReps) and compares every metric of `sport` that
/// both have a value for, over all recordings. A repetition that was excluded by hand helps to find
/// the clocks, and its figures do not count; what is flagged counts. Of several athletes of a
/// measured recording the one whose repetitions fit best counts.
Validation Validate(std::span<const RecordingPair> recordings, const Sport& sport);

}  // namespace plyo
