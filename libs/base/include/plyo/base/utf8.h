#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace plyo {

/// Whether a byte of UTF-8 goes on with a character that began before it.
constexpr bool ContinuesUtf8(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// Characters of valid UTF-8.
constexpr std::size_t Utf8Length(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !ContinuesUtf8(byte); }));
}

/// The beginning of valid UTF-8: `most` bytes, or fewer where they would end within a character.
constexpr std::string_view Utf8Prefix(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && ContinuesUtf8(text[most])) --most;
  return text.substr(0, most);
}

}  // namespace plyo
