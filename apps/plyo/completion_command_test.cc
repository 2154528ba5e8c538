#include "completion_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyze_command.h"
#include "test_sports.h"

namespace plyo::cli {
namespace {

using ::testing::HasSubstr;

class Completion : public ::testing::Test {
 protected:
  void SetUp() override {
    app_.set_version_flag("--version", "plyo 0");
    AddAnalyzeCommand(app_, testing::TwoSports(), request_);
  }
  std::string Script(const char* shell) {
    return *CompletionScript(app_, testing::TwoSports(), shell);
  }

  CLI::App app_{"", "plyo"};
  AnalyzeRequest request_;
};

TEST_F(Completion, KnowsEveryFlagInEveryShell) {
  std::vector<std::string> flags;
  for (const auto* option : app_.get_subcommand("analyze")->get_options()) {
    for (const auto& name : option->get_lnames()) flags.push_back(name);
  }
  ASSERT_GT(flags.size(), 15U);
  ASSERT_THAT(flags, ::testing::Contains("box-height"));
  for (const auto& flag : flags) {
    EXPECT_THAT(Script("bash"), HasSubstr("--" + flag));
    EXPECT_THAT(Script("zsh"), HasSubstr("--" + flag));
    EXPECT_THAT(Script("fish"), HasSubstr("-l " + flag));
  }
}

TEST_F(Completion, OffersSportsAndChoices) {
  EXPECT_THAT(Script("bash"), HasSubstr("compgen -W 'lite full heavy'"));
  EXPECT_THAT(Script("bash"), HasSubstr("compgen -W 'cmj drop_jump'"));
  EXPECT_THAT(Script("zsh"), HasSubstr("(lite full heavy)"));
  EXPECT_THAT(Script("fish"), HasSubstr("-x -a 'lite full heavy'"));
}

TEST_F(Completion, RefusesOtherShells) {
  const auto script = CompletionScript(app_, testing::TwoSports(), "tcsh");
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace plyo::cli
