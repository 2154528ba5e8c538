#include "batch.h"

#include <gtest/gtest.h>

#include <atomic>

#include "test_sports.h"

namespace plyo::cli {
namespace {

std::vector<AnalyzeJob> Jobs(std::size_t count) {
  std::vector<AnalyzeJob> jobs(count);
  for (std::size_t i = 0; i < count; ++i) {
    jobs[i].name = std::to_string(i);
    jobs[i].sport = &testing::TwoSports()[0];
  }
  return jobs;
}

TEST(RunBatch, GivesEveryOutcomeInTheOrderOfTheJobs) {
  const auto jobs = Jobs(50);
  std::vector<std::string> order;
  const std::atomic<bool> cancel = false;
  RunBatch(
      jobs, 4,
      [](const AnalyzeJob& job, std::size_t) -> Result<JobOutcome> {
        if (job.name == "7") return Fail(ErrorCode::kFileEmpty, "empty");
        std::this_thread::yield();
        JobOutcome outcome;
        outcome.result.source.name = job.name;
        return outcome;
      },
      [&order](const AnalyzeJob& job, const Result<JobOutcome>& outcome) {
        EXPECT_EQ(outcome.has_value(), job.name != "7");
        if (outcome) {
          EXPECT_EQ(outcome->result.source.name, job.name);
        }
        order.push_back(job.name);
      },
      cancel);
  ASSERT_EQ(order.size(), jobs.size());
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], std::to_string(i));
}

TEST(RunBatch, BeginsNoFurtherJobOnceInterrupted) {
  const auto jobs = Jobs(50);
  std::atomic<bool> cancel = false;
  std::atomic<int> begun = 0;
  RunBatch(
      jobs, 1,
      [&](const AnalyzeJob&, std::size_t) -> Result<JobOutcome> {
        if (++begun == 3) cancel = true;
        return JobOutcome{};
      },
      [](const AnalyzeJob&, const Result<JobOutcome>&) {}, cancel);
  EXPECT_EQ(begun, 3);
}

TEST(RunBatch, EachWorkerHasItsOwnNumber) {
  const auto jobs = Jobs(40);
  std::array<std::atomic<int>, 3> busy{};
  const std::atomic<bool> cancel = false;
  RunBatch(
      jobs, busy.size(),
      [&](const AnalyzeJob&, std::size_t worker) -> Result<JobOutcome> {
        EXPECT_EQ(busy.at(worker).fetch_add(1), 0);
        std::this_thread::yield();
        busy.at(worker).fetch_sub(1);
        return JobOutcome{};
      },
      [](const AnalyzeJob&, const Result<JobOutcome>&) {}, cancel);
}

TEST(ExitStatus, FailureComesBeforeNothingFoundBeforeDone) {
  EXPECT_EQ(WorseStatus(0, 0), 0);
  EXPECT_EQ(WorseStatus(0, 3), 3);
  EXPECT_EQ(WorseStatus(3, 0), 3);
  EXPECT_EQ(WorseStatus(3, 2), 2);
  EXPECT_EQ(WorseStatus(2, 3), 2);
  EXPECT_EQ(WorseStatus(3, 1), 2);
}

TEST(ExitStatus, OfOneJob) {
  JobOutcome outcome;
  EXPECT_EQ(ExitStatusOf(outcome), 3);
  outcome.result.athletes.resize(1);
  EXPECT_EQ(ExitStatusOf(outcome), 0);
  outcome.output_error = Error{ErrorCode::kDiskFull, "full"};
  EXPECT_EQ(ExitStatusOf(outcome), 2);
  EXPECT_EQ(ExitStatusOf(Fail(ErrorCode::kFileNotFound, "no")), 2);
  EXPECT_EQ(ExitStatusOf(Fail(ErrorCode::kInterrupted, "stop")), 130);
}

TEST(ToBatchOutcome, KeepsWhatTheSummaryNeeds) {
  auto job = Jobs(1)[0];
  job.input = "x/a.mp4";
  job.athlete_name = "Ann";
  job.date = "2026-05-31";
  JobOutcome done;
  done.result.quality.flags = {"truncated"};
  done.result.athletes.resize(1);
  done.result.athletes[0].reps.resize(1);
  done.result.athletes[0].reps[0].flags = {"gap"};
  done.result.athletes[0].reps.resize(2);
  done.result.athletes[0].reps[1].excluded = "stumbled";
  const auto row = ToBatchOutcome(job, done);
  EXPECT_EQ(row.file, "x/a.mp4");
  EXPECT_EQ(row.athlete, "Ann");
  EXPECT_EQ(row.sport, "cmj");
  EXPECT_EQ(row.flags, std::vector<std::string>{"truncated"});
  EXPECT_EQ(row.athletes.at(0).repetitions, 1U);
  EXPECT_EQ(row.athletes[0].flags, std::vector<std::string>{"gap"});
  EXPECT_EQ(ToBatchOutcome(job, Fail(ErrorCode::kFileEmpty, "empty")).error->message, "empty");
}

}  // namespace
}  // namespace plyo::cli
