#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "output_paths.h"
#include "plyo/base/error.h"
#include "plyo/kinematics/sport.h"
#include "plyo/pose_openvino/estimator.h"

namespace plyo::cli {

/// What was typed after `plyo analyze`, not yet checked against each other.
struct AnalyzeRequest {
  std::vector<std::string> words;  ///< the sport, then the videos
  std::optional<double> height_m;
  std::optional<double> mass_kg;
  std::string sex;
  std::optional<double> capture_fps;
  std::optional<int> athlete;
  std::string model;                         ///< empty: that of the recording, else full
  std::map<std::string, double> parameters;  ///< of the sport, by id
  std::string json;
  std::string csv;
  std::string report;
  std::string overlay;
  std::string export_landmarks;
  std::string export_trc;
  std::string export_mot;
  std::string export_c3d;
  std::string export_motion;
  std::string output_dir;
  std::string from_landmarks;
  std::string manifest;
  std::optional<int> threads;  ///< as many as the machine has, where not given
  bool same_athlete = false;
  bool blur_faces = false;
  bool again = false;
  bool quiet = false;
};

/// One recording to analyse, complete and checked.
struct AnalyzeJob {
  std::filesystem::path input;
  std::optional<Error> failed = {};  ///< why there is nothing to analyse, where that is known
  bool from_landmarks = false;
  std::string name;  ///< for outputs and messages, unique in the batch
  const Sport* sport = nullptr;
  AthleteOptions athlete;
  std::optional<double> capture_fps;
  std::optional<TrackId> only_athlete;
  std::optional<PoseModel> model;  ///< nullopt: that of the recording, else full
  std::string athlete_name;        ///< from the manifest
  std::string date;                ///< from the manifest
  bool blur_faces = false;         ///< in the report and the annotated video
  OutputPaths outputs;

  /// Whether pictures of the video are written.
  bool HasPictures() const { return !from_landmarks && (outputs.report || outputs.overlay); }
};

/// What to do with standard output.
enum class StandardOutput { kTable, kJson, kNothing };

struct AnalyzePlan {
  std::vector<AnalyzeJob> jobs;
  bool batch = false;  ///< several recordings, or a folder, however many are in it
  std::optional<std::filesystem::path> summary_csv;
  std::optional<std::filesystem::path> output_dir;  ///< to be made
  StandardOutput standard_output = StandardOutput::kTable;
  int threads = 1;
  bool again = false;  ///< what an earlier run has finished or a person edited, too
  bool quiet = false;
};

/// Checks a request against the catalogue and its manifest and makes the jobs of it. Reads the
/// manifest and lists the folders named, and nothing else. `output_is_terminal`: whether a person
/// looks at standard output. The plan borrows the sports.
Result<AnalyzePlan> MakePlan(const AnalyzeRequest& request, std::span<const Sport> sports,
                             bool output_is_terminal);

/// `--box-height` for the parameter box_height_m: its id without the unit at its end.
std::string FlagOf(const ParameterDescriptor& parameter);

}  // namespace plyo::cli
