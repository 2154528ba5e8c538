#pragma once

#include <string>
#include <vector>

#include "context.h"

namespace plyo::service {

/// The object of the contract. Throws Refused with kNotFound.
contract::Analysis ReadAnalysis(Context& context, SqlConnection& sql, const std::string& id);

/// A file of an analysis, opened. Throws Refused with kNotFound.
std::string ReadFileText(Context& context, const contract::Analysis& analysis,
                         const std::string& name);

/// Where its files are given, with the source while it is there.
std::vector<std::string> PathsOf(SqlConnection& sql, const contract::Analysis& analysis);

/// What trends need of a result document: of each metric of the first athlete its mean, with
/// uncertainty, its smallest and largest repetition, and how many there are.
Json SummaryOf(const Json& result);

/// The name of a file's blob.
std::string BlobOf(const std::string& analysis, const std::string& name);

/// Opens the source of an analysis into a file that is made. Throws Refused.
void OpenSource(Context& context, const std::string& analysis, const std::filesystem::path& to);

/// Ends an analysis that is queued or running, in every way but `completed`, and says so.
void EndAnalysis(Context& context, SqlConnection& sql, const std::string& id,
                 std::string_view status, const std::optional<Error>& error);

}  // namespace plyo::service
