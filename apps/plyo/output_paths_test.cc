#include "output_paths.h"

#include <gtest/gtest.h>

namespace plyo::cli {
namespace {

TEST(OutputNames, AreTheFilesNamesAndNeverTwice) {
  OutputNames names("summary");
  EXPECT_EQ(names.For("x/clip.mp4"), "clip");
  EXPECT_EQ(names.For("y/clip.mov"), "clip_2");
  EXPECT_EQ(names.For("CLIP.mp4"), "CLIP_3");
  EXPECT_EQ(names.For("clip_2.mp4"), "clip_2_2");
  EXPECT_EQ(names.For("summary.mp4"), "summary_2");
  EXPECT_EQ(names.For("<script> 'a\".mp4"), "<script> 'a\"");
  EXPECT_EQ(names.For(".mp4"), ".mp4");
}

TEST(CheckDistinct, SeesThroughDotsAndLinks) {
  const std::filesystem::path folder = PLYO_TEST_TMP "/distinct";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder / "real");
  std::filesystem::create_directory_symlink("real", folder / "link");
  EXPECT_TRUE(CheckDistinct({folder / "real/a", folder / "real/b"}, {folder / "real/c"}));
  EXPECT_FALSE(CheckDistinct({folder / "real/a", folder / "link/a"}, {}));
  EXPECT_FALSE(CheckDistinct({folder / "link/../real/c"}, {folder / "real/c"}));
}

TEST(CheckDistinct, DevicesTakeAll) {
  EXPECT_TRUE(CheckDistinct({"/dev/null", "/dev/null"}, {"a.mp4"}));
}

TEST(ProbeOutputs, TellsWhatCannotBeWritten) {
  OutputPaths paths;
  EXPECT_TRUE(ProbeOutputs(paths));
  paths.json = PLYO_TEST_TMP "/out.json";
  EXPECT_TRUE(ProbeOutputs(paths));
  EXPECT_FALSE(std::filesystem::exists(*paths.json));
  paths.overlay = PLYO_TEST_TMP "/no/such/folder/out.mp4";
  EXPECT_EQ(ProbeOutputs(paths).error().code, ErrorCode::kOutputNotWritable);
}

}  // namespace
}  // namespace plyo::cli
