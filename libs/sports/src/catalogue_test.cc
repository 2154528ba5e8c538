#include "plyo/sports/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "plyo/kinematics/flags.h"
#include "plyo/kinematics_testing/figure_script.h"
#include "plyo/kinematics_testing/pose_edits.h"
#include "plyo/kinematics_testing/run_analyzer.h"
#include "plyo/kinematics_testing/synthetic_jump.h"
#include "plyo/kinematics_testing/synthetic_movements.h"
#include "plyo/kinematics_testing/synthetic_run.h"

namespace plyo {
namespace {

bool IsLowerSnake(const std::string& id) {
  if (id.empty() || std::isalpha(static_cast<unsigned char>(id.front())) == 0) return false;
  for (const char c : id) {
    const auto u = static_cast<unsigned char>(c);
    if (std::islower(u) == 0 && std::isdigit(u) == 0 && c != '_') return false;
  }
  return true;
}

/// Ids are unique within a list and lower snake case; what a person reads is there.
template <typename Descriptor>
void ExpectDescribed(const std::vector<Descriptor>& descriptors) {
  std::set<std::string> ids;
  for (const Descriptor& descriptor : descriptors) {
    EXPECT_TRUE(IsLowerSnake(descriptor.id)) << descriptor.id;
    EXPECT_TRUE(ids.insert(descriptor.id).second) << descriptor.id << " twice";
    EXPECT_FALSE(descriptor.label.empty()) << descriptor.id;
    EXPECT_FALSE(descriptor.text.empty()) << descriptor.id;
  }
}

TEST(Catalogue, HoldsOneSportForEachFolder) {
  std::set<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(PLYO_SOURCE_DIR "/libs/sports")) {
    if (std::filesystem::exists(entry.path() / "CMakeLists.txt")) {
      folders.insert(entry.path().filename());
    }
  }
  std::set<std::string> sports;
  for (const Sport& sport : AllSports()) sports.insert(sport.id);
  EXPECT_EQ(sports, folders);
  EXPECT_FALSE(sports.empty());
}

TEST(Catalogue, EverySportIsWhole) {
  for (const Sport& sport : AllSports()) {
    SCOPED_TRACE(sport.id);
    EXPECT_FALSE(sport.label.empty());
    EXPECT_FALSE(sport.text.empty());
    EXPECT_FALSE(sport.metrics.empty());
    EXPECT_FALSE(sport.events.empty());
    ExpectDescribed(sport.metrics);
    ExpectDescribed(sport.events);
    ExpectDescribed(sport.phases);
    ExpectDescribed(sport.parameters);
    ASSERT_TRUE(sport.make_analyzer);
    EXPECT_NE(sport.make_analyzer({}), nullptr);
  }
}

std::string TextOf(const std::string& path) {
  std::ifstream file(std::string(PLYO_SOURCE_DIR "/") + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Catalogue, EveryCueNamesAFigureOfItsSportAndSaysWhy) {
  std::map<std::string, std::string> texts;
  for (const Sport& sport : AllSports()) {
    std::set<std::string> ids;
    for (const CueRule& cue : sport.cues) {
      SCOPED_TRACE(sport.id + " " + cue.id);
      EXPECT_TRUE(IsLowerSnake(cue.id));
      EXPECT_TRUE(ids.insert(cue.id).second) << "twice";
      const auto metric = std::ranges::find(sport.metrics, cue.metric, &MetricDescriptor::id);
      ASSERT_NE(metric, sport.metrics.end()) << cue.metric;
      EXPECT_GE(cue.threshold, metric->min.value_or(cue.threshold));
      EXPECT_LE(cue.threshold, metric->max.value_or(cue.threshold));
      EXPECT_FALSE(cue.text.empty());
      EXPECT_FALSE(cue.text.ends_with('.')) << "a figure follows";
      EXPECT_TRUE(cue.reason.ends_with('.'));
      // An id has one text, by whichever sport it is said.
      EXPECT_EQ(texts.try_emplace(cue.id, cue.text).first->second, cue.text);
    }
  }
  EXPECT_FALSE(texts.empty());
}

TEST(Catalogue, EveryFlagRuleNamesAFlagAndAFigureOfItsSport) {
  int rules = 0;
  for (const Sport& sport : AllSports()) {
    for (const FlagRule& rule : sport.flag_rules) {
      ++rules;
      EXPECT_NE(std::ranges::find(kAllFlags, rule.flag), kAllFlags.end()) << rule.flag;
      EXPECT_NE(std::ranges::find(sport.metrics, rule.metric, &MetricDescriptor::id),
                sport.metrics.end())
          << rule.metric;
    }
  }
  EXPECT_GT(rules, 0);
}

TEST(Catalogue, EveryCueIsSaidByThePageAndExplainedInTheGuide) {
  const std::string strings = TextOf("web/src/strings.ts");
  const std::string guide = TextOf("docs/guide/norms.md");
  for (const Sport& sport : AllSports()) {
    for (const CueRule& cue : sport.cues) {
      const std::string there = "  cue_" + cue.id + ": [\"" + cue.text + "\", ";
      EXPECT_NE(strings.find(there), std::string::npos) << there;
      const std::string row = "| `" + cue.id + "` | " + cue.text + " | ";
      EXPECT_NE(guide.find(row), std::string::npos) << row;
    }
  }
}

TEST(Catalogue, OfASlowedRecordingEveryTimeAndSpeedIsFlagged) {
  const testing::Filming filming{.fps = 240};
  testing::SyntheticRun past_the_camera{.duration_s = 2.4, .treadmill = false};
  past_the_camera.filming = {.fps = 240, .px_per_m = 200, .image_width = 1920, .x_px = 150};
  testing::FigureScript hops(testing::kFigureStature_m);
  hops.Hold(1).MoveTo({-0.08, 0, 2}, 0.3);
  for (int i = 0; i < 3; ++i) hops.Push(0.06, 2).Fly(0.05).Absorb(-0.08);
  hops.MoveTo({}, 0.6).Hold(1.2);
  const std::map<std::string, testing::Poses> movements = {
      {"cmj", Render(testing::SyntheticJump{.filming = filming})},
      {"drop_jump", testing::RenderDropJump(0.3, 0.25, filming)},
      {"repeated_jumps", hops.Film(filming)},
      {"running", Render(past_the_camera)},
      {"squat_jump", testing::RenderSquatJump(0.3, filming)},
  };
  // Times, speeds and the heights that follow from them.
  const auto is_of_clock = [](const auto& metric) {
    return metric.unit == "s" || metric.unit == "m/s" || metric.id == "drop_height" ||
           metric.id.starts_with("jump_height");
  };
  for (const Sport& sport : AllSports()) {
    SCOPED_TRACE(sport.id);
    ASSERT_TRUE(movements.contains(sport.id));
    const auto slowed = testing::Slowed(movements.at(sport.id), 1.5);
    std::set<std::string> seen;
    for (const Rep& rep :
         testing::Analyze(sport, slowed, testing::Athlete(), NoContactEvidence()).confirmed) {
      if (!testing::HasFlag(rep.flags, flag::kSuspectedSlowMotion)) continue;
      for (const Metric& metric : rep.metrics) {
        if (!metric.value || !is_of_clock(metric)) continue;
        seen.insert(metric.id);
        EXPECT_TRUE(testing::HasFlag(metric.flags, flag::kSuspectedSlowMotion)) << metric.id;
      }
    }
    for (const MetricDescriptor& metric : sport.metrics) {
      if (metric.of_summary || !is_of_clock(metric)) continue;
      EXPECT_TRUE(seen.contains(metric.id)) << metric.id << " was not seen";
    }
  }
}

TEST(Catalogue, AFigureOfAllRepetitionsIsMadeOfOneOfEach) {
  int made = 0;
  for (const Sport& sport : AllSports()) {
    for (const MetricDescriptor& metric : sport.metrics) {
      EXPECT_TRUE(metric.of_summary || metric.made_of.empty()) << metric.id;
      if (metric.made_of.empty()) continue;
      const auto of = std::ranges::find(sport.metrics, metric.made_of, &MetricDescriptor::id);
      ASSERT_NE(of, sport.metrics.end()) << metric.id;
      EXPECT_FALSE(of->of_summary) << metric.id;
      ++made;
    }
  }
  EXPECT_EQ(made, 7) << "four of the RSI, three asymmetries";
}

TEST(Catalogue, FindsById) {
  ASSERT_TRUE(FindSport("cmj").has_value());
  EXPECT_EQ(FindSport("cmj")->id, "cmj");
  EXPECT_FALSE(FindSport("chess").has_value());
}

}  // namespace
}  // namespace plyo
