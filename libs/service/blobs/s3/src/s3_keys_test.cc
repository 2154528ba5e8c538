#include "s3_keys.h"

#include <gtest/gtest.h>

namespace plyo::service {
namespace {

TEST(S3Keys, ReadsWhatARoleLends) {
  const auto lent = ReadLentKeys(
      R"({"RoleArn": "arn:…", "AccessKeyId": "ASIA1", "SecretAccessKey": "secret", "Token": "token",
          "Expiration": "2026-11-29T23:59:59Z"})");
  ASSERT_TRUE(lent.has_value());
  EXPECT_EQ(lent->keys.access_key, "ASIA1");
  EXPECT_EQ(lent->keys.secret_key, "secret");
  EXPECT_EQ(lent->keys.session_token, "token");
  EXPECT_EQ(std::chrono::system_clock::to_time_t(lent->until), 1795996799);
  const auto fraction = ReadLentKeys(
      R"({"AccessKeyId": "A", "SecretAccessKey": "s", "Expiration": "2026-11-29T23:59:59.5Z"})");
  EXPECT_TRUE(fraction.has_value());
}

TEST(S3Keys, SaysNothingOfAnAnswerThatIsNone) {
  for (const auto* answer :
       {"", "[]", "null", "\"secret\"", R"({"AccessKeyId": "secret"})",
        R"({"AccessKeyId": 7, "SecretAccessKey": "secret", "Expiration": "x"})",
        R"({"AccessKeyId": "A", "SecretAccessKey": "secret"})",
        R"({"AccessKeyId": "A", "SecretAccessKey": "secret",
                                 "Expiration": "2026-11-29 23:59:59"})"}) {
    const auto lent = ReadLentKeys(answer);
    ASSERT_FALSE(lent.has_value()) << answer;
    EXPECT_EQ(lent.error().message.find("secret"), std::string::npos);
  }
}

TEST(S3Keys, AreNotAskedForInTheClearOfAnybodyElse) {
  for (const auto* near :
       {"http://169.254.170.2/v2/credentials/1", "http://169.254.170.23/v1/credentials",
        "http://[fd00:ec2::23]/v1/credentials", "http://127.0.0.1:8080/keys",
        "http://[::1]:8080/keys", "https://keys.example/of/plyo"}) {
    EXPECT_TRUE(CheckLender(near).has_value()) << near;
  }
  for (const auto* far :
       {"http://keys.example", "http://169.254.169.254/latest", "keys.example",
        "http://127.0.0.1.example/", "http://127.0.0.1@keys.example/", "file:///etc", ""}) {
    EXPECT_FALSE(CheckLender(far).has_value()) << far;
  }
}

TEST(S3Keys, OfTheirOwnNeedNobody) {
  S3KeySource source({"key", "secret", "token"}, {});
  EXPECT_EQ(source.Now()->secret_key, "secret");
}

TEST(S3Keys, NamesALenderWhoIsAway) {
  S3KeySource source({}, {.url = "http://127.0.0.1:1/keys"});
  const auto keys = source.Now();
  ASSERT_FALSE(keys.has_value());
  EXPECT_NE(keys.error().message.find("http://127.0.0.1:1/keys"), std::string::npos);
  S3KeySource without({}, {.url = "http://127.0.0.1:1/keys", .token_file = "/nowhere/token"});
  EXPECT_NE(without.Now().error().message.find("/nowhere/token"), std::string::npos);
}

}  // namespace
}  // namespace plyo::service
