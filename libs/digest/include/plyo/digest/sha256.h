#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "plyo/base/error.h"

namespace plyo {

/// Bytes as lower hexadecimal digits, two each.
std::string Hex(std::string_view bytes);

/// SHA-256 (FIPS 180-4) as 64 lower hexadecimal digits. Thread safe.
std::string Sha256(std::string_view bytes);

/// The same of bytes that come in pieces.
class Sha256Pieces {
 public:
  Sha256Pieces();
  ~Sha256Pieces();
  void Add(std::string_view bytes);
  /// Of all that was added; nothing comes after it.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The same of a file's bytes, read in pieces: memory does not grow with the file. Fails with
/// kFileNotFound, kFileUnreadable, or kInterrupted once `cancel` is set. Thread safe.
Result<std::string> Sha256OfFile(const std::filesystem::path& path,
                                 const std::atomic<bool>* cancel = nullptr);

}  // namespace plyo
