#include "plyo/formats/force_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace plyo {
namespace {

Result<ForceFile> Read(const std::string& text, const ForceFileLayout& layout = {}) {
  std::istringstream in(text);
  return ReadForceText(in, "jump.csv", layout);
}

std::string MessageOf(const std::string& text, const ForceFileLayout& layout = {}) {
  const auto file = Read(text, layout);
  EXPECT_FALSE(file) << "it was read";
  return file ? std::string() : file.error().message;
}

TEST(ForceFile, ReadsTimeAndForceByTheirNames) {
  const auto file = Read("Time (s),Fz (N)\r\n1.000,700\r\n1.001,701\r\n1.002,702.5\r\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->record.force_n, (std::vector<double>{700, 701, 702.5}));
  EXPECT_NEAR(file->record.rate_hz, 1000, 1e-9);
  EXPECT_DOUBLE_EQ(file->record.begin_s, 1);
  EXPECT_EQ(file->time_column, "'Time (s)'");
}

TEST(ForceFile, AddsTwoPlatesUp) {
  for (const auto* head : {"FP1\tFP2", "Left\tRight", "Z Left (N)\tZ Right (N)", "Fz1\tFz2"}) {
    const auto file = Read(fmt::format("{}\n300\t360\n301\t361\n", head), {.rate_hz = 1000});
    ASSERT_TRUE(file) << head << ": " << file.error().message;
    EXPECT_EQ(file->record.force_n, (std::vector<double>{660, 662})) << head;
    EXPECT_EQ(file->force_columns.size(), 2U);
  }
}

TEST(ForceFile, ReadsAnExportWithLinesOfHeaderAndUnits) {
  const auto file = Read(
      "Athlete,Ann\n\"Test type\",CMJ\nFrequency,1000\n\n"
      "Time,Fx Left,Fy Left,Fz Left,Fx Right,Fy Right,Fz Right\ns,N,N,N,N,N,N\n"
      "0,1,2,300,4,5,310\n0.001,1,2,301,4,5,311\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->record.force_n, (std::vector<double>{610, 612}));
}

TEST(ForceFile, TakesColumnsByNumberAndName) {
  const std::string text = "ITEM\tFZ\tFZ_10Hz\n\tX\tX\n1\t700\t699\n2\t702\t699\n";
  const auto by_name = Read(text, {.force_columns = {"fz"}, .rate_hz = 2000});
  ASSERT_TRUE(by_name) << by_name.error().message;
  EXPECT_EQ(by_name->record.force_n, (std::vector<double>{700, 702}));
  const auto by_number = Read(text, {.force_columns = {"3"}, .rate_hz = 2000, .scale = -2});
  ASSERT_TRUE(by_number);
  EXPECT_EQ(by_number->record.force_n, (std::vector<double>{-1398, -1398}));
}

TEST(ForceFile, ARateThatTheColumnOfTimeContradictsIsRefused) {
  const std::string table = "Time (s),Fz\n0.000,700\n0.001,701\n0.002,702\n";
  for (const double rate : {900.0, 1100.0, 500.0}) {
    EXPECT_NE(MessageOf(table, {.rate_hz = rate}).find("'Time (s)' says 1000 Hz"),
              std::string::npos);
  }
  EXPECT_TRUE(Read(table, {.rate_hz = 1000}));
  // Numbers of samples, and a unit that nobody wrote down.
  EXPECT_TRUE(Read("Time,Fz\n1,700\n2,701\n3,702\n", {.rate_hz = 1000}));
}

TEST(ForceFile, ReadsBlanksSemicolonsAndDecimalCommas) {
  const auto blanks = Read("  0.000   700.5\n  0.001   701.5\n", {.time_column = "1"});
  ASSERT_TRUE(blanks) << blanks.error().message;
  EXPECT_EQ(blanks->record.force_n, (std::vector<double>{700.5, 701.5}));
  const auto commas = Read("Zeit;Fz\n0,000;700,5\n0,002;701,5\n");
  ASSERT_TRUE(commas) << commas.error().message;
  EXPECT_EQ(commas->record.force_n, (std::vector<double>{700.5, 701.5}));
  EXPECT_NEAR(commas->record.rate_hz, 500, 1e-9);
  const auto alone = Read("661.156\r\n661.144\r\n", {.rate_hz = 1000});
  ASSERT_TRUE(alone) << alone.error().message;
  EXPECT_EQ(alone->record.force_n.size(), 2U);
}

TEST(ForceFile, MillisecondsAreToldByTheHeader) {
  const auto file = Read("Time (ms),Fz\n0,700\n1,701\n2,702\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_NEAR(file->record.rate_hz, 1000, 1e-6);
  EXPECT_NE(MessageOf("Time,Fz\n0,700\n1,701\n2,702\n").find("--rate"), std::string::npos);
}

TEST(ForceFile, WhatStaysOpenIsAsked) {
  EXPECT_NE(MessageOf("700\n701\n").find("--rate"), std::string::npos);
  EXPECT_NE(MessageOf("a,b,c\n1,2,3\n4,5,6\n", {.rate_hz = 1000}).find("--force-column"),
            std::string::npos);
  EXPECT_NE(MessageOf("FZ_5Hz,FZ_10Hz\n1,2\n", {.rate_hz = 1000}).find("--force-column"),
            std::string::npos);
  EXPECT_NE(MessageOf("t,Fz\n0,1\n", {.force_columns = {"Fy"}}).find("there is no such column"),
            std::string::npos);
  EXPECT_NE(MessageOf("t,Fz\n0,1\n", {.force_columns = {"3"}}).find("there is no such column"),
            std::string::npos);
}

TEST(ForceFile, ABadCellIsNamedByLineAndColumn) {
  EXPECT_NE(MessageOf("t,Fz\n0,700\n0.001,nan\n").find("jump.csv:3: column 'Fz': 'nan'"),
            std::string::npos);
  EXPECT_NE(MessageOf("t,Fz\n0,700\n0.001,abc\n0.002,1\n").find("jump.csv:3: column 'Fz': 'abc'"),
            std::string::npos);
  EXPECT_NE(MessageOf("t,Fz\n0,700\n0.001\n0.002,1\n").find("jump.csv:3: 1 columns"),
            std::string::npos);
  EXPECT_NE(MessageOf("t,Fz\n0,700\n0.002,701\n0.001,702\n").find("jump.csv:4: column 't'"),
            std::string::npos);
}

TEST(ForceFile, GapsInTimeAreNamed) {
  std::string text = "t,Fz\n";
  for (int i = 0; i < 100; ++i) text += fmt::format("{:.3f},700\n", (i < 50 ? i : i + 30) * 0.001);
  EXPECT_NE(MessageOf(text).find("not evenly spaced"), std::string::npos);
  EXPECT_NE(MessageOf(text).find("jump.csv:52: column 't'"), std::string::npos) << MessageOf(text);
  EXPECT_NE(MessageOf(text).find("30 samples are missing between 0.049 and 0.08 s"),
            std::string::npos)
      << MessageOf(text);
  // A gap so small that the spacing seems even around it and is off elsewhere.
  text = "t (ms),Fz\n";
  for (int i = 0; i < 10'000; ++i) text += fmt::format("{},700\n", i < 6'000 ? i : i + 3);
  EXPECT_NE(MessageOf(text).find("jump.csv:6002: column 't (ms)'"), std::string::npos)
      << MessageOf(text);
  EXPECT_NE(MessageOf(text).find("3 samples are missing between 5.999 and 6.003 s"),
            std::string::npos)
      << MessageOf(text);
}

TEST(ForceFile, NothingAndNonsenseAreNamed) {
  EXPECT_NE(MessageOf("").find("no content"), std::string::npos);
  EXPECT_NE(MessageOf("\n \n").find("no content"), std::string::npos);
  EXPECT_NE(MessageOf("hello\nworld\n", {.rate_hz = 1000}).find("no row of numbers"),
            std::string::npos);
  const auto missing = ReadForceFile("/no/such.csv", {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kFileNotFound);
}

}  // namespace
}  // namespace plyo
