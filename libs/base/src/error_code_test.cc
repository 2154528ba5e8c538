#include "plyo/base/error_code.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "plyo/base/error.h"

namespace plyo {
namespace {

TEST(ErrorCode, IdsAreUniqueAndFoundAgain) {
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < kErrorCodeCount; ++i) {
    const auto code = static_cast<ErrorCode>(i);
    EXPECT_TRUE(ids.insert(ErrorId(code)).second) << ErrorId(code);
    EXPECT_EQ(ErrorFromId(ErrorId(code)), code);
    EXPECT_FALSE(Traits(code).meaning.empty());
    EXPECT_FALSE(Traits(code).remedy.empty());
  }
  EXPECT_EQ(ErrorFromId("no_such_error"), std::nullopt);
}

TEST(ErrorCode, ExitStatusSeparatesUsageFromFailedInput) {
  EXPECT_EQ(ExitStatus(ErrorCode::kUsage), 1);
  EXPECT_EQ(ExitStatus(ErrorCode::kInvalidManifest), 1);
  EXPECT_EQ(ExitStatus(ErrorCode::kFileNotFound), 2);
  EXPECT_EQ(ExitStatus(ErrorCode::kDiskFull), 2);
}

TEST(Error, FailMakesAResultWithoutAValue) {
  const Result<int> result = Fail(ErrorCode::kFileEmpty, "a.mp4 is empty");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error(), (Error{ErrorCode::kFileEmpty, "a.mp4 is empty"}));
}

}  // namespace
}  // namespace plyo
