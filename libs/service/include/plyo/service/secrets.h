#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plyo::service {

/// Random bytes of the system as hex: twice as many characters. Thread safe.
std::string RandomHex(std::size_t bytes);

/// Whether two texts are the same; the time tells their lengths and no more. Thread safe. What
/// proves a secret is kept as its SHA-256 (plyo/digest): secrets have at least 128 random bits,
/// which need no slow hash.
bool EqualSecrets(std::string_view a, std::string_view b);

}  // namespace plyo::service
