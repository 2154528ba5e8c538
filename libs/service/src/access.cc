#include "access.h"

#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <utility>

#include "plyo/digest/sha256.h"
#include "plyo/service/secrets.h"

namespace plyo::service {
namespace {

constexpr std::size_t kMinKeyCharacters = 24;
constexpr std::int64_t kCookieSeconds = 7 * 24 * 3600;
constexpr std::string_view kTokenProtocol = "plyo.token.";
constexpr std::size_t kNonceBytes = crypto_secretbox_NONCEBYTES;
constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* Bytes(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

/// `name:port`, `[v6]:port` or without a port: the name alone, lower case, without brackets.
std::string NameOfHost(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? std::string() : Lower(host.substr(1, end - 1));
  }
  return Lower(host.substr(0, host.find(':')));
}

}  // namespace

std::vector<std::string_view> ListItems(std::string_view header, char separator) {
  std::vector<std::string_view> items;
  while (!header.empty()) {
    const auto end = header.find(separator);
    const auto item = Trimmed(header.substr(0, end));
    if (!item.empty()) items.push_back(item);
    if (end == std::string_view::npos) break;
    header.remove_prefix(end + 1);
  }
  return items;
}

Result<std::string> KeyLine(std::string_view key) {
  key = Trimmed(key);
  if (key.size() < kMinKeyCharacters) {
    return Fail(
        ErrorCode::kInvalidArgument,
        fmt::format("a key of {} characters can be guessed; take one of {} or more, such as "
                    "`openssl rand -hex 32` prints",
                    key.size(), kMinKeyCharacters));
  }
  return "sha256:" + Sha256(key);
}

Result<KeyRing> KeyRing::Parse(std::string_view text, std::string_view file) {
  KeyRing ring;
  int number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = Trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto hash_end = std::min(line.find_first_of(" \t"), line.size());
    const auto hash = line.substr(0, hash_end);
    constexpr std::string_view kPrefix = "sha256:";
    if (!hash.starts_with(kPrefix) || hash.size() != kPrefix.size() + 64 ||
        hash.find_first_not_of("0123456789abcdef", kPrefix.size()) != std::string_view::npos) {
      // The line itself is not named: it may be a key in the clear.
      return Fail(
          ErrorCode::kInvalidArgument,
          fmt::format("{}:{}: not a line `sha256:HEX [name]`; `plyo serve --hash-key` makes "
                      "one of a key",
                      file, number));
    }
    const auto name = Trimmed(line.substr(hash_end));
    ring.keys_.push_back(
        {std::string(hash.substr(kPrefix.size())),
         name.empty() ? fmt::format("key {}", ring.keys_.size() + 1) : std::string(name)});
  }
  return ring;
}

std::optional<std::string> KeyRing::NameOf(std::string_view key) const {
  if (keys_.empty() || key.empty()) return std::nullopt;
  const auto hash = Sha256(key);
  const Key* found = nullptr;
  for (const auto& known : keys_) {  // all of them: the time must not tell which
    if (EqualSecrets(known.hash, hash)) found = &known;
  }
  if (!found) return std::nullopt;
  return found->name;
}

Access::Access(AccessOptions options, KeyRing keys)
    : options_(std::move(options)), keys_(std::move(keys)) {
  for (auto& host : options_.hosts) host = Lower(host);
  for (auto& origin : options_.origins) origin = Lower(origin);
  if (options_.url_token) url_token_ = RandomHex(24);
  std::copy_n(options_.cookie_secret.begin(),
              std::min(options_.cookie_secret.size(), cookie_key_.size()), cookie_key_.begin());
}

Result<void> Access::CheckHost(std::string_view host) const {
  const auto name = NameOfHost(host);
  if (name == "localhost") return {};
  if (std::ranges::find(options_.hosts, name) != options_.hosts.end()) return {};
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(name, not_an_address);
  if (!not_an_address) {
    // An address cannot be rebound; but nobody calls loopback by another machine's.
    if (address.is_loopback() || !options_.loopback) return {};
  } else if (!options_.loopback) {
    std::array<char, 256> own{};
    if (gethostname(own.data(), own.size() - 1) == 0) {
      const auto machine = Lower(own.data());
      if (name == machine || name == machine + ".local") return {};
    }
  }
  return Fail(ErrorCode::kForbiddenOrigin,
              "called by a name that is not the server's; allow it with --allow-host");
}

bool Access::IsOwnPage(std::string_view origin, std::string_view host) const {
  const auto page = Lower(origin);
  const auto own = Lower(host);
  if (own.empty()) return false;
  // A proxy may end TLS in front, so that the page has come by either.
  if ((options_.tls || options_.behind_proxy) && page == "https://" + own) return true;
  return !options_.tls && page == "http://" + own;
}

bool Access::IsAllowed(std::string_view origin) const {
  return std::ranges::find(options_.origins, Lower(origin)) != options_.origins.end();
}

Result<void> Access::CheckOrigin(std::string_view origin, std::string_view host) const {
  if (origin.empty() || IsOwnPage(origin, host) || IsAllowed(origin)) return {};
  return Fail(ErrorCode::kForbiddenOrigin,
              "a page of another origin; allow it with --allow-origin");
}

bool Access::IsForeignPage(std::string_view origin, std::string_view host) const {
  return IsAllowed(origin) && !IsOwnPage(origin, host);
}

Result<Identity> Access::Identify(const Credentials& credentials, std::int64_t now_s) const {
  const auto named = [&](std::string_view key) {
    return Identity{std::string(key), keys_.NameOf(key)};
  };
  constexpr std::string_view kBearer = "bearer ";
  if (Lower(credentials.authorization.substr(0, kBearer.size())) == kBearer) {
    const auto key = Trimmed(credentials.authorization.substr(kBearer.size()));
    if (!key.empty()) return named(key);
  }
  for (const auto protocol : ListItems(credentials.protocols)) {
    if (protocol.starts_with(kTokenProtocol) && protocol.size() > kTokenProtocol.size())
      return named(protocol.substr(kTokenProtocol.size()));
  }
  if (const auto key = KeyInCookie(credentials.cookie, now_s))
    return key->empty() ? Identity{{}, "page"} : named(*key);
  return Fail(ErrorCode::kUnauthorized, "no key, or one that is not valid");
}

std::optional<std::string> Access::Redeem(std::string_view token, std::int64_t now_s) {
  if (url_token_.empty() || !EqualSecrets(url_token_, token)) return std::nullopt;
  url_token_ = RandomHex(24);
  if (on_new_token) on_new_token();
  return CookieFor({}, false, now_s);
}

std::string Access::CookieFor(std::string_view key, bool secure, std::int64_t now_s) const {
  const auto text = fmt::format("{} {}", now_s + kCookieSeconds, key);
  std::vector<unsigned char> sealed(kNonceBytes + crypto_secretbox_MACBYTES + text.size());
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_secretbox_easy(sealed.data() + kNonceBytes, Bytes(text), text.size(), sealed.data(),
                        cookie_key_.data());
  std::string value(sodium_base64_encoded_len(sealed.size(), kBase64), '\0');
  sodium_bin2base64(value.data(), value.size(), sealed.data(), sealed.size(), kBase64);
  value.pop_back();  // its terminating zero
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", CookieName(), value,
                     kCookieSeconds, options_.tls || secure ? "; Secure" : "");
}

std::string Access::NoCookie() const {
  return CookieName() + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict";
}

std::string Access::CookieName() const {
  // Browsers keep one set of cookies for all ports of a machine. Behind a proxy the instances must
  // know each other's.
  return options_.loopback && !options_.behind_proxy ? fmt::format("plyo_session_{}", options_.port)
                                                     : "plyo_session";
}

std::optional<std::string> Access::KeyInCookie(std::string_view header, std::int64_t now_s) const {
  const auto prefix = CookieName() + "=";
  for (const auto item : ListItems(header, ';')) {
    if (!item.starts_with(prefix)) continue;
    const auto value = item.substr(prefix.size());
    if (value.empty()) continue;
    std::vector<unsigned char> sealed(value.size());
    std::size_t size = 0;
    if (sodium_base642bin(sealed.data(), sealed.size(), value.data(), value.size(), nullptr, &size,
                          nullptr, kBase64) != 0 ||
        size < kNonceBytes + crypto_secretbox_MACBYTES) {
      continue;
    }
    std::string text(size - kNonceBytes - crypto_secretbox_MACBYTES, '\0');
    if (crypto_secretbox_open_easy(Bytes(text), sealed.data() + kNonceBytes, size - kNonceBytes,
                                   sealed.data(), cookie_key_.data()) != 0) {
      continue;
    }
    std::int64_t expires_s = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, expires_s);
    if (read.ec == std::errc() && read.ptr != end && expires_s > now_s)
      return std::string(read.ptr + 1, end);
  }
  return std::nullopt;
}

}  // namespace plyo::service
