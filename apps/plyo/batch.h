#pragma once

#include <functional>
#include <vector>

#include "analyze_job.h"
#include "plyo/base/error.h"
#include "plyo/formats/summary_csv.h"

namespace plyo::cli {

/// Does a job; called by several workers at the same time, each with its own number from 0.
using JobRunner = std::function<Result<JobOutcome>(const AnalyzeJob& job, std::size_t worker)>;
/// Gets what came of a job, in the order of the jobs, one at a time.
using OutcomeSink = std::function<void(const AnalyzeJob& job, const Result<JobOutcome>& outcome)>;

/// Runs the jobs over so many workers; a job that fails stops no other, an interruption lets no
/// further one begin. Memory does not grow with the number of jobs beyond those that wait for an
/// earlier one.
void RunBatch(const std::vector<AnalyzeJob>& jobs, std::size_t workers, const JobRunner& run,
              const OutcomeSink& sink, const std::atomic<bool>& cancel);

/// The row of a job in the summary.
BatchOutcome ToBatchOutcome(const AnalyzeJob& job, const Result<JobOutcome>& outcome);

/// Exit status of a job, and of a batch: 2 (something failed) before 3 (nothing found) before 0.
int ExitStatusOf(const Result<JobOutcome>& outcome);
int WorseStatus(int a, int b);

}  // namespace plyo::cli
