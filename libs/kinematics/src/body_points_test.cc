#include "plyo/kinematics/body_points.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "plyo/kinematics/body_track.h"
#include "plyo/kinematics/center_of_mass.h"
#include "plyo/kinematics_testing/synthetic_jump.h"

namespace plyo {
namespace {

using enum LandmarkId;

/// The synthetic jump in space, x ahead, y up, z to the right, in axes turned by `turn`.
template <typename Turn>
std::vector<BodyPoints> InSpace(const Turn& turn) {
  testing::SyntheticJump jump;
  const double scale = 1 / jump.filming.px_per_m;
  std::vector<BodyPoints> frames;
  for (const PoseFrame& pose : testing::Render(jump)) {
    BodyPoints frame;
    frame.t_s = pose.t.Seconds();
    frame.frame = pose.frame;
    for (std::size_t i = 0; i < kLandmarkCount; ++i) {
      const auto name = LandmarkName(static_cast<LandmarkId>(i));
      const double right = name.starts_with("right") ? 0.1 : name.starts_with("left") ? -0.1 : 0;
      frame.points[i] = turn(Point3{static_cast<double>(pose.image[i].x) * scale,
                                    static_cast<double>(-pose.image[i].y) * scale, right});
    }
    frames.push_back(frame);
  }
  return frames;
}

Point3 AsItIs(Point3 p) { return p; }

double RangeOfCom(const SideView& view) {
  double low = 1e300;
  double high = -1e300;
  for (const PoseFrame& pose : view.poses) {
    const double y = CenterOfMassInImage(pose, Sex::kUnknown).y * view.m_per_px;
    low = std::min(low, y);
    high = std::max(high, y);
  }
  return high - low;
}

TEST(FilmFromTheSide, SeesTheSameWhateverTheAxesAre) {
  const SideView view = FilmFromTheSide(InSpace(AsItIs));
  ASSERT_GT(view.poses.size(), 100U);
  const SideView others[] = {
      FilmFromTheSide(InSpace([](Point3 p) {
        return Point3{p.x, -p.z, p.y};
      })),  // z up
      FilmFromTheSide(InSpace([](Point3 p) {
        return Point3{p.y, p.z, p.x};
      })),  // x up
      FilmFromTheSide(InSpace([](Point3 p) {
        return Point3{p.x, -p.y, -p.z};
      })),  // y down
      FilmFromTheSide(InSpace([](Point3 p) {
        return Point3{p.x, p.y, -p.z};
      })),  // mirrored
      FilmFromTheSide(InSpace([](Point3 p) {
        return Point3{0.6 * p.x - 0.8 * p.z + 3, p.y - 7, 0.8 * p.x + 0.6 * p.z};
      }))};
  for (const SideView& other : others) {
    ASSERT_EQ(other.poses.size(), view.poses.size());
    for (std::size_t i = 0; i < view.poses.size(); i += 10) {
      for (std::size_t k = 0; k < kLandmarkCount; ++k) {
        EXPECT_NEAR(other.poses[i].image[k].x, view.poses[i].image[k].x, 0.01);
        EXPECT_NEAR(other.poses[i].image[k].y, view.poses[i].image[k].y, 0.01);
        EXPECT_NEAR(other.poses[i].world[k].z, view.poses[i].world[k].z, 1e-4);
      }
    }
  }
}

TEST(FilmFromTheSide, IsASideViewInWhichEveryPointIsInThePicture) {
  const SideView view = FilmFromTheSide(InSpace(AsItIs));
  const View seen = EstimateView(view.poses);
  EXPECT_TRUE(seen.IsSide());
  EXPECT_EQ(seen.facing, 1);
  EXPECT_EQ(seen.near, Side::kRight);
  for (const PoseFrame& pose : view.poses) {
    for (const ImageLandmark& p : pose.image) {
      EXPECT_GT(p.x, 0);
      EXPECT_LT(p.x, pose.image_width);
      EXPECT_GT(p.y, 0);
      EXPECT_LT(p.y, pose.image_height);
      EXPECT_EQ(p.visibility, 1);
    }
  }
}

TEST(FilmFromTheSide, DerivesWhatIsNotGiven) {
  const auto whole = InSpace(AsItIs);
  auto bare = whole;
  for (BodyPoints& frame : bare) {
    for (std::size_t i = 0; i < kLandmarkCount; ++i) {
      const auto id = static_cast<LandmarkId>(i);
      if (std::ranges::find(NeededLandmarks(), id) == NeededLandmarks().end())
        frame.points[i].reset();
    }
  }
  const SideView all = FilmFromTheSide(whole);
  const SideView few = FilmFromTheSide(bare);
  ASSERT_EQ(few.poses.size(), all.poses.size());
  EXPECT_NEAR(RangeOfCom(few), RangeOfCom(all), 0.01);
  const auto over_ankle = [](const SideView& view, LandmarkId id) {
    const PoseFrame& pose = view.poses.front();
    return static_cast<double>(pose[kLeftAnkle].y - pose[id].y) * view.m_per_px;
  };
  EXPECT_NEAR(over_ankle(few, kLeftHeel), over_ankle(all, kLeftHeel), 0.02);
  EXPECT_NEAR(over_ankle(few, kLeftEye), over_ankle(all, kLeftEye), 0.06);
}

TEST(FilmFromTheSide, LeavesOutFramesThatLackALandmark) {
  auto frames = InSpace(AsItIs);
  const auto count = frames.size();
  frames[5][kLeftFootIndex].reset();
  frames[6][kNose].reset();
  const SideView view = FilmFromTheSide(frames);
  EXPECT_EQ(view.poses.size(), count - 1);
  EXPECT_EQ(view.poses[5].frame, 6);
  EXPECT_TRUE(FilmFromTheSide({}).poses.empty());
}

TEST(RoleOfMarker, KnowsTheNamesOfOtherModels) {
  const auto landmark = [](const char* name) {
    const auto role = RoleOfMarker(name);
    return role ? role->landmark : std::nullopt;
  };
  EXPECT_EQ(landmark("left_foot_index"), kLeftFootIndex);
  EXPECT_EQ(landmark("LBigToe"), kLeftFootIndex);
  EXPECT_EQ(landmark("RBigToe"), kRightFootIndex);
  EXPECT_EQ(landmark("right_big_toe"), kRightFootIndex);
  EXPECT_EQ(landmark("RHip"), kRightHip);
  EXPECT_EQ(landmark("left hip"), kLeftHip);
  EXPECT_EQ(landmark("subject1:RKnee"), kRightKnee);
  EXPECT_EQ(landmark("Nose"), kNose);
  EXPECT_TRUE(RoleOfMarker("Head")->head_top);
  for (const char* name : {"", "Neck", "Hip", "LSmallToe", "CHip", "T10"})
    EXPECT_FALSE(RoleOfMarker(name)) << name;
}

}  // namespace
}  // namespace plyo
