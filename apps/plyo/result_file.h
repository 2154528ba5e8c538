#pragma once

#include <filesystem>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"

namespace plyo::cli {

/// A result document from a file. Fails with kFileNotFound, kFileUnreadable, kFileEmpty and
/// kInvalidDocument; the message names the file.
Result<AnalysisResult> ReadResultFile(const std::filesystem::path& path);

}  // namespace plyo::cli
