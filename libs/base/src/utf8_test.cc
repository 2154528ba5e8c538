#include "plyo/base/utf8.h"

#include <gtest/gtest.h>

namespace plyo {
namespace {

TEST(Utf8, IsCountedInCharacters) {
  EXPECT_EQ(Utf8Length(""), 0U);
  EXPECT_EQ(Utf8Length("Zoë"), 3U);
  EXPECT_EQ(Utf8Length("5 €"), 3U);
  EXPECT_EQ(Utf8Length("👟"), 1U);
}

TEST(Utf8, IsCutBetweenCharacters) {
  EXPECT_EQ(Utf8Prefix("5 €", 10), "5 €");
  EXPECT_EQ(Utf8Prefix("5 €", 5), "5 €");
  EXPECT_EQ(Utf8Prefix("5 €", 4), "5 ");
  EXPECT_EQ(Utf8Prefix("5 €", 3), "5 ");
  EXPECT_EQ(Utf8Prefix("5 €", 2), "5 ");
  EXPECT_EQ(Utf8Prefix("€", 2), "");
  EXPECT_EQ(Utf8Prefix("", 0), "");
}

}  // namespace
}  // namespace plyo
