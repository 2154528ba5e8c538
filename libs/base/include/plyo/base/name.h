#pragma once

#include <cstddef>
#include <string_view>

namespace plyo {

inline constexpr std::size_t kLongestName = 100;

/// Whether others may name a thing so, a pose model for one: letters, digits, '_', '-' and '.', up
/// to kLongestName. It goes into tables and pages as it is.
constexpr bool IsPlainName(std::string_view name) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  return !name.empty() && name.size() <= kLongestName &&
         name.find_first_not_of(kPlain) == std::string_view::npos;
}

}  // namespace plyo
