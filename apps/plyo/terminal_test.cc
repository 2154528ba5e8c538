#include "terminal.h"

#include <gtest/gtest.h>

#include "text_table.h"

namespace plyo::cli {
namespace {

constexpr Terminal kUtf8{.interactive = true, .utf8 = true, .bold = false, .width = 80};
constexpr Terminal kAscii{.interactive = true, .utf8 = false, .bold = false, .width = 80};

TEST(ForTerminal, TakesTheHarmOutOfNames) {
  EXPECT_EQ(ForTerminal("a\x1b]0;title\x07.mp4\n", kUtf8), "a?]0;title?.mp4\n");
  EXPECT_EQ(ForTerminal("a\u202Egpm.exe", kUtf8), "a?gpm.exe");
  EXPECT_EQ(ForTerminal("caf\xE9\x80.mp4", kUtf8), "caf??.mp4");
  EXPECT_EQ(ForTerminal("\xC2\x9B"
                        "31m",
                        kUtf8),
            "?31m");
  EXPECT_EQ(ForTerminal("\xE2\x82", kUtf8), "??");
  EXPECT_EQ(ForTerminal("naïve 世界 ±", kUtf8), "naïve 世界 ±");
}

TEST(ForTerminal, WritesSignsInAscii) {
  EXPECT_EQ(ForTerminal("35.2 ± 1.6 cm, −3°, naïve", kAscii), "35.2 +/- 1.6 cm, -3 deg, na?ve");
}

TEST(TerminalText, OnlyItsOwnLettersAreBold) {
  constexpr Terminal kBold{.interactive = true, .utf8 = true, .bold = true, .width = 80};
  EXPECT_EQ(TerminalText(kBold).AddBold("a\x1b[2m").Add(" b\x1b").Take(), "\x1b[1ma?[2m\x1b[0m b?");
  EXPECT_EQ(TerminalText(kUtf8).AddBold("a").Take(), "a");
}

TEST(Shortened, CutsBetweenCharacters) {
  EXPECT_EQ(Shortened("hällo", 5), "hällo");
  EXPECT_EQ(Shortened("hällo", 4), "häl…");
}

TEST(EndOf, CutsBetweenCharacters) {
  EXPECT_EQ(EndOf("hällo", 5), "hällo");
  EXPECT_EQ(EndOf("hällo", 4), "…llo");
  EXPECT_EQ(EndOf("aääää", 4), "…äää");
}

TEST(Wrapped, BreaksBetweenWords) {
  EXPECT_EQ(Wrapped("one two three", 8, 2), "one two\n  three");
  EXPECT_EQ(Wrapped("averyverylongword b", 8, 2), "averyverylongword\n  b");
  EXPECT_EQ(Wrapped("", 8, 2), "");
}

TEST(TextTable, SetsColumnsAndRemarks) {
  TextTable table;
  table.AddRow({"Height", "35.2 ± 1.6"}, "a remark");
  table.AddRow({"Time", "5"}, "another one");
  table.AddRow({"Depth", "5"}, "another one");
  EXPECT_EQ(table.Width(), 18U);
  EXPECT_EQ(table.Text(80),
            "Height  35.2 ± 1.6  a remark\nTime             5  another one\nDepth            5  "
            "another one\n");
  EXPECT_EQ(table.Text(28),
            "Height  35.2 ± 1.6  a remark\nTime             5  [1]\nDepth            5  [1]\n[1] "
            "another one\n");
}

}  // namespace
}  // namespace plyo::cli
