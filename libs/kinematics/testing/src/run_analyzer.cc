#include "plyo/kinematics_testing/run_analyzer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "plyo/kinematics/metric_table.h"

namespace plyo::testing {

Outcome Analyze(const Sport& sport, const std::vector<PoseFrame>& frames,
                const AthleteOptions& athlete, const ContactEvidence& evidence) {
  const auto analyzer = sport.make_analyzer(athlete);
  Outcome outcome;
  const auto take = [&outcome](const Step& step) {
    for (const Rep& rep : step.reps) {
      (rep.status == RepStatus::kConfirmed ? outcome.confirmed : outcome.provisional)
          .push_back(rep);
      outcome.reps.push_back(rep);
    }
    outcome.events.insert(outcome.events.end(), step.events.begin(), step.events.end());
  };
  for (const PoseFrame& frame : frames) take(analyzer->Push(frame, evidence));
  take(analyzer->Finish(evidence));
  outcome.summary = Summarize(outcome.confirmed, sport);
  return outcome;
}

std::optional<double> ValueOf(const Rep& rep, std::string_view metric) {
  const Metric* found = rep.FindMetric(metric);
  return found ? found->value : std::nullopt;
}

std::optional<double> TimeOf(const Rep& rep, std::string_view event) {
  const Event* found = rep.FindEvent(event);
  if (!found) return std::nullopt;
  return found->t_s;
}

void ExpectHolds(const Rep& rep, std::string_view metric, double truth) {
  const Metric* found = rep.FindMetric(metric);
  ASSERT_TRUE(found && found->value) << metric << " " << (found ? found->reason : "");
  EXPECT_NEAR(*found->value, truth, 1.96 * *found->u) << metric;
}

void ExpectEvent(const Rep& rep, std::string_view event, double truth) {
  const Event* found = rep.FindEvent(event);
  ASSERT_TRUE(found) << event;
  EXPECT_NEAR(found->t_s, truth, 1.96 * found->u_s) << event;
}

bool HasFlag(const std::vector<std::string>& flags, std::string_view flag) {
  return std::ranges::find(flags, flag) != flags.end();
}

}  // namespace plyo::testing
