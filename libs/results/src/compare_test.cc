#include "plyo/results/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <tuple>

#include "plyo/kinematics/flags.h"

namespace plyo {
namespace {

using ::testing::ElementsAre;

/// A sport of two metrics, one of which has sides.
const Sport& Hops() {
  static const Sport kHops = [] {
    Sport sport;
    sport.id = "hops";
    for (const char* id : {"height", "left_time", "right_time"}) {
      MetricDescriptor metric;
      metric.id = id;
      metric.unit = id == std::string("height") ? "m" : "s";
      metric.better = id == std::string("height") ? Better::kMore : Better::kNeither;
      sport.metrics.push_back(metric);
    }
    return sport;
  }();
  return kHops;
}

/// Sessions made of heights; they stay where they are.
class Sessions {
 public:
  Sessions& Add(std::string athlete, std::string date, const std::vector<double>& heights) {
    AthleteResult& result = results_.emplace_back();
    for (const double height : heights) {
      Rep& rep = result.reps.emplace_back();
      rep.index = static_cast<int>(result.reps.size());
      rep.metrics.push_back(Of("height", height));
    }
    sessions_.push_back(
        {.name = date, .athlete = std::move(athlete), .date = std::move(date), .result = &result});
    return *this;
  }
  AthleteResult& At(std::size_t i) { return results_.at(i); }
  AthleteResult& Last() { return results_.back(); }
  std::vector<AthleteTrends> Compare() const { return CompareSessions(sessions_, Hops()); }
  static Metric Of(const char* id, std::optional<double> value) {
    Metric metric;
    metric.id = id;
    metric.unit = metric.id == "height" ? "m" : "s";
    metric.value = value;
    return metric;
  }

 private:
  std::deque<AthleteResult> results_;
  std::vector<Session> sessions_;
};

TEST(CompareSessions, TheTypicalErrorIsThatOfHopkins) {
  // Two trials of three athletes: half of the squares of the differences, by their number.
  Sessions sessions;
  const double trials[3][2] = {{0.30, 0.32}, {0.40, 0.41}, {0.35, 0.38}};
  double squares = 0;
  for (const auto& [one, two] : trials) {
    sessions.Add("", "", {one, two});
    squares += (two - one) * (two - one);
  }
  const auto trends = sessions.Compare();
  ASSERT_EQ(trends.size(), 1U);
  const Trend& height = trends[0].trends.at(0);
  EXPECT_EQ(height.degrees_of_freedom, 3);
  EXPECT_NEAR(*height.typical_error, std::sqrt(squares / 3 / 2), 1e-12);
  EXPECT_NEAR(*height.mdc95, 2.7718 * *height.typical_error, 1e-4);
  EXPECT_EQ(height.swc_method, "0.3_typical_error");
  EXPECT_NEAR(*height.swc, 0.3 * *height.typical_error, 1e-12);
}

TEST(CompareSessions, TellsARealChangeFromChance) {
  Sessions sessions;
  sessions.Add("Ann", "2026-01-01", {0.30, 0.31, 0.32})
      .Add("Ann", "2026-03-01", {0.36, 0.37, 0.38})
      .Add("Ann", "2026-02-01", {0.310, 0.311, 0.330})
      .Add("Ann", "2026-04-01", {0.309, 0.311, 0.3105});
  const auto trends = sessions.Compare();
  EXPECT_THAT(trends[0].sessions, ElementsAre(0, 2, 1, 3)) << "in the order of their dates";
  const auto& height = trends[0].trends.at(0).sessions;
  EXPECT_FALSE(height[0].since_first);
  EXPECT_EQ(height[1].since_first->kind, ChangeKind::kPossible);
  EXPECT_EQ(height[2].since_first->kind, ChangeKind::kReal);
  EXPECT_NEAR(height[2].since_first->value, 0.06, 1e-12);
  EXPECT_EQ(height[3].since_first->kind, ChangeKind::kTrivial);
  EXPECT_NEAR(*height[2].mean, 0.37, 1e-12);
  EXPECT_NEAR(*height[2].sd, 0.01, 1e-12);
  EXPECT_EQ(height[2].best, 0.38);
  EXPECT_EQ(height[2].n, 3);
  const double te = *trends[0].trends[0].typical_error;
  // Student's t of 8 degrees of freedom: two in each of the four sessions.
  EXPECT_EQ(trends[0].trends[0].degrees_of_freedom, 8);
  EXPECT_NEAR(*height[2].since_first->half, 2.306004 * te * std::sqrt(2.0 / 3), 1e-7);
}

TEST(CompareSessions, WithoutRepetitionsOfOneSessionNothingIsCalledReal) {
  Sessions sessions;
  sessions.Add("", "", {0.30}).Add("", "", {0.50}).Add("", "", {});
  const Trend trend = sessions.Compare()[0].trends.at(0);
  EXPECT_FALSE(trend.typical_error);
  EXPECT_FALSE(trend.swc);
  EXPECT_EQ(trend.sessions[1].since_first->kind, ChangeKind::kUnknown);
  EXPECT_FALSE(trend.sessions[1].sd);
  EXPECT_FALSE(trend.sessions[2].mean);
  EXPECT_FALSE(trend.sessions[2].since_first);
}

TEST(CompareSessions, WhereNothingEverVariesNoChangeIsPossible) {
  Sessions sessions;
  sessions.Add("", "", {0.3, 0.3}).Add("", "", {0.3, 0.3});
  EXPECT_EQ(sessions.Compare()[0].trends[0].sessions[1].since_first->kind, ChangeKind::kTrivial);
}

TEST(CompareSessions, ThreeAthletesTellWhatIsWorthwhileBetweenThem) {
  Sessions sessions;
  sessions.Add("Ann", "", {0.30, 0.32}).Add("Bo", "", {0.40, 0.42}).Add("Ann", "", {0.34});
  EXPECT_EQ(sessions.Compare().size(), 2U);
  EXPECT_EQ(sessions.Compare()[0].trends[0].swc_method, "0.3_typical_error");
  sessions.Add("Cy", "", {0.50});
  const auto trends = sessions.Compare();
  ASSERT_EQ(trends.size(), 3U);
  // Their means: 0.32, 0.41, 0.50.
  EXPECT_NEAR(*trends[0].trends[0].swc, 0.2 * 0.09, 1e-12);
  EXPECT_EQ(trends[0].trends[0].swc_method, "0.2_between_sd");
}

TEST(CompareSessions, LeavesOutWhatDoesNotCount) {
  Sessions sessions;
  sessions.Add("", "", {0.30, 0.90});
  sessions.Last().reps[1].excluded = "a hand rail";
  const auto trends = sessions.Compare();
  EXPECT_EQ(trends[0].trends.at(0).sessions[0].n, 1);
  EXPECT_EQ(trends[0].trends.at(0).sessions[0].mean, 0.30);
}

TEST(CompareSessions, AStandBetweenTwoJumpsIsNoScatterOfTheRebounds) {
  Sessions sessions;
  for (const char* date : {"1", "2"}) {
    sessions.Add("a", date, {});
    for (const double time : {0.20, 0.20, 8.0, 0.20}) {
      Rep& rep = sessions.Last().reps.emplace_back();
      rep.metrics.push_back(Sessions::Of("left_time", time));
      if (time > 1) rep.metrics.back().flags = {std::string(flag::kNoRebound)};
    }
  }
  const auto trends = sessions.Compare();
  const auto time = std::ranges::find(trends[0].trends, "left_time", &Trend::metric);
  ASSERT_NE(time, trends[0].trends.end());
  ASSERT_TRUE(time->typical_error);
  EXPECT_NEAR(*time->typical_error, 0, 1e-12);
}

TEST(CompareSessions, AFigureInAnotherUnitStandsBesideNone) {
  Sessions sessions;
  sessions.Add("", "", {0.30, 0.32}).Add("", "", {0.17, 0.18});
  for (Rep& rep : sessions.Last().reps) rep.metrics[0].unit = kBodyHeight;
  const auto trends = sessions.Compare();
  const Trend& height = trends.at(0).trends.at(0);
  EXPECT_EQ(height.sessions.at(0).n, 2);
  EXPECT_EQ(height.sessions.at(1).n, 0);
}

TEST(CompareSessions, StepsAreComparedAsRepetitionsAre) {
  Sessions sessions;
  for (const double height : {0.3, 0.4}) {
    AthleteResult& run = sessions.Add("", "", {height, height}).Last();
    run.steps = std::move(run.reps);
    run.reps.clear();
  }
  const auto trends = sessions.Compare();
  ASSERT_EQ(trends.size(), 1U);
  ASSERT_EQ(trends[0].trends.size(), 1U);
  EXPECT_NEAR(trends[0].trends[0].sessions[1].since_first->value, 0.1, 1e-12);
}

TEST(CompareSessions, AFigureOfAllRepetitionsBearsTheSignsOfWhatItIsMadeOf) {
  Sport sport = Hops();
  sport.metrics[1].id = "height_of_all";
  sport.metrics[1].of_summary = true;
  sport.metrics[1].made_of = "height";
  sport.summarize = [](std::span<const Rep>) { return std::vector<Summary>{}; };
  AthleteResult result;
  result.reps.resize(2);
  for (Rep& rep : result.reps) rep.metrics = {Sessions::Of("height", 0.3)};
  Summary& summary = result.summary.emplace_back();
  summary.id = "height_of_all";
  summary.unit = sport.metrics[1].unit;
  summary.mean = 7;
  summary.n = 2;
  const auto signs = [&] {
    const auto trends =
        CompareSessions(
            std::vector<Session>(2, {.name = "", .athlete = "", .date = "", .result = &result}),
            sport)[0]
            .trends;
    return std::ranges::find(trends, "height_of_all", &Trend::metric)->sessions[1].gross_errors;
  };
  EXPECT_TRUE(signs().empty());
  result.reps[0].metrics[0].flags = {"implausible"};
  EXPECT_EQ(signs(), std::vector<std::string>{"implausible"});
  result.reps[0].excluded = "stumbled";
  EXPECT_TRUE(signs().empty());
}

TEST(CompareSessions, TakesTheSportsOwnSummaryWhereItHasOne) {
  Sport sport = Hops();
  sport.metrics[1].id = "height_of_all";
  sport.metrics[1].of_summary = true;
  sport.summarize = [](std::span<const Rep>) { return std::vector<Summary>{}; };
  std::vector<AthleteResult> results(2);
  std::vector<Session> sessions;
  for (AthleteResult& result : results) {
    result.reps.resize(2);
    for (Rep& rep : result.reps) rep.metrics = {Sessions::Of("height", 0.3)};
    for (const auto& [id, unit, mean] :
         {std::tuple("height", "m", 0.32), {"height_of_all", "s", 7}}) {
      Summary& summary = result.summary.emplace_back();
      summary.id = id;
      summary.unit = unit;
      summary.mean = mean;
      summary.n = 2;
    }
    sessions.push_back({.name = "", .athlete = "", .date = "", .result = &result});
  }
  const auto trends = CompareSessions(sessions, sport)[0].trends;
  ASSERT_EQ(trends.size(), 2U);
  EXPECT_EQ(trends[0].sessions[1].mean, 0.32);
  EXPECT_EQ(trends[1].metric, "height_of_all");
  EXPECT_EQ(trends[1].sessions[1].mean, 7);
  EXPECT_EQ(trends[1].sessions[1].n, 2);
  EXPECT_EQ(trends[1].sessions[1].since_first->kind, ChangeKind::kUnknown);
}

TEST(CompareSessions, ComparesLeftAndRight) {
  Sessions sessions;
  sessions.Add("", "", {0.30, 0.31});
  for (Rep& rep : sessions.Last().reps) {
    rep.metrics.push_back(Sessions::Of("left_time", 0.20));
    rep.metrics.push_back(Sessions::Of("right_time", 0.25));
  }
  sessions.Last().reps[1].metrics.back().value.reset();
  const auto trends = sessions.Compare();
  const Trend& asymmetry = trends[0].trends.back();
  EXPECT_EQ(asymmetry.metric, "asymmetry_time");
  EXPECT_EQ(asymmetry.unit, "%");
  EXPECT_EQ(asymmetry.sessions[0].n, 1);
  EXPECT_NEAR(*asymmetry.sessions[0].mean, 20, 1e-9);
}

TEST(CompareSessions, WhatTheFeetDifferByIsNoChance) {
  Sessions sessions;
  for (const double longer : {0.0, 0.001}) {
    AthleteResult& run = sessions.Add("", "", {0.30, 0.35, 0.30, 0.35, 0.30}).Last();
    for (std::size_t i = 0; i < run.reps.size(); ++i) {
      run.reps[i].events.resize(1);
      run.reps[i].events[0].id = i % 2 == 0 ? "left_foot_contact" : "right_foot_contact";
      *run.reps[i].metrics[0].value += longer;
    }
    run.steps = std::move(run.reps);
    run.reps.clear();
  }
  const auto trends = sessions.Compare();
  const Trend& height = trends.at(0).trends.at(0);
  ASSERT_TRUE(height.typical_error);
  EXPECT_NEAR(*height.typical_error, 0, 1e-12);
  EXPECT_EQ(height.degrees_of_freedom, 6) << "two left and one right in each";
  EXPECT_EQ(height.sessions[1].since_first->kind, ChangeKind::kReal);
}

TEST(CompareSessions, TellsNoAsymmetryOfAnObliqueView) {
  Sessions sessions;
  for (const char* view : {"oblique_view", "front_view"}) {
    sessions.Add("", "", {0.30});
    for (const char* id : {"left_time", "right_time"}) {
      sessions.Last().reps[0].metrics.push_back(Sessions::Of(id, 0.2));
      sessions.Last().reps[0].metrics.back().flags = {view};
    }
  }
  const auto both = sessions.Compare();
  EXPECT_EQ(both[0].trends.back().metric, "asymmetry_time");
  EXPECT_EQ(both[0].trends.back().sessions[0].n, 0);
  EXPECT_EQ(both[0].trends.back().sessions[1].n, 1);

  Sessions oblique;
  oblique.Add("", "", {0.30});
  for (const char* id : {"left_time", "right_time"}) {
    oblique.Last().reps[0].metrics.push_back(Sessions::Of(id, 0.2));
    oblique.Last().reps[0].metrics.back().flags = {"oblique_view"};
  }
  const auto none = oblique.Compare();
  for (const Trend& trend : none[0].trends) EXPECT_NE(trend.metric, "asymmetry_time");
}

TEST(HasTrend, KnowsMetricsAndTheAsymmetryOfTwo) {
  for (const char* id : {"height", "left_time", "asymmetry_time"})
    EXPECT_TRUE(HasTrend(Hops(), id)) << id;
  for (const char* id : {"asymmetry_height", "asymmetry_", "speed", ""})
    EXPECT_FALSE(HasTrend(Hops(), id)) << id;
}

TEST(CompareSessions, JudgesNoChangeToAFigureThatIsGrosslyWrong) {
  Sessions sessions;
  sessions.Add("", "", {0.30, 0.31}).Add("", "", {21.30, 21.31}).Add("", "", {0.50, 0.51});
  const auto kinds = [&sessions] {
    const auto trends = sessions.Compare();
    std::vector<ChangeKind> found;
    for (const SessionFigure& figure : trends[0].trends[0].sessions) {
      if (figure.since_first) found.push_back(figure.since_first->kind);
    }
    return found;
  };
  EXPECT_THAT(kinds(), ElementsAre(ChangeKind::kReal, ChangeKind::kReal));
  sessions.At(1).reps[1].flags = {"gap", "suspected_slow_motion"};
  sessions.At(1).reps[1].metrics[0].flags = {"suspected_slow_motion", "implausible"};
  EXPECT_THAT(kinds(), ElementsAre(ChangeKind::kUnknown, ChangeKind::kReal));
  EXPECT_THAT(sessions.Compare()[0].trends[0].sessions[1].gross_errors,
              ElementsAre("suspected_slow_motion", "implausible"));
  sessions.At(0).reps[0].flags = {"scale_conflict"};
  EXPECT_THAT(kinds(), ElementsAre(ChangeKind::kUnknown, ChangeKind::kUnknown));
  sessions.At(0).reps[0].excluded = "another camera";
  sessions.At(1).reps[1].excluded = "another camera";
  EXPECT_THAT(kinds(), ElementsAre(ChangeKind::kReal, ChangeKind::kReal));
}

TEST(CompareSessions, JudgesNoChangeBetweenAnEstimateAndAMeasurement) {
  const auto change = [](bool first, bool now) {
    Sessions sessions;
    sessions.Add("A", "2026-05-01", {0.300, 0.302, 0.301}).Add("A", "2026-06-01", {0.4, 0.402});
    for (std::size_t i = 0; i < 2; ++i) {
      if (!(i == 0 ? first : now)) continue;
      for (Rep& rep : sessions.At(i).reps) rep.metrics[0].flags = {std::string(flag::kSayers1999)};
    }
    return sessions.Compare().at(0).trends.at(0).sessions.at(1).since_first->kind;
  };
  EXPECT_EQ(change(false, false), ChangeKind::kReal);
  EXPECT_EQ(change(true, true), ChangeKind::kReal);
  EXPECT_EQ(change(true, false), ChangeKind::kUnknown);
  EXPECT_EQ(change(false, true), ChangeKind::kUnknown);
}

TEST(CompareSessions, WhatIsGrosslyWrongIsNoYardstick) {
  Sessions sound;
  sound.Add("", "", {0.30, 0.31, 0.32}).Add("", "", {0.35, 0.36, 0.37});
  Sessions sessions;
  sessions.Add("", "", {0.30, 0.31, 0.32})
      .Add("", "", {4.80, 4.96, 5.12})
      .Add("", "", {0.35, 0.36, 0.37});
  const auto change = [&sessions] {
    return sessions.Compare()[0].trends[0].sessions[2].since_first->kind;
  };
  EXPECT_EQ(change(), ChangeKind::kPossible);
  sessions.At(1).reps[0].flags = {"suspected_slow_motion"};
  EXPECT_EQ(change(), ChangeKind::kReal);
  const Trend trend = sessions.Compare()[0].trends[0];
  const Trend without = sound.Compare()[0].trends[0];
  EXPECT_EQ(trend.typical_error, without.typical_error);
  EXPECT_EQ(trend.degrees_of_freedom, without.degrees_of_freedom);
  EXPECT_EQ(trend.sessions[2].since_first->half, without.sessions[1].since_first->half);
  EXPECT_EQ(trend.sessions[1].n, 3) << "its own figures stay";
}

TEST(CompareSessions, NorIsItPartOfWhatAthletesDifferBy) {
  Sessions sessions;
  sessions.Add("Ann", "", {0.30, 0.32}).Add("Bo", "", {0.40, 0.42}).Add("Cy", "", {0.51});
  sessions.Add("Ann", "", {4.80}).Last().reps[0].metrics[0].flags = {"implausible"};
  EXPECT_NEAR(*sessions.Compare()[0].trends[0].swc, 0.2 * 0.1, 1e-12)
      << "their means: 0.31, 0.41, 0.51";
  sessions.At(2).reps[0].flags = {"scale_conflict"};
  EXPECT_EQ(sessions.Compare()[0].trends[0].swc_method, "0.3_typical_error")
      << "of three athletes two are sound";
}

TEST(SessionOf, KnowsItsAthleteAndDate) {
  AnalysisResult result;
  EXPECT_FALSE(SessionOf(result, {}));
  result.source.name = "a.mp4";
  result.provenance.options = {{"athlete", "Ann"}, {"date", "2026-05-31"}};
  result.athletes.resize(2);
  result.athletes[1].track_id = 7;
  const auto session = SessionOf(result, 7);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->athlete, "Ann");
  EXPECT_EQ(session->date, "2026-05-31");
  EXPECT_EQ(session->result, &result.athletes[1]);
  EXPECT_FALSE(SessionOf(result, 9));
}

}  // namespace
}  // namespace plyo
