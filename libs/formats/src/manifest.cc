#include "plyo/formats/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <utility>

#include "csv_text.h"
#include "input_file.h"
#include "plyo/formats/athlete_limits.h"
#include "text.h"

namespace plyo {
namespace {

using formats::CsvRow;

constexpr std::array<std::string_view, 10> kColumns = {
    "file", "sport",       "athlete",      "height_m",       "mass_kg",
    "sex",  "capture_fps", "box_height_m", "belt_speed_m_s", "date"};

/// Every column that a manifest may have: the fixed ones and the parameters of the sports.
std::vector<std::string> KnownColumns(std::span<const Sport> sports) {
  std::vector<std::string> known(kColumns.begin(), kColumns.end());
  for (const auto& sport : sports) {
    for (const auto& parameter : sport.parameters) {
      if (std::ranges::find(known, parameter.id) == known.end()) known.push_back(parameter.id);
    }
  }
  return known;
}

/// A day that there was, as YYYY-MM-DD.
bool IsDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i != 4 && i != 7 && (text[i] < '0' || text[i] > '9')) return false;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    return static_cast<int>(formats::ParseInteger(text.substr(at, digits)).value_or(0));
  };
  namespace chrono = std::chrono;
  return chrono::year_month_day{chrono::year{number(0, 4)},
                                chrono::month{static_cast<unsigned>(number(5, 2))},
                                chrono::day{static_cast<unsigned>(number(8, 2))}}
      .ok();
}

class Manifest {
 public:
  Manifest(std::string_view name, std::span<const Sport> sports) : name_(name), sports_(sports) {}

  Result<void> Take(CsvRow&& row) {
    if (columns_.empty()) return TakeHeader(std::move(row));
    if (row.fields.size() != columns_.size()) {
      return Refuse(
          row.line,
          fmt::format("{} columns and not {} as in the header; quote a field that has a comma",
                      row.fields.size(), columns_.size()));
    }
    ManifestEntry entry;
    entry.line = row.line;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (row.fields[i].empty()) continue;
      if (auto taken = TakeCell(entry, columns_[i], row.fields[i]); !taken) {
        return Refuse(row.line, taken.error().message);
      }
    }
    if (entry.file.empty()) return Refuse(row.line, "file: the name of the clip is missing");
    if (auto known = CheckParameters(entry); !known) return Refuse(row.line, known.error().message);
    entries_.push_back(std::move(entry));
    return {};
  }

  Result<std::vector<ManifestEntry>> Finish() && {
    if (columns_.empty())
      return Fail(ErrorCode::kInvalidManifest, fmt::format("{}: the file has no content", name_));
    if (entries_.empty())
      return Fail(ErrorCode::kInvalidManifest, fmt::format("{}: a header and no rows", name_));
    return std::move(entries_);
  }

 private:
  tl::unexpected<Error> Refuse(std::size_t line, std::string_view what) const {
    return Fail(ErrorCode::kInvalidManifest, fmt::format("{}:{}: {}", name_, line, what));
  }

  Result<void> TakeHeader(CsvRow&& row) {
    if (row.fields.size() == 1 && row.fields[0].find(';') != std::string::npos) {
      return Refuse(row.line, formats::kSemicolons);
    }
    const auto known = KnownColumns(sports_);
    std::set<std::string_view> seen;
    for (const auto& column : row.fields) {
      if (std::ranges::find(known, column) == known.end()) {
        return Refuse(row.line, fmt::format("unknown column '{}'; known are {}", column,
                                            formats::Join(known, ", ")));
      }
      if (!seen.insert(column).second)
        return Refuse(row.line, fmt::format("column '{}' twice", column));
    }
    if (!seen.contains("file")) return Refuse(row.line, "there is no column 'file'");
    columns_ = std::move(row.fields);
    return {};
  }

  Result<void> TakeCell(ManifestEntry& entry, const std::string& column, const std::string& text) {
    if (column == "file") {
      entry.file = text;
    } else if (column == "sport") {
      if (!FindSport(text)) {
        std::vector<std::string_view> ids;
        for (const auto& sport : sports_) ids.push_back(sport.id);
        return Fail(ErrorCode::kInvalidManifest,
                    fmt::format("sport: '{}' is not one of {}", text, formats::Join(ids, ", ")));
      }
      entry.sport = text;
    } else if (column == "athlete") {
      entry.athlete = text;
    } else if (column == "sex") {
      const auto sex = ParseSex(text, "sex");
      if (!sex) return tl::unexpected(sex.error());
      entry.sex = *sex;
    } else if (column == "date") {
      if (!IsDate(text))
        return Fail(ErrorCode::kInvalidManifest,
                    fmt::format("date: '{}' is no day of the form 2026-05-31", text));
      entry.date = text;
    } else {
      return TakeNumber(entry, column, text);
    }
    return {};
  }

  Result<void> TakeNumber(ManifestEntry& entry, const std::string& column,
                          const std::string& text) {
    const auto number = formats::ParseNumber(text);
    if (!number) {
      const bool comma = text.find(',') != std::string::npos;
      return Fail(ErrorCode::kInvalidManifest,
                  fmt::format("{}: '{}' is not a number{}", column, text,
                              comma ? "; write a point for the decimals" : ""));
    }
    if (column == "height_m") return Keep(CheckHeight(*number, column), entry.height_m);
    if (column == "mass_kg") return Keep(CheckMass(*number, column), entry.mass_kg);
    if (column == "capture_fps") return Keep(CheckCaptureFps(*number, column), entry.capture_fps);
    entry.parameters[column] = *number;
    return {};
  }

  static Result<void> Keep(const Result<double>& checked, std::optional<double>& field) {
    if (!checked) return tl::unexpected(checked.error());
    field = *checked;
    return {};
  }

  /// A parameter must be one of the row's sport; where the row names none, of some sport: the
  /// caller knows which.
  Result<void> CheckParameters(const ManifestEntry& entry) const {
    const Sport* sport = FindSport(entry.sport);
    if (!sport) return {};
    for (const auto& [id, value] : entry.parameters) {
      const auto at = std::ranges::find(sport->parameters, id, &ParameterDescriptor::id);
      if (at == sport->parameters.end()) {
        return Fail(ErrorCode::kInvalidManifest,
                    fmt::format("{}: {} does not take it; leave the cell empty", id, sport->id));
      }
      if (auto checked = CheckParameter(value, *at, id); !checked)
        return tl::unexpected(checked.error());
    }
    return {};
  }

  const Sport* FindSport(std::string_view id) const {
    const auto at = std::ranges::find(sports_, id, &Sport::id);
    return at == sports_.end() ? nullptr : &*at;
  }

  std::string_view name_;
  std::span<const Sport> sports_;
  std::vector<std::string> columns_;
  std::vector<ManifestEntry> entries_;
};

}  // namespace

Result<std::vector<ManifestEntry>> ReadManifest(std::istream& in, std::string_view name,
                                                std::span<const Sport> sports) {
  Manifest manifest(name, sports);
  const auto read =
      formats::ReadCsv(in, name, ErrorCode::kInvalidManifest, {},
                       [&manifest](CsvRow&& row) { return manifest.Take(std::move(row)); });
  if (!read) return tl::unexpected(read.error());
  return std::move(manifest).Finish();
}

Result<std::vector<ManifestEntry>> ReadManifestFile(const std::filesystem::path& path,
                                                    std::span<const Sport> sports) {
  auto in = formats::OpenManifest(path);
  if (!in) return tl::unexpected(in.error());
  return ReadManifest(*in, path.filename().string(), sports);
}

}  // namespace plyo
