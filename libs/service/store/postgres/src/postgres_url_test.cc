#include "postgres_url.h"

#include <gtest/gtest.h>

#include "plyo/service/store/postgres.h"

namespace plyo::service {
namespace {

TEST(PostgresUrl, HidesThePasswordWhereverItStands) {
  EXPECT_EQ(WithoutPassword("postgres://plyo:s3:cret@db:5432/plyo?sslmode=require"),
            "postgres://plyo:***@db:5432/plyo?sslmode=require");
  EXPECT_EQ(WithoutPassword("postgres:///plyo?host=/run&password=geheim&sslmode=disable"),
            "postgres:///plyo?host=/run&password=***&sslmode=disable");
  EXPECT_EQ(WithoutPassword("nats://token:t@queue:4222"), "nats://token:***@queue:4222");
  for (const char* url :
       {"postgres://plyo@db/plyo", "postgres://db/plyo?user=a@b:c", "", "plyo.db"})
    EXPECT_EQ(WithoutPassword(url), url);
  EXPECT_EQ(PasswordOf("postgres://plyo:s3cret@db/plyo"), "s3cret");
}

TEST(PostgresUrl, AddsLimitsThatItDoesNotSayItself) {
  const auto url = WithConnectionLimits("postgres://db/plyo?connect_timeout=60");
  EXPECT_TRUE(url.starts_with("postgres://db/plyo?connect_timeout=60&keepalives_idle="));
  EXPECT_EQ(url.find("connect_timeout"), url.rfind("connect_timeout"));
  EXPECT_NE(WithConnectionLimits("postgres://db/plyo").find("/plyo?connect_timeout=5"),
            std::string::npos);
}

}  // namespace
}  // namespace plyo::service
