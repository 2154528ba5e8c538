#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/kinematics/landmark.h"

namespace plyo {

/// How many standard uncertainties a 95 % interval reaches to either side.
inline constexpr double kHalfWidthOf95Percent = 1.96;

enum class Sex : std::uint8_t { kUnknown, kFemale, kMale };

/// An instant of a movement, in capture time, with its standard uncertainty (k = 1).
struct Event {
  std::string id;
  double t_s = 0;
  double u_s = 0;
  double frame = 0;  ///< fractional index of the frame, by the presentation times
  std::vector<std::string> flags;

  friend bool operator==(const Event&, const Event&) = default;
};

/// Half open [begin_s, end_s).
struct Phase {
  std::string id;
  double begin_s = 0;
  double end_s = 0;

  friend bool operator==(const Phase&, const Phase&) = default;
};

/// The unit of a length where there is no scale: shares of the athlete's standing height.
inline constexpr std::string_view kBodyHeight = "body_height";

/// A figure with its standard uncertainty (k = 1), or absent with a reason.
struct Metric {
  std::string id;
  std::optional<double> value;
  std::string unit;
  std::optional<double> u;
  std::string reason;  ///< why there is no value; empty when there is one
  double begin_s = 0;  ///< time range that the figure came from
  double end_s = 0;
  std::vector<std::string> flags;
  std::string class_name;  ///< a class beside the value (foot strike), else empty

  friend bool operator==(const Metric&, const Metric&) = default;
};

/// How lengths in the picture became metres; on a force plate, how forces became accelerations.
struct Scale {
  /// known_length, stature, box, free_fall, body_weight (force plate), none
  std::string method = "none";
  std::optional<double> m_per_px;
  std::optional<double> u_m_per_px;

  friend bool operator==(const Scale&, const Scale&) = default;
};

/// A curve for people to look at: not part of the result document.
struct Trace {
  std::string id;  ///< com_height, com_velocity, hip_angle, ...
  std::string unit;
  std::vector<double> t_s;
  std::vector<double> value;  ///< NaN where there is none

  friend bool operator==(const Trace&, const Trace&) = default;
};

enum class RepStatus : std::uint8_t { kProvisional, kConfirmed };

/// One repetition of a movement, or one step of a run.
struct Rep {
  int index = 0;  ///< from 1
  RepStatus status = RepStatus::kConfirmed;
  Scale scale;
  std::vector<Event> events;  ///< in time order
  std::vector<Phase> phases;
  std::vector<Metric> metrics;  ///< in the order of the sport's catalogue
  std::vector<std::string> flags;
  std::string excluded;  ///< why a person left it out of the summary; empty: it counts
  std::vector<Trace> traces;

  const Event* FindEvent(std::string_view id) const;
  const Metric* FindMetric(std::string_view id) const;

  friend bool operator==(const Rep&, const Rep&) = default;
};

/// A metric over the repetitions or steps of an athlete.
struct Summary {
  std::string id;
  std::string unit;
  std::optional<double> mean;
  std::optional<double> sd;
  int n = 0;
  std::optional<double> u;
  std::optional<double> left;
  std::optional<double> right;
  std::optional<double> best;
  std::string class_name;  ///< the most frequent class, else empty

  friend bool operator==(const Summary&, const Summary&) = default;
};

struct AthleteResult {
  TrackId track_id = 0;
  std::optional<double> height_m;
  std::optional<double> mass_kg;
  std::vector<Rep> reps;
  std::vector<Rep> steps;  ///< of a gait, in place of repetitions
  std::vector<Summary> summary;

  const std::vector<Rep>& Repetitions() const { return reps.empty() ? steps : reps; }

  friend bool operator==(const AthleteResult&, const AthleteResult&) = default;
};

enum class SourceKind : std::uint8_t { kVideo, kForcePlate };

/// What was analysed. Of a force plate's file: frames are its samples, capture_fps their rate.
struct SourceInfo {
  std::string name;
  std::string sha256;
  int width = 0;  ///< of the upright displayed picture
  int height = 0;
  int rotation_deg = 0;
  std::int64_t frames = 0;
  double duration_s = 0;  ///< in capture time
  double capture_fps = 0;
  bool variable_frame_rate = false;
  SourceKind kind = SourceKind::kVideo;

  friend bool operator==(const SourceInfo&, const SourceInfo&) = default;
};

struct Quality {
  double detected_fraction =
      0;  ///< frames with the leading athlete in them (with any person where nobody performs)
  std::int64_t dropped_frames = 0;
  int bystanders = 0;           ///< tracked people who do not perform the movement
  std::int64_t side_swaps = 0;  ///< frames in which left and right were found exchanged
  std::vector<std::string> flags;

  friend bool operator==(const Quality&, const Quality&) = default;
};

struct Provenance {
  std::string plyo_version;
  std::string model_name;
  std::string model_sha256;
  std::vector<std::pair<std::string, std::string>> options;  ///< as given, in order
  std::string created_at;                                    ///< RFC 3339, UTC

  /// As it was given; empty where it was not.
  std::string Option(std::string_view name) const;

  friend bool operator==(const Provenance&, const Provenance&) = default;
};

/// The result document `plyo.analysis/1`.
struct AnalysisResult {
  std::string sport;
  SourceInfo source;
  std::vector<AthleteResult>
      athletes;  ///< who performs the movement; most reps first, then the largest in the picture
  Quality quality;
  Provenance provenance;

  friend bool operator==(const AnalysisResult&, const AnalysisResult&) = default;
};

}  // namespace plyo
