#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "context.h"
#include "ids.h"
#include "plyo/service/store/sqlite.h"
#include "schema.h"

namespace plyo::service::testing {

/// A test on records and keys of its own, with the default project. There are no files and threads.
class ContextTest : public ::testing::Test {
 protected:
  explicit ContextTest(std::string_view suite) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(PLYO_TEST_TMP) / suite / test->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "work");
    context_.options.work_dir = folder_ / "work";
    context_.records = Need(OpenSqlite(folder_ / "plyo.db"));
    Need(Migrate(*context_.records, kRecordSteps, "test"));
    context_.vault = Need(Vault::Open(Need(OpenSqlite(folder_ / "keys.db")), std::string(32, 'k')));
    Sql("INSERT INTO organization (id, name, plan, created_us) VALUES ('org_1', 'o', 'free', 1)");
    Sql("INSERT INTO project (id, organization, name, created_us) VALUES ($1, 'org_1', 'p', 1)",
        kDefaultProject);
  }

  template <typename... Values>
  SqlAnswer Sql(std::string_view text, const Values&... values) {
    return Need(context_.records->Write([&](SqlConnection& sql) { return sql(text, values...); }));
  }

  std::filesystem::path folder_;
  Context context_;
};

}  // namespace plyo::service::testing
