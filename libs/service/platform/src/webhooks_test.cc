#include "webhooks.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "api.h"
#include "ids.h"
#include "plyo/service/store/sqlite.h"
#include "schema.h"

namespace plyo::service {
namespace {
namespace fs = std::filesystem;

/// An endpoint at which nobody listens, and one event for it.
class WebhooksTest : public testing::Test {
 protected:
  WebhooksTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(PLYO_TEST_TMP) / "webhooks" / test->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    context_.options.private_addresses = true;
    context_.records = Need(OpenSqlite(folder_ / "plyo.db"));
    Need(Migrate(*context_.records, kRecordSteps, "test"));
    context_.vault = Need(Vault::Open(Need(OpenSqlite(folder_ / "keys.db")), std::string(32, 'k')));
    Sql("INSERT INTO organization (id, name, plan, created_us) VALUES ('org_1', 'o', 'free', 1)");
    Sql("INSERT INTO project (id, organization, name, created_us) VALUES ($1, 'org_1', 'p', 1)",
        kDefaultProject);
    Sql("INSERT INTO webhook_endpoint (id, project, test, url, event_types, enabled, secret,"
        " created_us) VALUES ('whe_1', $1, 0, 'http://127.0.0.1:1/', 'session.ended', 1, $2, 1)",
        kDefaultProject,
        context_.vault->Seal(std::string(kDefaultProject), "secret:whe_1", "whsec_dGVzdA=="));
    Need(context_.records->Write([&](SqlConnection& sql) {
      InsertEvent(context_, sql, std::string(kDefaultProject), false, "session.ended", "", "ses_1",
                  {{"session_id", "ses_1"}});
    }));
  }

  template <typename... Values>
  SqlAnswer Sql(std::string_view text, const Values&... values) {
    return Need(context_.records->Write([&](SqlConnection& sql) { return sql(text, values...); }));
  }

  Context context_;

 private:
  fs::path folder_;
};

TEST_F(WebhooksTest, WhatIsDamagedIsAMissAndNotBegunAgainWithoutEnd) {
  Sql("UPDATE webhook_endpoint SET secret = $1", SqlBytes{"damaged"});
  EXPECT_TRUE(SendNextWebhook(context_));
  const auto delivery = Sql("SELECT status, attempts, error FROM delivery");
  ASSERT_TRUE(delivery.One());
  EXPECT_EQ(delivery.One()->Text(0), "pending");
  EXPECT_EQ(delivery.One()->Number(1), 1);
  EXPECT_EQ(delivery.One()->Text(2), "a sealed record is damaged");
  EXPECT_FALSE(SendNextWebhook(context_));

  Sql("UPDATE delivery SET next_us = 0, attempts = $1",
      static_cast<std::int64_t>(context_.options.webhook_waits_s.size()));
  EXPECT_TRUE(SendNextWebhook(context_));
  EXPECT_EQ(Sql("SELECT status FROM delivery").One()->Text(0), "failed");
}

}  // namespace
}  // namespace plyo::service
