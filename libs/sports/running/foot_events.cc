#include "foot_events.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plyo/kinematics/joint_angles.h"

// Which readings were tried, and what each is worth: running.md, "How the events are found".
namespace plyo::sports::running {
namespace {

constexpr double kStep_s = 0.004;
constexpr double kKneeFit_s = 0.03;
constexpr double kSpeedFit_s = 0.02;
constexpr double kToeFit_s = 0.03;
// Around the coarse instants.
constexpr double kFallBefore_s = 0.05;
constexpr double kFallAfter_s = 0.03;
constexpr double kFallEnds_s = 0.08;
constexpr double kToeOffWithin_s = 0.07;
constexpr double kFewest = 4;  // samples beside an instant on each side, in steps of the frames
// From the reading to the event (exact landmarks and two models, 9 rendered runners from 2.5 to
// 5 m/s).
constexpr double kFootToContact_s = 0.005;  // a shoe that stops goes on to sink
constexpr double kAnkleToContact_s = 0.001;
// Where the toe is the toe; and the end of a fall is read early by a share of the frame interval.
constexpr double kToeToContact_s = 0.002;
constexpr double kEarlyFrameShare = 0.12;
constexpr double kKneeToToeOff_s = -0.0085;
constexpr double kToeToToeOff_s = -0.005;
constexpr double kHeelWeight = 0.7;
constexpr double kToeWeight = 0.6;
constexpr double kToeRises = 0.4;  // statures/s
// Readings that are further apart than this are not of the same event.
constexpr double kConflict_s = 0.06;
constexpr double kContactU_s = 0.007;
constexpr double kToeOffByKnee = 1.5;  // times as unsure as by knee and toe
constexpr double kApartShare = 0.25;   // of what two readings differ by
constexpr double kAloneU_s = 0.006;
constexpr double kContactFrameShare = 0.3;
constexpr double kToeOffFrameShare = 0.12;

Signal KneeAngle(const BodyTrack& body, Side side) {
  Signal knee;
  for (const PoseFrame& frame : body.frames()) {
    knee.Push(frame.t.Seconds(), AngleInImage(frame, side, Joint::kKnee));
  }
  return knee;
}

/// Where the smoothed signal is highest within the reach; nullopt where that is at its edge.
std::optional<double> PeakIn(const Signal& signal, double begin_s, double end_s) {
  std::vector<double> values;
  const int steps = static_cast<int>((end_s - begin_s) / kStep_s);
  for (int i = 0; i <= steps; ++i) {
    const auto fit = FitLocally(signal, begin_s + i * kStep_s, kKneeFit_s, 2);
    values.push_back(fit ? fit->value : -std::numeric_limits<double>::infinity());
  }
  if (values.size() < 3) return std::nullopt;
  const auto at = static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
  if (at == 0 || at + 1 == values.size() || !std::isfinite(values[at - 1]) ||
      !std::isfinite(values[at + 1])) {
    return std::nullopt;
  }
  const double bend = values[at - 1] - 2 * values[at] + values[at + 1];
  const double aside = bend < 0 ? (values[at - 1] - values[at + 1]) / (2 * bend) : 0;
  return begin_s + (static_cast<double>(at) + aside) * kStep_s;
}

/// First instant in the reach at which the speed rises through `level`.
std::optional<double> SpeedRises(const Signal& height, double fit_s, int order, double level,
                                 double begin_s, double end_s) {
  std::optional<double> before;
  const int steps = static_cast<int>((end_s - begin_s) / kStep_s);
  for (int i = 0; i <= steps; ++i) {
    const double t = begin_s + i * kStep_s;
    const auto fit = FitLocally(height, t, fit_s, order);
    if (!fit) return std::nullopt;
    if (before && *before < level && fit->slope >= level) {
      return t - kStep_s * (fit->slope - level) / (fit->slope - *before);
    }
    before = fit->slope;
  }
  return std::nullopt;
}

/// A fall ends: half of its greatest speed down is gone. The middle of a step in speed
/// stays where it is, however it is smoothed.
std::optional<double> FallEnds(const Signal& height, double contact_s) {
  double fastest = 0;
  double fastest_s = contact_s;
  for (double t = contact_s - kFallBefore_s; t <= contact_s + kFallAfter_s; t += kStep_s) {
    const auto fit = FitLocally(height, t, kSpeedFit_s, 1);
    if (fit && fit->slope < fastest) {
      fastest = fit->slope;
      fastest_s = t;
    }
  }
  if (fastest >= 0) return std::nullopt;
  return SpeedRises(height, kSpeedFit_s, 1, fastest / 2, fastest_s, contact_s + kFallEnds_s);
}

/// Two readings of one event: their weighted mean, less sure the more they differ; where they are
/// too far apart, or one is missing, the first that is there.
std::optional<Estimate> Fuse(std::optional<double> first, std::optional<double> second,
                             double weight_of_first, double u) {
  if (first && second && std::abs(*first - *second) < kConflict_s) {
    return Estimate{std::lerp(*second, *first, weight_of_first),
                    std::hypot(u, kApartShare * (*first - *second))};
  }
  if (!first) first = second;
  if (!first) return std::nullopt;
  return Estimate{*first, std::hypot(u, kAloneU_s)};
}

/// Who lands on the heel stops it first; who lands on the forefoot the toe or, where the landmarks
/// of the toe do not show it, the ankle.
std::optional<Estimate> FirstContact(const FootSignals& foot, const BodyTrack& body, double about_s,
                                     double u) {
  const PoseModelErrors& errors = body.errors();
  auto by_heel = FallEnds(foot.heel, about_s);
  if (by_heel) *by_heel += kFootToContact_s + errors.resting_foot_lead_s;
  if (errors.toes_mislead) {
    auto by_ankle = FallEnds(foot.ankle, about_s);
    if (by_ankle) *by_ankle += kAnkleToContact_s + errors.resting_foot_lead_s;
    return Fuse(by_heel, by_ankle, kHeelWeight, u);
  }
  auto by_toe = FallEnds(foot.toe, about_s);
  const double early_s = kEarlyFrameShare * body.period_s();
  if (by_heel) *by_heel += early_s;
  if (by_toe) *by_toe += kToeToContact_s + early_s + errors.resting_foot_lead_s;
  if (!by_heel || !by_toe) return Fuse(by_heel, by_toe, 1, u);
  return Estimate{std::min(*by_heel, *by_toe), u};
}

}  // namespace

FootSignals::FootSignals(const BodyTrack& body, Side of)
    : side(of),
      heel(body.Height(IdsOf(of).heel)),
      ankle(body.Height(IdsOf(of).ankle)),
      toe(body.Height(IdsOf(of).toe)),
      toe_x(body.X(IdsOf(of).toe)),
      knee(KneeAngle(body, of)) {}

Stance MeasureStance(const FootSignals& foot, const Gait& gait, const CoarseStance& coarse) {
  Stance stance;
  stance.side = foot.side;
  const bool near = foot.side == gait.view.near;
  const double period_s = gait.body.period_s();
  const double first_s = gait.body.t_s().front();
  const double last_s = gait.body.t_s().back();
  const double edge_s = std::min(kFewest * period_s, 0.05);
  // Beyond the frames, or too near to their end to be seen turning.
  const auto seen = [&](double t) { return t - first_s > edge_s && last_s - t > edge_s; };

  if (coarse.contact_s && seen(*coarse.contact_s)) {
    stance.contact_s = FirstContact(foot, gait.body, *coarse.contact_s,
                                    std::hypot(kContactU_s, kContactFrameShare * period_s));
  }
  if (coarse.toe_off_s && seen(*coarse.toe_off_s)) {
    const double about = *coarse.toe_off_s;
    const double earliest = coarse.contact_s ? std::lerp(*coarse.contact_s, about, 0.3) : about - 1;
    const double begin = std::max(earliest, about - kToeOffWithin_s);
    const double end = about + kToeOffWithin_s;
    const double u = std::hypot(gait.body.errors().toe_off_u_s, kToeOffFrameShare * period_s);
    auto by_knee = PeakIn(foot.knee, begin, end);
    if (by_knee) *by_knee += kKneeToToeOff_s;
    // The far foot is behind the other, and at an angle the picture shows the toe come nearer too.
    if (near && gait.view.IsSide()) {
      auto by_toe = SpeedRises(foot.toe, kToeFit_s, 2, kToeRises * gait.stature_px, begin, end);
      if (by_toe) *by_toe += kToeToToeOff_s;
      stance.toe_off_s = Fuse(by_toe, by_knee, kToeWeight, u);
    } else if (by_knee) {
      stance.toe_off_s = Estimate{*by_knee, kToeOffByKnee * u};
    }
  }
  if (stance.contact_s && stance.toe_off_s &&
      stance.toe_off_s->value - stance.contact_s->value < 0.05) {
    stance.toe_off_s.reset();
  }
  if (stance.contact_s && stance.toe_off_s) {
    const double on_ground = stance.toe_off_s->value - stance.contact_s->value;
    const auto toe =
        FitLocally(foot.toe_x, stance.contact_s->value + 0.47 * on_ground, 0.3 * on_ground, 1);
    if (toe) stance.ground_px_s = toe->slope;
  }
  return stance;
}

}  // namespace plyo::sports::running
