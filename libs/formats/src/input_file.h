#pragma once

#include <filesystem>
#include <fstream>

#include "plyo/base/error.h"

namespace plyo::formats {

/// Fails with kFileNotFound and kFileUnreadable.
Result<std::ifstream> OpenInput(const std::filesystem::path& path);
/// The same, in the words for a manifest.
Result<std::ifstream> OpenManifest(const std::filesystem::path& path);

}  // namespace plyo::formats
