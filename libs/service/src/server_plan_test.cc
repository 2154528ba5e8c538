#include "server_plan.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

class OptionsTest : public testing::Test {
 protected:
  OptionsTest() {
    fs::create_directories(folder_);
    std::ofstream(folder_ / "keys") << *KeyLine(std::string(32, 'k')) << '\n';
    options_.keys_file = folder_ / "keys";
    options_.data_dir = folder_ / "data";
  }
  ~OptionsTest() override { fs::remove_all(folder_); }

  const fs::path folder_ =
      fs::path(testing::TempDir()) /
      ("plyo_plan_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
  ServerOptions options_;
};

TEST_F(OptionsTest, AProxyIsTheOneThatEndsAnIdleConnection) {
  const auto direct = CheckOptions(options_);
  ASSERT_TRUE(direct.has_value());
  EXPECT_EQ(direct->options.limits.keep_alive, Limits{}.keep_alive);
  options_.behind_proxy = true;
  const auto behind = CheckOptions(options_);
  ASSERT_TRUE(behind.has_value());
  EXPECT_EQ(behind->options.limits.keep_alive, Limits{}.proxy_keep_alive);
  EXPECT_GT(Limits{}.proxy_keep_alive, std::chrono::seconds(600));
}

TEST_F(OptionsTest, AreCheckedBeforeAnythingIsMade) {
  options_.record_dir = folder_ / "record";
  options_.lan = true;
  ASSERT_TRUE(CheckOptions(options_).has_value());
  EXPECT_FALSE(fs::exists(options_.data_dir));
  EXPECT_FALSE(fs::exists(*options_.record_dir));
  const auto plan = PlanServer(options_);
  ASSERT_TRUE(plan.has_value());
  EXPECT_TRUE(fs::is_directory(options_.data_dir) && fs::is_directory(*options_.record_dir));
  EXPECT_NE(plan->tls, nullptr);
  EXPECT_GT(plan->certificate_expires_s, 0);
}

}  // namespace
}  // namespace plyo::service
