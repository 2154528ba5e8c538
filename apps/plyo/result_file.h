#pragma once

#include <filesystem>
#include <string_view>

#include "output_paths.h"
#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"

namespace plyo::cli {

/// A result document from a file. Fails with kFileNotFound, kFileUnreadable, kFileEmpty and
/// kInvalidDocument; the message names the file, and ends in `hint` where it holds no JSON object.
Result<AnalysisResult> ReadResultFile(const std::filesystem::path& path,
                                      std::string_view hint = {});

/// Whether a person changed it after the analysis.
bool IsEdited(const AnalysisResult& result);

/// Fails with kOutputNotWritable where the document in the place of a new one was edited by hand:
/// nothing can make that again.
Result<void> SpareEdited(const OutputPaths& outputs);

}  // namespace plyo::cli
