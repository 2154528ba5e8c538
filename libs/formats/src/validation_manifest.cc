#include "plyo/formats/validation_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "csv_text.h"
#include "input_file.h"
#include "text.h"

namespace plyo {
namespace {

using formats::CsvRow;

constexpr std::array<std::string_view, 10> kColumns = {
    "video",         "force",   "athlete", "offset_s", "time_column",
    "force_columns", "rate_hz", "scale",   "tare",     "threshold_n"};

std::vector<std::string> SplitAtPlus(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const auto end = text.find('+', begin);
    parts.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

class PairManifest {
 public:
  explicit PairManifest(std::string_view name) : name_(name) {}

  Result<void> Take(CsvRow&& row) {
    if (columns_.empty()) return TakeHeader(std::move(row));
    if (row.fields.size() != columns_.size()) {
      return Refuse(row.line, fmt::format("{} columns and not {} as in the header",
                                          row.fields.size(), columns_.size()));
    }
    ValidationEntry entry;
    entry.line = row.line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (row.fields[i].empty()) continue;
      if (auto taken = TakeCell(entry, columns_[i], row.fields[i]); !taken)
        return Refuse(row.line, taken.error().message);
    }
    if (entry.video.empty() || entry.force.empty())
      return Refuse(row.line, "a row needs both the video's result and the force file");
    entries_.push_back(std::move(entry));
    return {};
  }

  Result<std::vector<ValidationEntry>> Finish() && {
    if (entries_.empty())
      return Fail(ErrorCode::kInvalidManifest, fmt::format("{}: there are no rows", name_));
    return std::move(entries_);
  }

 private:
  tl::unexpected<Error> Refuse(std::size_t line, std::string_view what) const {
    return Fail(ErrorCode::kInvalidManifest, fmt::format("{}:{}: {}", name_, line, what));
  }

  Result<void> TakeHeader(CsvRow&& row) {
    for (const auto& column : row.fields) {
      if (std::ranges::find(kColumns, column) == kColumns.end()) {
        return Refuse(row.line, fmt::format("unknown column '{}'; known are {}", column,
                                            formats::Join(kColumns, ", ")));
      }
      if (std::ranges::count(row.fields, column) > 1)
        return Refuse(row.line, fmt::format("column '{}' twice", column));
    }
    for (const char* needed : {"video", "force"}) {
      if (std::ranges::find(row.fields, needed) == row.fields.end())
        return Refuse(row.line, fmt::format("there is no column '{}'", needed));
    }
    columns_ = std::move(row.fields);
    return {};
  }

  static Result<void> TakeCell(ValidationEntry& entry, const std::string& column,
                               const std::string& text) {
    if (column == "video") {
      entry.video = text;
    } else if (column == "force") {
      entry.force = text;
    } else if (column == "athlete") {
      entry.athlete = text;
    } else if (column == "time_column") {
      entry.time_column = text;
    } else if (column == "force_columns") {
      entry.force_columns = SplitAtPlus(text);
    } else if (column == "tare") {
      entry.tare = text;
    } else {
      const auto number = formats::ParseNumber(text);
      if (!number)
        return Fail(ErrorCode::kInvalidManifest,
                    fmt::format("{}: '{}' is not a number", column, text));
      (column == "offset_s"  ? entry.offset_s
       : column == "rate_hz" ? entry.rate_hz
       : column == "scale"   ? entry.scale
                             : entry.threshold_n) = *number;
    }
    return {};
  }

  std::string_view name_;
  std::vector<std::string> columns_;
  std::vector<ValidationEntry> entries_;
};

}  // namespace

Result<std::vector<ValidationEntry>> ReadValidationManifest(std::istream& in,
                                                            std::string_view name) {
  PairManifest manifest(name);
  const auto read =
      formats::ReadCsv(in, name, ErrorCode::kInvalidManifest, {},
                       [&manifest](CsvRow&& row) { return manifest.Take(std::move(row)); });
  if (!read) return tl::unexpected(read.error());
  return std::move(manifest).Finish();
}

Result<std::vector<ValidationEntry>> ReadValidationManifestFile(const std::filesystem::path& path) {
  auto in = formats::OpenManifest(path);
  if (!in) return tl::unexpected(in.error());
  auto entries = ReadValidationManifest(*in, path.filename().string());
  if (!entries) return entries;
  for (auto& entry : *entries) {
    for (auto* file : {&entry.video, &entry.force}) {
      if (file->is_relative()) *file = path.parent_path() / *file;
    }
  }
  return entries;
}

}  // namespace plyo
