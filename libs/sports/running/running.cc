#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "catalogue.h"
#include "gait.h"
#include "plyo/kinematics/sport.h"
#include "steps.h"
#include "summary.h"

// Running: definitions, formulas and sources in running.md.
namespace plyo::sports::running {
namespace {

// Three steps of a run that is played eight times too slowly.
constexpr double kMemory_s = 10;
constexpr std::size_t kMemoryFrames = 2000;
// While a run goes on what lies so far behind the last confirmed step is not needed any more.
constexpr double kBehindStep_s = 1;
// Less than a tenth of a second by a millisecond: rounded times must not decide.
constexpr double kLookEvery_s = 0.099;
constexpr double kWaitForRun_s = 0.299;
// The whole of the two stances after it decides a step; who has stopped makes it wait no longer
// than so many steps.
constexpr double kLongestWait = 5;
constexpr double kTurned_s = 0.4;  // no swing of a leg points both feet back for so long
constexpr double kNearlyAll = 0.8;

/// The way the feet point in nearly all frames: +1 to the right in the picture, -1 to the left, 0
/// undecided.
int FacingOf(std::span<const PoseFrame> frames) {
  using enum LandmarkId;
  int right = 0;
  for (const PoseFrame& frame : frames) {
    right += frame[kLeftFootIndex].x + frame[kRightFootIndex].x >
                     frame[kLeftHeel].x + frame[kRightHeel].x
                 ? 1
                 : 0;
  }
  const double share = static_cast<double>(right) / static_cast<double>(frames.size());
  return share > kNearlyAll ? 1 : share < 1 - kNearlyAll ? -1 : 0;
}

/// Looks at the last seconds again and again, and tells each step once its foot has left the
/// ground, and for good once the two steps after it have been seen.
class RunAnalyzer final : public SportAnalyzer {
 public:
  explicit RunAnalyzer(AthleteOptions athlete) : athlete_(std::move(athlete)) {}

  Step Push(const PoseFrame& pose, const ContactEvidence&) override {
    const double t = pose.t.Seconds();
    frames_.push_back(pose);
    if (!looked_s_) looked_s_ = t;
    if (t - *looked_s_ < (phase_.empty() ? kWaitForRun_s : kLookEvery_s)) return {};
    looked_s_ = t;
    Step step = EndRunOfTurned(t);
    Forget(t);
    Append(Look(t, false), step);
    return step;
  }

  Step Finish(const ContactEvidence&) override {
    if (frames_.empty()) return {};
    return Look(frames_.back().t.Seconds(), true);
  }

 private:
  /// Who has turned round begins another run: view, near leg and the way of the feet are of one
  /// direction.
  Step EndRunOfTurned(double now_s) {
    const auto since = std::ranges::find_if(
        frames_, [now_s](const PoseFrame& frame) { return frame.t.Seconds() > now_s - kTurned_s; });
    const int facing = FacingOf({since, frames_.end()});
    Step step;
    if (facing == 0) return step;
    if (facing_ == -facing) {
      std::vector<PoseFrame> turned(since, frames_.end());
      frames_.erase(since, frames_.end());
      if (!frames_.empty()) step = Look(frames_.back().t.Seconds(), true);
      frames_ = std::move(turned);
    }
    facing_ = facing;
    return step;
  }

  static void Append(Step from, Step& to) {
    std::ranges::move(from.events, std::back_inserter(to.events));
    std::ranges::move(from.reps, std::back_inserter(to.reps));
    if (from.phase) to.phase = std::move(from.phase);
  }

  Step Look(double now_s, bool ended) {
    Step step;
    const std::optional<Gait> gait = FindGait(frames_, athlete_);
    const std::string phase = gait ? PhaseOf(*gait, now_s) : "";
    if (phase != phase_) step.phase = phase_ = phase;
    if (!gait) return step;
    step_s_ = gait->step_s;
    const std::vector<Stance>& stances = gait->stances;
    int index = confirmed_;
    bool in_order = true;  // those before it have been confirmed
    for (std::size_t k = 0; k < stances.size(); ++k) {
      const Stance& stance = stances[k];
      if (!IsNew(stance) || !stance.runs) continue;
      ++index;
      const bool seen = k + 2 < stances.size() && stances[k + 2].toe_off_s;
      const bool closed =
          ended || (in_order && (seen || now_s - stance.begin_s() > kLongestWait * gait->step_s));
      if (closed) {
        Tell(*gait, k, index, RepStatus::kConfirmed, step);
        confirmed_ = index;
        last_s_ = stance.middle_s;
      } else {
        in_order = false;
        if (stance.toe_off_s && index > shown_) {
          Tell(*gait, k, index, RepStatus::kProvisional, step);
          shown_ = index;
        }
      }
    }
    return step;
  }

  bool IsNew(const Stance& stance) const {
    return !last_s_ || stance.middle_s > *last_s_ + step_s_ / 2;
  }

  void Tell(const Gait& gait, std::size_t stance, int index, RepStatus status, Step& step) const {
    Rep rep = MeasureStep(gait, stance, athlete_);
    rep.index = index;
    rep.status = status;
    if (status == RepStatus::kConfirmed) {
      step.events.insert(step.events.end(), rep.events.begin(), rep.events.end());
    }
    step.reps.push_back(std::move(rep));
  }

  /// Coarse: the last stance that was seen is still going on, or over.
  static std::string PhaseOf(const Gait& gait, double now_s) {
    if (gait.stances.empty() || !gait.stances.back().runs) return "";
    const Stance& last = gait.stances.back();
    if (now_s - last.begin_s() > 2 * gait.step_s) return "";
    return last.toe_off_s && last.toe_off_s->value < now_s ? "flight" : "stance";
  }

  void Forget(double now_s) {
    double before_s = now_s - kMemory_s;
    if (last_s_ && !phase_.empty()) before_s = std::max(before_s, *last_s_ - kBehindStep_s);
    const auto keep = std::ranges::find_if(
        frames_, [before_s](const PoseFrame& frame) { return frame.t.Seconds() >= before_s; });
    frames_.erase(frames_.begin(), keep);
    if (frames_.size() > kMemoryFrames) {
      frames_.erase(frames_.begin(), frames_.end() - kMemoryFrames);
    }
  }

  AthleteOptions athlete_;
  std::vector<PoseFrame> frames_;
  std::optional<double> looked_s_;
  int facing_ = 0;
  std::optional<double> last_s_;  ///< middle of the last stance that was confirmed
  double step_s_ = 0;
  int confirmed_ = 0;
  int shown_ = 0;
  std::string phase_;
};

}  // namespace

Sport Describe() {
  return {.id = "running",
          .label = "Running",
          .text = "Steps on a treadmill, or past a camera that stands still.",
          .metrics = Catalogue(),
          .events = EventDescriptors(),
          .phases = PhaseDescriptors(),
          .parameters = {{.id = "belt_speed_m_s",
                          .unit = "m/s",
                          .label = "Belt speed",
                          .text = "Of the treadmill; lengths need it there.",
                          .default_value = {},
                          .min = 0.5,
                          .max = 13}},
          .latency_s = 1.2,
          .repeats_steps = true,
          .summarize = SummarizeSteps,
          .make_analyzer =
              [](const AthleteOptions& athlete) { return std::make_unique<RunAnalyzer>(athlete); },
          .metrics_by_events = TimesByEvents};
}

}  // namespace plyo::sports::running
