#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "plyo/service/store/postgres.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

const std::vector<std::string_view> kSteps = {
    "CREATE TABLE thing (id TEXT PRIMARY KEY, count {int} NOT NULL, share {real}, raw {bytes})"
    "{table}",
    "ALTER TABLE thing ADD COLUMN name TEXT",
};

/// Debian's PostgreSQL in a folder of /tmp, since the name of a socket is short; it does not run as
/// root.
class TestServer {
 public:
  static TestServer* Get() {
    static TestServer server;
    return server.bin_.empty() ? nullptr : &server;
  }

  void Start() const {
    ASSERT_EQ(
        Do(fmt::format("{}/pg_ctl -w -s -D {}/data -l {}/log -o \"-k {} -c listen_addresses=''"
                       " -c max_connections=60 -c fsync=off\" start",
                       bin_, folder_, folder_, folder_)),
        0);
  }
  /// As if the machine had lost its power.
  void Kill() const {
    std::ifstream file(folder_ + "/data/postmaster.pid");
    std::string pid;
    std::getline(file, pid);
    ASSERT_EQ(Do("kill -9 " + pid + " $(pgrep -P " + pid + ")"), 0);
    // Where nobody reaps what has ended, its number would be taken for a server that runs.
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    fs::remove(folder_ + "/data/postmaster.pid");
    fs::remove(folder_ + "/.s.PGSQL.5432.lock");
  }
  std::string Url(std::string_view database = "postgres") const {
    return fmt::format("postgres://plyo@/{}?host={}", database, folder_);
  }

 private:
  TestServer() {
    std::error_code error;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", error)) {
      if (fs::exists(version.path() / "bin/initdb")) bin_ = version.path() / "bin";
    }
    if (bin_.empty()) return;
    std::string name = "/tmp/plyo_pg_XXXXXX";
    if (!::mkdtemp(name.data())) std::abort();
    folder_ = name;
    if (::geteuid() == 0 && std::system(("chown postgres " + folder_).c_str()) != 0) std::abort();
    if (Do(fmt::format("{}/initdb -D {}/data -U plyo --auth=trust --no-sync >/dev/null", bin_,
                       folder_)) != 0) {
      std::abort();
    }
    Start();
  }
  ~TestServer() {
    if (bin_.empty()) return;
    Do(fmt::format("{}/pg_ctl -s -m immediate -D {}/data stop", bin_, folder_));
    fs::remove_all(folder_);
  }

  static int Do(const std::string& command) {
    const auto line = ::geteuid() == 0
                          ? fmt::format("cd / && runuser -u postgres -- sh -c '{}'", command)
                          : command;
    return std::system(line.c_str());
  }

  std::string bin_, folder_;
};

class PostgresDatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    server_ = TestServer::Get();
    if (!server_) GTEST_SKIP() << "there is no /usr/lib/postgresql/*/bin/initdb on this machine";
    schema_ = "test_";
    for (const char* c = testing::UnitTest::GetInstance()->current_test_info()->name(); *c; ++c)
      schema_ += static_cast<char>(std::tolower(static_cast<unsigned char>(*c)));
    schema_.resize(std::min<std::size_t>(schema_.size(), 60));
    database_ = Open();
  }

  std::unique_ptr<SqlDatabase> Open() {
    auto database = OpenPostgres(server_->Url(), schema_);
    if (!database) throw std::runtime_error(database.error().message);
    return std::move(*database);
  }

  std::int64_t Count() {
    return *database_->Read(
        [](SqlConnection& sql) { return sql("SELECT count(*) FROM thing").rows.at(0).Number(0); });
  }

  TestServer* server_ = nullptr;
  std::string schema_;
  std::unique_ptr<SqlDatabase> database_;
};

TEST_F(PostgresDatabaseTest, GivesBackWhatItWasGiven) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  const std::string zero("a\0b\xff\\", 5);
  ASSERT_TRUE(database_->Write([&](SqlConnection& sql) {
    sql("INSERT INTO thing (id, count, share, raw, name) VALUES ($1, $2, $3, $4, $1)", "one",
        std::int64_t{1} << 40, 0.1, SqlBytes{zero});
    sql("INSERT INTO thing (id, count, raw) VALUES ('two', $1, $2)", true, SqlBytes{});
  }));
  database_ = Open();
  ASSERT_TRUE(database_->Read([&](SqlConnection& sql) {
    const auto answer =
        sql("SELECT count, share, raw, name FROM thing WHERE id = $2 AND 1 = $1", 1, "one");
    ASSERT_EQ(answer.rows.size(), 1U);
    EXPECT_EQ(answer.rows[0].Number(0), std::int64_t{1} << 40);
    EXPECT_EQ(answer.rows[0].Real(1), 0.1);
    EXPECT_EQ(answer.rows[0].Bytes(2), zero);
    EXPECT_EQ(answer.rows[0].Text(3), "one");
    const auto other = sql("SELECT count, raw, name FROM thing WHERE id = 'two'");
    EXPECT_TRUE(other.rows.at(0).True(0));
    EXPECT_EQ(other.rows[0].Bytes(1), "");
    EXPECT_EQ(other.rows[0].MaybeText(2), std::nullopt);
  }));
  const auto nul = database_->Write([](SqlConnection& sql) {
    sql("INSERT INTO thing (id, count) VALUES ($1, 1)", std::string("a\0b", 3));
  });
  EXPECT_EQ(nul.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(database_
                ->Write([](SqlConnection& sql) {
                  sql("INSERT INTO thing (id, count) VALUES ($1, 1)", "\xff");
                })
                .error()
                .code,
            ErrorCode::kInvalidArgument);
}

TEST_F(PostgresDatabaseTest, UndoesAllOfATransactionThatIsRefusedAndReadsOnlyWhereItShould) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  const auto done = database_->Write([](SqlConnection& sql) {
    sql("INSERT INTO thing (id, count) VALUES ('one', 1)");
    Refuse(ErrorCode::kQuotaExceeded, "enough");
  });
  EXPECT_EQ(done.error().code, ErrorCode::kQuotaExceeded);
  EXPECT_EQ(
      database_
          ->Read([](SqlConnection& sql) { sql("INSERT INTO thing (id, count) VALUES ('one', 1)"); })
          .error()
          .code,
      ErrorCode::kStoreFailed);
  EXPECT_EQ(Count(), 0);
}

TEST_F(PostgresDatabaseTest, TellsARowThatComesTwiceFromAFailure) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  const auto insert = [](SqlConnection& sql) {
    sql("INSERT INTO thing (id, count) VALUES ('x', 1)");
  };
  ASSERT_TRUE(database_->Write(insert));
  const auto again = database_->Write(insert);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_EQ(again.error().message.find("'x'"), std::string::npos);
  EXPECT_EQ(database_->Write([](SqlConnection& sql) { sql("INSERT INTO nowhere VALUES (1)"); })
                .error()
                .code,
            ErrorCode::kStoreFailed);
}

TEST_F(PostgresDatabaseTest, WritersSeeWhatTheyWouldSeeAlone) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  auto other = Open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      auto& database = i % 2 == 0 ? *database_ : *other;
      for (int k = 0; k < 20; ++k) {
        // No lock, no row that both write: only SERIALIZABLE keeps the numbers apart.
        const auto done = database.Write([&](SqlConnection& sql) {
          const auto next =
              sql("SELECT coalesce(max(count), 0) + 1 FROM thing").rows.at(0).Number(0);
          sql("INSERT INTO thing (id, count) VALUES ($1, $2)", fmt::format("{}.{}", i, k), next);
        });
        EXPECT_TRUE(done.has_value()) << done.error().message;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(database_->Read([](SqlConnection& sql) {
    const auto answer = sql("SELECT count(*), count(DISTINCT count), max(count) FROM thing");
    for (std::size_t column = 0; column < 3; ++column)
      EXPECT_EQ(answer.rows.at(0).Number(column), 160);
  }));
}

TEST_F(PostgresDatabaseTest, TheSecondOfTwoThatFindNothingFindsTheFirst) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      bool mine = false;
      const auto done = database_->Write([&](SqlConnection& sql) {
        mine = !sql("SELECT 1 FROM thing WHERE id = 'only'").One();
        if (!mine) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        sql("INSERT INTO thing (id, count) VALUES ('only', 1)");
      });
      EXPECT_TRUE(done.has_value()) << done.error().message;
      if (done && mine) ++made;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

TEST_F(PostgresDatabaseTest, RowsOfAQueueAreTakenOnceAndWithoutWaiting) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  ASSERT_TRUE(database_->Write([](SqlConnection& sql) {
    for (int i = 0; i < 200; ++i)
      sql("INSERT INTO thing (id, count) VALUES ($1, 0)", fmt::format("{:03}", i));
  }));
  std::mutex mutex;
  std::multiset<std::string> taken;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (;;) {
        const auto one = database_->Take([](SqlConnection& sql) -> std::string {
          const auto next =
              sql("SELECT t.id FROM thing t WHERE t.count = 0 ORDER BY t.id LIMIT 1 " +
                  sql.dialect().TakeRowsOf("t"));
          if (!next.One()) return {};
          sql("UPDATE thing SET count = 1 WHERE id = $1", next.One()->Text(0));
          return next.One()->Text(0);
        });
        ASSERT_TRUE(one.has_value()) << one.error().message;
        if (one->empty()) return;
        const std::scoped_lock lock(mutex);
        taken.insert(*one);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken.size(), 200U);
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), 200U);
}

TEST_F(PostgresDatabaseTest, SeveralInstancesMayComeToANewDatabaseAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      const auto database = OpenPostgres(server_->Url(), "test_many");
      ASSERT_TRUE(database.has_value()) << database.error().message;
      const auto done = Migrate(**database, kSteps, "test");
      EXPECT_TRUE(done.has_value()) << done.error().message;
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_F(PostgresDatabaseTest, LetsAProgramBeforeItWorkBesideAStepThatTakesNothingAway) {
  ASSERT_TRUE(Migrate(*database_, {kSteps[0]}, "test"));
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  ASSERT_TRUE(Migrate(*database_, {kSteps[0]}, "test"));
  // It has not taken the schema back.
  ASSERT_TRUE(Migrate(*database_, kSteps, "test", 2));
  EXPECT_TRUE(database_->Read([](SqlConnection& sql) { sql("SELECT name FROM thing"); }));
  EXPECT_FALSE(Migrate(*database_, {kSteps[0]}, "test"));
  EXPECT_TRUE(Migrate(*database_, kSteps, "test", 2));
}

TEST_F(PostgresDatabaseTest, RefusesANewerSchemaAndWhatIsNoDatabase) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test", 2));
  const auto newer = Migrate(*database_, {kSteps[0]}, "test");
  ASSERT_FALSE(newer.has_value());
  EXPECT_NE(newer.error().message.find("newer Plyo"), std::string::npos);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(OpenPostgres(server_->Url("nowhere"), "plyo").error().code, ErrorCode::kStoreFailed);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_EQ(OpenPostgres("mysql://db/plyo", "plyo").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(OpenPostgres(server_->Url(), "a; b").error().code, ErrorCode::kInvalidArgument);
  const auto wrong = OpenPostgres("postgres://plyo:geheim@[::1", "plyo");
  EXPECT_EQ(wrong.error().message.find("geheim"), std::string::npos) << wrong.error().message;
}

TEST_F(PostgresDatabaseTest, GoesOnWhenTheServerIsBack) {
  ASSERT_TRUE(Migrate(*database_, kSteps, "test"));
  std::atomic<bool> over = false;
  std::atomic<int> written = 0;
  std::atomic<int> unknown = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; !over; ++k) {
        const auto done = database_->Write([&](SqlConnection& sql) {
          sql("INSERT INTO thing (id, count) VALUES ($1, 1)", fmt::format("{}.{}", i, k));
        });
        if (done)
          ++written;
        else if (done.error().code == ErrorCode::kStoreFailed)
          ++unknown;
        else
          ADD_FAILURE() << done.error().message;
      }
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  server_->Kill();
  server_->Start();
  const int before = written;
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  over = true;
  for (auto& thread : threads) thread.join();
  EXPECT_GT(written, before);
  EXPECT_LE(unknown, 4);  // those that were in their commit, and no more
  EXPECT_GE(Count(), written);
  EXPECT_LE(Count(), written + unknown);
}

}  // namespace
}  // namespace plyo::service
