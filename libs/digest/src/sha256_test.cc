#include "plyo/digest/sha256.h"

#include <gtest/gtest.h>

#include <fstream>

namespace plyo {
namespace {

std::filesystem::path FileWith(const char* name, const std::string& bytes) {
  auto path = std::filesystem::path(PLYO_TEST_TMP) / name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

TEST(Sha256, GivesTheDigestsOfTheStandard) {
  EXPECT_EQ(*Sha256OfFile(FileWith("empty", "")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(*Sha256OfFile(FileWith("abc", "abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, IsThatOfAFileOfTheSameBytes) {
  const std::string bytes("a\0\xff", 3);
  EXPECT_EQ(Sha256(bytes), *Sha256OfFile(FileWith("bytes", bytes)));
  EXPECT_EQ(Hex(bytes), "6100ff");
}

TEST(Sha256, OfPiecesIsThatOfTheWhole) {
  Sha256Pieces pieces;
  for (const char* piece : {"a", "", "bc"}) pieces.Add(piece);
  EXPECT_EQ(pieces.Finish(), Sha256("abc"));
}

TEST(Sha256, ReadsFilesLongerThanAPiece) {
  EXPECT_EQ(*Sha256OfFile(FileWith("million", std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, SaysWhyThereIsNone) {
  EXPECT_EQ(Sha256OfFile("/no/such/file").error().code, ErrorCode::kFileNotFound);
  EXPECT_EQ(Sha256OfFile(PLYO_TEST_TMP).error().code, ErrorCode::kFileUnreadable);
  const std::atomic<bool> cancel = true;
  EXPECT_EQ(Sha256OfFile(FileWith("abc", "abc"), &cancel).error().code, ErrorCode::kInterrupted);
}

}  // namespace
}  // namespace plyo
