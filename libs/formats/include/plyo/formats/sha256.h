#pragma once

#include <atomic>
#include <filesystem>
#include <string>

#include "plyo/base/error.h"

namespace plyo {

/// SHA-256 (FIPS 180-4) of a file's bytes as 64 lower hexadecimal digits, read in pieces: memory
/// does not grow with the file. Fails with kFileNotFound, kFileUnreadable, or kInterrupted once
/// `cancel` is set.
Result<std::string> Sha256OfFile(const std::filesystem::path& path,
                                 const std::atomic<bool>* cancel = nullptr);

}  // namespace plyo
