#include "http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>

namespace plyo::service {
namespace {

/// Networks that are not the internet's: this host, private ones, link-local (among them the
/// metadata servers of clouds), shared, documentation, multicast, reserved (RFC 6890).
bool IsPrivate4(std::uint32_t address) {
  struct Net {
    std::uint32_t base;
    int bits;
  };
  constexpr std::array<Net, 15> kNets = {{{0x00000000, 8},
                                          {0x0A000000, 8},
                                          {0x64400000, 10},
                                          {0x7F000000, 8},
                                          {0xA9FE0000, 16},
                                          {0xAC100000, 12},
                                          {0xC0000000, 24},
                                          {0xC0000200, 24},
                                          {0xC0586300, 24},
                                          {0xC0A80000, 16},
                                          {0xC6120000, 15},
                                          {0xC6336400, 24},
                                          {0xCB007100, 24},
                                          {0xE0000000, 4},
                                          {0xF0000000, 4}}};
  return std::ranges::any_of(
      kNets, [&](const Net& net) { return ((address ^ net.base) >> (32 - net.bits)) == 0; });
}

bool IsPrivate(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof(v4));
    return IsPrivate4(ntohl(v4.sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return true;
  sockaddr_in6 v6{};
  std::memcpy(&v6, address, sizeof(v6));
  const auto* bytes = v6.sin6_addr.s6_addr;
  const auto embedded = [&](int at) {
    return static_cast<std::uint32_t>(bytes[at]) << 24 |
           static_cast<std::uint32_t>(bytes[at + 1]) << 16 |
           static_cast<std::uint32_t>(bytes[at + 2]) << 8 | bytes[at + 3];
  };
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return IsPrivate4(embedded(12));
  if (bytes[0] == 0x00 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b)  // NAT64
    return IsPrivate4(embedded(12));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return IsPrivate4(embedded(2));  // 6to4
  // Only global unicast is the internet's; of it, not the documentation's.
  const bool global = (bytes[0] & 0xE0U) == 0x20;
  const bool documentation =
      bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0d && bytes[3] == 0xb8;
  return !global || documentation;
}

struct Transfer {
  const HttpCall& call;
  std::string body{};
  std::ofstream file{};
  std::uint64_t bytes = 0;
  bool refused = false;
  bool too_large = false;
};

curl_socket_t OpenSocket(void* data, curlsocktype purpose, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(data);
  if (purpose == CURLSOCKTYPE_IPCXN && !transfer.call.private_addresses &&
      IsPrivate(&address->addr)) {
    transfer.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t Take(char* bytes, std::size_t one, std::size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const auto size = one * count;
  transfer.bytes += size;
  if (transfer.bytes > transfer.call.most_bytes) {
    transfer.too_large = true;
    return 0;
  }
  if (transfer.call.to_file.empty()) {
    transfer.body.append(bytes, size);
  } else {
    transfer.file.write(bytes, static_cast<std::streamsize>(size));
    if (!transfer.file) return 0;
  }
  return size;
}

int Progress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& call = static_cast<Transfer*>(data)->call;
  return call.cancelled && call.cancelled() ? 1 : 0;
}

using Url = std::unique_ptr<CURLU, void (*)(CURLU*)>;

std::string PartOf(const std::string& url, CURLUPart part) {
  const Url parsed(curl_url(), curl_url_cleanup);
  char* text = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), part, &text, 0) != CURLUE_OK) {
    return {};
  }
  std::string value = text;
  curl_free(text);
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return std::tolower(c); });
  return value;
}

}  // namespace

void StartHttpClient() { curl_global_init(CURL_GLOBAL_DEFAULT); }

std::string HostOfAddress(const std::string& url) { return PartOf(url, CURLUPART_HOST); }

Result<void> CheckAddress(const std::string& url, bool private_addresses) {
  const bool plain = std::ranges::all_of(url, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (!plain) {
    return Fail(ErrorCode::kAddressRefused,
                "an address is of ASCII: write other characters percent-encoded, names as xn--");
  }
  const auto scheme = PartOf(url, CURLUPART_SCHEME);
  auto host = HostOfAddress(url);
  if (host.empty() || (scheme != "https" && scheme != "http"))
    return Fail(ErrorCode::kAddressRefused, "this is no http address");
  if (!PartOf(url, CURLUPART_USER).empty())
    return Fail(ErrorCode::kAddressRefused, "an address must not hold a name or a password");
  if (private_addresses) return {};
  if (scheme != "https")
    return Fail(ErrorCode::kAddressRefused, "the address must begin with https");
  if (host == "localhost" || host.ends_with(".localhost") || host.ends_with(".local") ||
      host.ends_with(".internal")) {
    return Fail(ErrorCode::kAddressRefused, "the address is one of a private network");
  }
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  const bool is4 = inet_aton(host.c_str(), &v4.sin_addr) == 1;
  const bool is6 = inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1;
  if ((is4 && IsPrivate(reinterpret_cast<const sockaddr*>(&v4))) ||
      (is6 && IsPrivate(reinterpret_cast<const sockaddr*>(&v6)))) {
    return Fail(ErrorCode::kAddressRefused, "the address is one of a private network");
  }
  return {};
}

Result<CallReply> CallHttp(const HttpCall& call) {
  if (auto fine = CheckAddress(call.url, call.private_addresses); !fine)
    return tl::unexpected(fine.error());
  Transfer transfer{call};
  if (!call.to_file.empty()) transfer.file.open(call.to_file, std::ios::binary | std::ios::trunc);
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  curl_slist* list = nullptr;
  for (const auto& [name, value] : call.headers)
    list = curl_slist_append(list, fmt::format("{}: {}", name, value).c_str());
  list = curl_slist_append(list, "Expect:");
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, curl_slist_free_all);
  auto* handle = curl.get();
  curl_easy_setopt(handle, CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, call.private_addresses ? "http,https" : "https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // a proxy would connect in our place, unchecked
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(call.time.count()));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   std::min(5000L, static_cast<long>(call.time.count())));
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "plyo");
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, OpenSocket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, Progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  if (call.method != "GET") {
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body.data());
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(call.body.size()));
  }
  const auto status = curl_easy_perform(handle);
  if (transfer.refused)
    return Fail(ErrorCode::kAddressRefused, "the address leads into a private network");
  if (transfer.too_large) {
    return Fail(ErrorCode::kFetchFailed,
                fmt::format("the answer is larger than {} bytes", call.most_bytes));
  }
  if (status != CURLE_OK) return Fail(ErrorCode::kFetchFailed, curl_easy_strerror(status));
  if (!call.to_file.empty()) {
    transfer.file.close();
    if (!transfer.file) return Fail(ErrorCode::kDiskFull, "what was fetched cannot be stored");
  }
  long code = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
  CallReply reply;
  reply.status = static_cast<int>(code);
  reply.body = std::move(transfer.body);
  return reply;
}

}  // namespace plyo::service
