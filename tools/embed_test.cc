#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "plyo_embed/embed_test.h"

namespace {

std::string Read(const std::string& name) {
  std::ifstream file(std::string(PLYO_SOURCE_DIR) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Embed, GivesTheFilesByteForByte) {
  ASSERT_FALSE(Read("LICENSE").empty());
  EXPECT_EQ(plyo::embedded::embed_test::LICENSE(), Read("LICENSE"));
  EXPECT_EQ(plyo::embedded::embed_test::EmbedTestCc(), Read("tools/embed_test.cc"));
}

}  // namespace
