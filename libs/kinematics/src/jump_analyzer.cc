#include "plyo/kinematics/jump_analyzer.h"

#include <cmath>
#include <utility>

namespace plyo {
namespace {

// The rise that is told in the air comes from hips and shoulders alone, and from a coarse scale.
constexpr double kTellEvery_m = 0.01;
constexpr double kLiveRiseU_m = 0.02;
constexpr double kLiveRiseU = 0.05;

}  // namespace

JumpAnalyzer::JumpAnalyzer(AthleteOptions athlete, Measure measure)
    : athlete_(std::move(athlete)), measure_(std::move(measure)) {}

Step JumpAnalyzer::Push(const PoseFrame& pose, const ContactEvidence& evidence) {
  Step step = Analyze(detector_.Push(pose), evidence);
  Tell(pose.t.Seconds(), step);
  return step;
}

Step JumpAnalyzer::Finish(const ContactEvidence& evidence) {
  return Analyze(detector_.Finish(), evidence);
}

Step JumpAnalyzer::Analyze(const std::vector<JumpWindow>& windows,
                           const ContactEvidence& evidence) {
  Step step;
  for (const JumpWindow& window : windows) {
    std::optional<Rep> rep = measure_(window, athlete_, evidence);
    if (!rep) continue;
    rep->index = confirmed_ + 1;
    if (window.closed) {
      ++confirmed_;
      step.events.insert(step.events.end(), rep->events.begin(), rep->events.end());
    }
    step.reps.push_back(std::move(*rep));
  }
  return step;
}

/// The phase where it changes, and how high the athlete is where he rises.
void JumpAnalyzer::Tell(double t_s, Step& step) {
  if (detector_.Phase() != phase_) step.phase = phase_ = detector_.Phase();
  const auto rise = detector_.Rise();
  if (!rise || !athlete_.height_m) {
    told_m_ = 0;
    return;
  }
  const double rise_m = *rise * *athlete_.height_m;
  if (rise_m < told_m_ + kTellEvery_m) return;
  told_m_ = rise_m;
  Metric metric;
  metric.id = "com_rise";
  metric.unit = "m";
  metric.value = rise_m;
  metric.u = std::hypot(kLiveRiseU_m, kLiveRiseU * rise_m);
  metric.begin_s = metric.end_s = t_s;
  step.figures.push_back(std::move(metric));
}

}  // namespace plyo
