#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyze_plan.h"
#include "job_outputs.h"
#include "plyo/base/error.h"
#include "plyo/pipeline/analyze.h"
#include "plyo/pose/pose_estimator.h"

namespace plyo::cli {

/// A pose model that is loaded when it is first asked for: a clip that cannot be opened costs no
/// loading. One a worker.
class LazyEstimator {
 public:
  explicit LazyEstimator(int threads) : threads_(threads) {}
  /// The estimator of the model asked for last is kept.
  Result<PoseEstimator*> Get(PoseModel model);

 private:
  PoseModel model_ = PoseModel::kFull;
  int threads_;
  std::unique_ptr<PoseEstimator> estimator_;
};

/// What became of a job that could be analysed.
struct JobOutcome {
  AnalysisResult result;
  std::optional<Error> output_error;  ///< an output that could not be written
  bool finished_before = false;       ///< by an earlier run, whose document this is
  /// Files that were older than what a person edited in that document, and follow it now.
  std::vector<std::filesystem::path> renewed = {};
};

/// What an earlier run made of the job: where its result document and all its outputs are there,
/// and the document is of this version, these options and this very input. Where a person edited
/// it, table and report are made anew from it unless they already say the same. nullopt: the job is
/// to be done, be it for the first time.
std::optional<JobOutcome> FinishedBefore(const AnalyzeJob& asked, const std::string& version,
                                         const std::atomic<bool>& cancel);

/// Analyses one recording and writes its outputs. `version` goes into the provenance.
Result<JobOutcome> RunJob(const AnalyzeJob& asked, LazyEstimator& estimator,
                          const std::string& version, const JobHooks& hooks);

}  // namespace plyo::cli
