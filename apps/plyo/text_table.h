#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace plyo::cli {

/// Left free behind a table, for the numbers of its remarks.
inline constexpr std::size_t kRemarkRoom = 6;

/// Rows of cells set in columns, the first column to the left, the others to the right, and a
/// remark behind each row.
class TextTable {
 public:
  void AddRow(std::vector<std::string> cells, std::string remark = {});
  /// Columns that the table takes without remarks, with two between its columns.
  std::size_t Width() const;
  /// The rows, each ending in a line break, none in spaces. A remark that does not fit into `width`
  /// becomes a number in brackets and a line below the table.
  std::string Text(std::size_t width) const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string remark;
  };
  std::vector<std::size_t> Widths() const;

  std::vector<Row> rows_;
};

}  // namespace plyo::cli
