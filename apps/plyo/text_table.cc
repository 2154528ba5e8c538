#include "text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "terminal.h"

namespace plyo::cli {
namespace {
constexpr std::size_t kGap = 2;
}  // namespace

void TextTable::AddRow(std::vector<std::string> cells, std::string remark) {
  rows_.push_back({std::move(cells), std::move(remark)});
}

std::vector<std::size_t> TextTable::Widths() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.cells.size()));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], Columns(row.cells[i]));
    }
  }
  return widths;
}

std::size_t TextTable::Width() const {
  const auto widths = Widths();
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
         kGap * (widths.empty() ? 0 : widths.size() - 1);
}

std::string TextTable::Text(std::size_t width) const {
  const auto widths = Widths();
  const auto table_width = Width();
  std::vector<std::string> below;
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string padding(widths[i] - Columns(row.cells[i]), ' ');
      if (i > 0) line.append(kGap, ' ').append(padding);
      line.append(row.cells[i]);
      if (i == 0) line.append(padding);
    }
    if (!row.remark.empty()) {
      line.append(table_width - Columns(line) + kGap, ' ');
      if (table_width + kGap + Columns(row.remark) <= width) {
        line.append(row.remark);
      } else {
        auto at = std::ranges::find(below, row.remark);
        if (at == below.end()) at = below.insert(below.end(), row.remark);
        line.append(fmt::format("[{}]", at - below.begin() + 1));
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text.append(line).push_back('\n');
  }
  for (std::size_t i = 0; i < below.size(); ++i) {
    text += Wrapped(fmt::format("[{}] {}", i + 1, below[i]), width, 4) + "\n";
  }
  return text;
}

}  // namespace plyo::cli
