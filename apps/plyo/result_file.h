#pragma once

#include <filesystem>
#include <string_view>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"

namespace plyo::cli {

/// A result document from a file. Fails with kFileNotFound, kFileUnreadable, kFileEmpty and
/// kInvalidDocument; the message names the file, and ends in `hint` where it holds no JSON object.
Result<AnalysisResult> ReadResultFile(const std::filesystem::path& path,
                                      std::string_view hint = {});

}  // namespace plyo::cli
