#include "force_file_options.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

#include "console.h"
#include "plyo/digest/sha256.h"
#include "plyo/force/force_analysis.h"
#include "plyo/formats/force_file.h"

namespace plyo::cli {
namespace {

constexpr const char* kAuto = "auto";

std::optional<double> Number(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<ForceOptions> AnalysisOptions(const ForceFileOptions& options) {
  ForceOptions wanted;
  if (options.rate_hz && !(*options.rate_hz >= 1 && *options.rate_hz <= 100'000)) {
    return Usage(fmt::format("--rate {:g} is outside of 1 to 100000 Hz", *options.rate_hz));
  }
  if (!std::isfinite(options.scale) || options.scale == 0)
    return Usage(fmt::format("--scale {:g} is no factor", options.scale));
  wanted.scale = options.scale;
  if (options.threshold_n) {
    if (!(*options.threshold_n >= 1 && *options.threshold_n <= 500))
      return Usage(fmt::format("--threshold {:g} is outside of 1 to 500 N", *options.threshold_n));
    wanted.threshold_n = options.threshold_n;
  }
  if (options.tare == kAuto) {
    wanted.find_tare = true;
  } else if (!options.tare.empty()) {
    wanted.tare_n = Number(options.tare);
    if (!wanted.tare_n)
      return Usage(fmt::format("--tare {} is neither a number of newtons nor auto", options.tare));
  }
  if (options.first_foot == "left") wanted.first_foot = FirstFoot::kLeft;
  if (options.first_foot == "right") wanted.first_foot = FirstFoot::kRight;
  return wanted;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : " + ") + name;
  return all;
}

std::vector<std::pair<std::string, std::string>> Provenances(const ForceFile& file,
                                                             const ForceFindings& findings,
                                                             const ForceFileOptions& options) {
  std::vector<std::pair<std::string, std::string>> all = {
      {"input", "force_plate"}, {"force_columns", Joined(file.force_columns)}};
  if (!file.time_column.empty()) all.emplace_back("time_column", file.time_column);
  if (options.rate_hz) all.emplace_back("rate_hz", fmt::format("{:g}", *options.rate_hz));
  if (options.scale != 1) all.emplace_back("scale", fmt::format("{:g}", options.scale));
  all.emplace_back("tare_n", fmt::format("{:.1f}", findings.tare_n));
  all.emplace_back("threshold_n", fmt::format("{:.1f}", findings.threshold_n));
  if (!options.first_foot.empty()) all.emplace_back("first_foot", options.first_foot);
  return all;
}

}  // namespace

void AddForceFileOptions(CLI::App& command, ForceFileOptions& options) {
  const char* const group = "About the force file";
  command
      .add_option("--force-column", options.force_columns,
                  "Column of vertical force, by name or number; for two plates one of each")
      ->allow_extra_args(false)
      ->type_name("COLUMN")
      ->group(group);
  command.add_option("--time-column", options.time_column, "Column of time, by name or number")
      ->type_name("COLUMN")
      ->group(group);
  command.add_option("--rate", options.rate_hz, "Sample rate, where no column has the time")
      ->type_name("HZ")
      ->group(group);
  command
      .add_option("--scale", options.scale,
                  "Newtons to a unit of the file: 1000 for kN, -1 turns over")
      ->type_name("X")
      ->group(group);
  command
      .add_option("--tare", options.tare,
                  "What the empty plate reads, in newtons after --scale; auto finds it")
      ->type_name("N|auto")
      ->group(group);
  command
      .add_option("--threshold", options.threshold_n,
                  "Force above which there is contact; by the noise of the flight where not given")
      ->type_name("N")
      ->group(group);
  command
      .add_option("--first-foot", options.first_foot,
                  "Running: which foot the first whole stance is of")
      ->type_name("left|right")
      ->check(CLI::IsMember({"left", "right"}).description(""))
      ->group(group);
}

Result<ForceOutcome> AnalyzeForceFile(const std::filesystem::path& path, const Sport& sport,
                                      const ForceFileOptions& options, const std::string& version) {
  if (!options.first_foot.empty() && !sport.repeats_steps)
    return Usage(fmt::format("--first-foot is of running, and this is {}", sport.id));
  const auto wanted = AnalysisOptions(options);
  if (!wanted) return tl::unexpected(wanted.error());
  const auto file = ReadForceFile(path, {.time_column = options.time_column,
                                         .force_columns = options.force_columns,
                                         .rate_hz = options.rate_hz,
                                         .scale = options.scale});
  if (!file) return tl::unexpected(file.error());
  auto findings = AnalyzeForce(file->record, sport, *wanted);
  if (!findings) {
    return Fail(findings.error().code,
                fmt::format("{}: {}", path.string(), findings.error().message));
  }
  const auto sha256 = Sha256OfFile(path);
  if (!sha256) return tl::unexpected(sha256.error());

  ForceOutcome outcome;
  auto& result = outcome.result;
  result.sport = sport.id;
  result.source.kind = SourceKind::kForcePlate;
  result.source.name = path.filename().string();
  result.source.sha256 = *sha256;
  result.source.frames = static_cast<std::int64_t>(file->record.force_n.size());
  result.source.duration_s = file->record.DurationS();
  result.source.capture_fps = file->record.rate_hz;
  result.quality.flags = findings->flags;
  if (findings->athlete) {
    result.quality.detected_fraction = 1;
    result.athletes.push_back(std::move(*findings->athlete));
  }
  result.provenance.plyo_version = version;
  result.provenance.options = Provenances(*file, *findings, options);
  result.provenance.created_at = CreatedAt();
  outcome.left_out = std::move(findings->left_out);
  return outcome;
}

}  // namespace plyo::cli
