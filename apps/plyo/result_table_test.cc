#include "result_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "batch_table.h"
#include "catalogue_command.h"
#include "test_sports.h"

namespace plyo::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::TwoSports;

constexpr Terminal kTerminal{.interactive = true, .utf8 = true, .bold = false, .width = 80};

Metric Value(const char* id, const char* unit, double value, double u,
             std::vector<std::string> flags = {}) {
  Metric metric;
  metric.id = id;
  metric.unit = unit;
  metric.value = value;
  metric.u = u;
  metric.flags = std::move(flags);
  return metric;
}

Rep MakeRep(int index, double height) {
  Rep rep;
  rep.index = index;
  rep.scale.method = "stature";
  Metric power;
  power.id = "peak_power";
  power.unit = "W";
  power.reason = "mass_not_given";
  rep.metrics = {Value("jump_height", "m", height, 0.008), Value("flight_time", "s", 0.54, 0.005),
                 Value("left_knee_angle_takeoff", "deg", 170, 6), power};
  return rep;
}

AnalysisResult MakeResult(int reps) {
  AnalysisResult result;
  result.sport = "cmj";
  result.source.name = "jump\x1b.mp4";
  result.source.width = 1280;
  result.source.height = 720;
  result.source.capture_fps = 60;
  result.source.duration_s = 3.85;
  AthleteResult athlete;
  athlete.track_id = 1;
  for (int i = 1; i <= reps; ++i) athlete.reps.push_back(MakeRep(i, 0.35 + 0.001 * i));
  Summary summary;
  summary.id = "jump_height";
  summary.unit = "m";
  summary.mean = 0.3515;
  summary.sd = 0.0007;
  summary.best = 0.352;
  athlete.summary = {summary};
  result.athletes = {athlete};
  return result;
}

TEST(ResultTable, SaysWhatStandsOutByWhichRule) {
  Sport sport = TwoSports()[0];
  sport.cues = {{.id = "low",
                 .metric = "jump_height",
                 .side = CueSide::kBelow,
                 .threshold = 0.367,
                 .level = CueLevel::kInfo,
                 .text = "Jumps low"}};
  const auto said = [&](int reps) { return ResultTable(MakeResult(reps), sport, kTerminal); };
  EXPECT_THAT(said(1), HasSubstr("What stands out\n- Jumps low: 35.1 ± 1.6\u00a0"
                                 "cm. Rule: Jump height below 36.7\u00a0"
                                 "cm.\n"));
  EXPECT_THAT(said(5), HasSubstr("Jumps low: 35.1 ± 1.6\u00a0"
                                 "cm (rep 1). Rule"))
      << "35.2 cm and its 1.6 reach the threshold";
  sport.cues[0].threshold = 0.40;
  EXPECT_THAT(said(5), HasSubstr("Jumps low: 5 of 5 reps."));
  sport.cues[0].threshold = 0.36;
  EXPECT_THAT(said(5), Not(HasSubstr("What stands out")));
}

TEST(ResultTable, ShowsFiguresInTheUnitsOfTheField) {
  const auto text = ResultTable(MakeResult(1), TwoSports()[0], kTerminal);
  EXPECT_THAT(text, HasSubstr("jump?.mp4: Countermovement jump\n1280 x 720, 60 frames/s, 3.85 s"));
  EXPECT_THAT(text, HasSubstr("Jump height, cm  35.1 ± 1.6\n"));
  EXPECT_THAT(text, HasSubstr("Flight time, ms"));
  EXPECT_THAT(text, HasSubstr("Without a figure ("));
  EXPECT_THAT(text, HasSubstr("Peak power"));
  EXPECT_THAT(text, Not(HasSubstr("Left knee")));
}

TEST(ResultTable, SetsRepetitionsSideBySideWithTheirSummary) {
  const auto text = ResultTable(MakeResult(2), TwoSports()[0], kTerminal);
  EXPECT_THAT(text, HasSubstr("rep 1"));
  EXPECT_THAT(text, HasSubstr("mean ± SD"));
  EXPECT_THAT(text, HasSubstr("35.1 ± 1.6  35.2 ± 1.6  35.2"));
}

TEST(ResultTable, KeepsToTheWidth) {
  const auto text = ResultTable(MakeResult(30), TwoSports()[0], kTerminal);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(Columns(line), 80U) << line;
  EXPECT_THAT(text, HasSubstr("rep 30"));
}

TEST(ResultTable, SaysFlagsInWordsWhereTheyDiffer) {
  auto result = MakeResult(2);
  result.athletes[0].reps[1].metrics[0].flags = {"landing_posture"};
  result.athletes[0].reps[0].metrics[1].flags = {"low_frame_rate"};
  result.athletes[0].reps[1].metrics[1].flags = {"low_frame_rate"};
  const auto text = ResultTable(result, TwoSports()[0], kTerminal);
  EXPECT_THAT(text, ::testing::ContainsRegex("Jump height.* \\(rep 2\\)"));
  EXPECT_THAT(text, Not(HasSubstr("landing_posture")));
  EXPECT_THAT(text, Not(::testing::ContainsRegex("Flight time.*\\(reps")));
}

TEST(ResultTable, NamesSeveralAthletes) {
  auto result = MakeResult(1);
  result.athletes.push_back(result.athletes[0]);
  result.athletes[1].track_id = 7;
  EXPECT_THAT(ResultTable(result, TwoSports()[0], kTerminal),
              HasSubstr("Athlete 2 (--athlete 7): 1 repetition"));
}

TEST(ResultTable, TellsStepsByTheirSummary) {
  AnalysisResult result = MakeResult(2);
  AthleteResult& athlete = result.athletes[0];
  athlete.steps = std::move(athlete.reps);
  athlete.reps.clear();
  Summary& summary = athlete.summary[0];
  summary.u = 0.008;
  summary.left = 0.34;
  summary.class_name = "high";
  Sport sport = TwoSports()[0];
  sport.repeats_steps = true;
  const auto text = ResultTable(result, sport, kTerminal);
  EXPECT_THAT(text, HasSubstr("2 steps, scale: body height"));
  EXPECT_THAT(text, ::testing::ContainsRegex("mean +SD +left +right\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("Jump height, cm +35.1 ± 1.6 \\(high\\) +0.1 +34.0"));
  EXPECT_THAT(text, Not(HasSubstr("rep 1")));
}

TEST(ResultTable, SaysWhenNothingWasFoundAndWhy) {
  AnalysisResult result = MakeResult(1);
  result.athletes.clear();
  result.quality.flags = {"no_person"};
  const auto text = ResultTable(result, TwoSports()[0], kTerminal);
  EXPECT_THAT(text, HasSubstr("Nothing found: nobody performs the movement"));
  EXPECT_THAT(text, HasSubstr("\n- "));
}

TEST(BatchTable, HasARowForEachClipAndCountsThem) {
  std::vector<BatchOutcome> outcomes(3);
  for (auto& outcome : outcomes) outcome.sport = "cmj";
  outcomes[0].file = "a.mp4";
  outcomes[0].athletes = {ToBatchAthlete(MakeResult(2).athletes[0], TwoSports()[0])};
  outcomes[1].file = "b.mp4";
  outcomes[2].file = "c.mp4";
  outcomes[2].error = Error{ErrorCode::kFileEmpty, "empty"};
  const auto text = BatchTable(outcomes, TwoSports(), kTerminal);
  EXPECT_THAT(text, ::testing::ContainsRegex("a.mp4 +2 +35.[12] ± 0.1 +-\n"));
  EXPECT_THAT(text, HasSubstr("c.mp4                 failed"));
  EXPECT_THAT(text, HasSubstr("3 clips: 1 with a result, 1 with nothing found, 1 failed."));
}

TEST(BatchTable, SaysWhichFiguresShowSignsOfAGrossError) {
  std::vector<BatchOutcome> outcomes(2);
  AthleteResult slow = MakeResult(2).athletes[0];
  slow.reps[0].flags = {"gap", "suspected_slow_motion"};
  for (auto& outcome : outcomes) outcome.sport = "cmj";
  outcomes[0].file = "a.mp4";
  outcomes[0].athletes = {ToBatchAthlete(MakeResult(2).athletes[0], TwoSports()[0])};
  outcomes[1].file = "slow.mp4";
  outcomes[1].athletes = {ToBatchAthlete(slow, TwoSports()[0])};
  const auto text = BatchTable(outcomes, TwoSports(), kTerminal);
  EXPECT_THAT(text, ::testing::ContainsRegex("slow.mp4 +2 +35.* slow motion suspected\n"));
  EXPECT_THAT(text, ::testing::ContainsRegex("a.mp4 +2 +35.[12] ± 0.1 +-\n"));
  EXPECT_THAT(text, HasSubstr("- slow motion suspected: The athlete falls too slowly"));
  EXPECT_THAT(text, HasSubstr("--capture-fps"));
  slow.reps[0].excluded = "another camera";
  outcomes[1].athletes = {ToBatchAthlete(slow, TwoSports()[0])};
  EXPECT_THAT(BatchTable(outcomes, TwoSports(), kTerminal), Not(HasSubstr("slow motion")));
}

TEST(BatchTable, KeepsTheEndOfALongNameAndShowsWhoItIs) {
  std::vector<BatchOutcome> outcomes(2);
  const std::string folder = "/home/coach/recordings/2026/may/squad/";
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    outcomes[i].sport = "cmj";
    outcomes[i].file = folder + "jump_" + std::to_string(i) + ".mp4";
    EXPECT_THAT(BatchTable(outcomes, TwoSports(), kTerminal), Not(HasSubstr("athlete")));
  }
  outcomes[1].athlete = "Ann";
  const auto text = BatchTable(outcomes, TwoSports(), kTerminal);
  EXPECT_THAT(text, HasSubstr("squad/jump_0.mp4 "));
  EXPECT_THAT(text, ::testing::ContainsRegex("squad/jump_1.mp4 +Ann +0\n"));
}

TEST(CatalogueText, SaysUnitsDefinitionsAndFlags) {
  const auto text = CatalogueText(TwoSports(), kTerminal);
  EXPECT_THAT(text, HasSubstr("jump_height"));
  EXPECT_THAT(text, HasSubstr("Jump height: Rise of the centre of mass."));
  EXPECT_THAT(text, HasSubstr("--box-height"));
  EXPECT_THAT(text, HasSubstr("(0.05 to 1.5)"));
}

}  // namespace
}  // namespace plyo::cli
