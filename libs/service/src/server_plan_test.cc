#include "server_plan.h"

#include <gtest/gtest.h>

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
