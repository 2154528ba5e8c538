#pragma once

#include <filesystem>
#include <string>

#include "plyo/base/error.h"

namespace plyo::service {

/// The secret of that file, made of 32 random bytes where there is none; instances on one folder
/// get the same. Errors: kOutputNotWritable.
Result<std::string> SharedSecret(const std::filesystem::path& file);

/// A whole small file. Errors: kFileNotFound, kFileUnreadable.
Result<std::string> ReadSmallFile(const std::filesystem::path& file);

/// Writes a file that its owner alone can read. Errors: kOutputNotWritable.
Result<void> WritePrivateFile(const std::filesystem::path& file, const std::string& content);

}  // namespace plyo::service
