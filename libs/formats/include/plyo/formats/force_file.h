#pragma once

#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/force/force_record.h"

namespace plyo {

/// How the columns of a force file are to be understood. A column is named as the header has it, or
/// by its number from 1; what is not given is found where only one reading is possible.
struct ForceFileLayout {
  std::string time_column = {};
  std::vector<std::string> force_columns = {};  ///< their sum is the force
  std::optional<double> rate_hz = {};           ///< in place of a column of time
  double scale = 1;  ///< newtons to a unit of the file; negative turns over
};

struct ForceFile {
  ForceRecord record;
  std::string time_column;                 ///< as found; empty where the rate was given
  std::vector<std::string> force_columns;  ///< as found
};

/// Reads vertical force over time: text with columns separated by commas, semicolons, tabs or
/// blanks, numbers with a point (or a comma, where that does not separate columns), any lines of
/// header before the numbers and rows of units among them.
///
/// Fails with kInvalidForce and a message that names the line and the column and what to give where
/// the layout stays open, a cell is no finite number, or times are not evenly spaced.
Result<ForceFile> ReadForceText(std::istream& in, std::string_view name,
                                const ForceFileLayout& layout);
/// As above from a file; fails with kFileNotFound, kFileUnreadable and kFileEmpty too.
Result<ForceFile> ReadForceFile(const std::filesystem::path& path, const ForceFileLayout& layout);

}  // namespace plyo
