#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "case.h"
#include "json_diff.h"
#include "plyo/kinematics/contact_evidence.h"
#include "plyo/kinematics/metric_table.h"
#include "plyo/sports/catalogue.h"
#include "plyo/wire/result_json.h"

// Every case of every sport: its figures are what was accepted, hold the truth where it is known,
// and do not depend on how the frames came. A change of a figure shows in expected.json, which
// ./dev bless writes anew.
namespace plyo::cases {
namespace {

using Json = nlohmann::ordered_json;

// Half of the last place that the document keeps may differ between compilers.
constexpr double kTolerance = 1.1e-6;
// How far a figure of a rendered clip may be from its truth, in standard uncertainties: what an
// honest one of these some hundred never exceeds. (That they cover as often as they say is for
// bench/accuracy.)
constexpr double kFarthest = 3.5;

class OfCase : public ::testing::TestWithParam<Case> {};

std::string NameOf(const ::testing::TestParamInfo<Case>& info) {
  return info.param.sport + "_" + info.param.name;
}

/// What of the document depends on the analysis.
Json DocumentOf(const AnalysisResult& result) {
  const Json whole = ToJson(result);
  return {
      {"sport", whole["sport"]}, {"athletes", whole["athletes"]}, {"quality", whole["quality"]}};
}

/// A line for each figure, so that a difference shows which.
void Write(const Json& document, const std::filesystem::path& path) {
  std::string text = document.dump();
  for (std::size_t at = 0; (at = text.find("{\"id\":", at)) != std::string::npos; at += 2)
    text.insert(at, "\n");
  std::ofstream(path) << text << "\n";
}

TEST_P(OfCase, FiguresAreTheAcceptedOnes) {
  const Json found = DocumentOf(AnalyzeCase(GetParam(), ReadPoses(GetParam())));
  const auto path = GetParam().folder / "expected.json";
  if (std::getenv("PLYO_BLESS") != nullptr) Write(found, path);
  std::ifstream file(path);
  ASSERT_TRUE(file) << path << " is missing: ./dev bless writes it";
  const auto differences = Differences(Json::parse(file), found, kTolerance);
  std::string lines;
  for (const std::string& line : differences) lines += "  " + line + "\n";
  EXPECT_TRUE(differences.empty()) << differences.size() << " differences to " << path << ":\n"
                                   << lines << "accept them by ./dev bless";
}

TEST_P(OfCase, DoesNotDependOnHowTheFramesCame) {
  const std::vector<PoseFrame> poses = ReadPoses(GetParam());
  const AnalysisResult whole = AnalyzeCase(GetParam(), poses);
  EXPECT_EQ(AnalyzeCase(GetParam(), poses), whole) << "twice the same";

  // One by one, each athlete alone.
  const Sport sport = FindSport(GetParam().sport).value();
  const AthleteOptions athlete = ReadOptions(GetParam()).athlete;
  const NoContactEvidence none;
  std::map<TrackId, std::unique_ptr<SportAnalyzer>> analyzers;
  std::map<TrackId, std::vector<Rep>> confirmed;
  const auto keep = [&confirmed](TrackId track, const Step& step) {
    for (const Rep& rep : step.reps) {
      if (rep.status == RepStatus::kConfirmed) confirmed[track].push_back(rep);
    }
  };
  for (const PoseFrame& pose : poses) {
    auto& analyzer = analyzers[pose.track];
    if (!analyzer) analyzer = sport.make_analyzer(athlete);
    keep(pose.track, analyzer->Push(pose, none));
  }
  for (const auto& [track, analyzer] : analyzers) keep(track, analyzer->Finish(none));
  std::size_t performing = 0;
  for (const auto& [track, reps] : confirmed) performing += !reps.empty();
  ASSERT_EQ(whole.athletes.size(), performing);
  for (const AthleteResult& one : whole.athletes) {
    EXPECT_EQ(sport.repeats_steps ? one.steps : one.reps, confirmed[one.track_id]);
    EXPECT_EQ(one.summary, Summarize(confirmed[one.track_id], sport));
  }
}

TEST_P(OfCase, IsNoOtherSport) {
  // One movement is one of them at most.
  const std::vector<std::string> apart = {"cmj", "drop_jump", "running", "squat_jump"};
  if (std::ranges::find(apart, GetParam().sport) == apart.end()) GTEST_SKIP();
  const std::vector<PoseFrame> poses = ReadPoses(GetParam());
  if (AnalyzeCase(GetParam(), poses).athletes.empty()) GTEST_SKIP() << "may be another";
  for (const std::string& other : apart) {
    if (other == GetParam().sport) continue;
    Case as_other = GetParam();
    as_other.sport = other;
    EXPECT_TRUE(AnalyzeCase(as_other, poses).athletes.empty()) << other;
  }
}

/// Every true instant was found, of those well inside the recording, and nothing between them.
void ExpectStepEvents(const AthleteResult& athlete, const Json& truth, double within_s) {
  for (const auto& [id, instants] : truth.items()) {
    std::vector<double> found;
    for (const Rep& step : athlete.steps) {
      if (const Event* event = step.FindEvent(id)) found.push_back(event->t_s);
    }
    for (const Json& instant : instants) {
      const double t_s = instant.get<double>();
      EXPECT_TRUE(
          std::ranges::any_of(found, [&](double at) { return std::abs(at - t_s) <= within_s; }))
          << id << " at " << t_s << " of " << ::testing::PrintToString(found);
    }
    const double first_s = instants.front().get<double>() - within_s;
    const double last_s = instants.back().get<double>() + within_s;
    EXPECT_EQ(
        std::ranges::count_if(found, [&](double at) { return at >= first_s && at <= last_s; }),
        std::ssize(instants))
        << id;
  }
}

TEST_P(OfCase, HoldsTheTruth) {
  std::ifstream file(GetParam().folder / "truth.json");
  const AnalysisResult result = AnalyzeCase(GetParam(), ReadPoses(GetParam()));
  if (!file) {  // nothing to compare with; what is there is whole all the same
    for (const AthleteResult& athlete : result.athletes)
      EXPECT_FALSE(athlete.Repetitions().empty());
    return;
  }
  const Json document = Json::parse(file);
  // Where the landmarks are the true ones, the method's own error.
  const double within_s = document.value("events_within_s", HUGE_VAL);
  const Json& truth = document["athletes"];
  ASSERT_EQ(result.athletes.size(), truth.size());
  for (const Json& athlete : truth) {
    if (athlete.contains("step_events")) {
      ExpectStepEvents(result.athletes[0], athlete["step_events"], within_s);
      continue;
    }
    // Whose take-off it was.
    const double takeoff = athlete["events"]["takeoff"].get<double>();
    const Rep* rep = nullptr;
    for (const AthleteResult& one : result.athletes) {
      for (const Rep& candidate : one.reps) {
        if (std::abs(candidate.FindEvent("takeoff")->t_s - takeoff) < 0.05) rep = &candidate;
      }
    }
    ASSERT_NE(rep, nullptr) << "nobody took off at " << takeoff;
    for (const auto& [id, value] : athlete["events"].items()) {
      const Event* event = rep->FindEvent(id);
      ASSERT_NE(event, nullptr) << id;
      const double farthest = std::min(within_s, kFarthest * event->u_s);
      EXPECT_NEAR(event->t_s, value.get<double>(), farthest) << id;
    }
    for (const auto& [id, value] : athlete["metrics"].items()) {
      const Metric* metric = rep->FindMetric(id);
      ASSERT_NE(metric, nullptr) << id;
      if (!metric->value) continue;  // absent with a reason: expected.json says which
      EXPECT_NEAR(*metric->value, value.get<double>(), kFarthest * *metric->u) << id;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, OfCase, ::testing::ValuesIn(FindCases()), NameOf);

TEST(Cases, ThereAreSome) { EXPECT_FALSE(FindCases().empty()); }

}  // namespace
}  // namespace plyo::cases
