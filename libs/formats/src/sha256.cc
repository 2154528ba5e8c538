#include "plyo/formats/sha256.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace plyo {

Result<std::string> Sha256OfFile(const std::filesystem::path& path,
                                 const std::atomic<bool>* cancel) {
  if (sodium_init() < 0) return Fail(ErrorCode::kInternal, "libsodium could not be initialised");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) {
    const int why = errno;
    return Fail(
        why == ENOENT || why == ENOTDIR ? ErrorCode::kFileNotFound : ErrorCode::kFileUnreadable,
        fmt::format("{}: cannot be opened: {}", path.string(), std::strerror(why)));
  }
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::vector<unsigned char> piece(std::size_t{1} << 18);
  while (const auto size = std::fread(piece.data(), 1, piece.size(), file.get())) {
    crypto_hash_sha256_update(&state, piece.data(), size);
    if (cancel && cancel->load())
      return Fail(ErrorCode::kInterrupted, path.string() + ": interrupted");
  }
  if (std::ferror(file.get())) {
    return Fail(ErrorCode::kFileUnreadable, fmt::format("{}: cannot be read to its end: {}",
                                                        path.string(), std::strerror(errno)));
  }
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256_final(&state, digest.data());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text{};
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  return std::string(text.data());
}

}  // namespace plyo
