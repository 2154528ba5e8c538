#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "ids.h"
#include "plyo/service/store/sqlite.h"
#include "schema.h"
#include "sessions.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t kNow = 1'000'000;
constexpr std::int64_t kExpires = kNow + 600'000'000;

class SessionStoreTest : public testing::Test {
 protected:
  SessionStoreTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    file_ = fs::path(PLYO_TEST_TMP) / test->name() / "plyo.db";
    fs::remove_all(file_.parent_path());
    fs::create_directories(file_.parent_path());
    Open();
    Need(instance_->context.records->Write([](SqlConnection& sql) {
      sql("INSERT INTO organization (id, name, plan, created_us) VALUES ('org_1', 'o', 'free', 1)");
      sql("INSERT INTO project (id, organization, name, created_us) VALUES ($1, 'org_1', 'p', 1)",
          kDefaultProject);
    }));
  }

  /// An instance on the data of this test.
  struct Instance {
    Context context;
    std::unique_ptr<Store> store;
  };
  std::unique_ptr<Instance> MakeInstance() {
    auto instance = std::make_unique<Instance>();
    instance->context.records = Need(OpenSqlite(file_));
    Need(Migrate(*instance->context.records, kRecordSteps, "test"));
    instance->context.vault =
        Need(Vault::Open(Need(OpenSqlite(file_.parent_path() / "keys.db")), std::string(32, 'k')));
    instance->store = MakeSessionStore(instance->context);
    return instance;
  }

  void Open() {
    instance_.reset();
    instance_ = MakeInstance();
    store_ = instance_->store.get();
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
  std::unique_ptr<Instance> instance_;
  Store* store_ = nullptr;
};

TEST_F(SessionStoreTest, KeepsWhatItWasGivenOverAnotherOpening) {
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

TEST_F(SessionStoreTest, AConfirmedRepNeverChanges) {
  Create();
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "one"));
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "other"));
  EXPECT_EQ(store_->Read("s1")->reps, (std::vector<StoredRep>{{1, "one"}}));
}

TEST_F(SessionStoreTest, ASessionThatIsWithdrawnCountsForNothing) {
  const auto used = [&] {
    return Need(instance_->context.records->Read([](SqlConnection& sql) {
      return sql("SELECT coalesce(sum(used), 0) FROM usage").rows.at(0).Number(0);
    }));
  };
  Create();
  EXPECT_EQ(used(), 1);
  for (int twice = 0; twice < 2; ++twice) ASSERT_TRUE(store_->Withdraw("s1"));
  EXPECT_EQ(used(), 0);
  EXPECT_EQ(store_->Read("s1").error().code, ErrorCode::kSessionNotFound);
  Create();
  ASSERT_TRUE(store_->Resume("s1", "aa11", kNow, kExpires));
  ASSERT_TRUE(store_->Withdraw("s1"));
  EXPECT_TRUE(store_->Read("s1"));
  EXPECT_EQ(used(), 1);
}

TEST_F(SessionStoreTest, EachModeHasAMonthOfItsOwn) {
  const auto used = [&](std::string_view what) {
    return Need(instance_->context.records->Read([&](SqlConnection& sql) {
      return sql("SELECT coalesce(sum(used), 0) FROM usage WHERE what = $1", what)
          .rows.at(0)
          .Number(0);
    }));
  };
  Create();
  ASSERT_TRUE(
      store_->Create({.id = "s2", .sport = "cmj", .now_us = kNow, .caller = {.test = true}}));
  EXPECT_EQ(used("live_sessions"), 1);
  EXPECT_EQ(used("test_live_sessions"), 1);
  ASSERT_TRUE(store_->Withdraw("s2"));
  EXPECT_EQ(used("live_sessions"), 1);
  EXPECT_EQ(used("test_live_sessions"), 0);
}

TEST_F(SessionStoreTest, ResumesByTheTokenAlone) {
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

TEST_F(SessionStoreTest, TheFirstCaptureStays) {
  Create();
  EXPECT_FALSE(store_->Read("s1")->first_capture_us);
  ASSERT_TRUE(store_->SetFirstCapture("s1", 1, 0));
  ASSERT_TRUE(store_->SetFirstCapture("s1", 1, 70));
  EXPECT_EQ(store_->Resume("s1", "aa11", kNow, kExpires)->first_capture_us, 0);
  EXPECT_EQ(store_->SetFirstCapture("s1", 1, 5).error().code, ErrorCode::kSessionTaken);
}

TEST_F(SessionStoreTest, ReadsWhatWasStoredBeforeTextsWereSealed) {
  Create();
  ASSERT_TRUE(instance_->context.records->Write([](SqlConnection& sql) {
    sql("UPDATE session SET hello = 'plain'");
    sql("INSERT INTO rep (session, rep_index, message) VALUES ('s1', 1, 'one')");
  }));
  const auto session = store_->Read("s1");
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->hello_json, "plain");
  EXPECT_EQ(session->reps, (std::vector<StoredRep>{{1, "one"}}));
}

TEST_F(SessionStoreTest, KeepsNoTextThatCanBeRead) {
  Create();
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, R"({"rep":{"secret":1}})"));
  ASSERT_TRUE(instance_->context.records->Read([](SqlConnection& sql) {
    EXPECT_TRUE(sql("SELECT hello FROM session").rows.at(0).Text(0).starts_with("sealed:"));
    EXPECT_TRUE(sql("SELECT message FROM rep").rows.at(0).Text(0).starts_with("sealed:"));
  }));
}

TEST_F(SessionStoreTest, TellsOfRepetitionsAndTheEndOnce) {
  Create();
  for (int twice = 0; twice < 2; ++twice)
    ASSERT_TRUE(store_->AddRep("s1", 1, 1, R"({"type":"rep","rep":{"index":1}})"));
  ASSERT_TRUE(store_->Finish("s1", 1, "{}"));
  ASSERT_TRUE(instance_->context.records->Read([](SqlConnection& sql) {
    const auto events = sql("SELECT type FROM event ORDER BY id");
    ASSERT_EQ(events.rows.size(), 2U);
  }));
}

TEST_F(SessionStoreTest, ASupersededEpochWritesNothing) {
  Create();
  const auto other = MakeInstance();  // on the same data
  ASSERT_TRUE(other->store->Resume("s1", "aa11", kNow, kExpires));
  EXPECT_EQ(store_->AddRep("s1", 1, 1, "late").error().code, ErrorCode::kSessionTaken);
  EXPECT_EQ(store_->Finish("s1", 1, "late").error().code, ErrorCode::kSessionTaken);
  ASSERT_TRUE(other->store->AddRep("s1", 2, 1, "one"));
  EXPECT_EQ(store_->Read("s1")->reps, (std::vector<StoredRep>{{1, "one"}}));
}

TEST_F(SessionStoreTest, ARevokedKeyAndAnErasedSessionGoOnNoMore) {
  Create();
  Need(instance_->context.records->Write([](SqlConnection& sql) {
    for (const char* id : {"key_good", "key_bad"}) {
      sql("INSERT INTO api_key (id, project, test, name, hash, hint, scopes, created_us,"
          " revoked_us)"
          " VALUES ($1, $2, 0, 'n', 'h', '', '', 1, $3)",
          id, kDefaultProject, std::string(id) == "key_bad" ? std::optional(kNow) : std::nullopt);
    }
  }));
  const auto why = store_->Recheck({{"page", "s1"},
                                    {"key_good", "s1"},
                                    {"key_bad", "s1"},
                                    {"key_bad", ""},
                                    {"key_good", "s2"},
                                    {"key_good", ""},
                                    {NewId("key"), ""},
                                    {"key_of_a_file", ""}},
                                   kNow);
  ASSERT_TRUE(why.has_value());
  const auto code = [&](std::size_t i) {
    return why->at(i) ? std::optional(why->at(i)->code) : std::nullopt;
  };
  EXPECT_EQ(code(0), std::nullopt);
  EXPECT_EQ(code(1), std::nullopt);
  EXPECT_EQ(code(2), ErrorCode::kUnauthorized);
  EXPECT_EQ(code(3), ErrorCode::kUnauthorized);
  EXPECT_EQ(code(4), ErrorCode::kSessionNotFound);
  EXPECT_EQ(code(5), std::nullopt);
  EXPECT_EQ(code(6), ErrorCode::kUnauthorized) << "it went with its project";
  EXPECT_EQ(code(7), std::nullopt) << "a name of --keys";
}

TEST_F(SessionStoreTest, NothingBeginsForAProjectThatWasDeleted) {
  const auto created = store_->Create({.id = "s1", .now_us = kNow, .caller = {.project = "prj_1"}});
  ASSERT_FALSE(created.has_value());
  EXPECT_EQ(created.error().code, ErrorCode::kUnauthorized);
  EXPECT_EQ(store_->Read("s1").error().code, ErrorCode::kSessionNotFound);
}

TEST_F(SessionStoreTest, AStoreThatIsAwayEndsNoSession) {
  const auto write = [&](const std::function<void(SqlConnection&)>& work) {
    Need(instance_->context.records->Write(work));
  };
  const auto sealed = instance_->context.vault->Seal("ath_1", "athlete:ath_1", "{}");
  write([&](SqlConnection& sql) {
    sql("INSERT INTO athlete (id, project, test, sealed, created_us, updated_us)"
        " VALUES ('ath_1', $1, 0, $2, 1, 1)",
        kDefaultProject, sealed);
  });
  ASSERT_TRUE(store_->Create({.id = "s1",
                              .sport = "cmj",
                              .hello_json = "{}",
                              .resume_token_hash = "aa11",
                              .now_us = kNow,
                              .token_expires_us = kExpires,
                              .caller = {.athlete = "ath_1"}}));
  write([](SqlConnection& sql) { sql("UPDATE project SET consent = 'required'"); });
  const auto why = store_->Recheck({{"page", "s1"}}, kNow);
  ASSERT_TRUE(why.has_value() && why->at(0));
  EXPECT_EQ(why->at(0)->code, ErrorCode::kConsentRequired);
  EXPECT_FALSE(Need(store_->TakeExpired(kExpires + 1, kExpires + 2)));
  write([](SqlConnection& sql) { sql.Script("ALTER TABLE consent RENAME TO elsewhere"); });
  const auto nobody_knows = store_->Recheck({{"page", "s1"}}, kNow);
  ASSERT_FALSE(nobody_knows.has_value());
  EXPECT_EQ(nobody_knows.error().code, ErrorCode::kStoreFailed);
}

TEST_F(SessionStoreTest, OneInstanceTakesASessionThatNobodyResumed) {
  const auto taken = [](Store& store, std::int64_t before_us) {
    const auto session = Need(store.TakeExpired(before_us, before_us + 600'000'000));
    return session ? session->id : "";
  };
  Create();
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "one"));
  EXPECT_EQ(taken(*store_, kExpires), "") << "it may still be resumed";
  EXPECT_EQ(taken(*store_, kExpires + 4 * std::int64_t{86'400'000'000}), "") << "long ago";
  const auto other = MakeInstance();  // on the same data
  const auto session = Need(store_->TakeExpired(kExpires + 1, kExpires + 600'000'000));
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->epoch, 2);
  EXPECT_EQ(session->reps, (std::vector<StoredRep>{{1, "one"}}));
  EXPECT_EQ(taken(*other->store, kExpires + 1), "") << "it is being ended";
  EXPECT_EQ(store_->AddRep("s1", 1, 2, "late").error().code, ErrorCode::kSessionTaken);
  EXPECT_EQ(taken(*other->store, kExpires + 600'000'001), "s1") << "that one was killed";
  ASSERT_TRUE(other->store->Finish("s1", 3, "{}"));
  EXPECT_EQ(taken(*store_, kExpires + 3'600'000'000), "") << "it has ended";
}

TEST_F(SessionStoreTest, WhatIsDamagedEndsNoSessionButItsOwn) {
  Create();
  Need(instance_->context.records->Write([&](SqlConnection& sql) {
    sql("INSERT INTO project (id, organization, name, consent, created_us)"
        " VALUES ('prj_1', 'org_1', 'p', 'required', 1)");
    sql("INSERT INTO athlete (id, project, test, sealed, created_us, updated_us)"
        " VALUES ('ath_1', 'prj_1', 0, $1, 1, 1)",
        SqlBytes{"damaged"});
    sql("INSERT INTO session (id, sport, hello, created_us, epoch, token_hash, token_expires_us,"
        " project, athlete) VALUES ('s2', 'cmj', '', 1, 1, '', 1, 'prj_1', 'ath_1')");
  }));
  instance_->context.vault->Seal("ath_1", "athlete:ath_1", "{}");
  const auto why = store_->Recheck({{"page", "s1"}, {"page", "s2"}}, kNow);
  ASSERT_TRUE(why.has_value());
  EXPECT_FALSE(why->at(0));
  ASSERT_TRUE(why->at(1));
  EXPECT_EQ(why->at(1)->code, ErrorCode::kDataDamaged);
}

TEST_F(SessionStoreTest, OneThatIsDamagedKeepsNoOtherFromBeingEnded) {
  Create();
  Need(instance_->context.records->Write([&](SqlConnection& sql) {
    sql("INSERT INTO session (id, sport, hello, created_us, epoch, token_hash, token_expires_us,"
        " project) VALUES ('s0', 'cmj', 'sealed:xx', $1, 1, '', $2, $3)",
        kNow, kExpires - 1, kDefaultProject);
  }));
  const auto taken = Need(store_->TakeExpired(kExpires + 1, kExpires + 600'000'000));
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->id, "s1");
}

TEST_F(SessionStoreTest, AnEndedSessionIsReadByItsTokenAndGoesOnNoMore) {
  Create();
  ASSERT_TRUE(store_->AddRep("s1", 1, 1, "one"));
  ASSERT_TRUE(store_->Finish("s1", 1, "{}"));
  EXPECT_TRUE(store_->CheckToken("s1", "aa11", kNow));
  EXPECT_FALSE(store_->CheckToken("s1", "aa12", kNow));
  const auto resumed = store_->Resume("s1", "aa11", kNow, kExpires + 10);
  ASSERT_TRUE(resumed.has_value());
  EXPECT_EQ(resumed->epoch, 1);
  EXPECT_EQ(resumed->result_json, "{}");
  EXPECT_EQ(resumed->reps, (std::vector<StoredRep>{{1, "one"}}));
  EXPECT_EQ(store_->CheckToken("s1", "aa11", kExpires + 1).error().code,
            ErrorCode::kSessionNotFound)
      << "nor does its token hold for longer";
}

TEST_F(SessionStoreTest, ExtendsTokensButNeverShortensThem) {
  Create();
  ASSERT_TRUE(store_->ExtendTokens({"s1", "nobody"}, kExpires + 10));
  EXPECT_TRUE(store_->CheckToken("s1", "aa11", kExpires + 5));
  ASSERT_TRUE(store_->ExtendTokens({"s1"}, kNow));
  EXPECT_TRUE(store_->CheckToken("s1", "aa11", kExpires + 5));
}

}  // namespace
}  // namespace plyo::service
