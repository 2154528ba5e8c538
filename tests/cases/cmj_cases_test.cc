#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "case.h"
#include "plyo/kinematics/flags.h"

// What users of video analysis have asked for longest, on the landmarks of a real model: an ankle
// that extends, joints that do so in order, and no jump where there is none.
namespace plyo::cases {
namespace {

AnalysisResult Of(const std::string& name) {
  const Case which = FindCase("cmj", name);
  return AnalyzeCase(which, ReadPoses(which));
}

double Value(const Rep& rep, const std::string& id) {
  const Metric* metric = rep.FindMetric(id);
  EXPECT_TRUE(metric && metric->value) << id;
  return metric && metric->value ? *metric->value : NAN;
}

bool Has(const std::vector<std::string>& flags, std::string_view flag) {
  return std::ranges::find(flags, flag) != flags.end();
}

TEST(CmjWishes, AnkleHipAndKneeExtendFromTheLowestPointToTakeoff) {
  int reps = 0;
  for (const std::string name :
       {"side_60", "side_heavy_60", "arm_swing_30", "bent_landing_60", "two_people_30"}) {
    SCOPED_TRACE(name);
    for (const AthleteResult& athlete : Of(name).athletes) {
      for (const Rep& rep : athlete.reps) {
        ++reps;
        EXPECT_GE(Value(rep, "ankle_extension_rom"), 30);
        EXPECT_GE(Value(rep, "knee_extension_rom"), 20);
        EXPECT_GE(Value(rep, "hip_extension_rom"), 20);
        // About 80 to about 120 degrees, by the toe.
        EXPECT_NEAR(Value(rep, "ankle_angle_lowest_point"), 80, 20);
        EXPECT_NEAR(Value(rep, "ankle_angle_takeoff"), 120, 20);
        EXPECT_FALSE(Has(rep.FindMetric("ankle_angle_takeoff")->flags, flag::kHeelFallback));
        // In phase order.
        const auto t = [&rep](const char* id) { return rep.FindEvent(id)->t_s; };
        EXPECT_LT(t("movement_onset"), t("peak_downward_velocity"));
        EXPECT_LT(t("peak_downward_velocity"), t("lowest_point"));
        EXPECT_LT(t("lowest_point"), t("takeoff"));
        EXPECT_LT(t("takeoff"), t("landing"));
      }
    }
  }
  EXPECT_EQ(reps, 6);
}

TEST(CmjWishes, AnglesOutsideThePhysiologicalBoundsAreFlagged) {
  for (const std::string name : {"side_60", "side_heavy_60", "arm_swing_30", "bent_landing_60",
                                 "view_45_60", "two_people_30"}) {
    for (const AthleteResult& athlete : Of(name).athletes) {
      for (const Rep& rep : athlete.reps) {
        for (const Metric& metric : rep.metrics) {
          const bool ankle = metric.id.find("ankle_angle_") != std::string::npos;
          const bool leg = metric.id.find("hip_angle_") != std::string::npos ||
                           metric.id.find("knee_angle_") != std::string::npos;
          if (!metric.value || metric.unit != "deg" || !(ankle || leg)) continue;
          const bool inside =
              *metric.value >= (ankle ? 60 : 40) && *metric.value <= (ankle ? 165 : 180);
          EXPECT_NE(Has(metric.flags, flag::kOutsideBounds), inside) << name << " " << metric.id;
        }
      }
    }
  }
}

TEST(CmjWishes, NothingIsFoundWhereNobodyJumps) {
  for (const std::string name : {"squat_30", "walk_30", "somersault_30"}) {
    const AnalysisResult result = Of(name);
    EXPECT_TRUE(result.athletes.empty()) << name;
    EXPECT_GT(result.quality.bystanders, 0) << name;
  }
}

TEST(CmjCases, BothOfTwoPeopleWhoJumpCount) {
  const AnalysisResult result = Of("two_people_30");
  ASSERT_EQ(result.athletes.size(), 2U);
  for (const AthleteResult& athlete : result.athletes) EXPECT_EQ(athlete.reps.size(), 1U);
  EXPECT_EQ(result.quality.bystanders, 0);
}

TEST(CmjCases, SlowMotionThatDoesNotSaySoIsSuspected) {
  const AnalysisResult result = Of("slow_motion_x8");
  ASSERT_EQ(result.athletes.size(), 1U);
  EXPECT_TRUE(Has(result.athletes[0].reps.at(0).flags, flag::kSuspectedSlowMotion));
}

TEST(CmjCases, AnObliqueViewSaysWhatItCannotSee) {
  const AnalysisResult result = Of("view_45_60");
  ASSERT_EQ(result.athletes.size(), 1U);
  const Rep& rep = result.athletes[0].reps.at(0);
  EXPECT_TRUE(Has(rep.flags, flag::kObliqueView));
  EXPECT_EQ(rep.FindMetric("ankle_angle_takeoff")->reason, reason::kObliqueView);
  EXPECT_TRUE(rep.FindMetric("jump_height")->value.has_value());
}

TEST(CmjCases, OneClipThreeTimesInARowIsThreeEqualJumps) {
  const Case which = FindCase("cmj", "side_60");
  const std::vector<PoseFrame> once = ReadPoses(which);
  const std::int64_t step_us = once[1].t.us - once[0].t.us;
  const std::int64_t length_us = once.back().t.us - once.front().t.us + step_us;
  std::vector<PoseFrame> thrice;
  for (int i = 0; i < 3; ++i) {
    for (PoseFrame pose : once) {
      pose.t.us += i * length_us;
      pose.frame += i * std::ssize(once);
      thrice.push_back(pose);
    }
  }
  const AnalysisResult result = AnalyzeCase(which, thrice);
  ASSERT_EQ(result.athletes.size(), 1U);
  const std::vector<Rep>& reps = result.athletes[0].reps;
  ASSERT_EQ(reps.size(), 3U);
  for (std::size_t i = 0; i < reps.size(); ++i) {
    EXPECT_EQ(reps[i].index, static_cast<int>(i) + 1);
    for (const Metric& metric : reps[i].metrics) {
      const Metric& first = *reps[0].FindMetric(metric.id);
      ASSERT_EQ(metric.value.has_value(), first.value.has_value()) << metric.id;
      if (!metric.value) continue;
      EXPECT_NEAR(*metric.value, *first.value, *first.u) << metric.id;
    }
  }
}

TEST(CmjCases, LeadWithTheOneWhoJumpsMost) {
  // The same person beside himself: one who jumps twice and one who jumps once.
  const Case which = FindCase("cmj", "side_60");
  const std::vector<PoseFrame> once = ReadPoses(which);
  const std::int64_t length_us = once.back().t.us - once.front().t.us + 16'667;
  std::vector<PoseFrame> both = once;
  for (PoseFrame pose : once) {
    pose.track = 7;
    both.push_back(pose);
  }
  for (PoseFrame pose : once) {
    pose.track = 7;
    pose.t.us += length_us;
    pose.frame += std::ssize(once);
    both.push_back(pose);
  }
  std::ranges::stable_sort(both, {}, &PoseFrame::t);
  const AnalysisResult result = AnalyzeCase(which, both);
  ASSERT_EQ(result.athletes.size(), 2U);
  EXPECT_EQ(result.athletes[0].track_id, 7);
  EXPECT_EQ(result.athletes[0].reps.size(), 2U);
  EXPECT_EQ(result.athletes[1].reps.size(), 1U);
}

}  // namespace
}  // namespace plyo::cases
