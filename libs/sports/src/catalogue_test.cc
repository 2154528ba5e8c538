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

TEST(Catalogue, FindsById) {
  ASSERT_TRUE(FindSport("cmj").has_value());
  EXPECT_EQ(FindSport("cmj")->id, "cmj");
  EXPECT_FALSE(FindSport("chess").has_value());
}

}  // namespace
}  // namespace plyo
