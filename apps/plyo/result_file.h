#pragma once

#include <filesystem>
#include <span>
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

/// What measured it: of a force plate's result what plates measure of that movement, else one of
/// `sports`. nullptr where there is none of its name.
const Sport* SportOf(const AnalysisResult& result, std::span<const Sport> sports);

/// The report of a document alone: without the curves and pictures, which it does not hold.
std::string ReportOfDocument(const AnalysisResult& result, const Sport& sport);

/// Fails with kOutputNotWritable where the document in the place of a new one was edited by hand:
/// nothing can make that again.
Result<void> SpareEdited(const OutputPaths& outputs);

}  // namespace plyo::cli
