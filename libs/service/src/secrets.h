#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plyo::service {

/// Random bytes of the system as hex: twice as many characters. Thread safe.
std::string RandomHex(std::size_t bytes);

/// SHA-256 as 64 characters of hex. For secrets of at least 128 random bits, which need no slow
/// hash. Thread safe.
std::string Sha256Hex(std::string_view text);

/// Whether two texts are the same; the time tells their lengths and no more. Thread safe.
bool EqualSecrets(std::string_view a, std::string_view b);

}  // namespace plyo::service
