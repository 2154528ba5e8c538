#include "case.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

#include "plyo/formats/landmark_csv.h"
#include "plyo/sports/catalogue.h"

namespace plyo::cases {
namespace fs = std::filesystem;

void PrintTo(const Case& which, std::ostream* out) { *out << which.sport << "/" << which.name; }

std::vector<Case> FindCases() {
  std::vector<Case> all;
  for (const Sport& sport : AllSports()) {
    const fs::path folder = fs::path(PLYO_SOURCE_DIR) / "libs/sports" / sport.id / "cases";
    if (!fs::exists(folder)) continue;
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.is_directory())
        all.push_back({sport.id, entry.path().filename().string(), entry.path()});
    }
  }
  std::ranges::sort(all, {}, &Case::folder);
  return all;
}

Case FindCase(const std::string& sport, const std::string& name) {
  for (Case& found : FindCases()) {
    if (found.sport == sport && found.name == name) return std::move(found);
  }
  throw std::runtime_error("there is no case " + name + " of " + sport);
}

std::vector<PoseFrame> ReadPoses(const Case& which) {
  auto table = ReadLandmarkCsvFile(which.folder / "poses.csv");
  if (!table) throw std::runtime_error(table.error().message);
  return std::move(table->poses);
}

AnalyzeOptions ReadOptions(const Case& which) {
  std::ifstream file(which.folder / "options.json");
  const auto json = nlohmann::json::parse(file);
  AnalyzeOptions options;
  for (const auto& [key, value] : json.items()) {
    if (key == "height_m") {
      options.athlete.height_m = value.get<double>();
    } else if (key == "mass_kg") {
      options.athlete.mass_kg = value.get<double>();
    } else if (key == "sex") {
      options.athlete.sex = value == "F" ? Sex::kFemale : Sex::kMale;
    } else if (key == "model") {
      options.athlete.pose_model = value.get<std::string>();
    } else {
      options.athlete.parameters[key] = value.get<double>();
    }
  }
  return options;
}

AnalysisResult AnalyzeCase(const Case& which, const std::vector<PoseFrame>& poses) {
  auto run = AnalyzeLandmarks(poses, FindSport(which.sport).value(), ReadOptions(which));
  if (!run) throw std::runtime_error(run.error().message);
  return std::move(run->result);
}

}  // namespace plyo::cases
