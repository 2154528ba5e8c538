#include "text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace plyo::formats {
namespace {

template <typename Number>
std::optional<Number> Parse(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> ParseNumber(std::string_view text) {
  const auto value = Parse<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<long long> ParseInteger(std::string_view text) { return Parse<long long>(text); }

std::string FormatNumber(double value) {
  if (!std::isfinite(value)) return {};
  return fmt::format("{:.7g}", value == 0 ? 0.0 : value);  // no "-0"
}

std::string FormatNumber(const std::optional<double>& value) {
  return value ? FormatNumber(*value) : std::string{};
}

}  // namespace plyo::formats
