#include "plyo/kinematics/pose_model.h"

#include <gtest/gtest.h>

namespace plyo {
namespace {

TEST(ErrorsOf, UndoesNothingInLandmarksOfAnotherModelOrOfNone) {
  for (const char* name : {"", "rtmpose_m", "exact", "blazepose"}) {
    const PoseModelErrors errors = ErrorsOf(name);
    EXPECT_EQ(errors.toe_lift_lag_s, 0) << name;
    EXPECT_EQ(errors.falling_foot_lag_s, 0) << name;
    EXPECT_EQ(errors.resting_foot_lead_s, 0) << name;
    EXPECT_FALSE(errors.toes_lead) << name;
  }
}

TEST(ErrorsOf, KnowsEveryBlazePose) {
  for (const char* name : {"blazepose_lite", "blazepose_full", "blazepose_heavy"}) {
    const PoseModelErrors errors = ErrorsOf(name);
    EXPECT_GT(errors.toe_lift_lag_s, 0) << name;
    EXPECT_GT(errors.resting_foot_lead_s, 0) << name;
    EXPECT_TRUE(errors.toes_lead) << name;
  }
}

TEST(ErrorsOf, TheFeetOfALargerModelFollowAFallingShoeMoreClosely) {
  const double lite = ErrorsOf("blazepose_lite").falling_foot_lag_s;
  const double full = ErrorsOf("blazepose_full").falling_foot_lag_s;
  const double heavy = ErrorsOf("blazepose_heavy").falling_foot_lag_s;
  EXPECT_GT(lite, full);
  EXPECT_GT(full, heavy);
  EXPECT_GE(heavy, 0);
}

TEST(ErrorsOf, TheSmallestModelIsLessSureOfAngles) {
  const PoseModelErrors lite = ErrorsOf("blazepose_lite");
  const PoseModelErrors full = ErrorsOf("blazepose_full");
  EXPECT_GT(lite.hip_angle_u_deg, full.hip_angle_u_deg);
  EXPECT_GT(lite.knee_angle_u_deg, full.knee_angle_u_deg);
  EXPECT_GT(lite.ankle_angle_u_deg, full.ankle_angle_u_deg);
}

}  // namespace
}  // namespace plyo
