#include "ids.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <chrono>
#include <ctime>
#include <regex>
#include <vector>

#include "plyo/service/refused.h"

namespace plyo::service {
namespace {

constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";

using IdBytes = std::array<std::uint8_t, 16>;

IdBytes TimeBytes(std::int64_t us) {
  IdBytes bytes{};
  const auto ms = static_cast<std::uint64_t>(us / 1000);
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
  return bytes;
}

std::string IdOf(std::string_view prefix, const IdBytes& bytes) {
  std::string id(prefix);
  id += '_';
  // 130 bits: the first character holds the three highest ones.
  for (int shift = 125; shift >= 0; shift -= 5) {
    unsigned value = 0;
    for (int bit = shift + 4; bit >= shift; --bit) {
      const int from_top = 127 - bit;
      const bool set =
          from_top >= 0 &&
          ((bytes[static_cast<std::size_t>(from_top / 8)] >> (7 - from_top % 8)) & 1U) != 0;
      value = value << 1U | static_cast<unsigned>(set);
    }
    id += kCrockford[value];
  }
  return id;
}

}  // namespace

std::int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string NewId(std::string_view prefix) {
  auto bytes = TimeBytes(NowUs());
  randombytes_buf(bytes.data() + 6, 10);
  return IdOf(prefix, bytes);
}

bool IsId(std::string_view prefix, std::string_view text) {
  constexpr std::size_t kCharacters = 26;
  return text.size() == prefix.size() + 1 + kCharacters && text.starts_with(prefix) &&
         text[prefix.size()] == '_' &&
         text.find_first_not_of(kCrockford, prefix.size() + 1) == std::string_view::npos;
}

std::string FirstId(std::string_view prefix, std::int64_t us) {
  return IdOf(prefix, TimeBytes(us));
}

std::string Rfc3339(std::int64_t us) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(us / 1'000'000)), us % 1'000'000 / 1000);
}

std::int64_t ParseRfc3339(std::string_view text) {
  static const std::regex kForm(
      R"((\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d)))");
  std::cmatch part;
  if (!std::regex_match(text.data(), text.data() + text.size(), part, kForm))
    Refuse(ErrorCode::kInvalidArgument, fmt::format("'{:.40}' is no RFC 3339 time", text));
  const auto number = [&](std::size_t i) { return std::stoi(part[i].str()); };
  namespace chrono = std::chrono;
  const chrono::year_month_day day{chrono::year{number(1)},
                                   chrono::month{static_cast<unsigned>(number(2))},
                                   chrono::day{static_cast<unsigned>(number(3))}};
  if (!day.ok() || number(1) < 1900 || number(1) > 2200 || number(4) > 23 || number(5) > 59 ||
      number(6) > 60 || (part[8].matched && (number(9) > 23 || number(10) > 59)))
    Refuse(ErrorCode::kInvalidArgument, fmt::format("there is no time '{:.40}'", text));
  std::int64_t seconds = chrono::sys_days(day).time_since_epoch().count() * std::int64_t{86'400} +
                         number(4) * 3600 + number(5) * 60 + number(6);
  if (part[8].matched) {
    const int offset = number(9) * 3600 + number(10) * 60;
    seconds -= part[8].str() == "+" ? offset : -offset;
  }
  auto fraction = part[7].str();
  fraction.resize(6, '0');
  return seconds * 1'000'000 + std::stoi(fraction);
}

}  // namespace plyo::service
