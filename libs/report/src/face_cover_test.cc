#include "face_cover.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <set>

#include "testing/textured.h"

namespace plyo::report {
namespace {

using testing::TexturedPicture;
using enum LandmarkId;

constexpr double kPxPerMetre = 150;

struct Point {
  double right;  // of the person, m
  double up;     // above the middle of the ears
  double front;
};

/// How somebody stands: turned about the vertical, then leaning forwards, then as the camera sees
/// it.
struct View {
  double yaw_deg = 0;  ///< 0 faces the camera, 90 shows the left side, 180 the back
  double lean_deg = 0;
  double head_deg = 0;  ///< the head against the trunk, forwards
  Point2 ears{320, 120};

  Point2 At(Point p, double* depth = nullptr) const {
    const auto tilt = [](double up, double front, double degrees) {
      const double a = degrees * std::numbers::pi / 180;
      return std::pair{up * std::cos(a) - front * std::sin(a),
                       up * std::sin(a) + front * std::cos(a)};
    };
    const auto [up, front] = tilt(p.up, p.front, lean_deg);
    const double yaw = yaw_deg * std::numbers::pi / 180;
    if (depth) *depth = kPxPerMetre * (p.right * std::sin(yaw) - front * std::cos(yaw));
    return {ears.x - kPxPerMetre * (p.right * std::cos(yaw) + front * std::sin(yaw)),
            ears.y - kPxPerMetre * up};
  }
  Point OfHead(Point p) const {
    const double a = head_deg * std::numbers::pi / 180;
    return {p.right, p.up * std::cos(a) - p.front * std::sin(a),
            p.up * std::sin(a) + p.front * std::cos(a)};
  }
};

void Set(PoseFrame* pose, LandmarkId id, const View& view, Point p, float visibility = 0.99F) {
  double depth = 0;
  const Point2 at = view.At(p, &depth);
  (*pose)[id] = {static_cast<float>(at.x), static_cast<float>(at.y), static_cast<float>(depth),
                 visibility};
}

PoseFrame Person(const View& view) {
  PoseFrame pose;
  for (const double side : {-1.0, 1.0}) {
    const int right = side > 0 ? 1 : 0;
    const auto id = [right](LandmarkId left) {
      return static_cast<LandmarkId>(static_cast<int>(left) + right);
    };
    Set(&pose, id(kLeftShoulder), view, {0.17 * side, -0.21, -0.02});
    Set(&pose, id(kLeftHip), view, {0.10 * side, -0.71, -0.02});
    Set(&pose, id(kLeftEar), view, view.OfHead({0.075 * side, 0, 0}));
    Set(&pose, id(kMouthLeft), view, view.OfHead({0.025 * side, -0.06, 0.09}));
    for (int i = 0; i < 3; ++i) {
      Set(&pose, static_cast<LandmarkId>(static_cast<int>(kLeftEyeInner) + 3 * right + i), view,
          view.OfHead({(0.02 + 0.012 * i) * side, 0.03, 0.09}));
    }
  }
  Set(&pose, kNose, view, view.OfHead({0, -0.01, 0.12}));
  return pose;
}

/// Crown with hair, chin, brow, back, temples and the tip of the nose.
constexpr std::array<Point, 9> kHead = {{{0, 0.15, 0},
                                         {0, -0.11, 0.09},
                                         {0, 0.09, 0.10},
                                         {0, 0.03, -0.11},
                                         {0, -0.06, -0.09},
                                         {0.085, 0.02, 0},
                                         {-0.085, 0.02, 0},
                                         {0, -0.01, 0.125},
                                         {0, 0.12, -0.07}}};

::testing::AssertionResult Covers(const HeadDisc& disc, const View& view) {
  for (const Point& p : kHead) {
    const Point2 at = view.At(view.OfHead(p));
    if (std::hypot(at.x - disc.centre.x, at.y - disc.centre.y) > disc.radius) {
      return ::testing::AssertionFailure()
             << "yaw " << view.yaw_deg << ", lean " << view.lean_deg << ", head " << view.head_deg
             << ": (" << p.right << ", " << p.up << ", " << p.front << ") is outside of "
             << disc.radius;
    }
  }
  return ::testing::AssertionSuccess();
}

TEST(HeadOf, HoldsTheWholeHeadFromEverySideAndLittleElse) {
  for (int yaw = 0; yaw < 360; yaw += 15) {
    for (const double lean : {-15, 0, 30, 60}) {
      for (const double head : {-40, 0, 30}) {
        const View view{static_cast<double>(yaw), lean, head};
        const auto disc = HeadOf(Person(view));
        ASSERT_TRUE(disc);
        EXPECT_TRUE(Covers(*disc, view));
        // Where a bent neck hides the head's place more is covered.
        EXPECT_LT(disc->radius, (lean + head < 60 ? 0.24 : 0.33) * kPxPerMetre);
      }
    }
  }
}

TEST(HeadOf, HoldsAHeadWhoseFaceIsNotSeen) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> off(-0.12F * kPxPerMetre, 0.12F * kPxPerMetre);
  for (const double yaw : {150.0, 180.0, 210.0}) {
    for (const double lean : {0.0, 30.0, 60.0}) {
      for (int draw = 0; draw < 20; ++draw) {
        const View view{yaw, lean, 0};
        PoseFrame pose = Person(view);
        for (int i = 0; i <= static_cast<int>(kMouthRight); ++i) {
          auto& landmark = pose.image[static_cast<std::size_t>(i)];
          landmark = {landmark.x + off(random), landmark.y + off(random), 0, 0.1F};
        }
        const auto disc = HeadOf(pose);
        ASSERT_TRUE(disc);
        EXPECT_TRUE(Covers(*disc, view));
        EXPECT_LT(disc->radius, 0.6 * kPxPerMetre);
      }
    }
  }
}

TEST(HeadOf, GoesByTheShouldersWhereTheFaceLiesElsewhere) {
  const View view{0, 0, 0};
  for (const float visibility : {0.0F, 0.99F}) {
    for (const Point2 wrong : {Point2{0, 0}, Point2{320, 220}, Point2{400, 152}}) {
      PoseFrame pose = Person(view);
      for (int i = 0; i <= static_cast<int>(kMouthRight); ++i) {
        pose.image[static_cast<std::size_t>(i)] = {static_cast<float>(wrong.x),
                                                   static_cast<float>(wrong.y), 0, visibility};
      }
      const auto disc = HeadOf(pose);
      ASSERT_TRUE(disc);
      EXPECT_TRUE(Covers(*disc, view));
    }
  }
}

TEST(HeadOf, DoesNotMindWhichSideIsWhich) {
  for (const double yaw : {0.0, 40.0, 90.0, 180.0}) {
    const PoseFrame pose = Person({yaw, 20, 10});
    PoseFrame swapped = pose;
    PoseFrame mirrored = pose;
    constexpr std::array<std::pair<LandmarkId, LandmarkId>, 7> kPairs = {
        {{kLeftEyeInner, kRightEyeInner},
         {kLeftEye, kRightEye},
         {kLeftEyeOuter, kRightEyeOuter},
         {kLeftEar, kRightEar},
         {kMouthLeft, kMouthRight},
         {kLeftShoulder, kRightShoulder},
         {kLeftHip, kRightHip}}};
    for (const auto& [left, right] : kPairs) std::swap(swapped[left], swapped[right]);
    for (ImageLandmark& landmark : mirrored.image) landmark.x = 640 - landmark.x;
    const auto a = HeadOf(pose);
    const auto b = HeadOf(swapped);
    const auto c = HeadOf(mirrored);
    ASSERT_TRUE(a && b && c);
    EXPECT_NEAR(a->centre.x, b->centre.x, 1e-6);
    EXPECT_NEAR(a->centre.y, b->centre.y, 1e-6);
    EXPECT_NEAR(a->radius, b->radius, 1e-6);
    EXPECT_NEAR(640 - a->centre.x, c->centre.x, 1e-3);
    EXPECT_NEAR(a->radius, c->radius, 1e-3);
  }
}

TEST(HeadOf, HasNoneWhereLandmarksAreNoNumbers) {
  PoseFrame pose = Person({});
  pose[kNose].x = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(HeadOf(pose));
}

constexpr double kFps = 50;

/// Somebody of that track in pictures `from` to `to`, without those of `hidden`, whose ears are
/// where `ears` says.
template <typename Ears>
void AddTrack(PosesByTrack* poses, TrackId track, int from, int to, std::pair<int, int> hidden,
              const Ears& ears) {
  for (int i = from; i <= to; ++i) {
    if (i >= hidden.first && i <= hidden.second) continue;
    View view{90, 0, 0};
    view.ears = ears(i / kFps);
    PoseFrame pose = Person(view);
    pose.frame = i;
    pose.t = Timestamp::FromSeconds(i / kFps);
    pose.track = track;
    (*poses)[track].push_back(pose);
  }
}

constexpr std::pair<int, int> kNever{-2, -1};

::testing::AssertionResult Covered(const HeadIndex& heads, int frame, Point2 ears) {
  View view{90, 0, 0};
  view.ears = ears;
  for (const HeadDisc& disc : heads.InFrame(frame, frame / kFps)) {
    if (Covers(disc, view)) return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << "frame " << frame << " shows the head";
}

TEST(HeadIndex, FillsAGapAlsoInFlight) {
  const auto jump = [](double t) {
    const double since = std::max(0.0, std::min(t - 1, 0.5));
    return Point2{320 + 100 * t, 200 - kPxPerMetre * 9.81 / 2 * since * (0.5 - since)};
  };
  for (const std::pair<int, int>& gap : {std::pair{52, 72}, std::pair{51, 74}, std::pair{60, 60}}) {
    PosesByTrack poses;
    AddTrack(&poses, 1, 0, 150, gap, jump);
    const HeadIndex heads(poses);
    for (int i = 0; i <= 150; ++i) {
      EXPECT_TRUE(Covered(heads, i, jump(i / kFps)));
      EXPECT_EQ(heads.InFrame(i, i / kFps).size(), 1U);
    }
  }
}

TEST(HeadIndex, HoldsOnBeyondTheEndsOfATrackAndNotForEver) {
  const auto walk = [](double t) { return Point2{100 + 1.4 * kPxPerMetre * t, 120}; };
  PosesByTrack poses;
  AddTrack(&poses, 1, 50, 150, {76, 124}, walk);  // 75 to 125 is 1 s
  const HeadIndex heads(poses);
  for (int i = 20; i <= 90; ++i) EXPECT_TRUE(Covered(heads, i, walk(i / kFps)));
  for (int i = 95; i <= 165; ++i) EXPECT_TRUE(Covered(heads, i, walk(i / kFps)));
  EXPECT_TRUE(heads.InFrame(19, 19 / kFps).empty());
  EXPECT_TRUE(heads.InFrame(91, 91 / kFps).empty());
  EXPECT_TRUE(heads.InFrame(94, 94 / kFps).empty());
  EXPECT_TRUE(heads.InFrame(166, 166 / kFps).empty());
}

TEST(HeadIndex, KnowsEverybody) {
  const auto first = [](double) { return Point2{150, 120}; };
  const auto second = [](double t) { return Point2{450 - 20 * t, 130}; };
  PosesByTrack poses;
  AddTrack(&poses, 1, 0, 50, kNever, first);
  AddTrack(&poses, 7, 0, 50, {10, 20}, second);
  const HeadIndex heads(poses);
  for (int i = 0; i <= 50; ++i) {
    EXPECT_TRUE(Covered(heads, i, first(i / kFps)));
    EXPECT_TRUE(Covered(heads, i, second(i / kFps)));
  }
  EXPECT_TRUE(HeadIndex().InFrame(0, 0).empty());
}

TEST(HeadIndex, OnePictureWithASmallHeadShowsNoRim) {
  PosesByTrack poses;
  AddTrack(&poses, 1, 0, 50, kNever, [](double) { return Point2{320, 120}; });
  PoseFrame& wrong = poses[1][25];
  const ImageLandmark ear = wrong[kLeftEar];
  for (ImageLandmark& landmark : wrong.image) {
    landmark.x = ear.x + (landmark.x - ear.x) / 2;
    landmark.y = ear.y + (landmark.y - ear.y) / 2;
  }
  EXPECT_TRUE(Covered(HeadIndex(poses), 25, {320, 120}));
}

// ---- the mosaic

/// Checks that nothing but the discs changed, and that what changed is flat in at most so many
/// cells.
void ExpectMosaic(const TexturedPicture& before, const TexturedPicture& after, const HeadDisc& disc,
                  std::size_t most_cells) {
  std::set<std::array<std::uint8_t, 3>> colours;
  for (int y = 0; y < before.height; ++y) {
    for (int x = 0; x < before.width; ++x) {
      const bool inside =
          std::hypot(x + 0.5 - disc.centre.x, y + 0.5 - disc.centre.y) <= disc.radius;
      if (inside) {
        colours.insert(after.At(x, y));
      } else {
        ASSERT_EQ(after.At(x, y), before.At(x, y)) << x << ", " << y;
      }
    }
  }
  EXPECT_LE(colours.size(), most_cells);
  EXPECT_GE(colours.size(), 1U);
}

TEST(CoverHeads, LeavesNoDetailInsideAndEverythingOutside) {
  for (const HeadDisc disc : {HeadDisc{{60, 50}, 30}, HeadDisc{{61.3, 49.8}, 27.4},
                              HeadDisc{{100.5, 60.5}, 7}, HeadDisc{{20, 20}, 4}}) {
    const TexturedPicture before(160, 120);
    TexturedPicture after = before;
    CoverHeads({disc}, 1, after.bytes.data(), after.width, after.height, after.stride);
    ExpectMosaic(before, after, disc, 25);
    EXPECT_EQ(before.Rest(), after.Rest()) << "bytes that are no picture";
    // Inside a cell the variance is zero: cells are a fifth of the head, or four px.
    const double cell = std::max(2 * disc.radius / 5, 4.0);
    const double across = std::ceil(2 * disc.radius / cell - 1e-9);
    const Point2 corner = disc.centre - across * cell / 2 * Point2{1, 1};
    for (int y = 1; y < 120; ++y) {
      for (int x = 1; x < 160; ++x) {
        const auto inside = [&](int px, int py) {
          return std::hypot(px + 0.5 - disc.centre.x, py + 0.5 - disc.centre.y) <= disc.radius;
        };
        const auto column = [&](int px) { return std::floor((px + 0.5 - corner.x) / cell); };
        const auto row = [&](int py) { return std::floor((py + 0.5 - corner.y) / cell); };
        if (!inside(x, y)) continue;
        if (inside(x - 1, y) && column(x) == column(x - 1)) {
          ASSERT_EQ(after.At(x, y), after.At(x - 1, y));
        }
        if (inside(x, y - 1) && row(y) == row(y - 1)) {
          ASSERT_EQ(after.At(x, y), after.At(x, y - 1));
        }
      }
    }
  }
}

TEST(CoverHeads, ACellHasTheMeanOfWhatItHides) {
  TexturedPicture picture(60, 60);
  std::array<double, 3> sum{};
  for (int y = 26; y < 34; ++y) {
    for (int x = 26; x < 34; ++x) {
      for (std::size_t c = 0; c < 3; ++c) sum[c] += picture.At(x, y)[c];
    }
  }
  CoverHeads({{{30, 30}, 20}}, 1, picture.bytes.data(), 60, 60, picture.stride);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(picture.At(30, 30)[c], sum[c] / 64, 0.51);
}

TEST(CoverHeads, ScalesWithThePicture) {
  const TexturedPicture before(200, 160);
  TexturedPicture after = before;
  CoverHeads({{{30, 25}, 15}}, 2, after.bytes.data(), 200, 160, after.stride);
  ExpectMosaic(before, after, {{60, 50}, 30}, 25);
}

TEST(CoverHeads, HeadsAtAndBeyondTheEdges) {
  for (const HeadDisc disc :
       {HeadDisc{{0, 0}, 30}, HeadDisc{{159, 60}, 25}, HeadDisc{{80, -10}, 30},
        HeadDisc{{-20, 119}, 40}, HeadDisc{{80, 60}, 500}, HeadDisc{{165.2, 125.7}, 12}}) {
    const TexturedPicture before(160, 120);
    TexturedPicture after = before;
    CoverHeads({disc}, 1, after.bytes.data(), after.width, after.height, after.stride);
    ExpectMosaic(before, after, disc, 25);
    EXPECT_EQ(before.Rest(), after.Rest());
    EXPECT_NE(before.bytes, after.bytes);
  }
  const TexturedPicture before(160, 120);
  TexturedPicture after = before;
  CoverHeads({{{-500, 60}, 30}, {{80, 1e12}, 30}, {{1e30, -1e30}, 1}}, 1, after.bytes.data(), 160,
             120, after.stride);
  EXPECT_EQ(before.bytes, after.bytes);
}

TEST(CoverHeads, SeveralThatTouch) {
  const HeadDisc first{{50, 60}, 25};
  const HeadDisc second{{80, 60}, 25};
  const TexturedPicture before(160, 120);
  TexturedPicture after = before;
  CoverHeads({first, second}, 1, after.bytes.data(), 160, 120, after.stride);
  std::set<std::array<std::uint8_t, 3>> colours;
  for (int y = 0; y < 120; ++y) {
    for (int x = 0; x < 160; ++x) {
      const auto in = [&](const HeadDisc& disc) {
        return std::hypot(x + 0.5 - disc.centre.x, y + 0.5 - disc.centre.y) <= disc.radius;
      };
      if (in(first) || in(second)) {
        colours.insert(after.At(x, y));
      } else {
        ASSERT_EQ(after.At(x, y), before.At(x, y));
      }
    }
  }
  EXPECT_LE(colours.size(), 50U);
}

}  // namespace
}  // namespace plyo::report
