#include "plyo/digest/sha256.h"

#include <fmt/format.h>
#include <sodium.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace plyo {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string Hex(std::string_view bytes) {
  std::string text(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), Bytes(bytes), bytes.size());
  text.pop_back();
  return text;
}

std::string Sha256(std::string_view bytes) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(Bytes(digest), Bytes(bytes), bytes.size());
  return Hex(digest);
}

struct Sha256Pieces::State {
  crypto_hash_sha256_state sodium;
};

Sha256Pieces::Sha256Pieces() : state_(std::make_unique<State>()) {
  crypto_hash_sha256_init(&state_->sodium);
}

Sha256Pieces::~Sha256Pieces() = default;

void Sha256Pieces::Add(std::string_view bytes) {
  crypto_hash_sha256_update(&state_->sodium, Bytes(bytes), bytes.size());
}

std::string Sha256Pieces::Finish() {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256_final(&state_->sodium, Bytes(digest));
  return Hex(digest);
}

Result<std::string> Sha256OfFile(const std::filesystem::path& path,
                                 const std::atomic<bool>* cancel) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) {
    const int why = errno;
    return Fail(
        why == ENOENT || why == ENOTDIR ? ErrorCode::kFileNotFound : ErrorCode::kFileUnreadable,
        fmt::format("{}: cannot be opened: {}", path.string(), std::strerror(why)));
  }
  Sha256Pieces digest;
  std::string piece(kPiece, '\0');
  while (const auto size = std::fread(piece.data(), 1, piece.size(), file.get())) {
    digest.Add({piece.data(), size});
    if (cancel && cancel->load())
      return Fail(ErrorCode::kInterrupted, path.string() + ": interrupted");
  }
  if (std::ferror(file.get())) {
    return Fail(ErrorCode::kFileUnreadable, fmt::format("{}: cannot be read to its end: {}",
                                                        path.string(), std::strerror(errno)));
  }
  return digest.Finish();
}

}  // namespace plyo
