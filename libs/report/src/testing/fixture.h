#pragma once

#include <map>
#include <memory>
#include <vector>

#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"
#include "plyo/report/key_frame.h"
#include "plyo/validation/validation.h"
#include "plyo/video/frame_source.h"

namespace plyo::report::testing {

/// A sport with the ids of the countermovement jump, without an analyzer.
Sport JumpSport();

struct JumpOptions {
  int reps = 1;
  int athletes = 1;
  double fps = 60;
  double first_height_m = 0.35;  ///< of the first rep; each further one is 1 cm higher
};

/// A made-up countermovement jump in side view: 640 x 360 px, the athlete 1.80 m and 260 px high,
/// one rep every 3 s.
AnalysisResult JumpResult(const JumpOptions& options = {});

/// Two recordings of three jumps each, and what a plate would say of them: a little lower, by
/// another amount each.
std::vector<RecordingPair> TwoComparedClips();

/// The stick figures that belong to it, one a frame and athlete.
PosesByTrack JumpPoses(const JumpOptions& options = {});

/// Height of the centre of mass, m, as JumpResult's trace has it.
double ComHeight(const JumpOptions& options, double t_s);

/// A grey gradient whose frames belong to JumpPoses.
std::unique_ptr<FrameSource> JumpVideo(const JumpOptions& options = {});

/// Grey and full range alone, without scaling: enough for JumpVideo.
Result<void> GreyToBgra(const Frame& frame, int width, int height, std::uint8_t* pixels,
                        std::ptrdiff_t stride);

}  // namespace plyo::report::testing
