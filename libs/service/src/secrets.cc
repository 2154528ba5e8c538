#include "secrets.h"

#include <sodium.h>

#include <array>
#include <cassert>
#include <vector>

namespace plyo::service {
namespace {

void StartSodium() {
  [[maybe_unused]] static const int kStarted = sodium_init();
  assert(kStarted >= 0);
}

std::string Hex(const unsigned char* bytes, std::size_t count) {
  std::string text(count * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, count);
  text.pop_back();
  return text;
}

}  // namespace

std::string RandomHex(std::size_t bytes) {
  StartSodium();
  std::vector<unsigned char> random(bytes);
  randombytes_buf(random.data(), random.size());
  return Hex(random.data(), random.size());
}

std::string Sha256Hex(std::string_view text) {
  StartSodium();
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return Hex(hash.data(), hash.size());
}

bool EqualSecrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace plyo::service
