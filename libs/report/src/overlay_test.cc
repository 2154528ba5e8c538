#include "plyo/report/overlay.h"

#include <gtest/gtest.h>

#include <set>

#include "canvas.h"
#include "face_cover.h"
#include "overlay_scene.h"
#include "testing/fixture.h"
#include "testing/textured.h"

namespace plyo {
namespace {

using report::testing::GreyToBgra;
using report::testing::JumpOptions;
using report::testing::JumpPoses;
using report::testing::JumpResult;
using report::testing::JumpSport;
using report::testing::JumpVideo;

/// Keeps the times of all pictures and the bytes of some.
class KeepingWriter final : public VideoWriter {
 public:
  explicit KeepingWriter(std::vector<std::size_t> wanted = {}) : wanted_(std::move(wanted)) {}

  Result<void> Write(const BgraView& picture, Timestamp t) override {
    if (fail_at == times.size()) return Fail(ErrorCode::kDiskFull, "full");
    width = picture.width;
    height = picture.height;
    for (const std::size_t index : wanted_) {
      if (index != times.size()) continue;
      pictures.emplace_back(picture.pixels, picture.pixels + picture.stride * picture.height);
    }
    times.push_back(t);
    return {};
  }
  Result<void> Close() override { return {}; }

  std::vector<Timestamp> times;
  std::vector<std::vector<std::uint8_t>> pictures;
  int width = 0;
  int height = 0;
  std::size_t fail_at = static_cast<std::size_t>(-1);

 private:
  std::vector<std::size_t> wanted_;
};

/// Few pictures are enough.
constexpr JumpOptions kOne{.fps = 15};
constexpr JumpOptions kTwoOfTwo{.reps = 2, .athletes = 2, .fps = 10};

struct Shown {
  AnalysisResult result;
  Sport sport = JumpSport();
  PosesByTrack poses;
  OverlayInput input{result, sport, poses, Sex::kUnknown, {}, nullptr};

  explicit Shown(const JumpOptions& options = kOne)
      : result(JumpResult(options)), poses(JumpPoses(options)) {}
};

/// Slow motion: eight times slower in the file.
class SlowVideo final : public FrameSource {
 public:
  SlowVideo() : inner_(JumpVideo(kOne)), info_(inner_->Info()) { info_.time_scale = 8; }
  const VideoInfo& Info() const override { return info_; }
  Result<std::optional<Frame>> Next() override { return inner_->Next(); }
  std::vector<std::string> Flags() const override { return {}; }

 private:
  std::unique_ptr<FrameSource> inner_;
  VideoInfo info_;
};

bool Differ(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b, int width,
            Point2 centre, int reach) {
  for (int y = static_cast<int>(centre.y) - reach; y <= static_cast<int>(centre.y) + reach; ++y) {
    for (int x = static_cast<int>(centre.x) - reach; x <= static_cast<int>(centre.x) + reach; ++x) {
      const auto at = 4 * static_cast<std::size_t>(y * width + x);
      if (a[at] != b[at] || a[at + 1] != b[at + 1]) return true;
    }
  }
  return false;
}

TEST(ChooseOverlaySize, EnlargesSmallClipsAndReducesLargeOnes) {
  EXPECT_EQ(ChooseOverlaySize(1280, 720), (OverlaySize{1280, 764, 720}));
  EXPECT_EQ(ChooseOverlaySize(640, 360).width, 960);
  EXPECT_EQ(ChooseOverlaySize(640, 360).picture_height, 540);
  EXPECT_EQ(ChooseOverlaySize(3840, 2160).width, 1920);
  EXPECT_EQ(ChooseOverlaySize(8192, 8192).picture_height, 1920);
  for (const auto& [w, h] : {std::pair{719, 1281}, std::pair{65, 64}, std::pair{1001, 563}}) {
    const OverlaySize size = ChooseOverlaySize(w, h);
    EXPECT_EQ(size.width % 2, 0);
    EXPECT_EQ(size.height % 2, 0);
    EXPECT_GT(size.height, size.picture_height);
    EXPECT_NEAR(static_cast<double>(size.width) / size.picture_height, static_cast<double>(w) / h,
                0.01);
  }
}

TEST(WriteOverlay, WritesEveryPictureAtItsTime) {
  const Shown shown;
  KeepingWriter writer;
  const auto video = JumpVideo(kOne);
  ASSERT_TRUE(WriteOverlay(*video, GreyToBgra, writer, shown.input).has_value());
  ASSERT_EQ(writer.times.size(), 46U);
  EXPECT_EQ(writer.times[15].us, 1'000'000);
  EXPECT_EQ(writer.width, 960);
}

TEST(WriteOverlay, KeepsTheSpeedOfTheFile) {
  const Shown shown;
  KeepingWriter writer;
  SlowVideo video;
  ASSERT_TRUE(WriteOverlay(video, GreyToBgra, writer, shown.input).has_value());
  EXPECT_EQ(writer.times[15].us, 8'000'000);
}

TEST(WriteOverlay, MarksTheAthleteAndLeavesTheRestOfThePicture) {
  const Shown shown;
  const PosesByTrack nobody;
  const AnalysisResult nothing = [&] {
    AnalysisResult result = shown.result;
    result.athletes.clear();
    return result;
  }();
  const std::size_t apex = 25;
  KeepingWriter with({apex});
  KeepingWriter without({apex});
  ASSERT_TRUE(WriteOverlay(*JumpVideo(kOne), GreyToBgra, with, shown.input).has_value());
  ASSERT_TRUE(WriteOverlay(*JumpVideo(kOne), GreyToBgra, without,
                           {nothing, shown.sport, nobody, Sex::kUnknown, {}, nullptr})
                  .has_value());
  const PoseFrame& pose = shown.poses.at(1)[apex];
  const auto& a = with.pictures.at(0);
  const auto& b = without.pictures.at(0);
  const double scale = 960 / 640.0;
  for (const LandmarkId id :
       {LandmarkId::kRightKnee, LandmarkId::kRightShoulder, LandmarkId::kRightFootIndex}) {
    EXPECT_TRUE(Differ(a, b, 960, {scale * pose[id].x, scale * pose[id].y}, 2)) << LandmarkName(id);
  }
  EXPECT_FALSE(Differ(a, b, 960, {850, 450}, 20)) << "nothing is to be seen there";
}

TEST(WriteOverlay, CoversEveryHeadBeneathTheSkeletonAndNothingElse) {
  // Two people of whom one jumps, and a picture in which the other one was not seen.
  constexpr JumpOptions kTwo{.athletes = 2, .fps = 15};
  Shown shown(kTwo);
  shown.result.athletes.pop_back();
  constexpr std::size_t kMissing = 22;
  std::erase_if(shown.poses.at(2), [](const PoseFrame& pose) { return pose.frame == kMissing; });
  const std::vector<std::size_t> pictures = {3, 17, kMissing, 25};
  KeepingWriter plain(pictures);
  KeepingWriter covered(pictures);
  using report::testing::TextureToBgra;
  ASSERT_TRUE(WriteOverlay(*JumpVideo(kTwo), TextureToBgra, plain, shown.input).has_value());
  shown.input.blur_faces = true;
  ASSERT_TRUE(WriteOverlay(*JumpVideo(kTwo), TextureToBgra, covered, shown.input).has_value());

  const report::HeadIndex index(shown.poses);
  const int picture_height = ChooseOverlaySize(640, 360).picture_height;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto frame = static_cast<std::int64_t>(pictures[i]);
    const auto heads = index.InFrame(frame, static_cast<double>(frame) / 15);
    ASSERT_EQ(heads.size(), 2U);
    std::vector<std::set<std::array<std::uint8_t, 3>>> colours(2);
    int drawn_on = 0;
    for (int y = 0; y < plain.height; ++y) {
      for (int x = 0; x < plain.width; ++x) {
        const auto at = 4 * static_cast<std::size_t>(y * plain.width + x);
        const auto colour = [at](const std::vector<std::uint8_t>& picture) {
          return std::array{picture[at], picture[at + 1], picture[at + 2]};
        };
        const auto before = colour(plain.pictures[i]);
        const auto after = colour(covered.pictures[i]);
        bool inside = false;
        for (std::size_t k = 0; k < 2 && y < picture_height; ++k) {
          const Point2 away = Point2{x + 0.5, y + 0.5} - 1.5 * heads[k].centre;
          if (std::hypot(away.x, away.y) > 1.5 * heads[k].radius) continue;
          inside = true;
          // Where nothing was drawn the mosaic itself is seen.
          if (before == report::testing::TextureAt(x, y)) colours[k].insert(after);
          if (before != report::testing::TextureAt(x, y)) ++drawn_on;
        }
        if (!inside) {
          ASSERT_EQ(before, after) << "picture " << frame << ": " << x << ", " << y;
        }
      }
    }
    for (const auto& cells : colours) {
      EXPECT_GE(cells.size(), 9U);
      EXPECT_LE(cells.size(), 50U);
    }
    EXPECT_GT(drawn_on, 100) << "the skeleton is drawn on the mosaic";
  }
}

TEST(WriteOverlay, DrawsTheSameEveryTime) {
  const Shown shown(kTwoOfTwo);
  KeepingWriter first({17, 47});
  KeepingWriter second({17, 47});
  ASSERT_TRUE(WriteOverlay(*JumpVideo(kTwoOfTwo), GreyToBgra, first, shown.input).has_value());
  ASSERT_TRUE(WriteOverlay(*JumpVideo(kTwoOfTwo), GreyToBgra, second, shown.input).has_value());
  EXPECT_EQ(first.pictures, second.pictures);
}

TEST(WriteOverlay, EndsWhenItIsCancelledAndHandsOnFailures) {
  const Shown shown;
  std::atomic<bool> cancel = true;
  KeepingWriter writer;
  const auto stopped =
      WriteOverlay(*JumpVideo(kOne), GreyToBgra, writer,
                   {shown.result, shown.sport, shown.poses, Sex::kUnknown, {}, &cancel});
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().code, ErrorCode::kInterrupted);
  writer.fail_at = 3;
  const auto full = WriteOverlay(*JumpVideo(kOne), GreyToBgra, writer, shown.input);
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().code, ErrorCode::kDiskFull);
}

TEST(OverlayScene, FiguresAppearWhenTheyAreKnown) {
  const Shown shown;
  const auto people = report::MakeScenes(shown.result, shown.sport, shown.poses, Sex::kUnknown);
  ASSERT_EQ(people.size(), 1U);
  const report::RepScene& rep = people[0].reps.at(0);
  ASSERT_FALSE(rep.figures.empty());
  EXPECT_EQ(rep.figures[0].value, "35.0\u00a0cm");
  EXPECT_DOUBLE_EQ(rep.figures[0].known_s,
                   shown.result.athletes[0].reps[0].FindEvent("landing")->t_s);
  EXPECT_EQ(people[0].RepAt(0.0), nullptr);
  EXPECT_EQ(people[0].RepAt(2.9), &rep);
}

TEST(OverlayScene, PhaseAndTraceAreThoseOfTheInstant) {
  const Shown shown;
  const auto people = report::MakeScenes(shown.result, shown.sport, shown.poses, Sex::kUnknown);
  const report::RepScene& rep = people[0].reps.at(0);
  ASSERT_NE(report::PhaseAt(rep, 1.5), nullptr);
  EXPECT_EQ(report::PhaseAt(rep, 1.5)->phase.id, "flight");
  EXPECT_EQ(report::PhaseAt(rep, 2.9), nullptr);
  // Linear between the samples at 22/15 s and 23/15 s.
  const double middle =
      (report::testing::ComHeight(kOne, 22 / 15.0) + report::testing::ComHeight(kOne, 23 / 15.0)) /
      2;
  EXPECT_NEAR(*report::TraceAt(*rep.rep, "com_height", 1.5), middle, 1e-9);
  EXPECT_FALSE(report::TraceAt(*rep.rep, "com_height", 99).has_value());
  EXPECT_FALSE(report::TraceAt(*rep.rep, "no_such", 1.5).has_value());
}

TEST(OverlayScene, TheGroundIsWhereTheSolesStood) {
  const Shown shown;
  const auto people = report::MakeScenes(shown.result, shown.sport, shown.poses, Sex::kUnknown);
  ASSERT_TRUE(people[0].reps.at(0).ground_y.has_value());
  EXPECT_NEAR(*people[0].reps.at(0).ground_y, 328.5, 1);
}

TEST(OverlayScene, TheGroundOfADropJumpIsNotTheTopOfTheBox) {
  Shown shown;
  Rep& rep = shown.result.athletes[0].reps[0];
  const double contact_s = rep.FindEvent("takeoff")->t_s - 0.25;
  rep.events.insert(rep.events.begin(),
                    {.id = "contact", .t_s = contact_s, .u_s = 0, .frame = 0, .flags = {}});
  for (PoseFrame& pose : shown.poses.begin()->second) {
    if (pose.t.Seconds() >= contact_s) continue;
    for (ImageLandmark& landmark : pose.image) landmark.y -= 60;
  }
  const auto people = report::MakeScenes(shown.result, shown.sport, shown.poses, Sex::kUnknown);
  ASSERT_TRUE(people[0].reps.at(0).ground_y.has_value());
  EXPECT_NEAR(*people[0].reps.at(0).ground_y, 328.5, 2);
}

}  // namespace
}  // namespace plyo
