#include "plyo/service/read_json.h"

#include <gtest/gtest.h>

#include <string>

namespace plyo::service {
namespace {

TEST(ReadJson, TakesWhatIsMeant) {
  EXPECT_EQ(ReadJson(R"({"a": [1, {"b": null}]})")->dump(), R"({"a":[1,{"b":null}]})");
  EXPECT_EQ(ReadJson("1")->dump(), "1");
}

TEST(ReadJson, RefusesMoreThanIsMeant) {
  std::string many = "[0";
  for (int i = 0; i < 4094; ++i) many += ",0";
  EXPECT_TRUE(ReadJson(many + "]"));
  EXPECT_FALSE(ReadJson(many + ",0]"));
  EXPECT_TRUE(ReadJson(many + ",0]", 5000));
}

TEST(ReadJson, RefusesWhatIsNoneOrNestedTooDeep) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[1] 2"),
        std::string(33, '[') + std::string(33, ']'), std::string(1'000'000, '['),
        std::string(100'000, '[') + std::string(100'000, ']')}) {
    EXPECT_FALSE(ReadJson(text)) << text.size();
  }
  EXPECT_TRUE(ReadJson(std::string(32, '[') + std::string(32, ']')));
}

}  // namespace
}  // namespace plyo::service
