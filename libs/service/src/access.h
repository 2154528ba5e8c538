#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::service {

/// The keys of a file, each as the SHA-256 of it. Values are compared in constant time.
class KeyRing {
 public:
  /// One key a line, `sha256:HEX [name]` as `plyo serve --hash-key` prints it; empty lines and
  /// those that begin with # are passed over. Errors: kInvalidArgument with the number of the line.
  static Result<KeyRing> Parse(std::string_view text, std::string_view file);

  bool Empty() const { return keys_.empty(); }
  /// The name of that key (`key 1` where it has none), or nothing.
  std::optional<std::string> NameOf(std::string_view key) const;

 private:
  struct Key {
    std::string hash;
    std::string name;
  };
  std::vector<Key> keys_;
};

/// What a request says about who sends it.
struct Credentials {
  std::string_view authorization{};  ///< header
  std::string_view cookie{};         ///< header
  std::string_view protocols{};      ///< header Sec-WebSocket-Protocol
};

/// Whom the credentials of a request name.
struct Identity {
  std::string key{};                  ///< as it came; empty with the cookie of the printed address
  std::optional<std::string> name{};  ///< of a key of the file, or `page` with that cookie
};

struct AccessOptions {
  bool loopback = true;  ///< only the machine itself can call
  bool tls = false;
  bool behind_proxy = false;
  bool url_token = true;  ///< a token in a printed address opens the page
  int port = 0;
  std::vector<std::string> hosts{};    ///< names by which it may be called beside its own
  std::vector<std::string> origins{};  ///< of pages elsewhere that may call
  std::string cookie_secret{};         ///< 32 bytes, the same for the instances of one store
};

/// Who may call, by which name and from which page. Not thread safe.
class Access {
 public:
  Access(AccessOptions options, KeyRing keys);

  /// `host`: the header. A name that is not the server's own is one that an attacker's name server
  /// may point here (DNS rebinding). Errors: kForbiddenOrigin.
  Result<void> CheckHost(std::string_view host) const;
  /// `origin`: the header, empty where there is none. Errors: kForbiddenOrigin.
  Result<void> CheckOrigin(std::string_view origin, std::string_view host) const;
  /// Whether the page that asks is another one's and may call.
  bool IsForeignPage(std::string_view origin, std::string_view host) const;

  /// By the first key of: header, sub-protocol, cookie. One without a name is not of the file; the
  /// platform may know it. Errors: kUnauthorized where there is none.
  Result<Identity> Identify(const Credentials& credentials, std::int64_t now_s) const;

  /// The token for the printed address; empty where there is none. It opens once; then there is a
  /// new one, of which `on_new_token` is told.
  const std::string& UrlToken() const { return url_token_; }
  std::function<void()> on_new_token;
  /// Once it is known.
  void SetPort(int port) { options_.port = port; }
  /// The header Set-Cookie for a caller with the token, or nothing.
  std::optional<std::string> Redeem(std::string_view token, std::int64_t now_s);
  /// The header Set-Cookie by which a browser's requests have that key: encrypted, for a week. The
  /// key itself is asked about at each request, so that one that is revoked ends it. `secure`: a
  /// proxy has it over HTTPS.
  std::string CookieFor(std::string_view key, bool secure, std::int64_t now_s) const;
  /// The one that makes a browser forget it.
  std::string NoCookie() const;
  /// The key in the cookie; empty for one of the printed address, nothing without a valid cookie.
  std::optional<std::string> KeyInCookie(std::string_view header, std::int64_t now_s) const;

 private:
  bool IsOwnPage(std::string_view origin, std::string_view host) const;
  bool IsAllowed(std::string_view origin) const;

  std::string CookieName() const;

  using CookieKey = std::array<unsigned char, 32>;
  CookieKey cookie_key_{};

  AccessOptions options_;
  KeyRing keys_;
  std::string url_token_;
};

/// The key line of a file for a key. Errors: kInvalidArgument for one of under 24 characters, which
/// could be guessed from its hash.
Result<std::string> KeyLine(std::string_view key);

/// Splits a header's list at its commas, without the spaces around.
std::vector<std::string_view> ListItems(std::string_view header, char separator = ',');

}  // namespace plyo::service
