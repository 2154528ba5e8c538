#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// One athlete's recording among several of a sport. The result is borrowed.
struct Session {
  std::string name;
  std::string athlete;  ///< empty: not said; all of these are one person
  std::string date;     ///< "2026-05-31", or empty
  const AthleteResult* result = nullptr;
};

/// A session by name, athlete and date as the document says them; the athlete of that track, or the
/// first. nullopt where there is none.
std::optional<Session> SessionOf(const AnalysisResult& result, std::optional<TrackId> track);

/// Whether a change is one, by what the athlete's repetitions scatter.
enum class ChangeKind {
  kTrivial,   ///< smaller than the smallest worthwhile change
  kPossible,  ///< worthwhile if it is one, but repetitions scatter by as much
  kReal,      ///< worthwhile, and beyond the 95 % of what chance does
  kUnknown,   ///< no session has two repetitions to tell their scatter from, one of the two
              ///< figures shows signs of a gross error, or they are of two methods
};
/// "trivial", ...
std::string_view ChangeKindName(ChangeKind kind);

struct Change {
  double value = 0;            ///< mean of the session less that of the first
  std::optional<double> half;  ///< half width of its 95 % interval, by Student's t
  ChangeKind kind = ChangeKind::kUnknown;
};

/// A metric over one session's repetitions that count.
struct SessionFigure {
  int n = 0;
  std::optional<double> mean;
  std::optional<double> sd;
  std::optional<double> best;  ///< where one value is better than another
  std::optional<Change> since_first;
  std::vector<std::string> gross_errors = {};  ///< its signs of one (GrossErrors)
  std::string estimated_by = {};               ///< the flag of the formula; empty: it was measured
};

/// A metric over an athlete's sessions.
struct Trend {
  std::string metric;
  std::string unit;
  std::vector<SessionFigure> sessions;  ///< one each, in their order
  std::optional<double> typical_error;  ///< of one repetition: the pooled SD within sessions; of a
                                        ///< step within one foot's
  int degrees_of_freedom = 0;           ///< of the typical error
  std::optional<double> mdc95;          ///< minimal detectable change between two repetitions
  std::optional<double> swc;            ///< smallest worthwhile change
  std::string swc_method;               ///< "0.2_between_sd", "0.3_typical_error" or empty
};

/// Adds the signs of gross errors that its sessions have.
void AddGrossErrors(const Trend& trend, std::vector<std::string>& signs);

struct AthleteTrends {
  std::string athlete;
  std::vector<std::size_t> sessions;  ///< which of those given, by date where all have one
  std::vector<Trend> trends;          ///< in the order of the catalogue, those with a value
};

/// What became better, athlete by athlete in the order in which they first occur.
///
/// Typical error: Hopkins (2000, Sports Med. 30, 1-15), as the pooled standard deviation of an
/// athlete's repetitions within sessions, of a run within the steps of each foot. Minimal
/// detectable change: 1.96 sqrt(2) typical errors (Weir 2005, J. Strength Cond. Res. 19, 231-240);
/// between means of n1 and n2 repetitions 1.96 sqrt(1/n1 + 1/n2) typical errors. Smallest
/// worthwhile change: 0.2 of the SD between athletes where there are three or more, else 0.3 of the
/// typical error. A figure that shows signs of a gross error is part of neither the typical error
/// nor the SD between athletes. Left and right: for each pair of metrics left_X and right_X a trend
/// asymmetry_X, (R - L) / max(R, L) in %, by repetition, those in an oblique view left out.
std::vector<AthleteTrends> CompareSessions(std::span<const Session> sessions, const Sport& sport);

/// Whether a trend of CompareSessions may have that name: a metric of the catalogue, or the
/// asymmetry of two.
bool HasTrend(const Sport& sport, std::string_view metric);

}  // namespace plyo
