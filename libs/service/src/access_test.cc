#include "access.h"

#include <gtest/gtest.h>

#include <string>

namespace plyo::service {
namespace {

const std::string kKey = "0123456789abcdef0123456789abcdef";

KeyRing Keys() { return *KeyRing::Parse("# squad\n\n" + *KeyLine(kKey) + "  coach\n", "keys"); }

Access Make(AccessOptions options = {}) {
  options.port = 8080;
  options.cookie_secret = std::string(32, 's');
  return {options, Keys()};
}

TEST(KeyRing, KnowsItsKeysByName) {
  EXPECT_EQ(Keys().NameOf(kKey), "coach");
  EXPECT_EQ(Keys().NameOf(kKey + "0"), std::nullopt);
  EXPECT_EQ(Keys().NameOf(""), std::nullopt);
}

TEST(KeyRing, RefusesAKeyInTheClearWithoutNamingIt) {
  const auto ring = KeyRing::Parse("\n" + kKey, "keys");
  ASSERT_FALSE(ring.has_value());
  EXPECT_EQ(ring.error().message.find(kKey), std::string::npos);
  EXPECT_NE(ring.error().message.find("keys:2"), std::string::npos);
  EXPECT_FALSE(KeyLine("short").has_value());
}

TEST(Access, OnLoopbackIsCalledByLoopbackNamesAlone) {
  const auto access = Make({.hosts = {"Plyo.Example"}});
  for (const char* host : {"localhost:8080", "127.0.0.1:8080", "[::1]:8080", "127.0.0.1",
                           "LOCALHOST", "plyo.example:443"}) {
    EXPECT_TRUE(access.CheckHost(host).has_value()) << host;
  }
  for (const char* host : {"", "evil.example", "evil.example:8080", "192.168.1.2:8080",
                           "localhost.evil.example", "[::1", "127.0.0.1.evil.example"}) {
    EXPECT_FALSE(access.CheckHost(host).has_value()) << host;
  }
}

TEST(Access, ElsewhereIsCalledByAnyAddress) {
  const auto access = Make({.loopback = false});
  EXPECT_TRUE(access.CheckHost("192.168.1.2:8080").has_value());
  EXPECT_FALSE(access.CheckHost("evil.example").has_value());
}

TEST(Access, TakesPagesOfItsOwnOriginAlone) {
  const auto access = Make({.origins = {"https://club.example"}});
  const std::string host = "127.0.0.1:8080";
  EXPECT_TRUE(access.CheckOrigin("", host).has_value());
  EXPECT_TRUE(access.CheckOrigin("http://127.0.0.1:8080", host).has_value());
  EXPECT_TRUE(access.CheckOrigin("https://club.example", host).has_value());
  for (const char* origin : {"null", "http://127.0.0.1:8081", "https://127.0.0.1:8080",
                             "http://evil.example", "http://127.0.0.1"}) {
    EXPECT_FALSE(access.CheckOrigin(origin, host).has_value()) << origin;
  }
  EXPECT_TRUE(access.IsForeignPage("https://club.example", host));
  EXPECT_FALSE(access.IsForeignPage("http://127.0.0.1:8080", host));
  EXPECT_FALSE(access.IsForeignPage("http://evil.example", host));
  EXPECT_FALSE(
      Make({.origins = {"http://127.0.0.1:8080"}}).IsForeignPage("http://127.0.0.1:8080", host))
      << "its own, though it is allowed as well";
  const auto proxied = Make({.behind_proxy = true});
  EXPECT_TRUE(proxied.CheckOrigin("https://plyo.example", "plyo.example").has_value());
}

TEST(Access, KnowsAKeyInTheHeaderOrTheProtocol) {
  const auto access = Make();
  const auto bearer = "Bearer " + kKey;
  const auto protocols = "plyo.live.1, plyo.token." + kKey;
  EXPECT_EQ(access.Identify({.authorization = bearer}, 0)->name, "coach");
  EXPECT_EQ(access.Identify({.protocols = protocols}, 0)->name, "coach");
  const auto both =
      access.Identify({.authorization = "Bearer of another", .protocols = protocols}, 0);
  EXPECT_EQ(both->key, "of another") << "the header counts first, though the file has it not";
  EXPECT_EQ(both->name, std::nullopt);
  EXPECT_FALSE(access.Identify({.authorization = kKey}, 0).has_value());
  EXPECT_FALSE(access.Identify({.authorization = "Bearer "}, 0).has_value());
  EXPECT_FALSE(access.Identify({.protocols = "plyo.live.1, plyo.token."}, 0).has_value());
  EXPECT_FALSE(access.Identify({}, 0).has_value());
}

TEST(Access, TheTokenOfTheAddressOpensOnce) {
  auto access = Make();
  int told = 0;
  access.on_new_token = [&told] { ++told; };
  const auto token = access.UrlToken();
  EXPECT_FALSE(access.Redeem("", 0).has_value());
  EXPECT_FALSE(access.Redeem(token.substr(1), 0).has_value());
  const auto cookie = access.Redeem(token, 1000);
  ASSERT_TRUE(cookie.has_value());
  EXPECT_NE(cookie->find("; HttpOnly; SameSite=Strict"), std::string::npos);
  EXPECT_FALSE(access.Redeem(token, 0).has_value());
  EXPECT_EQ(told, 1);
  EXPECT_NE(access.UrlToken(), token);
}

TEST(Access, ACookieHoldsForAWeekAndCannotBeMade) {
  auto access = Make();
  auto cookie = *access.Redeem(access.UrlToken(), 1000);
  cookie = cookie.substr(0, cookie.find(';'));
  const auto among = "a=b; " + cookie + "; c=d";
  EXPECT_EQ(access.Identify({.cookie = among}, 1001)->name, "page");
  EXPECT_TRUE(Make().Identify({.cookie = cookie}, 1001).has_value()) << "another instance";
  EXPECT_FALSE(access.Identify({.cookie = cookie}, 1000 + 8 * 24 * 3600).has_value());
  for (auto at = cookie.find('=') + 1; at < cookie.size(); ++at) {
    auto other = cookie;
    other[at] = other[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(access.Identify({.cookie = other}, 1001).has_value()) << at;
    EXPECT_FALSE(access.Identify({.cookie = cookie.substr(0, at)}, 1001).has_value()) << at;
  }
  const Access other({.port = 8080, .cookie_secret = std::string(32, 't')}, {});
  EXPECT_FALSE(other.Identify({.cookie = cookie}, 1001).has_value());
}

TEST(Access, ACookieHoldsAKeyForAsLongAsThatIsOne) {
  const auto access = Make({.behind_proxy = true, .url_token = false});
  const auto made = access.CookieFor(kKey, true, 1000);
  EXPECT_EQ(made.find(kKey), std::string::npos);
  EXPECT_NE(made.find("; Secure"), std::string::npos);
  EXPECT_EQ(access.CookieFor(kKey, false, 1000).find("; Secure"), std::string::npos);
  const auto cookie = made.substr(0, made.find(';'));
  EXPECT_EQ(access.Identify({.cookie = cookie}, 1001)->name, "coach");
  EXPECT_FALSE(access.Identify({.cookie = cookie}, 1000 + 8 * 24 * 3600).has_value());
  const Access without({.behind_proxy = true, .cookie_secret = std::string(32, 's')}, {});
  const auto taken_off = without.Identify({.cookie = cookie}, 1001);
  EXPECT_EQ(taken_off->name, std::nullopt);
  EXPECT_EQ(taken_off->key, kKey) << "the platform may know it";
  EXPECT_FALSE(access.KeyInCookie(access.NoCookie(), 1001).has_value());
}

TEST(Access, HasNoTokenWhereNoneIsPrinted) {
  auto access = Make({.url_token = false});
  EXPECT_EQ(access.UrlToken(), "");
  EXPECT_FALSE(access.Redeem("", 0).has_value());
}

}  // namespace
}  // namespace plyo::service
