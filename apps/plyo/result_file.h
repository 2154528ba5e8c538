#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "output_paths.h"
#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo::cli {

/// A result document from a file. Fails with kFileNotFound, kFileUnreadable, kFileEmpty and
/// kInvalidDocument; the message names the file, and ends in `hint` where it holds no JSON object.
Result<AnalysisResult> ReadResultFile(const std::filesystem::path& path,
                                      std::string_view hint = {});

/// Whether a person changed it after the analysis.
bool IsEdited(const AnalysisResult& result);

/// The report of a document alone: without the curves and pictures, which it does not hold.
std::string ReportOfDocument(const AnalysisResult& result, const Sport& sport);

/// Fails with kOutputNotWritable where the document in the place of a new one was edited by hand:
/// nothing can make that again.
Result<void> SpareEdited(const OutputPaths& outputs);

}  // namespace plyo::cli
