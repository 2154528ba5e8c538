#include "batch.h"

#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace plyo::cli {
namespace {

/// Hands outcomes on in the order of the jobs.
class InOrder {
 public:
  InOrder(const std::vector<AnalyzeJob>& jobs, const OutcomeSink& sink)
      : jobs_(jobs), sink_(sink) {}

  void Put(std::size_t index, Result<JobOutcome> outcome) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(index, std::move(outcome));
    for (auto at = waiting_.find(next_); at != waiting_.end(); at = waiting_.find(next_)) {
      sink_(jobs_[next_], at->second);
      waiting_.erase(at);
      ++next_;
    }
  }

 private:
  const std::vector<AnalyzeJob>& jobs_;
  const OutcomeSink& sink_;
  std::mutex mutex_;
  std::map<std::size_t, Result<JobOutcome>> waiting_;
  std::size_t next_ = 0;
};

}  // namespace

void RunBatch(const std::vector<AnalyzeJob>& jobs, std::size_t workers, const JobRunner& run,
              const OutcomeSink& sink, const std::atomic<bool>& cancel) {
  InOrder in_order(jobs, sink);
  std::atomic<std::size_t> next = 0;
  const auto work = [&](std::size_t worker) {
    for (std::size_t i = next.fetch_add(1); i < jobs.size() && !cancel; i = next.fetch_add(1)) {
      in_order.Put(i, run(jobs[i], worker));
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t worker = 1; worker < workers; ++worker) threads.emplace_back(work, worker);
  work(0);
}

BatchOutcome ToBatchOutcome(const AnalyzeJob& job, const Result<JobOutcome>& outcome) {
  BatchOutcome row;
  row.file = job.input.string();
  row.name = job.name;
  row.athlete = job.athlete_name;
  row.date = job.date;
  row.sport = job.sport->id;
  if (!outcome) {
    row.error = outcome.error();
    return row;
  }
  row.error = outcome->output_error;
  row.flags = outcome->result.quality.flags;
  for (const auto& athlete : outcome->result.athletes)
    row.athletes.push_back(ToBatchAthlete(athlete, *job.sport));
  return row;
}

int ExitStatusOf(const Result<JobOutcome>& outcome) {
  if (!outcome) return ExitStatus(outcome.error().code);
  if (outcome->output_error) return ExitStatus(outcome->output_error->code);
  return outcome->result.athletes.empty() ? 3 : 0;
}

int WorseStatus(int a, int b) {
  const auto rank = [](int status) { return status == 0 ? 0 : status == 3 ? 1 : 2; };
  const int worse = rank(a) >= rank(b) ? a : b;
  return rank(worse) == 2 ? 2 : worse;
}

}  // namespace plyo::cli
