#include "plyo/formats/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

namespace plyo {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class OutputFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  std::size_t Entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static std::string Content(const fs::path& path) {
    std::ostringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    return all.str();
  }
  fs::path folder_ =
      fs::path(PLYO_TEST_TMP) / ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(OutputFileTest, AppearsUnderItsNameOnlyWhenCommitted) {
  const auto target = folder_ / "out.json";
  auto file = OutputFile::Create(target);
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Write("hello"));
  EXPECT_FALSE(fs::exists(target));
  EXPECT_EQ(Entries(), 1U);
  ASSERT_TRUE(file->Commit());
  EXPECT_EQ(Content(target), "hello");
  EXPECT_EQ(Entries(), 1U);
}

TEST_F(OutputFileTest, LeavesNothingWithoutCommit) {
  {
    auto file = OutputFile::Create(folder_ / "out.json");
    ASSERT_TRUE(file && file->Write("half"));
    auto moved = std::move(*file);
  }
  EXPECT_EQ(Entries(), 0U);
}

TEST_F(OutputFileTest, WhatWasThereStaysUntilTheCommit) {
  const auto target = folder_ / "out.json";
  ASSERT_TRUE(WriteWholeFile(target, "old"));
  {
    auto file = OutputFile::Create(target);
    ASSERT_TRUE(file && file->Write("new, but never finished"));
  }
  EXPECT_EQ(Content(target), "old");
  ASSERT_TRUE(WriteWholeFile(target, "new"));
  EXPECT_EQ(Content(target), "new");
}

TEST_F(OutputFileTest, FollowsALinkAndKeepsIt) {
  ASSERT_TRUE(WriteWholeFile(folder_ / "real", "old"));
  fs::create_symlink("real", folder_ / "link");
  ASSERT_TRUE(WriteWholeFile(folder_ / "link", "new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(Content(folder_ / "real"), "new");
}

TEST_F(OutputFileTest, NewFilesHaveTheUsualRights) {
  const auto old = ::umask(0027);
  ASSERT_TRUE(WriteWholeFile(folder_ / "out", "x"));
  ::umask(old);
  EXPECT_EQ(fs::status(folder_ / "out").permissions(), fs::perms(0640));
}

TEST_F(OutputFileTest, DevicesAreWrittenToAndNotReplaced) {
  ASSERT_TRUE(WriteWholeFile("/dev/null", "x"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  const auto full = WriteWholeFile("/dev/full", "x");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::kDiskFull);
  EXPECT_THAT(full.error().message,
              HasSubstr("/dev/full: cannot be written: No space left on device"));
}

TEST_F(OutputFileTest, SaysWhyAndWhatToDo) {
  const auto missing = OutputFile::Create(folder_ / "no" / "out.json");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kOutputNotWritable);
  EXPECT_THAT(missing.error().message, HasSubstr("make the folder first"));
  EXPECT_EQ(OutputFile::Create(folder_).error().code, ErrorCode::kOutputNotWritable);
  ASSERT_TRUE(WriteWholeFile(folder_ / "file", "x"));
  EXPECT_EQ(OutputFile::Create(folder_ / "file" / "out").error().code,
            ErrorCode::kOutputNotWritable);
}

TEST_F(OutputFileTest, CheckingLeavesNothing) {
  EXPECT_TRUE(CheckWritable(folder_ / "out", 1));
  EXPECT_EQ(Entries(), 0U);
  EXPECT_EQ(CheckWritable(folder_ / "no" / "out", 1).error().code, ErrorCode::kOutputNotWritable);
  EXPECT_EQ(CheckWritable(folder_ / "out", ~std::uintmax_t{0}).error().code, ErrorCode::kDiskFull);
  EXPECT_TRUE(CheckWritable("/dev/null", 1));
}

}  // namespace
}  // namespace plyo
