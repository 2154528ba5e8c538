#include "doctor_command.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "plyo/pose_openvino/estimator.h"
#include "plyo/service/machine.h"
#include "plyo/service/sandbox.h"
#include "plyo/service/worker_main.h"
#include "pose_model.h"
#include "serve_command.h"
#include "terminal.h"
#include "text_table.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;
constexpr double kLeastMemory = 2 * kGiB;
constexpr std::uint64_t kLeastDisk = 5 * kGiB;
constexpr rlim_t kLeastFiles = 4096;

enum class State { kFine, kWeak, kMissing };

/// One thing that Plyo stands on.
struct Finding {
  std::string what;
  State state = State::kFine;
  std::string found{};
  std::string remedy{};  ///< empty where it is fine
};

std::string_view NameOf(State state) {
  switch (state) {
    case State::kFine:
      return "fine";
    case State::kWeak:
      return "weak";
    case State::kMissing:
      break;
  }
  return "missing";
}

Finding LookAtProcessor() {
  Finding finding{"processor", State::kFine, fmt::format("{:.3g} cores", service::UsableCores())};
#if defined(__x86_64__)
  const bool enough = __builtin_cpu_supports("x86-64-v2") != 0;
  const bool fast = __builtin_cpu_supports("avx2") != 0;
  finding.found += fast ? ", AVX2" : ", no AVX2";
  if (!enough) {
    finding.state = State::kMissing;
    finding.remedy =
        "Plyo needs x86-64-v2 (SSE 4.2), which every processor since 2009 has; in a "
        "virtual machine let it see the host's";
  } else if (!fast) {
    finding.state = State::kWeak;
    finding.remedy =
        "poses take several times as long without AVX2; in a virtual machine let it "
        "see the host's processor";
  }
#endif
  return finding;
}

Finding LookAtMemory() {
  const double bytes = service::UsableMemory();
  Finding finding{"memory", State::kFine, fmt::format("{:.1f} GiB", bytes / kGiB)};
  if (bytes < kLeastMemory) {
    finding.state = State::kWeak;
    finding.remedy =
        "a live worker takes about 0.5 GiB, the analysis of a long video 1 GiB; lower "
        "--workers and --jobs";
  }
  return finding;
}

Finding LookAtFiles() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  Finding finding{
      "open files", State::kFine,
      limit.rlim_cur == RLIM_INFINITY ? "no limit" : fmt::format("{} at most", limit.rlim_cur)};
  if (limit.rlim_cur < kLeastFiles) {
    finding.state = State::kWeak;
    finding.remedy = fmt::format(
        "each connection takes one: `ulimit -n {}`, or LimitNOFILE of systemd", kLeastFiles);
  }
  return finding;
}

Finding LookAtSandbox() {
  const auto support = service::ReadSandboxSupport();
  Finding finding{"sandbox", State::kFine, "seccomp, Landlock"};
  if (!support.system_calls) {
    finding = {"sandbox", State::kMissing, "no seccomp",
               "`plyo serve` does not start its workers without it; the kernel needs "
               "CONFIG_SECCOMP_FILTER, and the container's runtime must allow it"};
  } else if (!support.files) {
    finding = {"sandbox", State::kWeak, "seccomp, no Landlock",
               "the analysis of an upload sees the files that its user sees; Linux 5.13 or newer "
               "with landlock among its `lsm=`"};
  }
  return finding;
}

/// Loads the model and looks for a pose in a grey picture.
Finding LookAtModel(PoseModel model) {
  using Clock = std::chrono::steady_clock;
  Finding finding{fmt::format("model {}", cli::NameOf(model))};
  const auto begin = Clock::now();
  auto estimator = MakeOpenVinoEstimator(
      {.model = model, .threads = 1, .model_dir = {}, .cache_dir = DefaultPoseCacheDir()});
  Result<void> warm;
  if (estimator) warm = service::WarmUpEstimator(**estimator);
  const Error* error = !estimator ? &estimator.error() : !warm ? &warm.error() : nullptr;
  if (error) {
    finding.state = State::kMissing;
    finding.found = error->message;
    finding.remedy = Traits(error->code).remedy;
    return finding;
  }
  finding.found = fmt::format("loads and looks in {:.1f} s",
                              std::chrono::duration<double>(Clock::now() - begin).count());
  return finding;
}

Finding LookAtCache() {
  const auto folder = DefaultPoseCacheDir();
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (!folder.empty() && !error && access(folder.c_str(), W_OK | X_OK) == 0)
    return {"cache of models", State::kFine, folder.string()};
  return {"cache of models", State::kWeak,
          folder.empty() ? "neither XDG_CACHE_HOME nor HOME is set"
                         : folder.string() + ": cannot be written",
          "models are compiled at each start, which takes seconds; set XDG_CACHE_HOME to a folder "
          "that can be written"};
}

Finding LookAtPage(const fs::path& folder) {
  std::error_code error;
  if (fs::is_regular_file(folder / "index.html", error))
    return {"page", State::kFine, folder.lexically_normal().string()};
  return {"page", State::kMissing, folder.lexically_normal().string() + ": no index.html",
          "name the folder of the page with --web, or build it with ./dev build"};
}

Finding LookAtData(const fs::path& folder) {
  Finding finding{"data folder", State::kFine, folder.string()};
  // It is made by `plyo serve`: to look leaves nothing behind.
  std::error_code error;
  fs::path there = fs::absolute(folder, error);
  while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  const auto trial = there / ".doctor";
  if (!fs::exists(folder, error)) finding.found += ", not made yet";
  const bool written = static_cast<bool>(std::ofstream(trial) << "1" << std::flush);
  fs::remove(trial, error);
  if (!written) {
    finding.state = State::kMissing;
    finding.found += ": cannot be written";
    finding.remedy = "name another one with --data, or give it to the user that runs Plyo";
    return finding;
  }
  const auto disk = fs::space(there, error);
  finding.found += fmt::format(", {:.0f} GiB free", static_cast<double>(disk.available) / kGiB);
  if (disk.available < kLeastDisk) {
    finding.state = State::kWeak;
    finding.remedy = "videos lie there until they are analysed, a day more by default";
  }
  return finding;
}

std::vector<Finding> Look(const DoctorRequest& request) {
  std::vector<Finding> findings{LookAtProcessor(), LookAtMemory(), LookAtFiles(), LookAtSandbox(),
                                LookAtCache()};
  for (const auto model : {PoseModel::kLite, PoseModel::kFull, PoseModel::kHeavy})
    findings.push_back(LookAtModel(model));
  findings.push_back(
      LookAtPage(request.web_dir.empty() ? DefaultWebDir() : fs::path(request.web_dir)));
  findings.push_back(
      LookAtData(request.data_dir.empty() ? DefaultDataDir() : fs::path(request.data_dir)));
  for (const auto& trial : TryStores(request.store)) {
    Finding finding{trial.what, State::kFine, trial.place};
    if (!trial.result) {
      finding.state = State::kMissing;
      finding.found += ": " + trial.result.error().message;
      finding.remedy = Traits(trial.result.error().code).remedy;
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::string Document(const std::vector<Finding>& findings, const std::string& version) {
  nlohmann::ordered_json document{{"schema", "plyo.doctor/1"}, {"version", version}};
  document["findings"] = nlohmann::ordered_json::array();
  for (const auto& finding : findings) {
    document["findings"].push_back({{"what", finding.what},
                                    {"state", NameOf(finding.state)},
                                    {"found", finding.found},
                                    {"remedy", finding.remedy}});
  }
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string Page(const std::vector<Finding>& findings, const Terminal& terminal) {
  std::size_t width = 0;
  for (const auto& finding : findings) width = std::max(width, Columns(finding.what));
  constexpr std::size_t kState = 9;  // "missing" and two spaces
  TerminalText text(terminal);
  for (const auto& finding : findings) {
    const auto indent = width + 2 + kState;
    text.Add(fmt::format("{:<{}}  ", finding.what, width));
    const auto state = fmt::format("{:<{}}", NameOf(finding.state), kState);
    finding.state == State::kFine ? text.Add(state) : text.AddBold(state);
    const auto wide = std::max(static_cast<std::size_t>(terminal.width), indent + 30) - indent;
    auto lines = Wrapped(finding.found, wide, 0);
    if (!finding.remedy.empty()) lines += "\n" + Wrapped(finding.remedy, wide, 0);
    for (auto at = lines.find('\n'); at != std::string::npos; at = lines.find('\n', at + 1))
      lines.insert(at + 1, indent, ' ');
    text.Add(lines + "\n");
  }
  return text.Take();
}

}  // namespace

CLI::App* AddDoctorCommand(CLI::App& app, DoctorRequest& request) {
  auto* doctor = app.add_subcommand("doctor", "What this machine lacks for Plyo, and what to do");
  doctor->footer(
      "Example: plyo doctor --data /var/lib/plyo\nExit status: 0 where nothing is "
      "missing, 2 where something is.");
  ByEnvironment(doctor->add_option("--data", request.data_dir, "Folder of the store"));
  ByEnvironment(doctor->add_option("--web", request.web_dir, "Folder of the page"));
  AddStoreOptions(*doctor, request.store);
  doctor->add_flag("--json", request.json, "As a JSON document");
  return doctor;
}

int RunDoctor(const DoctorRequest& request, const std::string& version) {
  const auto findings = Look(request);
  const auto terminal = TerminalOf(stdout);
  if (!Print(request.json ? Document(findings, version) : Page(findings, terminal)))
    return ExitStatus(ErrorCode::kOutputNotWritable);
  const bool missing = std::ranges::any_of(
      findings, [](const auto& finding) { return finding.state == State::kMissing; });
  return missing ? 2 : 0;
}

}  // namespace plyo::cli
