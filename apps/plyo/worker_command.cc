#include "worker_command.h"

#include "plyo/pose_openvino/estimator.h"
#include "plyo/service/worker_main.h"
#include "pose_model.h"

namespace plyo::cli {
CLI::App* AddWorkerCommand(CLI::App& app, WorkerRequest& request) {
  auto* command = app.add_subcommand("worker", "Analyses live sessions for `plyo serve`");
  command->group("");
  command->add_option("--model", request.model)->check(CLI::IsMember({"lite", "full", "heavy"}));
  command->add_option("--socket", request.socket)->required()->check(CLI::Range(3, 1 << 20));
  return command;
}

std::vector<std::string> WorkerArguments(const std::string& model) {
  return {"worker", "--model", model, "--socket"};
}

int RunWorkerCommand(const WorkerRequest& request, const std::vector<Sport>& sports,
                     const std::string& version) {
  return service::RunWorker({.socket = request.socket,
                             .sports = sports,
                             .make_estimator =
                                 [&request] {
                                   // One thread each: many athletes keep every core busy.
                                   return MakeOpenVinoEstimator(
                                       {.model = PoseModelOf(request.model),
                                        .threads = 1,
                                        .model_dir = {},
                                        .cache_dir = DefaultPoseCacheDir()});
                                 },
                             .version = version});
}

}  // namespace plyo::cli
