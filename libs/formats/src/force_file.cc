#include "plyo/formats/force_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

#include "csv_text.h"
#include "input_file.h"
#include "plyo/kinematics/signal.h"
#include "text.h"

namespace plyo {
namespace {

using formats::CsvRow;

constexpr std::size_t kMostBytes = std::size_t{512} << 20;
constexpr std::size_t kMostHeaderRows = 200;
constexpr double kSlowest_hz = 20;
constexpr double kRoundedTime_s = 6e-4;
constexpr double kSameRate = 0.01;  // as a share

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

std::string_view Trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// What stands between the columns, by the last line, where there are numbers alone.
char SeparatorOf(std::string_view text) {
  const auto end = text.find_last_not_of(" \t\r\n;,");
  if (end == std::string_view::npos) return ',';
  const auto before = text.find_last_of("\r\n", end);
  const auto line =
      Trimmed(text.substr(before == std::string_view::npos ? 0 : before + 1,
                          end - (before == std::string_view::npos ? 0 : before + 1) + 1));
  for (const char separator : {'\t', ';', ','}) {
    if (line.find(separator) != std::string_view::npos) return separator;
  }
  return line.find(' ') == std::string_view::npos ? ',' : ' ';
}

/// Letters and digits of a name in lower case, without a unit in brackets.
std::string Plain(std::string_view name) {
  std::string plain;
  for (const char c : Lower(name.substr(0, name.find_first_of("([")))) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain.push_back(c);
  }
  return plain;
}

bool IsTimeName(std::string_view name) {
  const auto plain = Plain(name);
  for (const char* known : {"t", "ts", "tms", "time", "times", "timems", "seconds", "timestamp",
                            "zeit", "tiempo", "temps"}) {
    if (plain == known) return true;
  }
  return false;
}

bool IsWholeForceName(std::string_view name) {
  const auto plain = Plain(name);
  for (const char* known :
       {"fz", "fzn", "force", "forcen", "verticalforce", "forcez", "zforce", "grfz", "vgrf", "grf",
        "fzsum", "fztotal", "total", "totalforce", "totalfz", "combined", "sum", "ztotal"}) {
    if (plain == known) return true;
  }
  return false;
}

/// A plate's name without what tells it from the other plate's.
std::string WithoutSide(std::string_view name) {
  std::string base = Plain(name);
  for (const char* side : {"left", "right"}) {
    if (const auto at = base.find(side); at != std::string::npos)
      base.erase(at, std::string_view(side).size());
  }
  std::erase_if(base, [](char c) { return c >= '0' && c <= '9'; });
  return base;
}

/// A table of numbers below a header, read row by row into time and force.
class ForceTable {
 public:
  ForceTable(std::string_view name, const ForceFileLayout& layout, char separator,
             std::size_t columns)
      : name_(name), layout_(layout), separator_(separator), columns_(columns) {}

  Result<void> Take(CsvRow&& row) {
    Tidy(row.fields);
    if (row.fields.empty()) return {};
    if (!began_) {
      if (!IsData(row)) return TakeHeader(std::move(row));
      if (auto found = FindColumns(); !found) return found;
      began_ = true;
    }
    if (row.fields.size() < columns_) {
      return Refuse(row.line, fmt::format("{} columns and not {} as in the other rows",
                                          row.fields.size(), columns_));
    }
    if (time_) {
      const auto t = Number(row, *time_);
      if (!t) return tl::unexpected(t.error());
      if (!times_.empty() && !(*t > times_.back())) {
        return Refuse(row.line, fmt::format("column {}: the time {} does not go on from {}",
                                            NameOf(*time_), row.fields[*time_], times_.back()));
      }
      times_.push_back(*t);
      lines_.push_back(row.line);
    }
    if (named_time_) {
      if (const auto t = Number(row, *named_time_)) times_.push_back(*t);
    }
    double force = 0;
    for (const std::size_t column : forces_) {
      const auto value = Number(row, column);
      if (!value) return tl::unexpected(value.error());
      force += *value * layout_.scale;
    }
    force_.push_back(force);
    return {};
  }

  Result<ForceFile> Finish() && {
    if (!began_) {
      return Refuse(1, "there is no row of numbers alone; is it a table of forces over time?");
    }
    ForceFile file;
    file.record.force_n = std::move(force_);
    for (const std::size_t column : forces_) file.force_columns.push_back(NameOf(column));
    if (!time_) {
      file.record.rate_hz = *layout_.rate_hz;
      if (auto agrees = CheckRate(*layout_.rate_hz); !agrees) return tl::unexpected(agrees.error());
      return file;
    }
    file.time_column = NameOf(*time_);
    if (times_.size() < 2) return Refuse(1, "there is one row of numbers alone");
    if (InMilliseconds(*time_)) {
      for (double& t : times_) t /= 1000;
    }
    const double span_s = times_.back() - times_.front();
    const double rate = static_cast<double>(times_.size() - 1) / span_s;
    if (rate < kSlowest_hz) {
      return Refuse(1, fmt::format("column {}: {:.4g} a step is too long for seconds; are they "
                                   "milliseconds or numbers of samples? Give the sample rate by "
                                   "--rate",
                                   file.time_column, 1 / rate));
    }
    for (std::size_t i = 0; i < times_.size(); ++i) {
      const double even = times_.front() + static_cast<double>(i) / rate;
      if (std::abs(times_[i] - even) > 1 / rate + kRoundedTime_s) {
        return RefuseGap(file.time_column);
      }
    }
    file.record.rate_hz = std::abs(rate - std::round(rate)) < 1e-3 * rate ? std::round(rate) : rate;
    file.record.begin_s = times_.front();
    return file;
  }

 private:
  /// A rate that was given, and a column of time that says nearly the same but not quite: one of
  /// them is wrong. Whole factors are those of a unit.
  Result<void> CheckRate(double rate_hz) const {
    if (times_.size() < 2 || times_.back() <= times_.front()) return {};
    const double unit = InMilliseconds(*named_time_) ? 1000 : 1;
    const double by_column =
        unit * static_cast<double>(times_.size() - 1) / (times_.back() - times_.front());
    const double ratio = rate_hz / by_column;
    if (std::abs(ratio - 1) < kSameRate || ratio < 0.1 || ratio > 10) return {};
    return Refuse(1, fmt::format("--rate {:g}: column {} says {:.6g} Hz; leave --rate out, or, "
                                 "where the column is wrong, take it out of the file",
                                 rate_hz, NameOf(*named_time_), by_column));
  }

  /// Where the times leap most. A gap bends the even spacing over the whole file, so that it is
  /// elsewhere that times are too far off.
  tl::unexpected<Error> RefuseGap(std::string_view column) const {
    std::vector<double> steps;
    for (std::size_t i = 1; i < times_.size(); ++i) steps.push_back(times_[i] - times_[i - 1]);
    const double usual = Median(steps);
    const auto at = std::ranges::max_element(
        steps, {}, [usual](double step) { return std::abs(step - usual); });
    const auto row = static_cast<std::size_t>(at - steps.begin()) + 1;
    const double missing = std::round(*at / usual) - 1;
    const auto between = fmt::format("{:.10g} and {:.10g} s", times_[row - 1], times_[row]);
    std::string what;
    if (missing < 1) {
      what = fmt::format("{:.4g} s between {}, {:.4g} s elsewhere", *at, between, usual);
    } else if (missing < 2) {
      what = "a sample is missing between " + between;
    } else {
      what = fmt::format("{:.0f} samples are missing between {}", missing, between);
    }
    return Refuse(lines_[row],
                  fmt::format("column {}: the times are not evenly spaced: {}", column, what));
  }

  tl::unexpected<Error> Refuse(std::size_t line, std::string_view what) const {
    return Fail(ErrorCode::kInvalidForce, fmt::format("{}:{}: {}", name_, line, what));
  }

  /// Blanks separate however many they are; a separator at the end opens no column.
  void Tidy(std::vector<std::string>& fields) const {
    for (auto& field : fields) field = std::string(Trimmed(field));
    if (separator_ == ' ') std::erase(fields, "");
    while (fields.size() > columns_ && fields.back().empty()) fields.pop_back();
  }

  std::optional<double> Parse(std::string text) const {
    if (separator_ != ',') std::ranges::replace(text, ',', '.');
    return formats::ParseNumber(text);
  }

  bool IsData(const CsvRow& row) const {
    if (row.fields.size() != columns_) return false;
    return std::ranges::all_of(row.fields, [this](const std::string& field) {
      const auto lower = Lower(field);
      return Parse(field) || lower == "nan" || lower == "inf" || lower == "-inf";
    });
  }

  Result<void> TakeHeader(CsvRow&& row) {
    if (++header_rows_ > kMostHeaderRows) {
      return Refuse(row.line,
                    fmt::format("{} lines and no row of {} numbers yet; the last line of the file "
                                "has so many",
                                kMostHeaderRows, columns_));
    }
    if (row.fields.size() == columns_) header_.push_back(std::move(row.fields));
    return {};
  }

  Result<double> Number(const CsvRow& row, std::size_t column) const {
    const auto value = Parse(row.fields[column]);
    if (value) return *value;
    return Refuse(row.line, fmt::format("column {}: '{}' is not a number{}", NameOf(column),
                                        row.fields[column],
                                        row.fields[column].empty() ? "; the cell is empty" : ""));
  }

  /// The line of the header that tells most columns apart.
  const std::vector<std::string>* Names() const {
    const std::vector<std::string>* best = nullptr;
    std::size_t most = 0;
    for (const auto& row : header_) {
      const std::set<std::string> distinct(row.begin(), row.end());
      if (distinct.size() > most) {
        most = distinct.size();
        best = &row;
      }
    }
    return best;
  }

  std::string NameOf(std::size_t column) const {
    const auto* names = Names();
    return names && !(*names)[column].empty() ? fmt::format("'{}'", (*names)[column])
                                              : fmt::format("{}", column + 1);
  }

  std::string AllNames() const {
    constexpr std::size_t kMost = 12;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(columns_, kMost); ++i) names.push_back(NameOf(i));
    if (columns_ > kMost) names.emplace_back("...");
    return formats::Join(names, ", ");
  }

  bool InMilliseconds(std::size_t column) const {
    return std::ranges::any_of(header_, [&](const auto& row) {
      const auto lower = Lower(row[column]);
      return lower == "ms" || lower.find("(ms)") != std::string::npos ||
             lower.find("[ms]") != std::string::npos || lower.ends_with("_ms");
    });
  }

  Result<std::size_t> Resolve(const std::string& wanted, std::string_view flag) const {
    std::vector<std::size_t> found;
    for (std::size_t column = 0; column < columns_; ++column) {
      if (std::ranges::any_of(
              header_, [&](const auto& row) { return Lower(row[column]) == Lower(wanted); })) {
        found.push_back(column);
      }
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1)
      return Refuse(1, fmt::format("{} {}: {} columns have that name; give its number", flag,
                                   wanted, found.size()));
    const auto number = formats::ParseInteger(wanted);
    if (number && *number >= 1 && static_cast<std::size_t>(*number) <= columns_)
      return static_cast<std::size_t>(*number - 1);
    return Refuse(1, fmt::format("{} {}: there is no such column; there are {}: {}", flag, wanted,
                                 columns_, AllNames()));
  }

  Result<void> FindColumns() {
    if (!layout_.time_column.empty()) {
      const auto column = Resolve(layout_.time_column, "--time-column");
      if (!column) return tl::unexpected(column.error());
      time_ = *column;
    }
    const auto named_time = NamedTime();
    if (!time_ && !layout_.rate_hz) {
      if (!named_time) {
        return Refuse(1, fmt::format("which column is the time cannot be told ({}); name it by "
                                     "--time-column, or give the sample rate by --rate",
                                     AllNames()));
      }
      time_ = named_time;
    }
    if (!time_) named_time_ = named_time;
    for (const auto& wanted : layout_.force_columns) {
      const auto column = Resolve(wanted, "--force-column");
      if (!column) return tl::unexpected(column.error());
      if (std::ranges::find(forces_, *column) != forces_.end())
        return Refuse(1, fmt::format("--force-column {}: the column is named twice", wanted));
      if (time_ == *column)
        return Refuse(1, fmt::format("--force-column {}: that is the column of time", wanted));
      forces_.push_back(*column);
    }
    if (forces_.empty()) forces_ = LikelyForces(time_ ? time_ : named_time);
    if (forces_.empty()) {
      return Refuse(1, fmt::format("which of the columns is the vertical force cannot be told "
                                   "({}); name it by --force-column, or each plate's",
                                   AllNames()));
    }
    return {};
  }

  std::optional<std::size_t> NamedTime() const {
    const auto* names = Names();
    if (!names) return std::nullopt;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < columns_; ++i) {
      if (!IsTimeName((*names)[i])) continue;
      if (found) return std::nullopt;
      found = i;
    }
    return found;
  }

  /// The only one that can be; one that is named as the whole force; or two plates.
  std::vector<std::size_t> LikelyForces(std::optional<std::size_t> time) const {
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < columns_; ++i) {
      if (time != i) others.push_back(i);
    }
    if (others.size() == 1) return others;
    const auto* names = Names();
    if (!names) return {};
    std::vector<std::size_t> whole;
    for (const std::size_t i : others) {
      if (IsWholeForceName((*names)[i])) whole.push_back(i);
    }
    if (whole.size() == 1) return whole;
    if (!whole.empty()) return {};
    std::vector<std::size_t> plates = others;
    std::erase_if(plates, [&](std::size_t i) {
      const auto base = WithoutSide((*names)[i]);
      if (base.find("hz") != std::string::npos) return true;  // one force, filtered
      return others.size() > 2 && base != "z" && base.find("fz") == std::string::npos;
    });
    if (plates.size() == 2 &&
        WithoutSide((*names)[plates[0]]) == WithoutSide((*names)[plates[1]]) &&
        Plain((*names)[plates[0]]) != Plain((*names)[plates[1]])) {
      return plates;
    }
    return {};
  }

  std::string_view name_;
  const ForceFileLayout& layout_;
  char separator_;
  std::size_t columns_;
  std::vector<std::vector<std::string>> header_;
  std::size_t header_rows_ = 0;
  bool began_ = false;
  std::optional<std::size_t> time_;
  std::optional<std::size_t> named_time_;  ///< where the rate is given in its place
  std::vector<std::size_t> forces_;
  std::vector<double> times_;
  std::vector<std::size_t> lines_;  ///< of the file, those of the times
  std::vector<double> force_;
};

/// Columns of the last line that holds anything.
std::size_t ColumnsOf(std::string_view text, char separator) {
  const auto end = text.find_last_not_of(" \t\r\n;,");
  const auto before = end == std::string_view::npos ? end : text.find_last_of("\r\n", end);
  auto line = text.substr(before == std::string_view::npos ? 0 : before + 1,
                          end - (before == std::string_view::npos ? 0 : before + 1) + 1);
  if (separator != '\t') line = Trimmed(line);
  std::size_t columns = 1;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == separator && (separator != ' ' || line[i - 1] != ' ')) ++columns;
  }
  return columns;
}

}  // namespace

Result<ForceFile> ReadForceText(std::istream& in, std::string_view name,
                                const ForceFileLayout& layout) {
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (in.bad())
    return Fail(ErrorCode::kFileUnreadable, fmt::format("{}: cannot be read to its end", name));
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    return Fail(ErrorCode::kFileEmpty, fmt::format("{}: the file has no content", name));
  if (text.size() > kMostBytes) {
    return Fail(ErrorCode::kInvalidForce,
                fmt::format("{}: more than {} MB; cut it", name, kMostBytes >> 20));
  }
  const char separator = SeparatorOf(text);
  ForceTable table(name, layout, separator, ColumnsOf(text, separator));
  std::istringstream rows(std::move(text));
  const auto read = formats::ReadCsv(
      rows, name, ErrorCode::kInvalidForce, {.rows = 50'000'000},
      [&table](CsvRow&& row) { return table.Take(std::move(row)); }, separator);
  if (!read) return tl::unexpected(read.error());
  return std::move(table).Finish();
}

Result<ForceFile> ReadForceFile(const std::filesystem::path& path, const ForceFileLayout& layout) {
  auto in = formats::OpenInput(path);
  if (!in) return tl::unexpected(in.error());
  return ReadForceText(*in, path.filename().string(), layout);
}

}  // namespace plyo
