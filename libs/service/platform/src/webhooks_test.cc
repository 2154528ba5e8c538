#include "webhooks.h"

#include <gtest/gtest.h>

#include "api.h"
#include "testing/context_test_base.h"

namespace plyo::service {
namespace {
/// An endpoint at which nobody listens, and one event for it.
class WebhooksTest : public testing::ContextTest {
 protected:
  WebhooksTest() : ContextTest("webhooks") {
    context_.options.private_addresses = true;
    Sql("INSERT INTO webhook_endpoint (id, project, test, url, event_types, enabled, secret,"
        " created_us) VALUES ('whe_1', $1, 0, 'http://127.0.0.1:1/', 'session.ended', 1, $2, 1)",
        kDefaultProject,
        context_.vault->Seal(std::string(kDefaultProject), "secret:whe_1", "whsec_dGVzdA=="));
    Need(context_.records->Write([&](SqlConnection& sql) {
      InsertEvent(context_, sql, std::string(kDefaultProject), false, "session.ended", "", "ses_1",
                  {{"session_id", "ses_1"}});
    }));
  }
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
