// Writes reports of made-up jumps into a folder, for the test in the browser: write_reports DIR
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "plyo/report/comparison_report.h"
#include "plyo/report/html_report.h"
#include "plyo/report/validation_report.h"
#include "testing/fixture.h"

namespace {

using plyo::report::testing::JumpResult;

bool Write(const std::filesystem::path& path, const plyo::ReportInput& input) {
  std::ofstream file(path, std::ios::binary);
  file << plyo::RenderHtmlReport(input);
  return file.good();
}

/// Three sessions of three jumps, each higher than the one before, and one in slow motion.
bool WriteComparison(const std::filesystem::path& path, const plyo::Sport& sport) {
  std::vector<plyo::AnalysisResult> results;
  for (const double height : {0.33, 0.34, 0.40, 1.6}) {
    results.push_back(JumpResult({.reps = 3, .first_height_m = height}));
    if (height > 1) results.back().athletes[0].reps[0].flags = {"suspected_slow_motion"};
    results.back().provenance.options = {
        {"athlete", "Ann <script>window.hacked=1</script>"},
        {"date", "2026-0" + std::to_string(results.size()) + "-01"}};
  }
  std::vector<plyo::Session> sessions;
  for (const auto& result : results) sessions.push_back(*plyo::SessionOf(result, {}));
  std::ofstream file(path, std::ios::binary);
  file << plyo::RenderComparisonReport(
      {.sport = sport, .sessions = sessions, .athletes = plyo::CompareSessions(sessions, sport)});
  return file.good();
}

plyo::AnalysisResult HostileResult() {
  const std::string hostile =
      "</script><script>window.hacked=1</script><img src=x onerror=\"window.hacked=1\"> '\"&amp; "
      "\xff";
  plyo::AnalysisResult result = JumpResult();
  result.source.name = hostile + ".mp4";
  result.provenance.model_name = hostile;
  result.provenance.options = {{hostile, hostile}};
  plyo::Rep& rep = result.athletes.front().reps.front();
  rep.flags = {hostile};
  rep.metrics.front().flags = {hostile};
  rep.metrics.back().reason = hostile;
  rep.events.front().id = hostile;
  rep.phases.front().id = hostile;
  rep.traces.front().id = hostile;
  rep.scale.method = hostile;
  result.quality.flags = {hostile};
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_reports DIR\n";
    return 1;
  }
  const std::filesystem::path folder = argv[1];
  const plyo::Sport sport = plyo::report::testing::JumpSport();
  bool good = true;
  const auto write = [&](const char* name, const plyo::AnalysisResult& result,
                         std::string_view athlete,
                         std::span<const plyo::KeyFrame> key_frames = {}) {
    good = Write(folder / name, {result, sport, key_frames, athlete, "2026-11-24", {}}) && good;
  };
  const auto key_frames =
      plyo::ExtractKeyFrames(*plyo::report::testing::JumpVideo(), plyo::report::testing::GreyToBgra,
                             JumpResult(), sport, plyo::report::testing::JumpPoses());
  if (!key_frames) return 2;
  write("one.html", JumpResult(), "", *key_frames);
  write("three.html", JumpResult({.reps = 3}), "Ann Example");
  write("two_athletes.html", JumpResult({.reps = 2, .athletes = 2}), "");
  write("hostile.html", HostileResult(), "</title><svg onload=window.hacked=1>\"'&lt;");
  plyo::AnalysisResult nothing = JumpResult();
  nothing.athletes.clear();
  write("nothing.html", nothing, "");
  auto compared = plyo::report::testing::TwoComparedClips();
  compared.front().athlete = "</script><script>window.hacked=1</script>";
  compared.back().measured.athletes[0].reps[0].flags = {"suspected_slow_motion"};
  const auto validation = plyo::Validate(compared, sport);
  std::ofstream page(folder / "validation.html", std::ios::binary);
  page << plyo::RenderValidationReport({.validation = validation,
                                        .recordings = compared,
                                        .sport = sport,
                                        .plyo_version = "0.1.0",
                                        .created_at = "2026-11-24T10:00:00Z"});
  good = page.good() && good;
  good = WriteComparison(folder / "comparison.html", sport) && good;
  return good ? 0 : 2;
}
