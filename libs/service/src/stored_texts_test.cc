#include "stored_texts.h"

#include <gtest/gtest.h>

namespace plyo::service {
namespace {

StoredSession Session(const std::string& id) {
  StoredSession session;
  session.id = id;
  session.reps = {{1, id + " one"}, {2, id + " two"}};
  session.result_json = id + " result";
  return session;
}

TEST(StoredTexts, HoldsEachOnceForAsLongAsSomebodyDoes) {
  StoredTexts texts;
  auto first = texts.RepsAfter(Session("a"), 0);
  auto result = texts.Result(Session("a"));
  const auto second = texts.RepsAfter(Session("a"), 1);
  ASSERT_EQ(first.size(), 2U);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(first[1], second[0]) << "the same text, not an equal one";
  EXPECT_EQ(result, texts.Result(Session("a")));
  EXPECT_EQ(*result, "a result");
  EXPECT_EQ(texts.Bytes(), 5 + 5 + 8U);

  const auto other = texts.RepsAfter(Session("b"), 1);
  ASSERT_EQ(other.size(), 1U);
  EXPECT_EQ(*other[0], "b two");
  EXPECT_EQ(texts.Bytes(), 5 + 5 + 8 + 5U);

  first.clear();
  result.reset();
  EXPECT_EQ(texts.Bytes(), 5 + 5U);
  EXPECT_EQ(*texts.RepsAfter(Session("a"), 0)[0], "a one");
}

}  // namespace
}  // namespace plyo::service
