#include "http_client.h"

#include <gtest/gtest.h>

#include "webhook_secret.h"

namespace plyo::service {
namespace {

TEST(CheckAddress, TakesPublicHttpsAlone) {
  for (const char* fine : {"https://example.com/x?y=1", "https://93.184.216.34/",
                           "https://[2606:2800:220:1::1]/", "https://EXAMPLE.com:8443/"}) {
    EXPECT_TRUE(CheckAddress(fine, false).has_value()) << fine;
  }
  for (const char* wrong : {"http://example.com/",
                            "ftp://example.com/",
                            "https://",
                            "nonsense",
                            "https://127.0.0.1/",
                            "https://127.1/",
                            "https://0x7f000001/",
                            "https://10.0.0.1/",
                            "https://172.16.0.1/",
                            "https://192.168.1.1/",
                            "https://169.254.169.254/",
                            "https://100.64.0.1/",
                            "https://0.0.0.0/",
                            "https://224.0.0.1/",
                            "https://[::1]/",
                            "https://[::]/",
                            "https://[fe80::1]/",
                            "https://[fc00::1]/",
                            "https://[::ffff:192.168.0.1]/",
                            "https://[2002:7f00:1::]/",
                            "https://localhost/",
                            "https://x.localhost/",
                            "https://printer.local/",
                            "https://a:b@example.com/",
                            "file:///etc/passwd",
                            "https://\u00cf/",
                            "https://a b.com/"}) {
    const auto checked = CheckAddress(wrong, false);
    ASSERT_FALSE(checked.has_value()) << wrong;
    EXPECT_EQ(checked.error().code, ErrorCode::kAddressRefused);
  }
  EXPECT_TRUE(CheckAddress("http://127.0.0.1:8080/", true).has_value());
  EXPECT_EQ(HostOfAddress("https://Example.COM:8443/x"), "example.com");
}

TEST(CallHttp, DoesNotConnectIntoAPrivateNetwork) {
  StartHttpClient();
  // Whatever the text looked like: what counts is where the connection goes.
  const auto reply =
      CallHttp({.url = "https://localhost.localdomain/", .time = std::chrono::seconds(5)});
  ASSERT_FALSE(reply.has_value());
}

TEST(SignWebhook, IsThatOfStandardWebhooks) {
  // The example of the specification.
  EXPECT_EQ(SignWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        "1614265330", R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  EXPECT_NE(NewWebhookSecret(), NewWebhookSecret());
}

}  // namespace
}  // namespace plyo::service
