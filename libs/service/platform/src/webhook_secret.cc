#include "webhook_secret.h"

#include <sodium.h>

#include <array>

namespace plyo::service {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL;

std::string Base64(const unsigned char* bytes, std::size_t size) {
  std::string text(sodium_base64_encoded_len(size, kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes, size, kVariant);
  text.pop_back();
  return text;
}

}  // namespace

std::string NewWebhookSecret() {
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return std::string(kPrefix) + Base64(bytes.data(), bytes.size());
}

std::string SignWebhook(std::string_view secret, std::string_view id, std::string_view timestamp,
                        std::string_view body) {
  if (secret.starts_with(kPrefix)) secret.remove_prefix(kPrefix.size());
  std::array<unsigned char, 64> key{};
  std::size_t size = 0;
  sodium_base642bin(key.data(), key.size(), secret.data(), secret.size(), nullptr, &size, nullptr,
                    kVariant);
  std::string text(id);
  text.append(".").append(timestamp).append(".").append(body);
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), size);
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                                text.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  sodium_memzero(key.data(), key.size());
  return "v1," + Base64(mac.data(), mac.size());
}

}  // namespace plyo::service
