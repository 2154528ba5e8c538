#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/contact_evidence.h"
#include "plyo/kinematics/landmark.h"
#include "plyo/kinematics/result.h"

namespace plyo {

/// What is known of an athlete beside the picture. SI units.
struct AthleteOptions {
  std::optional<double> height_m;  ///< barefoot stature
  std::optional<double> mass_kg;
  Sex sex = Sex::kUnknown;
  /// What the landmarks come from ("blazepose_lite"): decides how sure they are; may be empty.
  std::string pose_model;
  /// Of landmarks that were points in space before a camera was put before them.
  std::optional<double> known_m_per_px = {};
  /// The sport's own, by the ids of its ParameterDescriptors.
  std::map<std::string, double> parameters;
};

/// What one push brought forth: all of it new since the last one.
struct Step {
  std::vector<Event> events;
  /// Provisional soon after landing, then the same index once more, confirmed and final.
  std::vector<Rep> reps;
  /// What the athlete is doing from now on, where that has changed: the id of a phase, or empty
  /// where it is not known. Coarse and at once, for a screen.
  std::optional<std::string> phase;
  /// Figures while the movement goes on, as coarse; the repetition's own take their place.
  std::vector<Metric> figures;

  bool Empty() const { return events.empty() && reps.empty() && !phase && figures.empty(); }
};

/// Measures one athlete, frame by frame. Live and offline are this one path: confirmed values are
/// never revised and depend only on what was pushed up to then. Not thread safe; no clock, no I/O.
class SportAnalyzer {
 public:
  virtual ~SportAnalyzer() = default;
  /// Frames of one track in time order; a missing frame is a gap. `evidence` answers for frames up
  /// to this one.
  virtual Step Push(const PoseFrame& pose, const ContactEvidence& evidence) = 0;
  /// The recording ends: what can be closed is.
  virtual Step Finish(const ContactEvidence& evidence) = 0;
};

/// Which of two values of a metric a person would call the better one.
enum class Better { kNeither, kMore, kLess };

struct MetricDescriptor {
  std::string id;
  std::string unit;
  std::string label;  ///< for a screen: "Jump height"
  std::string text;   ///< definition in a sentence
  int decimals = 3;   ///< in SI units; for display
  bool headline = false;
  std::optional<double>
      min;  ///< plausible range: outside it is flagged `implausible`, never clipped
  std::optional<double> max;
  bool of_summary = false;  ///< of all repetitions together: in the summary alone
  Better better = Better::kNeither;
  std::string made_of = {};  ///< of a summary: the repetitions' metric that it is made of

  /// The metric of the repetitions whose signs of a gross error are this one's.
  const std::string& OfRepetitions() const { return made_of.empty() ? id : made_of; }
};

/// The best of the values; nullopt where there are none, or none is better than another.
std::optional<double> BestOf(std::span<const double> values, Better better);

struct EventDescriptor {
  std::string id;
  std::string label;
  std::string text;
  bool key_frame = false;  ///< a report shows the picture at this instant
};

struct PhaseDescriptor {
  std::string id;
  std::string label;
  std::string text;
};

/// A number that the sport takes beside the athlete's: a flag of the command line, a field of the
/// API.
struct ParameterDescriptor {
  std::string id;  ///< box_height_m: the flag is --box-height
  std::string unit;
  std::string label;
  std::string text;
  std::optional<double> default_value;
  double min = 0;
  double max = 0;
};

/// By which figure it is told how a repetition was done: FlagByFigure() in metric_table.h.
struct FlagRule {
  std::string_view flag;
  std::string_view metric;  ///< of the sport
  double above = 0;         ///< in the metric's unit
};

/// How a cue is meant: to be known, praise, or to be worked on.
enum class CueLevel : std::uint8_t { kInfo, kGood, kAttention };

enum class CueSide : std::uint8_t { kBelow, kAbove };

/// When a figure is worth a word to the athlete: CuesOf() in cue.h says it.
struct CueRule {
  std::string id;
  std::string metric;  ///< of the sport
  CueSide side = CueSide::kBelow;
  double threshold = 0;  ///< in the metric's unit
  CueLevel level = CueLevel::kInfo;
  std::string text = {};    ///< in plain words: "Knees stop short of extension at take-off"
  std::string reason = {};  ///< why the threshold lies there: physics or a source
};

/// Everything that the rest of Plyo knows about a sport.
struct Sport {
  std::string id;
  std::string label;
  std::string text;
  std::vector<MetricDescriptor> metrics;
  std::vector<EventDescriptor> events;
  std::vector<PhaseDescriptor> phases;
  std::vector<ParameterDescriptor> parameters;
  std::vector<CueRule> cues = {};
  std::vector<FlagRule> flag_rules = {};
  double latency_s = 0;  ///< from the last event of a rep to its confirmation
  /// Its repetitions are the steps of a gait: a result has them as `steps`.
  bool repeats_steps = false;
  /// What the confirmed repetitions of one athlete come to; where it is empty, Summarize() over the
  /// metrics.
  std::function<std::vector<Summary>(std::span<const Rep>)> summarize = {};
  std::function<std::unique_ptr<SportAnalyzer>(const AthleteOptions&)> make_analyzer;
  /// What follows from a repetition's events and scale alone, for one whose events a person has
  /// moved, and what was seen and does not depend on them; the rest is absent. Empty: all of it is.
  std::function<std::vector<Metric>(const Rep&, const AthleteOptions&)> metrics_by_events = {};
};

}  // namespace plyo
