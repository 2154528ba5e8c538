#include "plyo/service/secrets.h"

#include <sodium.h>

#include "plyo/digest/sha256.h"

namespace plyo::service {

std::string RandomHex(std::size_t bytes) {
  [[maybe_unused]] static const int kStarted = sodium_init();
  std::string random(bytes, '\0');
  randombytes_buf(random.data(), random.size());
  return Hex(random);
}

bool EqualSecrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace plyo::service
