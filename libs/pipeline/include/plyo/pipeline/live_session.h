#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/sport.h"
#include "plyo/pipeline/athlete_step.h"
#include "plyo/pose/pose_estimator.h"
#include "plyo/video/frame.h"

namespace plyo {

struct LiveSessionOptions {
  AthleteOptions athlete;
  double capture_fps = 30;  ///< nominal rate of the camera
  /// Pictures a second that are looked at while nothing moves. At the camera's rate or above, all
  /// are, and the results equal those of Analyze.
  double still_fps = 3;
  double keep_s = 1.9;                     ///< how far back a movement is caught up with
  std::size_t max_kept_bytes = 64U << 20;  ///< of the pictures kept for it; shortens keep_s. Twice
                                           ///< that while the session is behind
};

/// What one picture brought.
struct LiveStep {
  bool inferred = false;           ///< its poses were looked for
  std::vector<PoseFrame> poses;    ///< everyone in it, to be shown at once
  std::vector<AthleteStep> steps;  ///< may be of pictures before it
  std::vector<std::string> hints;  ///< ids of contract/stream.yaml, `quality`; all that hold now
  std::int64_t caught_up = 0;      ///< kept pictures, looked at for the first time now
  std::int64_t looks = 0;          ///< of the model, now: what was shown at once is seen twice
  std::int64_t skipped = 0;        ///< still pictures given up unseen now
  double pose_s = 0;               ///< wall time spent on poses
  double analysis_s = 0;           ///< and on the rest
};

/// The poses in a picture, and the wall time that it took to find them, s.
using Shown = std::function<void(const std::vector<PoseFrame>& poses, double pose_s)>;

/// One live session: the same tracker and analyzers as Analyze, fed as pictures come.
///
/// While nothing moves only some pictures are looked at; the others are kept for a while. When
/// movement begins they are looked at after all, in order, so that the analysis sees every picture
/// from before the movement to its end, and an athlete who stands and talks costs little. Until
/// that is done, the skeletons of some new pictures are found for the screen alone, at once, and
/// their analysis waits for its turn. Figures depend on the pictures and their times, not on when
/// CatchUp() is called, as long as it is caught up before the athlete stands again. Not thread
/// safe.
class LiveSession {
 public:
  /// `estimator` must outlive the session and may serve others in between.
  /// Without an estimator (null) the session takes landmarks only.
  LiveSession(Sport sport, PoseEstimator* estimator, LiveSessionOptions options);
  ~LiveSession();
  LiveSession(const LiveSession&) = delete;
  LiveSession& operator=(const LiveSession&) = delete;

  /// The next picture; frame.t from 0 at the session's begin. Errors are those of the estimator;
  /// the session may go on after one. `late`: a newer picture is there already, so that while
  /// somebody moves this one is kept for the analysis and not shown. `shown`, if given, is told the
  /// picture's poses, if they are looked for, as soon as they are known. What is still to be done
  /// for the picture then, a search for new people and the analysis, is left for Complete(), or for
  /// whatever is called next.
  Result<LiveStep> Push(const Frame& frame, bool late = false, const Shown& shown = {});
  /// Whether something was left.
  bool Incomplete() const;
  Result<LiveStep> Complete();
  /// Whether there is room to keep a late picture; where there is none it is better left out.
  bool TakesLate() const;
  /// Whether kept pictures wait for CatchUp().
  bool Behind() const;
  /// Looks at the oldest kept pictures, at most so many. Errors as of Push().
  Result<LiveStep> CatchUp(int most);
  /// The next picture's landmarks, found by somebody else; empty where nobody was seen.
  LiveStep Push(Timestamp t, std::vector<PoseFrame> poses);
  /// Whether the next picture will be looked at whatever it shows: for whoever has to choose which
  /// pictures to leave out. A picture that is left out is simply not pushed.
  bool Moving() const;
  /// Nothing more comes: what is behind is caught up with, open windows are closed. Errors as of
  /// Push().
  Result<LiveStep> Finish();
  /// The document so far; after Finish. Provenance and the source's name are the caller's to fill.
  AnalysisResult TakeResult();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plyo
