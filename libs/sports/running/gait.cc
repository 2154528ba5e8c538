#include "gait.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "foot_events.h"
#include "plyo/kinematics/side_swaps.h"

namespace plyo::sports::running {
namespace {

constexpr std::size_t kFewestFrames = 8;
constexpr double kSmooth_s = 0.05;
// The ankle swings this far to and fro under the hips, in statures; less is no step.
constexpr double kShortestSwing = 0.15;
// The ankle is furthest ahead before the contact and furthest behind after the toe-off (Zeni et al.
// 2008).
constexpr double kAheadBeforeContact_s = 0.033;
constexpr double kBehindAfterToeOff_s = 0.07;
constexpr double kShortestStance_s = 0.06;
constexpr double kShortestStep_s = 0.17;
constexpr double kLongestStep_s = 3;  // of a run that is played eight times too slowly
// Of the median step, another one may be.
constexpr double kShortestOfSteps = 0.6;
constexpr double kLongestOfSteps = 1.5;
// Nor is a contact longer than this: another foot's toe-off was taken for its own.
constexpr double kLongestContactOfSteps = 1.6;
// The centre of mass between two stances over that in their middles, in statures: a run bounces up
// there, a walk vaults over the leg.
constexpr double kShortestBounce = 0.006;
constexpr double kBounceFit_s = 0.04;
constexpr double kBesideEvent_s = 0.05;

/// Turning points of a signal that lie at least `prominence` apart, in turn; highest ones positive.
struct Turn {
  double t_s = 0;
  int sign = 0;
};

std::vector<Turn> TurnsOf(const Signal& signal, double prominence) {
  std::vector<Turn> turns;
  std::size_t high = 0;
  std::size_t low = 0;
  int going = 0;  // +1 up, -1 down
  for (std::size_t i = 0; i < signal.size(); ++i) {
    if (signal.value[i] > signal.value[high]) high = i;
    if (signal.value[i] < signal.value[low]) low = i;
    if (going >= 0 && signal.value[i] < signal.value[high] - prominence) {
      turns.push_back({signal.t_s[high], +1});
      going = -1;
      low = high = i;
    } else if (going <= 0 && signal.value[i] > signal.value[low] + prominence) {
      turns.push_back({signal.t_s[low], -1});
      going = +1;
      low = high = i;
    }
  }
  return turns;
}

/// How far the ankle is ahead of the hips, px.
Signal AheadOfHips(const BodyTrack& body, const View& view, Side side) {
  using enum LandmarkId;
  Signal ahead;
  for (const PoseFrame& frame : body.frames()) {
    const double hips = static_cast<double>(frame[kLeftHip].x + frame[kRightHip].x) / 2;
    ahead.Push(frame.t.Seconds(),
               view.facing * (static_cast<double>(frame[IdsOf(side).ankle].x) - hips));
  }
  return Smooth(ahead, kSmooth_s, 2);
}

/// Around the instant: seen without a gap, and not cut by the picture's edge.
bool WholeAt(const BodyTrack& body, double stature_px, const std::optional<Estimate>& instant) {
  if (!instant) return false;
  const double t = instant->value;
  if (body.GapIn(t - kBesideEvent_s, t + kBesideEvent_s) > 0) return false;
  return std::ranges::all_of(body.frames(), [&](const PoseFrame& frame) {
    return std::abs(frame.t.Seconds() - t) > kBesideEvent_s || !LeavesPicture(frame, stature_px);
  });
}

std::vector<Stance> StancesOf(const Gait& gait, Side side) {
  const Signal ahead = AheadOfHips(gait.body, gait.view, side);
  const std::vector<Turn> turns = TurnsOf(ahead, kShortestSwing * gait.stature_px);
  const FootSignals foot(gait.body, side);
  const double begin_s = gait.body.t_s().front();
  const double end_s = gait.body.t_s().back();
  std::vector<Stance> stances;
  const auto add = [&](std::optional<double> ahead_s, std::optional<double> behind_s) {
    CoarseStance coarse;
    if (ahead_s) coarse.contact_s = *ahead_s + kAheadBeforeContact_s;
    if (behind_s) coarse.toe_off_s = *behind_s - kBehindAfterToeOff_s;
    if (coarse.contact_s && coarse.toe_off_s &&
        *coarse.toe_off_s - *coarse.contact_s < kShortestStance_s)
      return;
    Stance stance = MeasureStance(foot, gait, coarse);
    // Where the picture cuts the body the model guesses.
    if (!WholeAt(gait.body, gait.stature_px, stance.contact_s)) stance.contact_s.reset();
    if (!WholeAt(gait.body, gait.stature_px, stance.toe_off_s)) stance.toe_off_s.reset();
    if (!stance.contact_s && !stance.toe_off_s) return;
    stance.middle_s = (coarse.contact_s.value_or(begin_s) + coarse.toe_off_s.value_or(end_s)) / 2;
    stances.push_back(stance);
  };
  for (std::size_t i = 0; i < turns.size(); ++i) {
    if (turns[i].sign < 0) {
      if (i == 0) add({}, turns[i].t_s);
      continue;
    }
    add(turns[i].t_s, i + 1 < turns.size() ? std::optional(turns[i + 1].t_s) : std::nullopt);
  }
  return stances;
}

/// Whether the body bounces up between the stances from `first` to `last`.
bool Bounces(const Gait& gait, std::size_t first, std::size_t last) {
  const auto height_at = [&](double t) {
    return FitLocally(gait.body.com_height(), t, kBounceFit_s, 1);
  };
  double over_middles = 0;
  int steps = 0;
  for (std::size_t k = first; k < last; ++k) {
    const double here = gait.stances[k].middle_s;
    const double next = gait.stances[k + 1].middle_s;
    const auto a = height_at(here);
    const auto b = height_at(next);
    const auto between = height_at((here + next) / 2);
    if (!a || !b || !between) continue;
    over_middles += between->value - (a->value + b->value) / 2;
    ++steps;
  }
  return steps > 0 && over_middles > kShortestBounce * gait.stature_px * steps;
}

/// Each stretch of stances in turn is a run or none.
void FindRuns(Gait& gait) {
  for (std::size_t first = 0, last = 0; first < gait.stances.size(); first = last + 1) {
    for (last = first; gait.Continues(last); ++last) {
    }
    const bool runs = last - first >= 2 && Bounces(gait, first, last);
    for (std::size_t k = first; k <= last; ++k) gait.stances[k].runs = runs;
  }
}

}  // namespace

bool Gait::Continues(std::size_t stance) const {
  if (stance + 1 >= stances.size()) return false;
  const Stance& here = stances[stance];
  const Stance& next = stances[stance + 1];
  const double apart = (next.middle_s - here.middle_s) / step_s;
  return here.side != next.side && apart > kShortestOfSteps && apart < kLongestOfSteps;
}

std::optional<Gait> FindGait(std::vector<PoseFrame> frames, const AthleteOptions& athlete) {
  if (frames.size() < kFewestFrames) return std::nullopt;
  const View view = EstimateView(frames);
  if (view.IsFront()) return std::nullopt;
  const std::vector<bool> swapped = FindSideSwaps(frames);
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (swapped[i]) ExchangeLegs(frames[i]);
  }
  const double stature_px = StatureInPicture(frames);
  Gait gait{.body = BodyTrack(std::move(frames), athlete.sex, ErrorsOf(athlete.pose_model)),
            .view = view,
            .stature_px = stature_px,
            .stances = {}};
  if (stature_px <= 0 || gait.body.period_s() <= 0) return std::nullopt;
  for (const Side side : {Side::kLeft, Side::kRight}) {
    std::ranges::move(StancesOf(gait, side), std::back_inserter(gait.stances));
  }
  std::ranges::sort(gait.stances, {}, &Stance::middle_s);
  std::vector<double> steps;
  std::vector<double> ground;
  for (std::size_t k = 0; k < gait.stances.size(); ++k) {
    const Stance& stance = gait.stances[k];
    if (stance.ground_px_s) ground.push_back(*stance.ground_px_s);
    if (k == 0 || gait.stances[k - 1].side == stance.side) continue;
    const double step_s = stance.middle_s - gait.stances[k - 1].middle_s;
    if (step_s > kShortestStep_s && step_s < kLongestStep_s) steps.push_back(step_s);
  }
  if (steps.empty()) return std::nullopt;
  gait.step_s = Median(std::move(steps));
  for (Stance& stance : gait.stances) {
    if (stance.contact_s && stance.toe_off_s &&
        stance.toe_off_s->value - stance.contact_s->value > kLongestContactOfSteps * gait.step_s) {
      stance.toe_off_s.reset();
    }
  }
  if (!ground.empty()) gait.ground_px_s = Median(std::move(ground));
  FindRuns(gait);
  return gait;
}

}  // namespace plyo::sports::running
