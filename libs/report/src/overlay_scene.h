#pragma once

#include <optional>
#include <string>
#include <vector>

#include "palette.h"
#include "plyo/kinematics/center_of_mass.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/report/key_frame.h"
#include "pose_index.h"

namespace plyo::report {

/// A headline figure and when a watcher may see it.
struct TimedFigure {
  std::string id;
  std::string label;
  std::string value;  ///< "36.4 cm"
  std::string half;   ///< "± 1.6", or empty
  double known_s = 0;
};

/// One repetition as the overlay shows it. Times are capture times.
struct RepScene {
  const Rep* rep = nullptr;
  double begin_s = 0;
  double end_s = 0;
  std::vector<ColoredPhase> phases;
  std::vector<TimedFigure> figures;
  std::optional<double> ground_y;  ///< image px: the soles in standing
  std::optional<Point2> takeoff;   ///< centre of mass at take-off, image px
  double takeoff_s = 0;
  double landing_s = 0;
};

/// One tracked person.
struct PersonScene {
  TrackId track = 0;
  const AthleteResult* athlete = nullptr;  ///< null: does not perform
  PoseIndex poses;
  std::vector<Point2> com;  ///< image px, one a pose
  double com_top = 0;       ///< range of it over the clip, image px
  double com_bottom = 0;
  std::vector<RepScene> reps;

  /// The last repetition that has begun, else null.
  const RepScene* RepAt(double t_s) const;
};

/// The phase in which t lies; null between repetitions.
const ColoredPhase* PhaseAt(const RepScene& rep, double t_s);

/// Value of a trace of the repetition, linear between samples; nullopt outside or where there is
/// none.
std::optional<double> TraceAt(const Rep& rep, std::string_view trace_id, double t_s);

/// Athletes in the result's order, then everybody else. The poses are borrowed.
std::vector<PersonScene> MakeScenes(const AnalysisResult& result, const Sport& sport,
                                    const PosesByTrack& poses, Sex sex);

}  // namespace plyo::report
