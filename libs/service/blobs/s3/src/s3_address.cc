#include "s3_address.h"

#include <fmt/format.h>

#include <algorithm>

namespace plyo::service {
namespace {

constexpr std::string_view kSmall = "0123456789abcdefghijklmnopqrstuvwxyz";

bool AllOf(std::string_view text, std::string_view more) {
  return std::ranges::all_of(text, [&](char c) {
    return kSmall.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<std::string> S3BaseUrl(const S3Options& options) {
  constexpr std::string_view kScheme = "s3://";
  std::string_view place = options.place;
  if (!place.starts_with(kScheme))
    return Fail(ErrorCode::kInvalidArgument,
                "the place of the files is s3://bucket or s3://bucket/prefix");
  place.remove_prefix(kScheme.size());
  const auto slash = std::min(place.find('/'), place.size());
  const auto bucket = place.substr(0, slash);
  auto prefix = place.substr(std::min(slash + 1, place.size()));
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (bucket.size() < 3 || bucket.size() > 63 || !AllOf(bucket, ".-"))
    return Fail(ErrorCode::kInvalidArgument, fmt::format("there is no bucket named '{}'", bucket));
  // Whatever needs no encoding is signed alike by everybody.
  if (!AllOf(prefix, "-_/") || prefix.find("//") != std::string_view::npos)
    return Fail(ErrorCode::kInvalidArgument,
                "a prefix is of lower-case letters, digits, -, _ and /");
  if (!AllOf(options.region, "-") || options.region.empty())
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("there is no region '{}'", options.region));
  const auto tail = prefix.empty() ? std::string("/") : fmt::format("/{}/", prefix);
  if (options.endpoint.empty()) {
    // TLS certificates of the hosts have one name before the service's.
    if (bucket.find('.') != std::string_view::npos)
      return fmt::format("https://s3.{}.amazonaws.com/{}{}", options.region, bucket, tail);
    return fmt::format("https://{}.s3.{}.amazonaws.com{}", bucket, options.region, tail);
  }
  std::string_view endpoint = options.endpoint;
  while (endpoint.ends_with('/')) endpoint.remove_suffix(1);
  const bool http = endpoint.starts_with("http://") || endpoint.starts_with("https://");
  if (!http || endpoint.find_first_of("?#@") != std::string_view::npos)
    return Fail(ErrorCode::kInvalidArgument, "the endpoint of S3 is http(s)://host:port");
  return fmt::format("{}/{}{}", endpoint, bucket, tail);
}

}  // namespace plyo::service
