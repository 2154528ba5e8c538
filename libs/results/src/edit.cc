#include "plyo/results/edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/metric_table.h"

namespace plyo {
namespace {

// A document's times are whole microseconds.
constexpr double kSameTime_s = 1.5e-6;
constexpr double kSurestByEye_s = 0.0005;
// Of a figure: far less than a document's last digit.
constexpr double kRounding = 1e-9;

tl::unexpected<Error> Refuse(std::string what) {
  return Fail(ErrorCode::kInvalidArgument, std::move(what));
}

Event* FindEvent(Rep& rep, std::string_view id) {
  const auto at = std::ranges::find(rep.events, id, &Event::id);
  return at == rep.events.end() ? nullptr : &*at;
}

/// How a person reads an instant.
struct Reading {
  double fps = 0;
  double u_s = 0;  ///< by eye, between two frames
  bool of_plate = false;

  /// Where contact begins on a plate is a convention, which nobody reads better than it says.
  double UOf(const Event& event) const { return of_plate ? std::max(u_s, event.u_s) : u_s; }
  /// What a figure takes that neither events nor the document tell.
  std::string_view Needs() const {
    return of_plate ? reason::kNeedsForce : reason::kNeedsLandmarks;
  }
};

Reading ReadingOf(const SourceInfo& source) {
  const double fps = source.capture_fps;
  const double frame_s = fps > 0 ? 1 / fps : 0;
  return {.fps = fps,
          .u_s = std::max(kSurestByEye_s, frame_s / std::sqrt(12.0)),
          .of_plate = source.kind == SourceKind::kForcePlate};
}

/// From where to where an instant went.
struct Shift {
  double from_s = 0;
  double to_s = 0;
  double more_u2 = 0;  ///< by how much its squared uncertainty grew
};

Shift Move(Event& event, double t_s, double u_s, double fps) {
  const Shift shift{event.t_s, t_s, u_s * u_s - event.u_s * event.u_s};
  event.frame += (t_s - event.t_s) * fps;
  event.t_s = t_s;
  event.u_s = u_s;
  AddOnce(event.flags, flag::kManual);
  return shift;
}

/// The events without one, of which nothing is asked.
std::vector<Event> Without(std::vector<Event> events, std::string_view id) {
  std::erase_if(events, [id](const Event& event) { return event.id == id; });
  return events;
}

/// Two instants may be one, as the onset and the push of a squat jump without a dip, if they were
/// so before.
Result<void> CheckOrder(const std::vector<Event>& before, const std::vector<Event>& events) {
  for (std::size_t i = 1; i < events.size(); ++i) {
    const Event& one = events[i - 1];
    const Event& next = events[i];
    const bool one_instant = before[i - 1].t_s == before[i].t_s;
    if (one.t_s < next.t_s || (one_instant && one.t_s == next.t_s)) continue;
    return Refuse(fmt::format("{} at {:.4f} s would not come before {} at {:.4f} s", one.id,
                              one.t_s, next.id, next.t_s));
  }
  return {};
}

/// By free fall: the difference of the heights at both ends stays, and so the middle's distance
/// from the apex times the flight's length; half of what an end became less sure by is the apex's,
/// too. On a plate the impulse tells it, wherever in the air the take-off and the landing are put.
Result<void> LetApexFollow(const Rep& before, const Reading& reading, Rep& rep,
                           std::vector<Shift>& shifts) {
  Event* const apex = FindEvent(rep, "apex");
  const Event* const takeoff = rep.FindEvent("takeoff");
  const Event* const landing = rep.FindEvent("landing");
  if (reading.of_plate || !apex || !takeoff || !landing) return {};
  // Among what was measured first: where a derived apex would come to lie helps nobody.
  if (auto ordered = CheckOrder(Without(before.events, "apex"), Without(rep.events, "apex"));
      !ordered)
    return ordered;
  const Event& was_takeoff = *before.FindEvent("takeoff");
  const Event& was_landing = *before.FindEvent("landing");
  const double old_takeoff = was_takeoff.t_s;
  const double old_landing = was_landing.t_s;
  if (takeoff->t_s == old_takeoff && landing->t_s == old_landing) return {};
  const double lead = ((old_takeoff + old_landing) / 2 - apex->t_s) * (old_landing - old_takeoff);
  const double middle = (takeoff->t_s + landing->t_s) / 2;
  // Where an end became surer the apex did not: its place was found by the end as it was.
  const auto more_u2 = [](const Event& was, const Event& is) {
    return std::max(0.0, is.u_s * is.u_s - was.u_s * was.u_s);
  };
  const double u_s =
      std::sqrt(apex->u_s * apex->u_s +
                (more_u2(was_takeoff, *takeoff) + more_u2(was_landing, *landing)) / 4);
  shifts.push_back(Move(*apex, middle - lead / (landing->t_s - takeoff->t_s), u_s, reading.fps));
  return {};
}

bool SameTime(double a, double b) { return std::abs(a - b) < kSameTime_s; }

/// Whether a figure of the landmarks may have changed where an event of its repetition was moved.
bool Holds(const Metric& metric, const Shift& shift) {
  const auto within = [&metric](double t) {
    return t > metric.begin_s - kSameTime_s && t < metric.end_s + kSameTime_s;
  };
  return within(shift.from_s) || within(shift.to_s);
}

/// The same of a repetition beside it: its figures know of the instant only where it bounds them.
bool IsBoundBy(const Metric& metric, const Shift& shift) {
  return SameTime(metric.begin_s, shift.from_s) || SameTime(metric.end_s, shift.from_s);
}

/// By how much the squared uncertainty of the instant grew.
double Follow(const std::vector<Shift>& shifts, double& t_s) {
  const auto shift =
      std::ranges::find_if(shifts, [t_s](const Shift& s) { return SameTime(t_s, s.from_s); });
  if (shift == shifts.end()) return 0;
  t_s = shift->to_s;
  return shift->more_u2;
}

void Follow(const std::vector<Shift>& shifts, Phase& phase) {
  Follow(shifts, phase.begin_s);
  Follow(shifts, phase.end_s);
}

/// A time is as sure as its two ends, of which a step's tell when the next contacts are.
void Follow(const std::vector<Shift>& shifts, Metric& metric) {
  const double more_u2 = Follow(shifts, metric.begin_s) + Follow(shifts, metric.end_s);
  if (metric.unit == "s" && metric.u)
    metric.u = std::sqrt(std::max(0.0, *metric.u * *metric.u + more_u2));
}

/// What the sport makes of events and scale alone, by id.
std::map<std::string, Metric> ToldByEvents(const Sport& sport, const AthleteOptions& athlete,
                                           const Rep& rep) {
  std::map<std::string, Metric> told;
  if (!sport.metrics_by_events) return told;
  for (Metric& metric : sport.metrics_by_events(rep, athlete)) told[metric.id] = std::move(metric);
  return told;
}

bool IsManual(const std::vector<std::string>& flags) {
  return std::ranges::find(flags, flag::kManual) != flags.end();
}

bool Same(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b) return a == b;
  return std::abs(*a - *b) <= kRounding * std::abs(*a);
}

bool IsSameFigure(const Metric& a, const Metric& b) {
  return Same(a.value, b.value) && Same(a.u, b.u) && a.reason == b.reason;
}

/// `needs`: what a figure takes that is not told.
void Replace(Metric anew, std::string_view needs, Metric& metric) {
  if (anew.value) {
    metric = std::move(anew);
  } else {
    metric.value.reset();
    metric.u.reset();
    metric.class_name.clear();
    metric.flags.clear();
    metric.reason = anew.reason.empty() ? std::string(needs) : anew.reason;
  }
  AddOnce(metric.flags, flag::kManual);
}

/// A figure that events tell has changed where they tell another one than before; one of the
/// landmarks, where the moved event touches it.
void MeasureAnew(const Rep& before, const std::vector<Shift>& shifts,
                 bool (*touches)(const Metric&, const Shift&), std::string_view needs,
                 const Sport& sport, const AthleteOptions& athlete, Rep& rep) {
  for (Phase& phase : rep.phases) Follow(shifts, phase);
  for (Metric& metric : rep.metrics) {
    if (metric.value) Follow(shifts, metric);
  }
  auto old = ToldByEvents(sport, athlete, before);
  auto fresh = ToldByEvents(sport, athlete, rep);
  for (std::size_t i = 0; i < rep.metrics.size(); ++i) {
    Metric& metric = rep.metrics[i];
    const Metric& was = old[metric.id];
    Metric& anew = fresh[metric.id];
    const bool told = was.value || anew.value;
    const auto touched = [&](const Shift& s) { return touches(before.metrics[i], s); };
    if (told && IsSameFigure(was, anew)) {
      if (was.flags == anew.flags) continue;
      if (IsManual(metric.flags)) AddOnce(anew.flags, flag::kManual);
      metric.flags = std::move(anew.flags);
    } else if (told || (metric.value && std::ranges::any_of(shifts, touched))) {
      Replace(std::move(anew), needs, metric);
    } else {
      continue;
    }
    AddOnce(rep.flags, flag::kManual);
  }
  if (rep.metrics == before.metrics) return;
  for (const FlagRule& rule : sport.flag_rules) FlagByFigure(rule, rep);
  // Last, whichever way the edits went.
  if (std::erase(rep.flags, flag::kManual) > 0) rep.flags.emplace_back(flag::kManual);
}

/// Moves events of the repetition; their instants before and after.
Result<std::vector<Shift>> MoveEvents(const std::vector<MovedEvent>& moved, const Reading& reading,
                                      Rep& rep) {
  const Rep before = rep;
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
    shifts.push_back(Move(*event, to.t_s, reading.UOf(*event), reading.fps));
  }
  if (std::ranges::find(moved, "apex", &MovedEvent::id) == moved.end()) {
    if (auto followed = LetApexFollow(before, reading, rep, shifts); !followed)
      return tl::unexpected(followed.error());
  }
  if (auto ordered = CheckOrder(before.events, rep.events); !ordered)
    return tl::unexpected(ordered.error());
  AddOnce(rep.flags, flag::kManual);
  return shifts;
}

/// A landing is the next contact of one who hops, a foot's contact the end of the step before: the
/// repetitions that share a moved instant follow.
Result<void> FollowBeside(std::vector<Shift> shifts, const Reading& reading, const Sport& sport,
                          const AthleteOptions& athlete, Rep& rep) {
  const Rep before = rep;
  for (Event& event : rep.events) {
    const auto shift = std::ranges::find_if(
        shifts, [&event](const Shift& s) { return SameTime(event.t_s, s.from_s); });
    if (shift == shifts.end()) continue;
    event.flags.clear();
    Move(event, shift->to_s, reading.UOf(event), reading.fps);
  }
  if (auto followed = LetApexFollow(before, reading, rep, shifts); !followed) return followed;
  if (auto ordered = CheckOrder(before.events, rep.events); !ordered) return ordered;
  MeasureAnew(before, shifts, IsBoundBy, reading.Needs(), sport, athlete, rep);
  return {};
}

/// Moves events of one of an athlete's repetitions. Where it fails, nothing has changed.
Result<void> MoveEvents(const std::vector<MovedEvent>& moved, const Reading& reading,
                        const Sport& sport, const AthleteOptions& athlete, std::size_t which,
                        std::vector<Rep>& reps) {
  std::vector<Rep> edited = reps;
  const auto shifts = MoveEvents(moved, reading, edited[which]);
  if (!shifts) return tl::unexpected(shifts.error());
  MeasureAnew(reps[which], *shifts, Holds, reading.Needs(), sport, athlete, edited[which]);
  for (std::size_t i = 0; i < edited.size(); ++i) {
    if (i == which) continue;
    if (auto done = FollowBeside(*shifts, reading, sport, athlete, edited[i]); !done) return done;
  }
  reps = std::move(edited);
  return {};
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

/// Instants are of the recording, to a frame.
Result<void> CheckRange(const std::vector<MovedEvent>& moved, const SourceInfo& source,
                        const std::vector<Rep>& reps) {
  if (source.duration_s <= 0) return {};
  const double frame_s = source.capture_fps > 0 ? 1 / source.capture_fps : 0;
  double first = 0;  // a force plate's clock need not begin at 0
  double last = source.duration_s;
  for (const Rep& rep : reps) {
    for (const Event& event : rep.events) {
      first = std::min(first, event.t_s);
      last = std::max(last, event.t_s);
    }
  }
  for (const MovedEvent& event : moved) {
    if (event.t_s >= first - frame_s && event.t_s <= last + frame_s) continue;
    return Refuse(
        fmt::format("{} at {:.4f} s is outside of the recording, which goes from {:.2f}"
                    " to {:.2f} s",
                    event.id, event.t_s, first, last));
  }
  return {};
}

void Note(std::string what, Provenance& provenance) {
  const auto at = std::ranges::find(provenance.options, kManualOption,
                                    &std::pair<std::string, std::string>::first);
  if (at == provenance.options.end()) {
    provenance.options.emplace_back(kManualOption, std::move(what));
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
  const auto which = static_cast<std::size_t>(rep - reps.begin());
  std::vector<std::string> notes;
  if (!edit.moved.empty()) {
    if (auto inside = CheckRange(edit.moved, result.source, reps); !inside) return inside;
    const Rep before = reps[which];
    if (auto moved = MoveEvents(edit.moved, ReadingOf(result.source), sport,
                                OptionsOf(result, *athlete, sport), which, reps);
        !moved)
      return moved;
    for (const MovedEvent& event : edit.moved) {
      notes.push_back(fmt::format("track {} rep {}: {} {:.6f} -> {:.6f} s", athlete->track_id,
                                  before.index, event.id, before.FindEvent(event.id)->t_s,
                                  event.t_s));
    }
  }
  if (!edit.exclude_because.empty()) {
    reps[which].excluded = edit.exclude_because;
    notes.push_back(fmt::format("track {} rep {} excluded: {}", athlete->track_id,
                                reps[which].index, edit.exclude_because));
  }
  for (std::string& note : notes) Note(std::move(note), result.provenance);
  std::vector<Rep> counted;
  std::ranges::copy_if(reps, std::back_inserter(counted),
                       [](const Rep& r) { return r.excluded.empty(); });
  athlete->summary = Summarize(counted, sport);
  return {};
}

}  // namespace plyo
