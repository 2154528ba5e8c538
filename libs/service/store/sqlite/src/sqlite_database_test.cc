#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "plyo/service/store/sqlite.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

const std::vector<std::string_view> kSteps = {
    "CREATE TABLE thing (id TEXT PRIMARY KEY, count {int} NOT NULL, share {real}, raw {bytes})"
    "{table}",
    "ALTER TABLE thing ADD COLUMN name TEXT",
};

class SqliteDatabaseTest : public testing::Test {
 protected:
  SqliteDatabaseTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    file_ = fs::path(PLYO_TEST_TMP) / test->name() / "plyo.db";
    fs::remove_all(file_.parent_path());
    fs::create_directories(file_.parent_path());
    Open();
  }

  void Open() {
    database_.reset();
    auto database = OpenSqlite(file_);
    ASSERT_TRUE(database.has_value()) << database.error().message;
    database_ = std::move(*database);
  }

  std::int64_t Count() {
    return *database_->Read(
        [](SqlConnection& sql) { return sql("SELECT count(*) FROM thing").rows.at(0).Number(0); });
  }

  fs::path file_;
  std::unique_ptr<SqlDatabase> database_;
};

TEST_F(SqliteDatabaseTest, GivesBackWhatItWasGiven) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  const std::string zero("a\0b", 3);
  ASSERT_TRUE(database_->Write([&](SqlConnection& sql) {
    sql("INSERT INTO thing (id, count, share, raw, name) VALUES ($1, $2, $3, $4, $1)", "one",
        std::int64_t{1} << 40, 0.25, SqlBytes{zero});
  }));
  Open();
  ASSERT_TRUE(database_->Read([&](SqlConnection& sql) {
    const auto answer =
        sql("SELECT count, share, raw, name FROM thing WHERE id = $2 AND 1 = $1", 1, "one");
    ASSERT_EQ(answer.rows.size(), 1U);
    EXPECT_EQ(answer.rows[0].Number(0), std::int64_t{1} << 40);
    EXPECT_EQ(answer.rows[0].Real(1), 0.25);
    EXPECT_EQ(answer.rows[0].Bytes(2), zero);
    EXPECT_EQ(answer.rows[0].Text(3), "one");
  }));
}

TEST_F(SqliteDatabaseTest, UndoesAllOfATransactionThatIsRefused) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  const auto done = database_->Write([](SqlConnection& sql) {
    sql("INSERT INTO thing (id, count) VALUES ('one', 1)");
    Refuse(ErrorCode::kQuotaExceeded, "enough");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kQuotaExceeded);
  EXPECT_EQ(Count(), 0);
}

TEST_F(SqliteDatabaseTest, TellsARowThatComesTwiceFromAFailure) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  const auto insert = [](SqlConnection& sql) {
    sql("INSERT INTO thing (id, count) VALUES ('x', 1)");
  };
  ASSERT_TRUE(database_->Write(insert));
  EXPECT_EQ(database_->Write(insert).error().code, ErrorCode::kConflict);
  EXPECT_EQ(database_->Write([](SqlConnection& sql) { sql("INSERT INTO nowhere VALUES (1)"); })
                .error()
                .code,
            ErrorCode::kStoreFailed);
}

TEST_F(SqliteDatabaseTest, ReadsBesideAWriterAndCountsEveryWrite) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  auto other = OpenSqlite(file_);  // another instance
  ASSERT_TRUE(other.has_value());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      auto& database = i % 2 == 0 ? *database_ : **other;
      for (int k = 0; k < 25; ++k) {
        ASSERT_TRUE(database.Write([&](SqlConnection& sql) {
          sql("INSERT INTO thing (id, count) VALUES ($1, 1)", std::to_string(100 * i + k));
        }));
        ASSERT_TRUE(database.Read([](SqlConnection& sql) { sql("SELECT count(*) FROM thing"); }));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(Count(), 100);
}

TEST_F(SqliteDatabaseTest, BringsUpADatabaseOfTheFirstReleases) {
  ASSERT_TRUE(database_->Write([](SqlConnection& sql) {
    sql.Script(
        "CREATE TABLE thing (id TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;"
        "INSERT INTO thing VALUES ('old', 7); PRAGMA user_version = 1");
  }));
  Open();
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  ASSERT_TRUE(database_->Read([](SqlConnection& sql) {
    const auto answer = sql("SELECT count, name FROM thing");
    EXPECT_EQ(answer.rows.at(0).Number(0), 7);
    EXPECT_TRUE(answer.rows.at(0).IsNull(1));
  }));
  // A second time there is nothing to do.
  Open();
  EXPECT_TRUE(Migrate(*database_, kSteps, "test"));
}

TEST_F(SqliteDatabaseTest, LetsAProgramBeforeItWorkBesideAStepThatTakesNothingAway) {
  ASSERT_TRUE(Migrate(*database_, {kSteps[0]}, "test"));
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  ASSERT_TRUE(Migrate(*database_, {kSteps[0]}, "test"));
  // It has not taken the schema back.
  ASSERT_TRUE(Migrate(*database_, kSteps, "test", 2));
  EXPECT_TRUE(database_->Read([](SqlConnection& sql) { sql("SELECT name FROM thing"); }));
  EXPECT_FALSE(Migrate(*database_, {kSteps[0]}, "test"));
  EXPECT_TRUE(Migrate(*database_, kSteps, "test", 2));
}

TEST_F(SqliteDatabaseTest, RefusesANewerSchemaAndWhatIsNoDatabase) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test", 2));
  const auto newer = Migrate(*database_, {kSteps[0]}, "test");
  ASSERT_FALSE(newer.has_value());
  EXPECT_NE(newer.error().message.find("newer Plyo"), std::string::npos);
  const auto text = file_.parent_path() / "text.db";
  std::ofstream(text) << std::string(5000, 'x');
  EXPECT_EQ(OpenSqlite(text).error().code, ErrorCode::kStoreFailed);
  EXPECT_EQ(OpenSqlite("/nowhere/plyo.db").error().code, ErrorCode::kStoreFailed);
}

TEST_F(SqliteDatabaseTest, IsReadByItsOwnerAlone) {
  struct stat info = {};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

}  // namespace
}  // namespace plyo::service
