#include "analyze_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <thread>
#include <utility>

#include "console.h"
#include "plyo/formats/athlete_limits.h"
#include "plyo/formats/manifest.h"
#include "plyo/formats/summary_csv.h"
#include "pose_model.h"
#include "result_file.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

const Sport* FindSport(std::span<const Sport> sports, std::string_view id) {
  const auto at = std::ranges::find(sports, id, &Sport::id);
  return at == sports.end() ? nullptr : &*at;
}

std::string SportList(std::span<const Sport> sports) {
  std::string list;
  for (const auto& sport : sports) list += (list.empty() ? "" : ", ") + sport.id;
  return list;
}

/// The sport of the command line, and the videos behind it.
struct Words {
  const Sport* sport = nullptr;
  std::vector<fs::path> videos;
  bool folder = false;              ///< some of them stand for a folder
  std::map<fs::path, Error> empty;  ///< folders that stand for themselves, with nothing in them
};

/// What is hidden, such as the ._NAME that macOS puts beside each file on a foreign disk.
bool IsHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

/// The videos and recorded sessions directly in a folder, by name; by their endings, so that notes
/// and results beside them are no failed videos.
Result<std::vector<fs::path>> VideosIn(const fs::path& folder) {
  constexpr std::array kEndings = {".3gp", ".avi",  ".m2ts", ".m4v", ".mkv",  ".mov",
                                   ".mp4", ".mpeg", ".mpg",  ".mts", ".webm", ".plyolive"};
  std::vector<fs::path> videos;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    std::string ending = entry.path().extension().string();
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
    if (IsHidden(entry.path()) || std::ranges::find(kEndings, ending) == kEndings.end() ||
        entry.is_directory(error))
      continue;
    videos.push_back(entry.path());
  }
  // Nor are the annotated videos of an earlier run.
  std::set<std::string> stems;
  for (const auto& video : videos) stems.insert(video.stem().string());
  std::erase_if(videos, [&](const fs::path& video) {
    const std::string stem = video.stem().string();
    if (!stem.ends_with(kOverlayEnding)) return false;
    const std::string name = stem.substr(0, stem.size() - kOverlayEnding.size());
    // Where two videos share a name, the outputs of one have another.
    return stems.contains(name) || ReadResultFile(folder / (name + ".json")).has_value();
  });
  if (videos.empty()) {
    return Fail(ErrorCode::kFileNotFound,
                fmt::format("{}: there is no video in this folder{}", folder.string(),
                            error ? " (" + error.message() + ")" : ""));
  }
  std::ranges::sort(videos);
  return videos;
}

Result<Words> ReadWords(const AnalyzeRequest& request, std::span<const Sport> sports) {
  Words words;
  auto rest = std::span(request.words);
  if (!rest.empty()) words.sport = FindSport(sports, rest.front());
  if (words.sport) {
    rest = rest.subspan(1);
  } else if (request.manifest.empty()) {
    if (rest.empty()) {
      return Usage(
          fmt::format("name the sport and the video, as in: plyo analyze {} VIDEO (sports: {})",
                      sports.empty() ? "SPORT" : sports.front().id, SportList(sports)));
    }
    std::error_code error;
    if (fs::exists(rest.front(), error)) {
      return Usage(
          fmt::format("the sport comes before the video, as in: plyo analyze {} {} (sports: {})",
                      sports.front().id, rest.front(), SportList(sports)));
    }
    return Usage(
        fmt::format("there is no sport '{}'; there are {}", rest.front(), SportList(sports)));
  }
  for (const std::string& word : rest) {
    std::error_code error;
    if (!fs::is_directory(word, error)) {
      words.videos.emplace_back(word);
      continue;
    }
    const auto videos = VideosIn(word);
    words.folder = true;
    if (!videos) {
      // It is the only input, or one that fails and stops no other.
      if (rest.size() == 1) return tl::unexpected(videos.error());
      words.empty.emplace(word, videos.error());
      words.videos.emplace_back(word);
      continue;
    }
    words.videos.insert(words.videos.end(), videos->begin(), videos->end());
  }
  return words;
}

/// The flags that name a file for one recording.
std::vector<std::pair<const char*, const std::string*>> FilesOfOneVideo(
    const AnalyzeRequest& request) {
  return {{"--json", &request.json},
          {"--csv", &request.csv},
          {"--report", &request.report},
          {"--overlay", &request.overlay},
          {"--export-landmarks", &request.export_landmarks},
          {"--export-trc", &request.export_trc},
          {"--export-mot", &request.export_mot},
          {"--export-c3d", &request.export_c3d},
          {"--export-motion", &request.export_motion}};
}

Result<void> CheckCombination(const AnalyzeRequest& request, const Words& words) {
  const bool videos = !words.videos.empty();
  if (!request.from_landmarks.empty()) {
    if (videos || !request.manifest.empty())
      return Usage("--from-landmarks stands in place of a video; give one of the two");
    if (!request.overlay.empty())
      return Usage("--overlay draws on the video, and --from-landmarks has none");
    if (!request.model.empty()) {
      return Usage("--model does not go with --from-landmarks: no pose model runs over them");
    }
    if (request.capture_fps) {
      return Usage(
          "--capture-fps does not go with --from-landmarks: their times are capture times already");
    }
  } else if (!videos && request.manifest.empty()) {
    return Usage("name at least one video, or a --manifest or --from-landmarks");
  }
  if (!request.output_dir.empty() && request.json != "-" &&
      (!request.json.empty() || !request.csv.empty() || !request.report.empty() ||
       !request.overlay.empty())) {
    return Usage(
        "-o names all outputs in one folder; give it, or --json, --csv, --report and --overlay");
  }
  for (const auto& [flag, value] : FilesOfOneVideo(request)) {
    if (*value == "-" && value != &request.json)
      return Usage(fmt::format("{} -: only --json can go to standard output", flag));
  }
  return {};
}

/// What the command line says of every recording.
Result<AnalyzeJob> MakeCommonJob(const AnalyzeRequest& request) {
  AnalyzeJob job;
  if (request.height_m) {
    const auto height = CheckHeight(*request.height_m, "--height");
    if (!height) return tl::unexpected(height.error());
    job.athlete.height_m = *height;
  }
  if (request.mass_kg) {
    const auto mass = CheckMass(*request.mass_kg, "--mass");
    if (!mass) return tl::unexpected(mass.error());
    job.athlete.mass_kg = *mass;
  }
  if (!request.sex.empty()) {
    const auto sex = ParseSex(request.sex, "--sex");
    if (!sex) return tl::unexpected(sex.error());
    job.athlete.sex = *sex;
  }
  if (request.capture_fps) {
    const auto fps = CheckCaptureFps(*request.capture_fps, "--capture-fps");
    if (!fps) return tl::unexpected(fps.error());
    job.capture_fps = *fps;
  }
  if (request.athlete) {
    if (*request.athlete < 1)
      return Usage("--athlete is the number of a track, from 1, as the result calls it");
    job.only_athlete = *request.athlete;
  }
  if (!request.model.empty()) job.model = PoseModelOf(request.model);
  job.blur_faces = request.blur_faces;
  return job;
}

/// Gives the job its sport and those parameters, each of which must be one of the sport's.
Result<void> SetSport(AnalyzeJob& job, const Sport& sport,
                      const std::map<std::string, double>& parameters, bool by_flag) {
  job.sport = &sport;
  for (const auto& [id, value] : parameters) {
    const auto at = std::ranges::find(sport.parameters, id, &ParameterDescriptor::id);
    if (at == sport.parameters.end()) {
      const ParameterDescriptor other{
          .id = id, .unit = {}, .label = {}, .text = {}, .default_value = {}};
      return Usage(fmt::format("{} does not go with {}", by_flag ? FlagOf(other) : id, sport.id));
    }
    if (auto checked = CheckParameter(value, *at, by_flag ? FlagOf(*at) : id); !checked)
      return tl::unexpected(checked.error());
    job.athlete.parameters[id] = value;
  }
  return {};
}

/// The rows of the manifest that the command line asks for: those of the videos named, or all.
Result<std::vector<ManifestEntry>> Select(std::vector<ManifestEntry> entries,
                                          const std::vector<fs::path>& videos,
                                          const fs::path& manifest) {
  const auto same_file = [](const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::weakly_canonical(a, error) == fs::weakly_canonical(b, error);
  };
  if (videos.empty()) return entries;
  std::vector<ManifestEntry> selected;
  for (const auto& video : videos) {
    bool found = false;
    for (const auto& entry : entries) {
      if (!same_file(entry.file, video)) continue;
      selected.push_back(entry);
      found = true;
    }
    if (!found)
      return Usage(fmt::format("{} is not in the manifest {}", video.string(), manifest.string()));
  }
  return selected;
}

Result<std::vector<AnalyzeJob>> JobsOfManifest(const AnalyzeRequest& request, const Words& words,
                                               const AnalyzeJob& common,
                                               std::span<const Sport> sports) {
  const fs::path path = request.manifest;
  auto entries = ReadManifestFile(path, sports);
  if (!entries) return tl::unexpected(entries.error());
  for (auto& entry : *entries) {
    if (entry.file.is_relative()) entry.file = path.parent_path() / entry.file;
  }
  const auto selected = Select(std::move(*entries), words.videos, path);
  if (!selected) return tl::unexpected(selected.error());
  std::vector<AnalyzeJob> jobs;
  for (const auto& entry : *selected) {
    const auto refuse = [&](const Error& error) {
      return Fail(ErrorCode::kInvalidManifest,
                  fmt::format("{}:{}: {}", path.filename().string(), entry.line, error.message));
    };
    AnalyzeJob job = common;
    job.input = entry.file;
    job.athlete_name = entry.athlete;
    job.date = entry.date;
    if (entry.height_m) job.athlete.height_m = entry.height_m;
    if (entry.mass_kg) job.athlete.mass_kg = entry.mass_kg;
    if (entry.sex != Sex::kUnknown) job.athlete.sex = entry.sex;
    if (entry.capture_fps) job.capture_fps = entry.capture_fps;
    const Sport* sport = entry.sport.empty() ? words.sport : FindSport(sports, entry.sport);
    if (!sport) {
      return refuse(
          {ErrorCode::kInvalidManifest,
           fmt::format("sport: the row names none, and neither does the command line ({})",
                       SportList(sports))});
    }
    // The command line's parameters are for the rows whose sport takes them.
    for (const auto& [id, value] : request.parameters) {
      if (std::ranges::find(sport->parameters, id, &ParameterDescriptor::id) ==
          sport->parameters.end())
        continue;
      if (auto set = SetSport(job, *sport, {{id, value}}, true); !set)
        return tl::unexpected(set.error());
    }
    if (auto set = SetSport(job, *sport, entry.parameters, false); !set) return refuse(set.error());
    jobs.push_back(std::move(job));
  }
  return jobs;
}

Result<std::vector<AnalyzeJob>> JobsOfCommandLine(const AnalyzeRequest& request, const Words& words,
                                                  AnalyzeJob common) {
  if (auto set = SetSport(common, *words.sport, request.parameters, true); !set)
    return tl::unexpected(set.error());
  const bool personal = request.height_m || request.mass_kg || !request.sex.empty();
  if (words.videos.size() > 1 && personal && !request.same_athlete) {
    return Usage(
        "--height, --mass and --sex for several videos need --same-athlete; where the athletes "
        "differ, a --manifest says who is how tall");
  }
  std::vector<AnalyzeJob> jobs;
  if (!request.from_landmarks.empty()) {
    common.input = request.from_landmarks;
    common.from_landmarks = true;
    jobs.push_back(common);
  }
  for (const auto& video : words.videos) {
    jobs.push_back(common);
    jobs.back().input = video;
    if (const auto at = words.empty.find(video); at != words.empty.end())
      jobs.back().failed = at->second;
  }
  return jobs;
}

Result<void> SetOutputs(const AnalyzeRequest& request, AnalyzePlan& plan) {
  const bool batch = plan.batch;
  if (batch) {
    for (const auto& [flag, value] : FilesOfOneVideo(request)) {
      if (value == &request.csv) continue;  // of several videos it is their summary
      if (!value->empty() && *value != "-") {
        const std::string several =
            plan.jobs.size() > 1 ? fmt::format("{} videos", plan.jobs.size()) : "a folder";
        return Usage(fmt::format(
            "{} names one file for {}; use -o DIR, which writes files for each", flag, several));
      }
    }
  }
  OutputNames names(batch ? "summary" : "");
  const auto set = [](std::optional<fs::path>& path, const std::string& value) {
    if (!value.empty() && value != "-") path = value;
  };
  for (auto& job : plan.jobs) {
    job.name = names.For(job.input);
    if (!request.output_dir.empty())
      job.outputs = PathsInFolder(request.output_dir, job.name, !job.from_landmarks);
    set(job.outputs.json, request.json);
    if (!batch) set(job.outputs.csv, request.csv);
    set(job.outputs.report, request.report);
    set(job.outputs.overlay, request.overlay);
    set(job.outputs.landmarks, request.export_landmarks);
    set(job.outputs.trc, request.export_trc);
    set(job.outputs.mot, request.export_mot);
    set(job.outputs.c3d, request.export_c3d);
    set(job.outputs.motion, request.export_motion);
  }
  if (!request.output_dir.empty()) plan.output_dir = request.output_dir;
  if (batch && !request.output_dir.empty())
    plan.summary_csv = fs::path(request.output_dir) / "summary.csv";
  if (batch && !request.csv.empty()) plan.summary_csv = request.csv;

  std::vector<fs::path> outputs;
  std::vector<fs::path> inputs;
  for (const auto& job : plan.jobs) {
    for (auto& path : job.outputs.All()) outputs.push_back(std::move(path));
    inputs.push_back(job.input);
  }
  if (plan.summary_csv) outputs.push_back(*plan.summary_csv);
  if (!request.manifest.empty()) inputs.emplace_back(request.manifest);
  return CheckDistinct(outputs, inputs);
}

}  // namespace

std::string FlagOf(const ParameterDescriptor& parameter) {
  std::string flag = parameter.id;
  // Where the descriptor does not say the unit, the id's last words may.
  for (const auto& unit :
       {UnitInName(parameter.unit), std::string("m_s"), std::string("m"), std::string("kg")}) {
    if (!unit.empty() && flag.ends_with("_" + unit)) {
      flag.resize(flag.size() - unit.size() - 1);
      break;
    }
  }
  std::ranges::replace(flag, '_', '-');
  return "--" + flag;
}

Result<AnalyzePlan> MakePlan(const AnalyzeRequest& request, std::span<const Sport> sports,
                             bool output_is_terminal) {
  const auto words = ReadWords(request, sports);
  if (!words) return tl::unexpected(words.error());
  if (auto fits = CheckCombination(request, *words); !fits) return tl::unexpected(fits.error());
  const auto common = MakeCommonJob(request);
  if (!common) return tl::unexpected(common.error());
  auto jobs = request.manifest.empty() ? JobsOfCommandLine(request, *words, *common)
                                       : JobsOfManifest(request, *words, *common, sports);
  if (!jobs) return tl::unexpected(jobs.error());

  AnalyzePlan plan;
  plan.jobs = std::move(*jobs);
  plan.batch = plan.jobs.size() > 1 || words->folder;
  plan.quiet = request.quiet;
  plan.again = request.again;
  if (request.threads && (*request.threads < 1 || *request.threads > 256))
    return Usage("--threads is a number from 1 to 256");
  plan.threads = request.threads
                     ? *request.threads
                     : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  if (auto set = SetOutputs(request, plan); !set) return tl::unexpected(set.error());

  const bool any_output = plan.summary_csv || std::ranges::any_of(plan.jobs, [](const auto& job) {
                            return job.outputs.Any();
                          });
  if (request.json == "-") {
    plan.standard_output = StandardOutput::kJson;
  } else if (request.quiet) {
    plan.standard_output = StandardOutput::kNothing;
  } else {
    plan.standard_output =
        output_is_terminal || any_output ? StandardOutput::kTable : StandardOutput::kJson;
  }
  return plan;
}

}  // namespace plyo::cli
