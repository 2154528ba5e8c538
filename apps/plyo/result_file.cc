#include "result_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "plyo/force/force_analysis.h"
#include "plyo/report/html_report.h"
#include "plyo/results/edit.h"
#include "plyo/wire/result_json.h"

namespace plyo::cli {
namespace fs = std::filesystem;

Result<AnalysisResult> ReadResultFile(const fs::path& path, std::string_view hint) {
  const auto fail = [&path](ErrorCode code, std::string_view what) {
    return Fail(code, fmt::format("{}: {}", path.string(), what));
  };
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) return fail(ErrorCode::kFileNotFound, "there is no such file");
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(status))
    return fail(ErrorCode::kFileUnreadable, "cannot be read; is it a file that you may read?");
  // One byte more than a document may have is enough to be refused.
  const ResultDocumentLimits limits;
  std::string text(limits.bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad()) return fail(ErrorCode::kFileUnreadable, "cannot be read to its end");
  if (text.empty()) return fail(ErrorCode::kFileEmpty, "the file has no content");
  auto result = ResultFromDocument(text, limits);
  if (!result) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool object = first != std::string::npos && text[first] == '{';
    return fail(result.error().code, result.error().message + std::string(object ? "" : hint));
  }
  return result;
}

bool IsEdited(const AnalysisResult& result) {
  return !result.provenance.Option(kManualOption).empty();
}

const Sport* SportOf(const AnalysisResult& result, std::span<const Sport> sports) {
  if (result.source.kind == SourceKind::kForcePlate) return FindForceSport(result.sport);
  const auto at = std::ranges::find(sports, result.sport, &Sport::id);
  return at == sports.end() ? nullptr : &*at;
}

std::string ReportOfDocument(const AnalysisResult& result, const Sport& sport) {
  const std::string athlete = result.provenance.Option("athlete");
  const std::string date = result.provenance.Option("date");
  return RenderHtmlReport({.result = result,
                           .sport = sport,
                           .key_frames = {},
                           .athlete_name = athlete,
                           .recorded_on = date,
                           .versions = {}});
}

Result<void> SpareEdited(const OutputPaths& outputs) {
  if (!outputs.json) return {};
  const auto there = ReadResultFile(*outputs.json);
  if (!there || !IsEdited(*there)) return {};
  return Fail(ErrorCode::kOutputNotWritable,
              fmt::format("{}: was edited by hand ({}) and is kept; name another output, or give "
                          "--again to lose what was edited",
                          outputs.json->string(), there->provenance.Option(kManualOption)));
}

}  // namespace plyo::cli
