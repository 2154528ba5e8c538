#include "csv_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

namespace plyo::formats {
namespace {

using ::testing::HasSubstr;

Result<std::vector<CsvRow>> Read(const std::string& text, const CsvLimits& limits = {}) {
  std::istringstream in(text);
  std::vector<CsvRow> rows;
  auto read = ReadCsv(in, "f.csv", ErrorCode::kInvalidManifest, limits,
                      [&rows](CsvRow&& row) -> Result<void> {
                        rows.push_back(std::move(row));
                        return {};
                      });
  if (!read) return tl::unexpected(read.error());
  return rows;
}

TEST(Csv, QuotedFieldsMayHoldCommasQuotesAndLines) {
  const auto rows = Read("a,\"b, \"\"c\"\"\nd\",e\r\n\r\nf,g,h");
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_THAT((*rows)[0].fields, ::testing::ElementsAre("a", "b, \"c\"\nd", "e"));
  EXPECT_THAT((*rows)[1].fields, ::testing::ElementsAre("f", "g", "h"));
}

TEST(Csv, RowsKnowTheirLine) {
  const auto rows = Read("a\n\"b\nb\"\n\nc\n");
  ASSERT_TRUE(rows);
  EXPECT_EQ((*rows)[0].line, 1U);
  EXPECT_EQ((*rows)[1].line, 2U);
  EXPECT_EQ((*rows)[2].line, 5U);
}

TEST(Csv, LinesMayEndInEveryOldWay) {
  const auto rows = Read("a\rb\r\nc\nd");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ((*rows)[i].line, i + 1);
}

TEST(Csv, AByteOrderMarkIsSkipped) {
  EXPECT_EQ((*Read("\xEF\xBB\xBF"
                   "file,sport\n"))[0]
                .fields[0],
            "file");
}

TEST(Csv, WhatIsNotCsvIsRefusedWithItsLine) {
  EXPECT_THAT(Read("a\nb\"c\n").error().message, HasSubstr("f.csv:2: a quotation mark"));
  EXPECT_THAT(Read("a\n\"b\nc\n").error().message, HasSubstr("f.csv:2: the file ends inside"));
  EXPECT_THAT(Read(std::string("a\n\0b\n", 5)).error().message, HasSubstr("f.csv:2: a zero byte"));
}

TEST(Csv, LimitsAreKept) {
  EXPECT_THAT(Read("a\nb\nc\n", {.rows = 2}).error().message,
              HasSubstr("f.csv:3: more than 2 rows"));
  EXPECT_THAT(Read("a,b,c\n", {.fields = 2}).error().message, HasSubstr("more than 2 fields"));
  EXPECT_THAT(Read("abc,d\n", {.field_bytes = 2}).error().message, HasSubstr("more than 2 bytes"));
  EXPECT_THAT(Read("\"" + std::string(100'000, 'x')).error().message,
              HasSubstr("f.csv:1: a field of more than 4096"));
}

TEST(Csv, TheVisitorsFailureEndsTheReading) {
  std::istringstream in("a\nb\nc\n");
  int rows = 0;
  const auto read =
      ReadCsv(in, "f.csv", ErrorCode::kInvalidManifest, {}, [&rows](CsvRow&&) -> Result<void> {
        if (++rows == 2) return Fail(ErrorCode::kInternal, "enough");
        return {};
      });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "enough");
  EXPECT_EQ(rows, 2);
}

RC_GTEST_PROP(Csv, WhatIsWrittenIsRead, ()) {
  // Any text but zero bytes; a row of one empty field is a blank line, which no reader can tell
  // from none.
  const auto field = rc::gen::container<std::string>(rc::gen::nonZero<char>());
  const auto table = *rc::gen::container<std::vector<std::vector<std::string>>>(
      rc::gen::container<std::vector<std::string>>(3, field));
  CsvText text;
  for (const auto& row : table) {
    for (const auto& cell : row) text.Field(cell);
    text.EndRow();
  }
  if (text.Text().starts_with("\xEF\xBB\xBF")) return;
  const auto rows = Read(text.Text());
  RC_ASSERT(static_cast<bool>(rows));
  RC_ASSERT(rows->size() == table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t j = 0; j < 3; ++j) RC_ASSERT((*rows)[i].fields[j] == table[i][j]);
  }
}

}  // namespace
}  // namespace plyo::formats
