#include "s3_keys.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace plyo::service {
namespace {
using SystemClock = std::chrono::system_clock;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::minutes;
using std::chrono::seconds;

// Lenders renew theirs at least five minutes before the end.
constexpr minutes kRenewed{4};
constexpr seconds kAskedAgain{5};
constexpr std::size_t kMostOfAnswer = 64 << 10;
// Of an agent of EKS and of ECS; nothing else is reached by these.
constexpr std::array<std::string_view, 6> kNearHosts{
    "localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"};

std::size_t Take(char* bytes, std::size_t one, std::size_t count, void* data) {
  auto& answer = *static_cast<std::string*>(data);
  if (answer.size() + one * count > kMostOfAnswer) return 0;
  answer.append(bytes, one * count);
  return one * count;
}

std::optional<SystemClock::time_point> TimeOf(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (end == nullptr || !text.ends_with('Z')) return std::nullopt;
  return SystemClock::from_time_t(timegm(&parts));
}

}  // namespace

Result<LentKeys> ReadLentKeys(std::string_view answer) {
  const auto json = nlohmann::json::parse(answer, nullptr, /*allow_exceptions=*/false);
  const auto text = [&](const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto until = TimeOf(text("Expiration"));
  LentKeys lent{{text("AccessKeyId"), text("SecretAccessKey"), text("Token")}};
  if (lent.keys.access_key.empty() || lent.keys.secret_key.empty() || !until)
    return Fail(ErrorCode::kStoreFailed, "who lends the keys of S3 answers with none");
  lent.until = *until;
  return lent;
}

Result<void> CheckLender(const std::string& url) {
  if (url.starts_with("https://")) return {};
  constexpr std::string_view kScheme = "http://";
  if (url.starts_with(kScheme)) {
    auto host = std::string_view(url).substr(kScheme.size());
    host = host.substr(0, host.find('/'));
    if (const auto port = host.rfind(':'); port != std::string_view::npos && !host.ends_with(']'))
      host = host.substr(0, port);
    if (std::ranges::find(kNearHosts, host) != kNearHosts.end()) return {};
  }
  return Fail(ErrorCode::kInvalidArgument,
              "keys of S3 are asked for by HTTPS, or by HTTP of this machine or of the agents of "
              "ECS and EKS");
}

S3KeySource::S3KeySource(S3Keys keys, S3KeyLender lender)
    : lender_(std::move(lender)), lent_{std::move(keys), SystemClock::time_point::min()} {}

Result<S3Keys> S3KeySource::Now() {
  const std::scoped_lock lock(mutex_);
  const auto now = SystemClock::now();
  if (lender_.url.empty() || now + kRenewed < lent_.until) return lent_.keys;
  const bool good = now < lent_.until;
  if (good && SteadyClock::now() < not_before_) return lent_.keys;
  auto asked = Ask();
  if (asked) {
    lent_ = std::move(*asked);
    return lent_.keys;
  }
  not_before_ = SteadyClock::now() + kAskedAgain;
  if (good) return lent_.keys;
  return tl::unexpected(asked.error());
}

Result<LentKeys> S3KeySource::Ask() const {
  auto token = lender_.token;
  if (!lender_.token_file.empty()) {  // read each time: it is renewed as well
    std::ifstream in(lender_.token_file);
    token.assign(std::istreambuf_iterator<char>(in), {});
    if (!in || token.empty())
      return Fail(ErrorCode::kStoreFailed, lender_.token_file + ": cannot be read, or is empty");
  }
  while (token.ends_with('\n') || token.ends_with('\r')) token.pop_back();
  if (token.find_first_of("\r\n") != std::string::npos)
    return Fail(ErrorCode::kStoreFailed, "the token for the keys of S3 is of one line");
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) return Fail(ErrorCode::kStoreFailed, "libcurl cannot be used");
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(
      token.empty() ? nullptr : curl_slist_append(nullptr, ("Authorization: " + token).c_str()),
      curl_slist_free_all);
  std::string answer;
  auto* handle = curl.get();
  curl_easy_setopt(handle, CURLOPT_URL, lender_.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "plyo");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 5000L);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
  const auto code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK) {
    return Fail(ErrorCode::kStoreFailed,
                fmt::format("{}: {}", lender_.url, curl_easy_strerror(code)));
  }
  if (status != 200)
    return Fail(ErrorCode::kStoreFailed, fmt::format("{} answers {}", lender_.url, status));
  return ReadLentKeys(answer);
}

}  // namespace plyo::service
