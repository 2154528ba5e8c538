#include "json_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace plyo::cases {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Differences, OfTheSameAreNone) {
  const Json json = {{"a", {1, 2.5, "x", nullptr}}, {"b", {{"id", "c"}}}};
  EXPECT_THAT(Differences(json, json, 0), IsEmpty());
}

TEST(Differences, AllowNumbersTheirTolerance) {
  EXPECT_THAT(Differences(0.5, 0.5000009, 1e-6), IsEmpty());
  EXPECT_THAT(Differences(3000, 3000.0029, 1e-6), IsEmpty());
  EXPECT_THAT(Differences(0.5, 0.50001, 1e-6),
              ElementsAre(": 0.5 expected, 0.50001 found (+1e-05)"));
  EXPECT_EQ(Differences(3000, 3000.01, 1e-6).size(), 1U);
}

TEST(Differences, NameTheirPlace) {
  const Json expected = {{"reps", {{{"metrics", {{{"id", "rise"}, {"value", 0.4}}}}}}}};
  Json found = expected;
  found["reps"][0]["metrics"][0]["value"] = 0.5;
  EXPECT_THAT(Differences(expected, found, 1e-6),
              ElementsAre("reps[0].metrics[rise].value: 0.4 expected, 0.5 found (+0.1)"));
  found = expected;
  found["reps"][0]["metrics"][0].erase("value");
  found["reps"][0]["metrics"][0]["reason"] = "gap";
  EXPECT_THAT(Differences(expected, found, 1e-6),
              ElementsAre("reps[0].metrics[rise].value: 0.4 expected, missing",
                          "reps[0].metrics[rise].reason: not expected, \"gap\" found"));
}

TEST(Differences, CountListsAndTellTypes) {
  EXPECT_THAT(Differences({1, 2, 3}, {1, 2}, 0), ElementsAre("[2]: expected, missing"));
  EXPECT_THAT(Differences({1, 2}, {1, 2, 3}, 0), ElementsAre("[2]: not expected"));
  EXPECT_THAT(Differences({{"a", nullptr}}, {{"a", 1}}, 0),
              ElementsAre("a: null expected, 1 found"));
  EXPECT_THAT(Differences({{"a", "x"}}, {{"a", "y"}}, 0),
              ElementsAre("a: \"x\" expected, \"y\" found"));
}

}  // namespace
}  // namespace plyo::cases
