#pragma once

#include <cstddef>
#include <functional>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"

namespace plyo::formats {

/// A record of a CSV file (RFC 4180, or tab and spaces around unquoted fields).
struct CsvRow {
  std::size_t line = 0;  ///< of the file, from 1, where the record begins
  std::vector<std::string> fields;
};

/// What a CSV file may be at most; a file beyond it is refused before it fills the memory.
struct CsvLimits {
  std::size_t rows = 100'000;
  std::size_t fields = 1000;       ///< in a row
  std::size_t field_bytes = 4096;  ///< of a field
};

/// What to say of a table whose only column holds semicolons.
inline constexpr std::string_view kSemicolons =
    "the columns are separated by ';'; save it as CSV separated by commas, with a point in numbers";

/// Gives the records of `in` one by one; blank lines are left out, a byte order mark is skipped.
/// `separator` stands between fields.
///
/// Ends early with the visitor's failure, or with `code` and a message that begins with
/// `name:line:` where the file is not CSV or is beyond the limits.
Result<void> ReadCsv(std::istream& in, std::string_view name, ErrorCode code,
                     const CsvLimits& limits, const std::function<Result<void>(CsvRow&&)>& visit,
                     char separator = ',');

/// Appends one field after another, quoted where RFC 4180 wants it, lines ending in "\r\n".
class CsvText {
 public:
  CsvText& Field(std::string_view text);
  CsvText& EndRow();
  const std::string& Text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  bool row_begun_ = false;
};

}  // namespace plyo::formats
