#include "output_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "plyo/formats/output_file.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

/// As far as the file system knows it, without links and dots.
fs::path Identity(const fs::path& path) {
  std::error_code error;
  auto real = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path.lexically_normal() : real;
}

bool IsSpecial(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status);
}

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

}  // namespace

std::vector<fs::path> OutputPaths::All() const {
  std::vector<fs::path> all;
  for (const auto* path : {&json, &csv, &report, &overlay, &landmarks, &trc, &mot, &c3d, &motion}) {
    if (*path) all.push_back(**path);
  }
  return all;
}

OutputPaths PathsInFolder(const fs::path& folder, const std::string& name, bool with_pictures) {
  OutputPaths paths;
  paths.json = folder / (name + ".json");
  paths.csv = folder / (name + ".csv");
  paths.report = folder / (name + ".html");
  if (with_pictures) paths.overlay = folder / fmt::format("{}{}.mp4", name, kOverlayEnding);
  return paths;
}

OutputNames::OutputNames(std::string reserved) {
  if (!reserved.empty()) taken_.insert(Lower(std::move(reserved)));
}

std::string OutputNames::For(const fs::path& input) {
  const std::string stem = input.stem().empty() ? "clip" : input.stem().string();
  std::string name = stem;
  for (int n = 2; taken_.contains(Lower(name)); ++n) name = fmt::format("{}_{}", stem, n);
  taken_.insert(Lower(name));
  return name;
}

Result<void> CheckDistinct(const std::vector<fs::path>& outputs,
                           const std::vector<fs::path>& inputs) {
  std::set<fs::path> inputs_seen;
  for (const auto& input : inputs) inputs_seen.insert(Identity(input));
  std::set<fs::path> outputs_seen;
  for (const auto& output : outputs) {
    if (IsSpecial(output)) continue;  // two may go to /dev/null
    const auto identity = Identity(output);
    if (inputs_seen.contains(identity)) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("{}: the output would replace the input; give it another name",
                              output.string()));
    }
    if (!outputs_seen.insert(identity).second) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("{}: two outputs cannot go to one file", output.string()));
    }
  }
  return {};
}

Result<void> ProbeOutputs(const OutputPaths& paths) {
  constexpr std::uintmax_t kSmall = std::uintmax_t{64} << 10;
  constexpr std::uintmax_t kLarge = std::uintmax_t{2} << 20;
  const std::pair<const std::optional<fs::path>&, std::uintmax_t> wanted[] = {
      {paths.json, kSmall},    {paths.csv, kSmall},       {paths.report, kLarge},
      {paths.overlay, kLarge}, {paths.landmarks, kLarge}, {paths.trc, kLarge},
      {paths.mot, kSmall},     {paths.c3d, kLarge},       {paths.motion, kLarge}};
  for (const auto& [path, bytes] : wanted) {
    if (!path) continue;
    if (auto writable = CheckWritable(*path, bytes); !writable) return writable;
  }
  return {};
}

}  // namespace plyo::cli
