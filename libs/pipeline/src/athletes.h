#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "athlete_path.h"
#include "ground_strips.h"
#include "plyo/kinematics/result.h"
#include "plyo/pipeline/athlete_step.h"
#include "plyo/video/frame.h"

namespace plyo::pipeline {

/// Everyone in a recording or a live session, and what becomes of them: who appears gets a path
/// through the sport's analyzer and, of pictures, a memory of the ground around the feet; who has
/// left is finished. Live and offline are this one class. Frames and poses in time order. Not
/// thread safe.
class Athletes {
 public:
  /// `capture_fps`: nominal, 0 where it is not known. `sport` must outlive this.
  Athletes(const Sport& sport, AthleteOptions athlete, double capture_fps);

  /// A picture and everyone in it.
  std::vector<AthleteStep> Observe(const Frame& frame, std::span<const PoseFrame> poses);
  /// Landmarks of the instant, without a picture. They may come in several calls, and where nobody
  /// is seen the call may be left out: what was finished the later comes to the same.
  std::vector<AthleteStep> Observe(Timestamp t, std::span<const PoseFrame> poses);
  /// Nothing more comes: what can be closed is.
  std::vector<AthleteStep> Finish();

  /// Moves results out, most reps first, then the largest in the picture; after Finish. `frames`:
  /// how many there were; `only`: nobody else.
  void Fill(std::int64_t frames, std::optional<TrackId> only, AnalysisResult& result) &&;

  double evidence_s() const { return evidence_s_; }  ///< wall time spent on the ground
  double analysis_s() const { return analysis_s_; }  ///< and in the sport's analyzers

 private:
  /// Of those who are there; null where there are no pictures.
  using Strips = std::map<TrackId, std::unique_ptr<GroundStrips>>;
  using Present = Strips::value_type;

  AthletePath& PathOf(TrackId track);
  void FinishGone(Timestamp t, std::vector<AthleteStep>& steps);
  void Finish(const Present& present, std::vector<AthleteStep>& steps);

  const Sport& sport_;
  AthleteOptions athlete_;
  double capture_fps_;
  std::map<TrackId, std::unique_ptr<AthletePath>> paths_;
  Strips strips_;
  double evidence_s_ = 0;
  double analysis_s_ = 0;
};

}  // namespace plyo::pipeline
