#include "analyze_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "plyo/wire/result_json.h"
#include "test_sports.h"

namespace plyo::cli {
namespace {

using ::testing::HasSubstr;
using testing::TwoSports;

AnalyzeRequest Request(std::vector<std::string> words) {
  AnalyzeRequest request;
  request.words = std::move(words);
  return request;
}

Result<AnalyzePlan> Plan(const AnalyzeRequest& request, bool terminal = true) {
  return MakePlan(request, TwoSports(), terminal);
}

std::string Refusal(const AnalyzeRequest& request) {
  const auto plan = Plan(request);
  if (plan) return "no refusal";
  EXPECT_EQ(ExitStatus(plan.error().code), 1) << plan.error().message;
  return plan.error().message;
}

std::string ManifestWith(const std::string& text) {
  // The tests run at the same time, each in a process of its own.
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  std::string path = std::string(PLYO_TEST_TMP "/") + test->name() + "_manifest.csv";
  std::ofstream(path) << text;
  return path;
}

TEST(MakePlan, AFolderStandsForTheVideosInIt) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(PLYO_TEST_TMP) / "folder_of_videos";
  fs::remove_all(folder);
  fs::create_directories(folder / "folder.mp4");
  const auto empty = Plan(Request({"cmj", folder.string()}));
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::kFileNotFound);
  EXPECT_THAT(empty.error().message, HasSubstr("no video in this folder"));
  const auto beside = Plan(Request({"cmj", folder.string(), "first.mp4"}));
  ASSERT_TRUE(beside) << "it stops nothing else: " << beside.error().message;
  ASSERT_EQ(beside->jobs.size(), 2U);
  ASSERT_TRUE(beside->jobs[0].failed);
  EXPECT_THAT(beside->jobs[0].failed->message, HasSubstr("no video in this folder"));
  EXPECT_FALSE(beside->jobs[1].failed);
  for (const auto* name : {"b.MOV", "a.mp4", "c.plyolive", "notes.txt", "a.json", "a_overlay.mp4",
                           "._a.mp4", ".trash.mov"})
    std::ofstream(folder / name) << name;
  const auto plan = Plan(Request({"cmj", "first.mp4", folder.string()}));
  ASSERT_TRUE(plan) << plan.error().message;
  std::vector<std::string> names;
  for (const auto& job : plan->jobs) names.push_back(job.input.filename().string());
  EXPECT_THAT(names, ::testing::ElementsAre("first.mp4", "a.mp4", "b.MOV", "c.plyolive"));
}

TEST(MakePlan, AHiddenVideoIsAnalysedWhereItIsNamed) {
  const auto plan = Plan(Request({"cmj", "clips/._a.mp4"}));
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->jobs.at(0).input, "clips/._a.mp4");
}

TEST(MakePlan, AnAnnotatedVideoBesideItsResultIsNoVideoOfTheFolder) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(PLYO_TEST_TMP) / "folder_of_results";
  fs::remove_all(folder);
  fs::create_directories(folder);
  for (const auto* name :
       {"j.mp4", "j.mov", "j_overlay.mp4", "j_2_overlay.mp4", "my_overlay.mp4", "my.json"})
    std::ofstream(folder / name) << name;
  AnalysisResult result;
  result.sport = "cmj";
  result.source.name = "j.mov";
  result.source.sha256 = std::string(64, '0');
  result.provenance.created_at = "2026-05-31T00:00:00Z";
  std::ofstream(folder / "j_2.json") << ResultDocument(result);
  const auto plan = Plan(Request({"cmj", folder.string()}));
  ASSERT_TRUE(plan) << plan.error().message;
  std::vector<std::string> names;
  for (const auto& job : plan->jobs) names.push_back(job.input.filename().string());
  EXPECT_THAT(names, ::testing::ElementsAre("j.mov", "j.mp4", "my_overlay.mp4"));
}

TEST(MakePlan, AFolderOfOneVideoIsABatchToo) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(PLYO_TEST_TMP) / "folder_of_one_video";
  fs::create_directories(folder);
  std::ofstream(folder / "a.mp4") << "a";
  auto request = Request({"cmj", folder.string()});
  request.output_dir = "out";
  const auto plan = Plan(request);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->batch);
  EXPECT_EQ(plan->summary_csv, "out/summary.csv");
  request.output_dir.clear();
  request.report = "a.html";
  EXPECT_THAT(Refusal(request), HasSubstr("--report names one file for a folder; use -o DIR"));
  EXPECT_FALSE(Plan(Request({"cmj", "a.mp4"}))->batch);
}

TEST(MakePlan, FacesAreBlurredInEveryVideoOrInNone) {
  AnalyzeRequest request = Request({"cmj", "a.mp4", "b.mp4"});
  request.output_dir = "out";
  for (const bool blur : {false, true}) {
    request.blur_faces = blur;
    const auto plan = Plan(request);
    ASSERT_TRUE(plan) << plan.error().message;
    for (const auto& job : plan->jobs) EXPECT_EQ(job.blur_faces, blur);
  }
  request.words.clear();
  request.manifest = ManifestWith("file,sport\na.mp4,cmj\n");
  const auto plan = Plan(request);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->jobs.at(0).blur_faces);
  EXPECT_TRUE(plan->jobs.at(0).HasPictures());
  request.manifest.clear();
  request.from_landmarks = "a.csv";
  request.words = {"cmj"};
  const auto landmarks = Plan(request);
  ASSERT_TRUE(landmarks) << landmarks.error().message;
  EXPECT_FALSE(landmarks->jobs.at(0).HasPictures());
}

TEST(MakePlan, TakesASportAndAVideo) {
  auto request = Request({"cmj", "folder/a b.mp4"});
  request.height_m = 1.8;
  request.sex = "F";
  request.model = "lite";
  request.capture_fps = 240;
  request.athlete = 2;
  const auto plan = Plan(request);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->jobs.size(), 1U);
  const auto& job = plan->jobs[0];
  EXPECT_EQ(job.input, "folder/a b.mp4");
  EXPECT_EQ(job.sport->id, "cmj");
  EXPECT_EQ(job.athlete.height_m, 1.8);
  EXPECT_EQ(job.athlete.sex, Sex::kFemale);
  EXPECT_EQ(job.model, PoseModel::kLite);
  EXPECT_EQ(job.capture_fps, 240);
  EXPECT_EQ(job.only_athlete, 2);
  EXPECT_FALSE(job.outputs.Any());
  EXPECT_GE(plan->threads, 1);
}

TEST(MakePlan, StandardOutputIsATableForPeopleAndJsonForPrograms) {
  auto request = Request({"cmj", "a.mp4"});
  EXPECT_EQ(Plan(request, true)->standard_output, StandardOutput::kTable);
  EXPECT_EQ(Plan(request, false)->standard_output, StandardOutput::kJson);
  request.csv = "a.csv";
  EXPECT_EQ(Plan(request, false)->standard_output, StandardOutput::kTable);
  request.quiet = true;
  EXPECT_EQ(Plan(request, true)->standard_output, StandardOutput::kNothing);
  request.json = "-";
  EXPECT_EQ(Plan(request, true)->standard_output, StandardOutput::kJson);
  EXPECT_FALSE(Plan(request)->jobs[0].outputs.json);
}

TEST(MakePlan, AFolderTakesEveryOutput) {
  auto request = Request({"cmj", "x/a.mp4"});
  request.output_dir = "out";
  const auto outputs = Plan(request)->jobs[0].outputs;
  EXPECT_EQ(outputs.json, "out/a.json");
  EXPECT_EQ(outputs.csv, "out/a.csv");
  EXPECT_EQ(outputs.report, "out/a.html");
  EXPECT_EQ(outputs.overlay, "out/a_overlay.mp4");
}

TEST(MakePlan, ABatchHasOneSummary) {
  auto request = Request({"cmj", "a.mp4", "b.mp4"});
  request.output_dir = "out";
  EXPECT_EQ(Plan(request)->summary_csv, "out/summary.csv");
  request.output_dir.clear();
  request.csv = "all.csv";
  EXPECT_EQ(Plan(request)->summary_csv, "all.csv");
  EXPECT_FALSE(Plan(request)->jobs[0].outputs.csv);
}

TEST(MakePlan, LandmarksStandInPlaceOfAVideo) {
  auto request = Request({"cmj"});
  request.from_landmarks = "l.csv";
  request.output_dir = "out";
  const auto plan = Plan(request);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_TRUE(plan->jobs[0].from_landmarks);
  EXPECT_EQ(plan->jobs[0].input, "l.csv");
  EXPECT_FALSE(plan->jobs[0].outputs.overlay);
}

TEST(MakePlan, RefusesWhatDoesNotFitTogether) {
  EXPECT_THAT(Refusal(Request({})), HasSubstr("name the sport and the video"));
  EXPECT_THAT(Refusal(Request({"golf", "a.mp4"})),
              HasSubstr("there is no sport 'golf'; there are cmj, drop_jump"));
  EXPECT_THAT(Refusal(Request({ManifestWith("x")})), HasSubstr("the sport comes before the video"));
  EXPECT_THAT(Refusal(Request({"cmj"})), HasSubstr("name at least one video"));

  auto request = Request({"cmj", "a.mp4"});
  request.from_landmarks = "l.csv";
  EXPECT_THAT(Refusal(request), HasSubstr("in place of a video"));
  request.words = {"cmj"};
  request.overlay = "o.mp4";
  EXPECT_THAT(Refusal(request), HasSubstr("--overlay draws on the video"));
  request.overlay.clear();
  request.model = "lite";
  EXPECT_THAT(Refusal(request), HasSubstr("--model does not go with --from-landmarks"));
  request.model.clear();
  request.capture_fps = 240;
  EXPECT_THAT(Refusal(request), HasSubstr("--capture-fps does not go with --from-landmarks"));
}

TEST(MakePlan, RefusesValuesOutsideOfTheirRange) {
  auto request = Request({"cmj", "a.mp4"});
  request.height_m = 180;
  EXPECT_THAT(Refusal(request), HasSubstr("did you mean 1.80?"));
  request = Request({"cmj", "a.mp4"});
  request.mass_kg = 5;
  EXPECT_THAT(Refusal(request), HasSubstr("--mass 5 is outside"));
  request = Request({"cmj", "a.mp4"});
  request.capture_fps = 5000;
  EXPECT_THAT(Refusal(request), HasSubstr("--capture-fps 5000 is outside"));
  request = Request({"cmj", "a.mp4"});
  request.athlete = 0;
  EXPECT_THAT(Refusal(request), HasSubstr("--athlete"));
  request = Request({"cmj", "a.mp4"});
  request.sex = "x";
  EXPECT_THAT(Refusal(request), HasSubstr("--sex 'x'"));
  request = Request({"cmj", "a.mp4"});
  request.threads = 0;
  EXPECT_THAT(Refusal(request), HasSubstr("--threads"));
}

TEST(MakePlan, ParametersBelongToTheSport) {
  auto request = Request({"drop_jump", "a.mp4"});
  request.parameters = {{"box_height_m", 0.3}};
  EXPECT_EQ(Plan(request)->jobs[0].athlete.parameters.at("box_height_m"), 0.3);
  request.parameters = {{"box_height_m", 30}};
  EXPECT_THAT(Refusal(request), HasSubstr("--box-height 30 is outside of 0.05 to 1.5 m"));
  request = Request({"cmj", "a.mp4"});
  request.parameters = {{"box_height_m", 0.3}};
  EXPECT_THAT(Refusal(request), HasSubstr("--box-height does not go with cmj"));
}

TEST(MakePlan, OneHeightForSeveralVideosMustBeMeant) {
  auto request = Request({"cmj", "a.mp4", "b.mp4"});
  EXPECT_TRUE(Plan(request));
  request.height_m = 1.8;
  EXPECT_THAT(Refusal(request), HasSubstr("need --same-athlete"));
  request.same_athlete = true;
  const auto plan = Plan(request);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->jobs[1].athlete.height_m, 1.8);
}

TEST(MakePlan, OneFileForSeveralVideosIsRefused) {
  auto request = Request({"cmj", "a.mp4", "b.mp4"});
  request.json = "x.json";
  EXPECT_THAT(Refusal(request), HasSubstr("--json names one file for 2 videos; use -o DIR"));
  request.json = "-";
  EXPECT_TRUE(Plan(request));
}

TEST(MakePlan, OutputsMustNotMeet) {
  auto request = Request({"cmj", "a.mp4"});
  request.overlay = "./a.mp4";
  EXPECT_THAT(Refusal(request), HasSubstr("would replace the input"));
  request = Request({"cmj", "a.mp4"});
  request.json = "x";
  request.csv = "y/../x";
  EXPECT_THAT(Refusal(request), HasSubstr("two outputs cannot go to one file"));
  request = Request({"cmj", "a.mp4"});
  request.output_dir = "out";
  request.json = "x.json";
  EXPECT_THAT(Refusal(request), HasSubstr("-o names all outputs"));
  request = Request({"cmj", "a.mp4"});
  request.csv = "-";
  EXPECT_THAT(Refusal(request), HasSubstr("only --json can go to standard output"));
}

TEST(MakePlan, AManifestSaysWhatDiffers) {
  auto request = Request({"cmj"});
  request.mass_kg = 70;
  request.manifest = ManifestWith(
      "file,sport,athlete,height_m,sex,capture_fps,box_height_m,date\n"
      "a.mp4,,Ann,1.72,F,240,,2026-05-31\n"
      "/abs/b.mp4,drop_jump,,,,,0.4,\n");
  const auto plan = Plan(request);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->jobs.size(), 2U);
  const auto& first = plan->jobs[0];
  EXPECT_EQ(first.input, PLYO_TEST_TMP "/a.mp4");
  EXPECT_EQ(first.sport->id, "cmj");
  EXPECT_EQ(first.athlete_name, "Ann");
  EXPECT_EQ(first.date, "2026-05-31");
  EXPECT_EQ(first.athlete.height_m, 1.72);
  EXPECT_EQ(first.athlete.mass_kg, 70);
  EXPECT_EQ(first.capture_fps, 240);
  const auto& second = plan->jobs[1];
  EXPECT_EQ(second.input, "/abs/b.mp4");
  EXPECT_EQ(second.sport->id, "drop_jump");
  EXPECT_EQ(second.athlete.parameters.at("box_height_m"), 0.4);
}

TEST(MakePlan, VideosChooseRowsOfTheManifest) {
  auto request = Request({"cmj", PLYO_TEST_TMP "/./b.mp4"});
  request.manifest = ManifestWith("file,height_m\na.mp4,1.7\nb.mp4,1.8\n");
  const auto plan = Plan(request);
  ASSERT_TRUE(plan) << plan.error().message;
  ASSERT_EQ(plan->jobs.size(), 1U);
  EXPECT_EQ(plan->jobs[0].athlete.height_m, 1.8);
  request.words = {"cmj", "c.mp4"};
  EXPECT_THAT(Refusal(request), HasSubstr("c.mp4 is not in the manifest"));
}

TEST(MakePlan, AManifestWithoutASportIsRefusedWithItsLine) {
  auto request = Request({});
  request.manifest = ManifestWith("file,sport\na.mp4,cmj\nb.mp4,\n");
  EXPECT_THAT(Refusal(request), HasSubstr("manifest.csv:3: sport: the row names none"));
  request = Request({"cmj"});
  request.manifest = ManifestWith("file,box_height_m\na.mp4,0.3\n");
  EXPECT_THAT(Refusal(request), HasSubstr("manifest.csv:2: box_height_m does not go with cmj"));
}

TEST(FlagOf, LeavesOutTheUnit) {
  EXPECT_EQ(FlagOf(TwoSports()[1].parameters[0]), "--box-height");
  ParameterDescriptor belt;
  belt.id = "belt_speed_m_s";
  belt.unit = "m/s";
  EXPECT_EQ(FlagOf(belt), "--belt-speed");
}

}  // namespace
}  // namespace plyo::cli
