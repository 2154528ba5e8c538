#include "plyo/results/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics/gross_errors.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/kinematics/signal.h"
#include "plyo/statistics/agreement.h"

namespace plyo {
namespace {

constexpr double kNormal95 = 1.959964;
constexpr double kSmallestOfBetween = 0.2;
constexpr double kSmallestOfTypicalError = 0.3;
constexpr std::size_t kFewestAthletes = 3;

/// What is followed: a metric of the catalogue, or the two sides of one.
struct Followed {
  std::string id;
  std::string unit;
  std::string left;  ///< empty: the metric itself
  std::string right;
  Better better = Better::kNeither;
  std::string of_repetitions = {};  ///< whose signs of a gross error are its own
};

std::vector<Followed> FollowedIn(const Sport& sport) {
  constexpr std::string_view kLeft = "left_";
  std::vector<Followed> all;
  for (const MetricDescriptor& metric : sport.metrics)
    all.push_back({.id = metric.id,
                   .unit = metric.unit,
                   .left = {},
                   .right = {},
                   .better = metric.better,
                   .of_repetitions = metric.OfRepetitions()});
  for (const MetricDescriptor& metric : sport.metrics) {
    if (!metric.id.starts_with(kLeft)) continue;
    const std::string stem = metric.id.substr(kLeft.size());
    const std::string asymmetry = "asymmetry_" + stem;
    if (std::ranges::find(all, asymmetry, &Followed::id) != all.end()) continue;
    all.push_back({.id = asymmetry, .unit = "%", .left = metric.id, .right = "right_" + stem});
  }
  return all;
}

std::optional<double> ValueOf(const Rep& rep, const std::string& id) {
  const Metric* const metric = rep.FindMetric(id);
  return metric != nullptr && Counts(*metric) ? metric->value : std::nullopt;
}

/// A figure in another unit, such as body heights, stands beside no other session's.
bool InItsUnit(const Rep& rep, const Followed& followed) {
  const Metric* const metric = rep.FindMetric(followed.id);
  return metric == nullptr || metric->unit == followed.unit;
}

/// In an oblique view both sides are the model's own depth, and what they differ by is too.
bool InObliqueView(const Rep& rep, const std::string& id) {
  const Metric* const metric = rep.FindMetric(id);
  return metric && std::ranges::find(metric->flags, flag::kObliqueView) != metric->flags.end();
}

std::optional<double> ValueOf(const Rep& rep, const Followed& followed) {
  if (followed.left.empty()) {
    return InItsUnit(rep, followed) ? ValueOf(rep, followed.id) : std::nullopt;
  }
  if (InObliqueView(rep, followed.left) || InObliqueView(rep, followed.right)) return std::nullopt;
  const auto left = ValueOf(rep, followed.left);
  const auto right = ValueOf(rep, followed.right);
  if (!left || !right || std::max(*left, *right) <= 0) return std::nullopt;
  return 100 * (*right - *left) / std::max(*left, *right);
}

/// Steps by their foot, as what one foot does otherwise than the other is no chance; repetitions of
/// both together.
std::map<std::optional<Side>, std::vector<double>> ValuesBySide(const AthleteResult& athlete,
                                                                const Followed& followed) {
  std::map<std::optional<Side>, std::vector<double>> values;
  for (const Rep& rep : athlete.Repetitions()) {
    if (!rep.excluded.empty()) continue;
    if (const auto value = ValueOf(rep, followed)) values[SideOf(rep)].push_back(*value);
  }
  return values;
}

std::vector<double> ValuesOf(const AthleteResult& athlete, const Followed& followed) {
  std::vector<double> values;
  for (const auto& [side, of_side] : ValuesBySide(athlete, followed))
    values.insert(values.end(), of_side.begin(), of_side.end());
  return values;
}

/// What the sport itself makes of all repetitions of a session, where it does: a cadence is no mean
/// of the steps, and some figures are of no single one. nullptr: the mean of the repetitions.
const Summary* OwnSummary(const Sport& sport, const AthleteResult& athlete,
                          const Followed& followed) {
  if (!sport.summarize) return nullptr;
  const auto at = std::ranges::find(athlete.summary, followed.id, &Summary::id);
  return at != athlete.summary.end() && at->mean && at->unit == followed.unit ? &*at : nullptr;
}

/// By which formula a session's figure was estimated; empty: it was measured. A plate measures the
/// power that a video can only estimate.
std::string EstimateOf(const AthleteResult& athlete, const Followed& followed) {
  static constexpr std::array kEstimates = {flag::kSayers1999, flag::kSamozino2008,
                                            flag::kDalleau2004};
  for (const Rep& rep : athlete.Repetitions()) {
    const Metric* const metric = rep.FindMetric(followed.id);
    if (metric == nullptr || !metric->value) continue;
    const auto estimate = std::ranges::find_first_of(metric->flags, kEstimates);
    return estimate != metric->flags.end() ? *estimate : "";
  }
  return "";
}

/// Pooled over the groups that have two repetitions or more.
void SetTypicalError(const std::vector<std::vector<double>>& groups, Trend& trend) {
  double squares = 0;
  for (const auto& group : groups) {
    if (group.size() < 2) continue;
    const double sd = StandardDeviation(group);
    squares += sd * sd * static_cast<double>(group.size() - 1);
    trend.degrees_of_freedom += static_cast<int>(group.size()) - 1;
  }
  if (trend.degrees_of_freedom == 0) return;
  trend.typical_error = std::sqrt(squares / trend.degrees_of_freedom);
  trend.mdc95 = kNormal95 * std::sqrt(2.0) * *trend.typical_error;
}

Change ChangeOf(const SessionFigure& first, const SessionFigure& now, const Trend& trend) {
  Change change;
  change.value = *now.mean - *first.mean;
  if (!trend.typical_error || !trend.swc) return change;
  // The typical error is itself of a few repetitions only.
  change.half = StudentT95(trend.degrees_of_freedom) * *trend.typical_error *
                std::sqrt(1.0 / first.n + 1.0 / now.n);
  // What is grossly wrong stays, but a change from or to it is not judged.
  if (!first.gross_errors.empty() || !now.gross_errors.empty()) return change;
  // Nor one that may be of the method: no typical error holds what two methods differ by.
  if (first.estimated_by != now.estimated_by) return change;
  const double size = std::abs(change.value);
  change.kind = size <= *trend.swc    ? ChangeKind::kTrivial
                : size > *change.half ? ChangeKind::kReal
                                      : ChangeKind::kPossible;
  return change;
}

std::vector<std::string> GrossErrorsOf(const AthleteResult& athlete, const Followed& followed) {
  if (followed.left.empty()) return GrossErrors(athlete, followed.of_repetitions);
  auto errors = GrossErrors(athlete, followed.left);
  for (const std::string& error : GrossErrors(athlete, followed.right)) AddOnce(errors, error);
  return errors;
}

Trend TrendOf(const Sport& sport, const std::vector<const AthleteResult*>& sessions,
              const Followed& followed, std::optional<double> between_sd) {
  Trend trend;
  trend.metric = followed.id;
  trend.unit = followed.unit;
  std::vector<std::vector<double>> groups;  // of one session and one foot
  for (const AthleteResult* athlete : sessions) {
    const std::vector<double> of_session = ValuesOf(*athlete, followed);
    SessionFigure figure;
    figure.n = static_cast<int>(of_session.size());
    if (!of_session.empty()) {
      figure.mean = Mean(of_session);
      figure.best = BestOf(of_session, followed.better);
    }
    if (const Summary* own = OwnSummary(sport, *athlete, followed)) {
      figure.n = own->n;
      figure.mean = own->mean;
    }
    if (of_session.size() > 1) figure.sd = StandardDeviation(of_session);
    if (figure.mean) figure.gross_errors = GrossErrorsOf(*athlete, followed);
    figure.estimated_by = EstimateOf(*athlete, followed);
    if (figure.gross_errors.empty()) {
      for (auto& [side, of_side] : ValuesBySide(*athlete, followed))
        groups.push_back(std::move(of_side));
    }
    trend.sessions.push_back(figure);
  }
  SetTypicalError(groups, trend);
  if (between_sd) {
    trend.swc = kSmallestOfBetween * *between_sd;
    trend.swc_method = "0.2_between_sd";
  } else if (trend.typical_error) {
    trend.swc = kSmallestOfTypicalError * *trend.typical_error;
    trend.swc_method = "0.3_typical_error";
  }
  const auto first = std::ranges::find_if(
      trend.sessions, [](const SessionFigure& figure) { return figure.mean.has_value(); });
  for (auto now = first; now != trend.sessions.end(); ++now) {
    if (now != first && now->mean) now->since_first = ChangeOf(*first, *now, trend);
  }
  return trend;
}

std::vector<AthleteTrends> ByAthlete(std::span<const Session> sessions) {
  std::vector<AthleteTrends> athletes;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    auto at = std::ranges::find(athletes, sessions[i].athlete, &AthleteTrends::athlete);
    if (at == athletes.end())
      at = athletes.insert(at, {.athlete = sessions[i].athlete, .sessions = {}, .trends = {}});
    at->sessions.push_back(i);
  }
  for (AthleteTrends& athlete : athletes) {
    if (std::ranges::any_of(athlete.sessions,
                            [&](std::size_t i) { return sessions[i].date.empty(); }))
      continue;
    std::ranges::stable_sort(athlete.sessions, {},
                             [&](std::size_t i) -> const std::string& { return sessions[i].date; });
  }
  return athletes;
}

/// Of the athletes' means over all their repetitions, but for sessions that are grossly wrong.
std::optional<double> BetweenAthletes(std::span<const Session> sessions,
                                      const std::vector<AthleteTrends>& athletes,
                                      const Followed& followed) {
  std::vector<double> means;
  for (const AthleteTrends& athlete : athletes) {
    std::vector<double> values;
    for (const std::size_t i : athlete.sessions) {
      if (!GrossErrorsOf(*sessions[i].result, followed).empty()) continue;
      const auto of_session = ValuesOf(*sessions[i].result, followed);
      values.insert(values.end(), of_session.begin(), of_session.end());
    }
    if (!values.empty()) means.push_back(Mean(values));
  }
  if (means.size() < kFewestAthletes) return std::nullopt;
  return StandardDeviation(means);
}

}  // namespace

void AddGrossErrors(const Trend& trend, std::vector<std::string>& signs) {
  for (const SessionFigure& figure : trend.sessions) {
    for (const std::string& sign : figure.gross_errors) AddOnce(signs, sign);
  }
}

std::string_view ChangeKindName(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kTrivial:
      return "trivial";
    case ChangeKind::kPossible:
      return "possible";
    case ChangeKind::kReal:
      return "real";
    case ChangeKind::kUnknown:
      break;
  }
  return "unknown";
}

std::optional<Session> SessionOf(const AnalysisResult& result, std::optional<TrackId> track) {
  const auto athlete = track ? std::ranges::find(result.athletes, *track, &AthleteResult::track_id)
                             : result.athletes.begin();
  if (athlete == result.athletes.end()) return std::nullopt;
  return Session{.name = result.source.name,
                 .athlete = result.provenance.Option("athlete"),
                 .date = result.provenance.Option("date"),
                 .result = &*athlete};
}

bool HasTrend(const Sport& sport, std::string_view metric) {
  return std::ranges::any_of(FollowedIn(sport),
                             [&](const Followed& followed) { return followed.id == metric; });
}

std::vector<AthleteTrends> CompareSessions(std::span<const Session> sessions, const Sport& sport) {
  std::vector<AthleteTrends> athletes = ByAthlete(sessions);
  for (const Followed& followed : FollowedIn(sport)) {
    const auto between_sd = BetweenAthletes(sessions, athletes, followed);
    for (AthleteTrends& athlete : athletes) {
      std::vector<const AthleteResult*> results;
      for (const std::size_t i : athlete.sessions) results.push_back(sessions[i].result);
      Trend trend = TrendOf(sport, results, followed, between_sd);
      if (std::ranges::any_of(trend.sessions, [](const auto& f) { return f.mean.has_value(); }))
        athlete.trends.push_back(std::move(trend));
    }
  }
  return athletes;
}

}  // namespace plyo
