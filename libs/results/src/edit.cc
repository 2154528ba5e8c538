#include "plyo/results/edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/metric_table.h"

namespace plyo {
namespace {

// A document's times are whole microseconds.
constexpr double kSameTime_s = 1.5e-6;
constexpr double kSurestByEye_s = 0.0005;

tl::unexpected<Error> Refuse(std::string what) {
  return Fail(ErrorCode::kInvalidArgument, std::move(what));
}

Event* FindEvent(Rep& rep, std::string_view id) {
  const auto at = std::ranges::find(rep.events, id, &Event::id);
  return at == rep.events.end() ? nullptr : &*at;
}

/// From where to where an instant went.
struct Shift {
  double from_s = 0;
  double to_s = 0;
};

void Move(Event& event, double t_s, double fps, std::vector<Shift>& shifts) {
  shifts.push_back({event.t_s, t_s});
  event.frame += (t_s - event.t_s) * fps;
  event.t_s = t_s;
  AddOnce(event.flags, flag::kManual);
}

/// The difference of the heights at both ends stays, and so the middle's distance from the apex
/// times the flight's length.
void LetApexFollow(const Rep& before, double fps, Rep& rep, std::vector<Shift>& shifts) {
  Event* const apex = FindEvent(rep, "apex");
  const Event* const takeoff = rep.FindEvent("takeoff");
  const Event* const landing = rep.FindEvent("landing");
  if (!apex || !takeoff || !landing) return;
  const double old_takeoff = before.FindEvent("takeoff")->t_s;
  const double old_landing = before.FindEvent("landing")->t_s;
  if (takeoff->t_s == old_takeoff && landing->t_s == old_landing) return;
  const double lead = ((old_takeoff + old_landing) / 2 - apex->t_s) * (old_landing - old_takeoff);
  const double middle = (takeoff->t_s + landing->t_s) / 2;
  Move(*apex, middle - lead / (landing->t_s - takeoff->t_s), fps, shifts);
}

Result<void> CheckOrder(const Rep& rep) {
  for (std::size_t i = 1; i < rep.events.size(); ++i) {
    const Event& one = rep.events[i - 1];
    const Event& next = rep.events[i];
    if (one.t_s < next.t_s) continue;
    return Refuse(fmt::format("{} at {:.4f} s would not come before {} at {:.4f} s", one.id,
                              one.t_s, next.id, next.t_s));
  }
  return {};
}

bool Touches(const Metric& metric, const std::vector<Shift>& shifts) {
  return std::ranges::any_of(shifts, [&metric](const Shift& shift) {
    const auto within = [&metric](double t) {
      return t > metric.begin_s - kSameTime_s && t < metric.end_s + kSameTime_s;
    };
    return within(shift.from_s) || within(shift.to_s);
  });
}

void MeasureAnew(const std::vector<Shift>& shifts, const std::vector<Metric>& fresh, Rep& rep) {
  for (Metric& metric : rep.metrics) {
    if (!metric.value || !Touches(metric, shifts)) continue;
    const auto anew = std::ranges::find(fresh, metric.id, &Metric::id);
    if (anew != fresh.end() && anew->value) {
      metric = *anew;
    } else {
      metric.value.reset();
      metric.u.reset();
      metric.class_name.clear();
      metric.flags.clear();
      metric.reason = reason::kNeedsLandmarks;
    }
    AddOnce(metric.flags, flag::kManual);
  }
}

Result<Rep> MoveEvents(const Rep& before, const std::vector<MovedEvent>& moved, double fps,
                       const Sport& sport, const AthleteOptions& athlete) {
  Rep rep = before;
  std::vector<Shift> shifts;
  for (const MovedEvent& to : moved) {
    Event* const event = FindEvent(rep, to.id);
    if (event == nullptr) {
      std::string known;
      for (const Event& e : rep.events) known += (known.empty() ? "" : ", ") + e.id;
      return Refuse(
          fmt::format("repetition {} has no event {}; it has {}", rep.index, to.id, known));
    }
    event->flags.clear();
    Move(*event, to.t_s, fps, shifts);
    // Read between two frames.
    if (fps > 0) event->u_s = std::max(kSurestByEye_s, 1 / (fps * std::sqrt(12.0)));
  }
  if (std::ranges::find(moved, "apex", &MovedEvent::id) == moved.end())
    LetApexFollow(before, fps, rep, shifts);
  if (auto ordered = CheckOrder(rep); !ordered) return tl::unexpected(ordered.error());
  for (Phase& phase : rep.phases) {
    for (const Shift& shift : shifts) {
      if (std::abs(phase.begin_s - shift.from_s) < kSameTime_s) phase.begin_s = shift.to_s;
      if (std::abs(phase.end_s - shift.from_s) < kSameTime_s) phase.end_s = shift.to_s;
    }
  }
  AddOnce(rep.flags, flag::kManual);
  MeasureAnew(
      shifts,
      sport.metrics_by_events ? sport.metrics_by_events(rep, athlete) : std::vector<Metric>{}, rep);
  return rep;
}

AthleteOptions OptionsOf(const AnalysisResult& result, const AthleteResult& athlete,
                         const Sport& sport) {
  AthleteOptions options;
  options.height_m = athlete.height_m;
  options.mass_kg = athlete.mass_kg;
  for (const ParameterDescriptor& parameter : sport.parameters) {
    const std::string text = result.provenance.Option(parameter.id);
    double value = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, value).ptr == end && !text.empty())
      options.parameters[parameter.id] = value;
  }
  return options;
}

void Note(std::string what, Provenance& provenance) {
  const auto at =
      std::ranges::find(provenance.options, "manual", &std::pair<std::string, std::string>::first);
  if (at == provenance.options.end()) {
    provenance.options.emplace_back("manual", std::move(what));
  } else {
    at->second += "; " + what;
  }
}

}  // namespace

Result<void> ApplyEdit(const Edit& edit, const Sport& sport, AnalysisResult& result) {
  const auto athlete =
      edit.athlete ? std::ranges::find(result.athletes, *edit.athlete, &AthleteResult::track_id)
                   : result.athletes.begin();
  if (athlete == result.athletes.end()) {
    return Refuse(edit.athlete
                      ? fmt::format("there is no athlete of track number {}", *edit.athlete)
                      : std::string("there is no athlete in the result"));
  }
  auto& reps = sport.repeats_steps ? athlete->steps : athlete->reps;
  if (!edit.rep && reps.size() > 1)
    return Refuse(fmt::format("there are {} repetitions; say which", reps.size()));
  const auto rep = edit.rep ? std::ranges::find(reps, *edit.rep, &Rep::index) : reps.begin();
  if (rep == reps.end()) {
    return Refuse(
        edit.rep ? fmt::format("there is no repetition {}; there are {}", *edit.rep, reps.size())
                 : std::string("there is no repetition in the result"));
  }
  std::vector<std::string> notes;
  if (!edit.moved.empty()) {
    auto moved = MoveEvents(*rep, edit.moved, result.source.capture_fps, sport,
                            OptionsOf(result, *athlete, sport));
    if (!moved) return tl::unexpected(moved.error());
    for (const MovedEvent& event : edit.moved) {
      notes.push_back(fmt::format("track {} rep {}: {} {:.6f} -> {:.6f} s", athlete->track_id,
                                  rep->index, event.id, rep->FindEvent(event.id)->t_s, event.t_s));
    }
    *rep = std::move(*moved);
  }
  if (!edit.exclude_because.empty()) {
    rep->excluded = edit.exclude_because;
    notes.push_back(fmt::format("track {} rep {} excluded: {}", athlete->track_id, rep->index,
                                edit.exclude_because));
  }
  for (std::string& note : notes) Note(std::move(note), result.provenance);
  std::vector<Rep> counted;
  std::ranges::copy_if(reps, std::back_inserter(counted),
                       [](const Rep& r) { return r.excluded.empty(); });
  athlete->summary = Summarize(counted, sport);
  return {};
}

}  // namespace plyo
