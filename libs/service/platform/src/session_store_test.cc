#include "plyo/service/store/sqlite_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "database.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t kNow = 1'000'000;
constexpr std::int64_t kExpires = kNow + 600'000'000;

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    file_ = fs::path(PLYO_TEST_TMP) / test->name() / "plyo.db";
    fs::remove_all(file_.parent_path());
    fs::create_directories(file_.parent_path());
    Open();
  }

  void Open() {
    store_.reset();
    auto store = OpenSqliteStore(file_);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
  }

  void Create() {
    ASSERT_TRUE(store_->Create({.id = "s1",
                                .sport = "cmj",
                                .hello_json = R"({"type":"hello"})",
                                .resume_token_hash = "aa11",
                                .now_us = kNow,
                                .token_expires_us = kExpires}));
  }

  fs::path file_;
  std::unique_ptr<Store> store_;
};

TEST_F(SqliteStoreTest, KeepsWhatItWasGivenOverAnotherOpening) {
  Create();
  ASSERT_TRUE(store_->AddRep("s1", 1, 2, "two"));
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "one"));
  ASSERT_TRUE(store_->Finish("s1", 1, "result"));
  Open();
  const auto session = store_->Read("s1");
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->sport, "cmj");
  EXPECT_EQ(session->hello_json, R"({"type":"hello"})");
  EXPECT_EQ(session->created_us, kNow);
  EXPECT_EQ(session->reps, (std::vector<StoredRep>{{1, "one"}, {2, "two"}}));
  EXPECT_EQ(session->result_json, "result");
}

TEST_F(SqliteStoreTest, AConfirmedRepNeverChanges) {
  Create();
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "one"));
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "other"));
  EXPECT_EQ(store_->Read("s1")->reps, (std::vector<StoredRep>{{1, "one"}}));
}

TEST_F(SqliteStoreTest, ResumesByTheTokenAlone) {
  Create();
  const auto code = [&](const char* id, const char* hash, std::int64_t now) {
    const auto resumed = store_->Resume(id, hash, now, kExpires);
    return resumed ? ErrorCode::kInternal : resumed.error().code;
  };
  EXPECT_EQ(code("s1", "aa12", kNow), ErrorCode::kSessionNotFound);
  EXPECT_EQ(code("s1", "", kNow), ErrorCode::kSessionNotFound);
  EXPECT_EQ(code("s2", "aa11", kNow), ErrorCode::kSessionNotFound);
  EXPECT_EQ(code("s1", "aa11", kExpires + 1), ErrorCode::kSessionNotFound);
  EXPECT_FALSE(store_->CheckToken("s1", "aa12", kNow));
  EXPECT_TRUE(store_->CheckToken("s1", "aa11", kNow));
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "one"));
  const auto resumed = store_->Resume("s1", "aa11", kNow, kExpires);
  ASSERT_TRUE(resumed.has_value());
  EXPECT_EQ(resumed->epoch, 2);
  EXPECT_EQ(resumed->reps, (std::vector<StoredRep>{{1, "one"}}));
}

TEST_F(SqliteStoreTest, TheFirstCaptureStays) {
  Create();
  EXPECT_FALSE(store_->Read("s1")->first_capture_us);
  ASSERT_TRUE(store_->SetFirstCapture("s1", 1, 0));
  ASSERT_TRUE(store_->SetFirstCapture("s1", 1, 70));
  EXPECT_EQ(store_->Resume("s1", "aa11", kNow, kExpires)->first_capture_us, 0);
  EXPECT_EQ(store_->SetFirstCapture("s1", 1, 5).error().code, ErrorCode::kSessionTaken);
}

TEST_F(SqliteStoreTest, ADatabaseOfTheFirstSchemaIsBroughtUp) {
  Create();
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "one"));
  store_.reset();
  {
    auto database = Database::Open(file_);
    ASSERT_TRUE(
        database->Execute("ALTER TABLE session DROP COLUMN first_capture_us;"
                          "PRAGMA user_version = 1"));
  }
  Open();
  const auto session = store_->Read("s1");
  ASSERT_TRUE(session.has_value());
  EXPECT_FALSE(session->first_capture_us);
  EXPECT_EQ(session->reps, (std::vector<StoredRep>{{1, "one"}}));
}

TEST_F(SqliteStoreTest, ASupersededEpochWritesNothing) {
  Create();
  auto other = OpenSqliteStore(file_);  // another instance on the same data
  ASSERT_TRUE(other.has_value());
  ASSERT_TRUE((*other)->Resume("s1", "aa11", kNow, kExpires));
  EXPECT_EQ(store_->AddRep("s1", 1, 1, "late").error().code, ErrorCode::kSessionTaken);
  EXPECT_EQ(store_->Finish("s1", 1, "late").error().code, ErrorCode::kSessionTaken);
  ASSERT_TRUE((*other)->AddRep("s1", 2, 1, "one"));
  EXPECT_EQ(store_->Read("s1")->reps, (std::vector<StoredRep>{{1, "one"}}));
}

TEST_F(SqliteStoreTest, AnEndedSessionIsNotResumed) {
  Create();
  ASSERT_TRUE(store_->Finish("s1", 1, "{}"));
  EXPECT_EQ(store_->CheckToken("s1", "aa11", kNow).error().code, ErrorCode::kSessionNotFound);
}

TEST_F(SqliteStoreTest, ExtendsTokensButNeverShortensThem) {
  Create();
  ASSERT_TRUE(store_->ExtendTokens({"s1", "nobody"}, kExpires + 10));
  EXPECT_TRUE(store_->CheckToken("s1", "aa11", kExpires + 5));
  ASSERT_TRUE(store_->ExtendTokens({"s1"}, kNow));
  EXPECT_TRUE(store_->CheckToken("s1", "aa11", kExpires + 5));
}

TEST_F(SqliteStoreTest, IsReadByItsOwnerAlone) {
  struct stat info = {};
  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(SqliteStoreTest, RefusesANewerSchemaAndWhatIsNoDatabase) {
  store_.reset();
  {
    auto database = Database::Open(file_);
    ASSERT_TRUE(database->Execute("PRAGMA user_version = 99"));
  }
  const auto newer = OpenSqliteStore(file_);
  ASSERT_FALSE(newer.has_value());
  EXPECT_NE(newer.error().message.find("newer Plyo"), std::string::npos);
  const auto text = file_.parent_path() / "text.db";
  std::ofstream(text) << std::string(5000, 'x');
  EXPECT_EQ(OpenSqliteStore(text).error().code, ErrorCode::kStoreFailed);
  EXPECT_EQ(OpenSqliteStore("/nowhere/plyo.db").error().code, ErrorCode::kStoreFailed);
}

}  // namespace
}  // namespace plyo::service
