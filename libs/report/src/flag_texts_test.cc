#include <gtest/gtest.h>

#include <set>

#include "plyo/kinematics/flags.h"
#include "plyo/report/advice.h"

namespace plyo {
namespace {

TEST(FlagTexts, CoverEveryFlag) {
  for (const std::string_view id : kAllFlags) EXPECT_NE(FindFlagText(id), nullptr) << id;
}

TEST(FlagTexts, SayWhatToDoAboutWhatLimits) {
  std::set<std::string_view> ids;
  for (const FlagText& text : AllFlagTexts()) {
    EXPECT_TRUE(ids.insert(text.id).second) << text.id << " is there twice";
    EXPECT_FALSE(text.label.empty()) << text.id;
    EXPECT_LE(text.label.size(), 32U) << text.id << ": too long to stand behind a figure";
    EXPECT_TRUE(text.sentence.ends_with('.')) << text.id;
    if (text.severity >= Severity::kLimited) {
      EXPECT_TRUE(text.advice.ends_with('.')) << text.id;
    }
  }
}

TEST(FlagLabel, FallsBackToTheId) {
  EXPECT_EQ(FlagLabel(flag::kNearSide), "near leg only");
  EXPECT_EQ(FlagLabel("something_new"), "something new");
}

TEST(ReasonText, CoversEveryReason) {
  for (const std::string_view id : kAllReasons) {
    EXPECT_EQ(ReasonText(id).find('_'), std::string::npos) << id;
    std::string words(id);
    for (char& c : words) c = c == '_' ? ' ' : c;
    EXPECT_NE(ReasonText(id), words) << id << " has no words of its own";
  }
  EXPECT_EQ(ReasonText("some_other"), "some other");
}

}  // namespace
}  // namespace plyo
