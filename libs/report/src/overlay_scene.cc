#include "overlay_scene.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "plyo/report/display.h"

namespace plyo::report {
namespace {

double LowestFoot(const PoseFrame& pose) {
  using enum LandmarkId;
  double y = 0;
  for (const LandmarkId id : {kLeftHeel, kRightHeel, kLeftFootIndex, kRightFootIndex})
    y = std::max<double>(y, pose[id].y);
  return y;
}

/// Level of the soles: the median over the poses before take-off, in which the athlete stands,
/// dips or rebounds.
std::optional<double> GroundLevel(const std::vector<PoseFrame>& poses, double begin_s,
                                  double end_s) {
  std::vector<double> levels;
  for (const PoseFrame& pose : poses) {
    if (pose.t.Seconds() >= begin_s && pose.t.Seconds() < end_s) levels.push_back(LowestFoot(pose));
  }
  if (levels.empty()) return std::nullopt;
  const auto middle = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() / 2);
  std::ranges::nth_element(levels, middle);
  return *middle;
}

std::optional<Point2> ComAt(const PersonScene& person, double t_s) {
  const std::vector<PoseFrame>& poses = person.poses.Poses();
  const auto next = std::ranges::lower_bound(poses, t_s, std::less{},
                                             [](const PoseFrame& p) { return p.t.Seconds(); });
  if (next == poses.begin() || next == poses.end()) return std::nullopt;
  const auto i = static_cast<std::size_t>(next - poses.begin());
  const double before = poses[i - 1].t.Seconds();
  const double step = next->t.Seconds() - before;
  const double part = step > 0 ? (t_s - before) / step : 0;
  return (1 - part) * person.com[i - 1] + part * person.com[i];
}

std::vector<TimedFigure> FiguresOf(const Rep& rep, const Sport& sport, double end_s,
                                   std::size_t most) {
  std::vector<TimedFigure> figures;
  for (const MetricDescriptor& descriptor : sport.metrics) {
    if (!descriptor.headline) continue;
    const Metric* metric = rep.FindMetric(descriptor.id);
    if (metric == nullptr || !metric->value) continue;
    if (figures.size() == most) break;
    const DisplayUnit unit = DisplayUnitFor(descriptor, metric->unit);
    figures.push_back({descriptor.id, descriptor.label,
                       WithUnit(FormatNumber(*metric->value, unit), unit),
                       metric->u ? "±\u00a0" + FormatHalfWidth(*metric->u, unit) : "",
                       metric->end_s > 0 ? metric->end_s : end_s});
  }
  return figures;
}

RepScene MakeRep(const Rep& rep, const PersonScene& person, const Sport& sport,
                 std::size_t most_figures) {
  RepScene scene;
  scene.rep = &rep;
  scene.phases = LeafPhases(rep);
  scene.begin_s = std::numeric_limits<double>::infinity();
  scene.end_s = -std::numeric_limits<double>::infinity();
  for (const Phase& phase : rep.phases) {
    scene.begin_s = std::min(scene.begin_s, phase.begin_s);
    scene.end_s = std::max(scene.end_s, phase.end_s);
  }
  for (const Event& event : rep.events) {
    scene.begin_s = std::min(scene.begin_s, event.t_s);
    scene.end_s = std::max(scene.end_s, event.t_s);
  }
  const Event* takeoff = rep.FindEvent("takeoff");
  const Event* landing = rep.FindEvent("landing");
  if (takeoff != nullptr) {
    scene.takeoff_s = takeoff->t_s;
    scene.landing_s = landing != nullptr ? landing->t_s : scene.end_s;
    scene.takeoff = ComAt(person, takeoff->t_s);
  }
  // Who comes down before the take-off stood on a box, or on nothing: the ground is what he met.
  const Event* contact = takeoff != nullptr ? rep.FindEvent("contact") : nullptr;
  const double stance_begin = contact != nullptr ? contact->t_s : scene.begin_s;
  double stance_end = scene.end_s;
  if (takeoff != nullptr) stance_end = takeoff->t_s - (contact != nullptr ? 0 : 0.1);
  scene.ground_y = GroundLevel(person.poses.Poses(), stance_begin, stance_end);
  scene.figures = FiguresOf(rep, sport, scene.end_s, most_figures);
  return scene;
}

PersonScene MakePerson(TrackId track, const AthleteResult* athlete,
                       const std::vector<PoseFrame>& poses, const Sport& sport, Sex sex,
                       std::size_t most_figures) {
  PersonScene person{track, athlete, PoseIndex(poses), {}, 0, 0, {}};
  person.com.reserve(poses.size());
  for (const PoseFrame& pose : poses) person.com.push_back(CenterOfMassInImage(pose, sex));
  if (!person.com.empty()) {
    const auto [top, bottom] = std::ranges::minmax(person.com, std::less{}, &Point2::y);
    person.com_top = top.y;
    person.com_bottom = bottom.y;
  }
  if (athlete == nullptr) return person;
  for (const Rep& rep : athlete->Repetitions())
    person.reps.push_back(MakeRep(rep, person, sport, most_figures));
  return person;
}

}  // namespace

const RepScene* PersonScene::RepAt(double t_s) const {
  const RepScene* current = nullptr;
  for (const RepScene& rep : reps) {
    if (rep.begin_s <= t_s) current = &rep;
  }
  return current;
}

const ColoredPhase* PhaseAt(const RepScene& rep, double t_s) {
  const auto it = std::ranges::find_if(rep.phases, [t_s](const ColoredPhase& p) {
    return p.phase.begin_s <= t_s && t_s < p.phase.end_s;
  });
  return it == rep.phases.end() ? nullptr : &*it;
}

std::optional<double> TraceAt(const Rep& rep, std::string_view trace_id, double t_s) {
  const auto trace = std::ranges::find(rep.traces, trace_id, &Trace::id);
  if (trace == rep.traces.end()) return std::nullopt;
  const auto next = std::ranges::lower_bound(trace->t_s, t_s);
  const auto i = static_cast<std::size_t>(next - trace->t_s.begin());
  if (i == 0 || i >= std::min(trace->t_s.size(), trace->value.size())) return std::nullopt;
  const double step = trace->t_s[i] - trace->t_s[i - 1];
  const double part = step > 0 ? (t_s - trace->t_s[i - 1]) / step : 0;
  const double value = (1 - part) * trace->value[i - 1] + part * trace->value[i];
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::vector<PersonScene> MakeScenes(const AnalysisResult& result, const Sport& sport,
                                    const PosesByTrack& poses, Sex sex) {
  std::vector<PersonScene> scenes;
  // More would cover the picture.
  const std::size_t most_figures = result.athletes.size() > 1 ? 2 : 5;
  for (const AthleteResult& athlete : result.athletes) {
    const auto track = poses.find(athlete.track_id);
    if (track != poses.end())
      scenes.push_back(
          MakePerson(athlete.track_id, &athlete, track->second, sport, sex, most_figures));
  }
  for (const auto& [track, list] : poses) {
    const bool performs = std::ranges::any_of(
        result.athletes, [&](const AthleteResult& a) { return a.track_id == track; });
    if (!performs) scenes.push_back(MakePerson(track, nullptr, list, sport, sex, 0));
  }
  return scenes;
}

}  // namespace plyo::report
