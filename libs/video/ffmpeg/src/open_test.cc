#include "plyo/video_ffmpeg/open.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "test_clips.h"

namespace plyo {
namespace {

using test::Delivered;
using test::kBt709;
using test::kX264;
using test::MakeClip;
using test::Pattern;
using test::TempFolder;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

Delivered Read(const std::filesystem::path& clip, const OpenOptions& options = {}) {
  auto source = OpenVideoFile(clip, options);
  if (!source) {
    ADD_FAILURE() << source.error().message;
    return {};
  }
  auto delivered = test::ReadAll(**source);
  EXPECT_TRUE(delivered) << delivered.error().message;
  return delivered.value_or(Delivered{});
}

std::vector<double> Steps(const std::vector<Timestamp>& times) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < times.size(); ++i)
    steps.push_back(times[i].Seconds() - times[i - 1].Seconds());
  return steps;
}

struct Turn {
  const char* name;
  double a, b, c, d;
  const char* corners;
  int rotation_deg;
  bool mirrored;
};

void PrintTo(const Turn& turn, std::ostream* out) { *out << turn.name; }

class TurnTest : public testing::TestWithParam<Turn> {};

TEST_P(TurnTest, IsAppliedExactlyOnce) {
  const Turn& turn = GetParam();
  const TempFolder folder;
  const Pattern pattern{.frames = 3};
  MakeClip(pattern, kX264, folder / "stored.mp4");
  auto bytes = test::ReadBytes(folder / "stored.mp4");
  test::SetDisplayMatrix(bytes, turn.a, turn.b, turn.c, turn.d);
  test::WriteBytes(folder / "tagged.mp4", bytes);

  auto source = OpenVideoFile(folder / "tagged.mp4");
  ASSERT_TRUE(source) << source.error().message;
  const bool lies = turn.rotation_deg % 180 != 0;
  EXPECT_EQ((*source)->Info().width, lies ? pattern.height : pattern.width);
  EXPECT_EQ((*source)->Info().height, lies ? pattern.width : pattern.height);
  EXPECT_EQ((*source)->Info().rotation_deg, turn.rotation_deg);
  EXPECT_EQ((*source)->Info().mirrored, turn.mirrored);
  for (int i = 0; i < pattern.frames; ++i) {
    auto frame = (*source)->Next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->width, (*source)->Info().width);
    EXPECT_EQ((*frame)->u.width, ((*source)->Info().width + 1) / 2);
    EXPECT_EQ(test::Corners(**frame), turn.corners);
  }
}

INSTANTIATE_TEST_SUITE_P(All, TurnTest,
                         testing::Values(Turn{"None", 1, 0, 0, 1, "RGBW", 0, false},
                                         Turn{"Quarter", 0, 1, -1, 0, "BRWG", 90, false},
                                         Turn{"Half", -1, 0, 0, -1, "WBGR", 180, false},
                                         Turn{"ThreeQuarters", 0, -1, 1, 0, "GWRB", 270, false},
                                         Turn{"MirrorLeftRight", -1, 0, 0, 1, "GRWB", 0, true},
                                         Turn{"MirrorTopBottom", 1, 0, 0, -1, "BWRG", 180, true},
                                         Turn{"Transposed", 0, 1, 1, 0, "RBGW", 270, true},
                                         Turn{"AntiTransposed", 0, -1, -1, 0, "WGBR", 90, true}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(OpenVideo, TurnsConvertedPicturesToo) {
  const TempFolder folder;
  MakeClip({.frames = 2}, "-pix_fmt yuv422p10le -c:v prores_ks", folder / "stored.mov");
  auto bytes = test::ReadBytes(folder / "stored.mov");
  test::SetDisplayMatrix(bytes, 0, 1, -1, 0);
  auto source = OpenVideoMemory(bytes, "tagged.mov");
  ASSERT_TRUE(source) << source.error().message;
  auto frame = (*source)->Next();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ(test::Corners(**frame), "BRWG");
}

TEST(OpenVideo, FlagsATurnThatIsNoQuarter) {
  const TempFolder folder;
  MakeClip({.frames = 2}, kX264, folder / "stored.mp4");
  auto bytes = test::ReadBytes(folder / "stored.mp4");
  test::SetDisplayMatrix(bytes, 0.5, 0.866, -0.866, 0.5);
  auto source = OpenVideoMemory(bytes, "tagged.mp4");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->Info().rotation_deg, 90);
  EXPECT_THAT((*source)->Flags(), ElementsAre("odd_rotation"));
}

TEST(OpenVideo, MakesPixelsSquare) {
  const TempFolder folder;
  MakeClip({.width = 144, .height = 96}, kX264 + "-aspect 2:1", folder / "wide.mp4");
  auto source = OpenVideoFile(folder / "wide.mp4");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->Info().width, 192);
  EXPECT_EQ((*source)->Info().height, 96);
  auto frame = (*source)->Next();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ((*frame)->width, 192);
  EXPECT_EQ(test::Corners(**frame), "RGBW");
}

TEST(OpenVideo, LeavesOutWhatAnEditListHides) {
  const TempFolder folder;
  MakeClip({.frames = 50}, kX264 + "-g 50", folder / "whole.mp4");
  // Copying from a point without a key frame keeps the pictures before it and hides them by an edit
  // list.
  test::RunFfmpeg("-ss 1 -i " + test::Quoted(folder / "whole.mp4") + " -c copy " +
                  test::Quoted(folder / "cut.mp4"));
  const auto bytes = test::ReadBytes(folder / "cut.mp4");
  ASSERT_LT(test::FindTag(bytes, "elst"), bytes.size());

  const Delivered cut = Read(folder / "cut.mp4");
  const Delivered whole = Read(folder / "whole.mp4");
  ASSERT_EQ(whole.checksums.size(), 50U);
  ASSERT_EQ(cut.checksums.size(), 25U);
  EXPECT_EQ(static_cast<int>(cut.checksums.size()), test::CountFrames(folder / "cut.mp4"));
  EXPECT_TRUE(std::equal(cut.checksums.begin(), cut.checksums.end(), whole.checksums.begin() + 25));
  EXPECT_EQ(cut.times.front().us, 0);
  EXPECT_EQ(cut.times.back().us, 960'000);
  EXPECT_EQ(cut.info.frames_estimate, 25);
  EXPECT_DOUBLE_EQ(cut.info.stored_fps, 25);
  EXPECT_NEAR(cut.info.duration_s, 1, 0.05);
  EXPECT_THAT(cut.flags, IsEmpty());
}

TEST(OpenVideo, KeepsVariableTimes) {
  const TempFolder folder;
  const Pattern pattern{.frames = 30};
  const std::string uneven =
      "-vf settb=1/90000,setpts='(N/25+0.009*mod(N*7\\,4))/TB' -vsync passthrough ";
  for (const char* name : {"clip.mp4", "clip.mkv"}) {
    SCOPED_TRACE(name);
    MakeClip(pattern, uneven + "-enc_time_base 1/90000 -pix_fmt yuv420p -c:v libx264 -bf 2",
             folder / name);
    const Delivered delivered = Read(folder / name);
    ASSERT_EQ(delivered.times.size(), 30U);
    for (int i = 0; i < 30; ++i) {
      EXPECT_NEAR(delivered.times[static_cast<std::size_t>(i)].Seconds(),
                  i / 25.0 + 0.009 * (i * 7 % 4), 0.0011)
          << i;
    }
    EXPECT_TRUE(delivered.info.variable_frame_rate);
    EXPECT_NEAR(delivered.info.stored_fps, 25, 1);
    EXPECT_THAT(delivered.flags, IsEmpty());
  }
}

TEST(OpenVideo, TurnsSlowMotionIntoCaptureTime) {
  const TempFolder folder;
  MakeClip({.frames = 30, .fps = 30}, kX264, folder / "slow.mp4");
  const Delivered delivered = Read(folder / "slow.mp4", {.capture_fps = 240});
  EXPECT_DOUBLE_EQ(delivered.info.stored_fps, 30);
  EXPECT_DOUBLE_EQ(delivered.info.capture_fps, 240);
  EXPECT_DOUBLE_EQ(delivered.info.time_scale, 8);
  EXPECT_NEAR(delivered.info.duration_s, 0.125, 1e-6);
  for (const double step : Steps(delivered.times)) EXPECT_NEAR(step, 1 / 240.0, 1e-6);
  EXPECT_FALSE(delivered.info.variable_frame_rate);
}

TEST(OpenVideo, TakesARateThatTheFileAlreadyHasForNoSlowMotion) {
  const TempFolder folder;
  MakeClip({.frames = 10, .fps = 30}, kX264, folder / "clip.mp4");
  const Delivered delivered = Read(folder / "clip.mp4", {.capture_fps = 30.3});
  EXPECT_DOUBLE_EQ(delivered.info.time_scale, 1);
  EXPECT_EQ(delivered.times.back().us, 300'000);
}

TEST(OpenVideo, ReadsAThousandFramesASecond) {
  const TempFolder folder;
  MakeClip({.frames = 40, .fps = 1000}, kX264, folder / "fast.mp4");
  const Delivered delivered = Read(folder / "fast.mp4");
  EXPECT_DOUBLE_EQ(delivered.info.stored_fps, 1000);
  ASSERT_EQ(delivered.times.size(), 40U);
  EXPECT_EQ(delivered.times.back().us, 39'000);
}

TEST(OpenVideo, RepairsEqualTimes) {
  const TempFolder folder;
  MakeClip({.frames = 20},
           kBt709 + "-c:v mjpeg -bsf:v setts=ts='if(eq(mod(N\\,5)\\,3)\\,PREV_OUTPTS\\,PTS)'",
           folder / "clip.mkv");
  const Delivered delivered = Read(folder / "clip.mkv");
  ASSERT_EQ(delivered.times.size(), 20U);
  EXPECT_TRUE(std::is_sorted(delivered.times.begin(), delivered.times.end(), std::less_equal<>()));
  for (std::size_t i = 0; i < 19; ++i)
    EXPECT_NEAR(delivered.times[i].Seconds(), static_cast<double>(i) / 25, 0.021) << i;
  EXPECT_THAT(delivered.flags, ElementsAre("repaired_timestamps"));
}

TEST(OpenVideo, IsTheSameForAnyNumberOfThreads) {
  const TempFolder folder;
  MakeClip({.width = 320, .height = 240, .frames = 60}, kX264 + "-threads 2 -x264-params slices=2",
           folder / "clip.mp4");
  const Delivered one = Read(folder / "clip.mp4");
  ASSERT_EQ(one.checksums.size(), 60U);
  for (const int threads : {2, 4}) {
    const Delivered many = Read(folder / "clip.mp4", {.decode_threads = threads});
    EXPECT_EQ(many.checksums, one.checksums) << threads;
    EXPECT_EQ(many.times, one.times) << threads;
  }
}

TEST(OpenVideo, FramesOutliveTheirSource) {
  const TempFolder folder;
  for (const std::string& arguments : {kX264, std::string("-pix_fmt yuv422p10le -c:v prores_ks")}) {
    MakeClip({}, arguments, folder / "clip.mov");
    std::vector<Frame> kept;
    std::vector<std::uint64_t> sums;
    {
      auto source = OpenVideoFile(folder / "clip.mov");
      ASSERT_TRUE(source) << source.error().message;
      for (auto frame = (*source)->Next(); frame && *frame; frame = (*source)->Next()) {
        sums.push_back(test::Checksum(**frame));
        kept.push_back(std::move(**frame));
      }
    }
    ASSERT_EQ(kept.size(), 12U);
    for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(test::Checksum(kept[i]), sums[i]);
    EXPECT_NE(sums.front(), sums.back());
  }
}

TEST(OpenVideo, ReadsNamesThatLookLikeSomethingElse) {
  const TempFolder folder;
  MakeClip({.frames = 3}, kX264, folder / "plain.mp4");
  for (const std::string name :
       {"with space.mp4", "it's \"quoted\".mp4", "<script>alert(1)</script>", "%03d.mp4",
        "http:clip.mp4", "pipe:0", "-i.mp4", "Sprünge ③.mp4", "no_suffix"}) {
    if (name.find('/') != std::string::npos)
      std::filesystem::create_directories((folder / name).parent_path());
    std::filesystem::copy_file(folder / "plain.mp4", folder / name);
    const Delivered delivered = Read(folder / name);
    EXPECT_EQ(delivered.times.size(), 3U) << name;
  }
}

TEST(OpenVideo, FlagsInterlacedPictures) {
  const TempFolder folder;
  MakeClip({.height = 128}, kBt709 + "-c:v mpeg4 -flags +ildct+ilme -top 1", folder / "clip.avi");
  EXPECT_THAT(Read(folder / "clip.avi").flags, Contains("interlaced"));
}

TEST(OpenVideo, ScalesPicturesThatChangeTheirSize) {
  const TempFolder folder;
  MakeClip({.frames = 5}, kBt709 + "-c:v libx264 -bf 0", folder / "small.ts");
  MakeClip({.width = 320, .height = 192, .frames = 5}, kBt709 + "-c:v libx264 -bf 0",
           folder / "large.ts");
  auto bytes = test::ReadBytes(folder / "small.ts");
  const auto more = test::ReadBytes(folder / "large.ts");
  bytes.insert(bytes.end(), more.begin(), more.end());
  auto source = OpenVideoMemory(bytes, "joined.ts");
  ASSERT_TRUE(source) << source.error().message;
  int frames = 0;
  for (auto frame = (*source)->Next(); frame && *frame; frame = (*source)->Next()) {
    EXPECT_EQ((*frame)->width, 160);
    EXPECT_EQ((*frame)->height, 96);
    ++frames;
  }
  EXPECT_GE(frames, 9);  // the seam may cost one
  EXPECT_THAT((*source)->Flags(), Contains("picture_size_changed"));
}

}  // namespace
}  // namespace plyo
