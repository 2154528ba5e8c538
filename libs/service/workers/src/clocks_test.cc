#include "clocks.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plyo::service {
namespace {

// A share one rounding below zero once ended its worker with all its sessions: the front takes no
// load that cannot be.
RC_GTEST_PROP(ShareCpu, IsNeverNegativeAndLosesNothing, ()) {
  const auto number = [] {
    return static_cast<double>(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000)) * 1e-9 / 3;
  };
  const double cpu_ms = number();
  const double pose_s = number();
  const double analysis_s = *rc::gen::element(0.0, number());
  const auto shares = ShareCpu(cpu_ms, pose_s, analysis_s);
  RC_ASSERT(shares.pose_ms >= 0);
  RC_ASSERT(shares.analysis_ms >= 0);
  RC_ASSERT(std::abs(shares.pose_ms + shares.analysis_ms - cpu_ms) <= 1e-12 * cpu_ms);
}

TEST(ShareCpu, GivesAllToTheAnalysisWhereNoTimePassed) {
  EXPECT_EQ(ShareCpu(2, 0, 0).analysis_ms, 2);
}

TEST(CpuMsSince, IsNeverNegative) { EXPECT_EQ(CpuMsSince(ProcessCpuMs() + 1e6), 0); }

}  // namespace
}  // namespace plyo::service
