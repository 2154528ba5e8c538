#include "job_command.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ranges>

#include "analyze_job.h"
#include "job_outputs.h"
#include "plyo/service/sandbox.h"
#include "plyo/service/worker_main.h"
#include "pose_model.h"

namespace plyo::cli {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::ordered_json;

/// Lines to whoever started the job. A write that fails has nobody to tell.
class Reporter {
 public:
  explicit Reporter(int file) : file_(file) {}
  void Say(const Json& line) const {
    const auto text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    std::size_t done = 0;
    while (done < text.size()) {
      const auto written = ::write(file_, text.data() + done, text.size() - done);
      if (written <= 0) return;
      done += static_cast<std::size_t>(written);
    }
  }
  int Fail(const Error& error) const {
    Say({{"error", ErrorId(error.code)}, {"message", error.message}});
    return ExitStatus(error.code);
  }

 private:
  int file_;
};

/// A table of landmarks begins as `--export-landmarks` writes it.
bool IsTable(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string begin(10, '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == "t_s,frame,";
}

/// What was checked against the contract and the catalogue before it was written.
AnalyzeJob JobOf(const Json& task, std::span<const Sport> sports) {
  AnalyzeJob job;
  const auto sport = task["sport"].get<std::string>();
  const auto at = std::ranges::find(sports, sport, &Sport::id);
  if (at == sports.end()) throw std::runtime_error("there is no sport " + sport);
  job.sport = &*at;
  job.input = "input";
  job.name = "input";
  const auto number = [](const Json& object, const char* name) -> std::optional<double> {
    return object.contains(name) ? std::optional(object[name].get<double>()) : std::nullopt;
  };
  const auto person = task.value("athlete", Json::object());
  job.athlete.height_m = number(person, "height_m");
  job.athlete.mass_kg = number(person, "mass_kg");
  if (const auto sex = person.value("sex", std::string()); !sex.empty())
    job.athlete.sex = sex == "female" ? Sex::kFemale : Sex::kMale;
  job.athlete_name = person.value("name", std::string());
  const auto parameters = task.value("parameters", Json::object());
  for (const auto& [id, value] : parameters.items())
    job.athlete.parameters[id] = value.get<double>();
  job.capture_fps = number(task, "capture_fps");
  job.model = PoseModelOf(task.value("model", std::string("full")));
  job.blur_faces = task.value("blur_faces", false);
  const fs::path out = "out";
  job.outputs.json = out / "result.json";
  const auto wants = [outputs = task.value("outputs", Json::array())](const char* kind) {
    return std::ranges::find(outputs, Json(kind)) != outputs.end();
  };
  if (wants("metrics")) job.outputs.csv = out / "metrics.csv";
  if (wants("report")) job.outputs.report = out / "report.html";
  if (wants("overlay")) job.outputs.overlay = out / "overlay.mp4";
  if (wants("landmarks")) job.outputs.landmarks = out / "landmarks.csv";
  if (wants("motion")) job.outputs.motion = out / "motion.csv";
  return job;
}

}  // namespace

CLI::App* AddJobCommand(CLI::App& app, JobRequest& request) {
  auto* command = app.add_subcommand("job", "Analyses one upload for `plyo serve`");
  command->group("");
  command->add_option("--dir", request.folder)->required()->check(CLI::ExistingDirectory);
  command->add_option("--report", request.report)->check(CLI::Range(1, 1 << 20));
  command->add_option("--parent", request.parent)->required();
  command->add_option("--memory", request.memory_bytes);
  command->add_option("--cpu-time", request.cpu_time_s);
  return command;
}

int RunJobCommand(const JobRequest& request, const std::vector<Sport>& sports,
                  const std::string& version) {
  // Otherwise it has nobody to report to any more. The server of a container is process 1, as is
  // who takes over orphans.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != request.parent) return 2;
  const Reporter reporter(request.report);
  // By short names, so that a message tells nobody where the service keeps things.
  fs::current_path(request.folder);
  std::ifstream text("job.json");
  const auto task = Json::parse(text, nullptr, false);
  if (!task.is_object())
    return reporter.Fail({ErrorCode::kInternal, "job.json: this is no JSON object"});
  AnalyzeJob job = JobOf(task, sports);
  if (IsTable(job.input)) {
    job.from_landmarks = true;
    job.outputs.overlay.reset();
  }
  LazyEstimator estimator(/*threads=*/1);
  if (!job.from_landmarks) {
    // Loaded, compiled and run once while that is still allowed.
    const auto loaded = estimator.Get(*job.model);
    if (!loaded) return reporter.Fail(loaded.error());
    if (auto warm = service::WarmUpEstimator(**loaded); !warm) return reporter.Fail(warm.error());
  }
  if (auto closed = service::CloseJobSandbox(
          {.folder = ".", .memory_bytes = request.memory_bytes, .cpu_time_s = request.cpu_time_s});
      !closed) {
    return reporter.Fail(closed.error());
  }

  const std::atomic<bool> cancel{false};
  // The analysis itself takes most of the time; what is drawn after it goes over the pictures anew.
  double begin = 0;
  double share = job.outputs.overlay ? 0.7 : job.outputs.report ? 0.9 : 1.0;
  double told = 0;
  const JobHooks hooks{
      .cancel = &cancel,
      .stage =
          [&](const std::string& stage) {
            if (stage == "report") begin = share, share = 0.1;
            if (stage == "annotating") begin += share, share = 1 - begin;
          },
      .frames =
          [&](std::int64_t done, std::int64_t of) {
            if (of <= 0) return;
            const double now =
                begin + share * std::min(1.0, static_cast<double>(done) / static_cast<double>(of));
            if (now < told + 0.01) return;
            told = now;
            reporter.Say({{"progress", now}});
          }};
  auto outcome = RunJob(job, estimator, version, hooks);
  if (!outcome) return reporter.Fail(outcome.error());
  if (outcome->output_error) return reporter.Fail(*outcome->output_error);
  reporter.Say({{"done", true}});
  return 0;
}

}  // namespace plyo::cli
