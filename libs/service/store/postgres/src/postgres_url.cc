#include "postgres_url.h"

#include <algorithm>
#include <utility>

#include "plyo/service/store/postgres.h"

namespace plyo::service {
namespace {

/// Where the password stands; an empty range where there is none.
std::pair<std::size_t, std::size_t> PasswordIn(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto begin = scheme + 3;
  const auto end = std::min(url.find_first_of("/?", begin), url.size());
  const auto at = url.substr(0, end).rfind('@');
  if (at != std::string_view::npos && at >= begin) {
    const auto colon = url.find(':', begin);
    if (colon < at) return {colon + 1, at};
  }
  for (const std::string_view name : {"?password=", "&password="}) {
    const auto found = url.find(name);
    if (found == std::string_view::npos) continue;
    const auto from = found + name.size();
    return {from, std::min(url.find('&', from), url.size())};
  }
  return {};
}

}  // namespace

bool IsPostgresUrl(std::string_view url) {
  return url.starts_with("postgres://") || url.starts_with("postgresql://");
}

std::string WithConnectionLimits(std::string url) {
  for (const auto& [name, value] :
       {std::pair("connect_timeout", "5"), std::pair("keepalives_idle", "10"),
        std::pair("keepalives_interval", "5"), std::pair("tcp_user_timeout", "20000"),
        std::pair("application_name", "plyo")}) {
    if (url.find(std::string(name) + "=") != std::string::npos) continue;
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += std::string(name) + "=" + value;
  }
  return url;
}

std::string_view PasswordOf(std::string_view url) {
  const auto [begin, end] = PasswordIn(url);
  return url.substr(begin, end - begin);
}

std::string WithoutPassword(std::string_view url) {
  const auto [begin, end] = PasswordIn(url);
  if (begin == end) return std::string(url);
  return std::string(url.substr(0, begin)) + "***" + std::string(url.substr(end));
}

}  // namespace plyo::service
