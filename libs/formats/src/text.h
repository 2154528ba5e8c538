#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plyo::formats {

/// The whole of `text` as a finite decimal number with a point, whatever the locale; nullopt
/// otherwise.
std::optional<double> ParseNumber(std::string_view text);
std::optional<long long> ParseInteger(std::string_view text);

/// Seven significant digits, without trailing zeros and noise; empty for what is not finite.
std::string FormatNumber(double value);
std::string FormatNumber(const std::optional<double>& value);

/// The strings of a range with a separator between them.
template <typename Strings>
std::string Join(const Strings& strings, std::string_view separator) {
  std::string joined;
  bool first = true;
  for (const auto& string : strings) {
    if (!first) joined.append(separator);
    first = false;
    joined.append(string);
  }
  return joined;
}

}  // namespace plyo::formats
