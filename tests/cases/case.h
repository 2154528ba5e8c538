#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "plyo/kinematics/sport.h"
#include "plyo/pipeline/analyze.h"

namespace plyo::cases {

/// One folder below libs/sports/<sport>/cases: poses.csv, options.json, expected.json, and
/// truth.json where the truth is known.
struct Case {
  std::string sport;
  std::string name;
  std::filesystem::path folder;
};

/// For messages of tests.
void PrintTo(const Case& which, std::ostream* out);

std::vector<Case> FindCases();
Case FindCase(const std::string& sport, const std::string& name);

/// The landmarks of all tracks, in time order. Throws std::runtime_error with the reader's message.
std::vector<PoseFrame> ReadPoses(const Case& which);
AnalyzeOptions ReadOptions(const Case& which);
/// The whole analysis, as `plyo analyze --from-landmarks` does it.
AnalysisResult AnalyzeCase(const Case& which, const std::vector<PoseFrame>& poses);

}  // namespace plyo::cases
