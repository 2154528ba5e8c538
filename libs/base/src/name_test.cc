#include "plyo/base/name.h"

#include <gtest/gtest.h>

#include <string>

namespace plyo {
namespace {

TEST(IsPlainName, OfWhatATableOrAPageTakesAsItIs) {
  EXPECT_TRUE(IsPlainName("blazepose_full"));
  EXPECT_TRUE(IsPlainName("RTMPose-m.v2"));
  EXPECT_TRUE(IsPlainName(std::string(kLongestName, 'a')));
  EXPECT_FALSE(IsPlainName(std::string(kLongestName + 1, 'a')));
  for (const char* name : {"", "a b", "a,b", "a\"b", "a\nb", "<b>", "=1+1", "é"}) {
    EXPECT_FALSE(IsPlainName(name)) << name;
  }
}

}  // namespace
}  // namespace plyo
