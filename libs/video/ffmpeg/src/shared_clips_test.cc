// Clips that may not be copied into the repository: they are read where they lie, in $PLYO_SHARED
// or ../shared.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "plyo/video_ffmpeg/open.h"
#include "test_clips.h"

namespace plyo {
namespace {

namespace fs = std::filesystem;

// Nothing, with a word about it, where the clips are not.
std::optional<fs::path> SharedData() {
  const char* given = std::getenv("PLYO_SHARED");
  const fs::path root =
      given != nullptr ? fs::path(given) : fs::path(PLYO_SOURCE_DIR) / "../shared";
  if (fs::is_directory(root / "data")) return root / "data";
  std::cout << "left out: there is no folder " << (root / "data").string()
            << " with shared clips\n";
  return std::nullopt;
}

struct Delivered {
  VideoInfo info;
  std::vector<double> times_s;
  std::vector<std::string> flags;
};

Delivered Read(const fs::path& clip, const OpenOptions& options = {}) {
  auto source = OpenVideoFile(clip, options);
  if (!source) {
    ADD_FAILURE() << source.error().message;
    return {};
  }
  Delivered delivered;
  delivered.info = (*source)->Info();
  while (true) {
    const auto frame = (*source)->Next();
    if (!frame) ADD_FAILURE() << frame.error().message;
    if (!frame || !*frame) break;
    delivered.times_s.push_back((*frame)->t.Seconds());
  }
  delivered.flags = (*source)->Flags();
  return delivered;
}

TEST(SharedClips, AllGiveTheTimesThatFfprobeSees) {
  const auto data = SharedData();
  if (!data) return;
  int clips = 0;
  for (const char* folder : {"rendered", "real"}) {
    for (const auto& entry : fs::directory_iterator(*data / folder)) {
      if (entry.path().extension() != ".mp4") continue;
      SCOPED_TRACE(entry.path());
      const auto delivered = Read(entry.path());
      const auto expected = test::ShownTimes(entry.path());
      ASSERT_EQ(delivered.times_s.size(), expected.size());
      for (std::size_t i = 0; i < expected.size(); ++i) {
        ASSERT_NEAR(delivered.times_s[i], expected[i] - expected[0], 1.1e-6) << i;
      }
      EXPECT_EQ(delivered.info.frames_estimate, static_cast<std::int64_t>(expected.size()));
      EXPECT_THAT(delivered.flags, testing::IsEmpty());
      ++clips;
    }
  }
  EXPECT_GT(clips, 30);
}

TEST(SharedClips, TheirPeculiaritiesAreSeen) {
  const auto data = SharedData();
  if (!data) return;

  const auto slow = Read(*data / "rendered/cmj_14_slowmo240as30.mp4", {.capture_fps = 240});
  ASSERT_EQ(slow.times_s.size(), 696U);
  for (std::size_t i = 0; i < slow.times_s.size(); ++i) {
    ASSERT_NEAR(slow.times_s[i], static_cast<double>(i) / 240, 1e-6) << i;
  }
  const auto turned = Read(*data / "rendered/cmj_12_rotate_tag.mp4").info;
  EXPECT_EQ(turned.rotation_deg, 90);
  EXPECT_EQ(turned.width, 720);
  EXPECT_EQ(turned.height, 1280);
  const auto portrait = Read(*data / "rendered/cmj_07_portrait.mp4").info;
  EXPECT_EQ(portrait.rotation_deg, 0);
  EXPECT_EQ(portrait.height, 1280);
  EXPECT_TRUE(Read(*data / "rendered/cmj_13_vfr.mp4").info.variable_frame_rate);

  const auto hidden = Read(*data / "real/opencap_walk_editlist_60.mp4");
  EXPECT_EQ(hidden.times_s.size(), 75U);  // of 271 stored ones
  EXPECT_DOUBLE_EQ(hidden.info.stored_fps, 60);
  EXPECT_NEAR(hidden.info.duration_s, 1.25, 0.01);
}

}  // namespace
}  // namespace plyo
