#include "ids.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <regex>
#include <set>
#include <thread>

#include "plyo/service/refused.h"

namespace plyo::service {
namespace {

TEST(NewId, HasTheFormOfTheContractAndSortsByTime) {
  std::set<std::string> all;
  std::string last;
  for (int i = 0; i < 20; ++i) {
    const auto id = NewId("ath");
    EXPECT_TRUE(std::regex_match(id, std::regex("ath_[0-9a-z]{26}"))) << id;
    EXPECT_TRUE(IsId("ath", id)) << id;
    EXPECT_FALSE(IsId("key", id) || IsId("ath", id.substr(1)) || IsId("ath", id + "0")) << id;
    EXPECT_TRUE(all.insert(id).second);
    EXPECT_LT(last, id);
    last = id;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

TEST(FirstId, LiesBetweenWhatWasMadeBeforeAndAfter) {
  const auto before = NewId("ath");
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const auto first = FirstId("ath", NowUs());
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_LT(before, first);
  EXPECT_LT(first, NewId("ath"));
  EXPECT_EQ(first.size(), before.size());
}

RC_GTEST_PROP(Rfc3339, IsReadBackToTheMillisecond, ()) {
  const auto ms = *rc::gen::inRange<std::int64_t>(0, 7'000'000'000'000);
  RC_ASSERT(ParseRfc3339(Rfc3339(ms * 1000)) == ms * 1000);
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  EXPECT_EQ(ParseRfc3339("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(ParseRfc3339("1970-01-01T01:30:00.5+01:30"), 500'000);
  EXPECT_EQ(ParseRfc3339("1970-01-01T00:00:00.123456789Z"), 123'456);
  EXPECT_EQ(ParseRfc3339("1965-05-01T00:00:00Z"), -147'398'400'000'000) << "a day of birth";
  EXPECT_EQ(ParseRfc3339("2024-02-29t12:00:00z"), 1'709'208'000'000'000);
  for (const char* wrong :
       {"", "2023-02-29T00:00:00Z", "2024-01-01", "2024-01-01T25:00:00Z", "2024-01-01T00:00:00",
        "2024-13-01T00:00:00Z", "9999-01-01T00:00:00Z", "2024-01-01T00:00:00+99:00"}) {
    EXPECT_THROW(ParseRfc3339(wrong), Refused) << wrong;
  }
}

}  // namespace
}  // namespace plyo::service
