#include "plyo/video_ffmpeg/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/mount.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "plyo/video_ffmpeg/open.h"
#include "test_clips.h"

namespace plyo {
namespace {

using test::TempFolder;
using testing::HasSubstr;

struct Picture {
  int width;
  int height;
  std::vector<std::uint8_t> pixels;

  Picture(int w, int h, std::uint8_t grey)
      : width(w), height(h), pixels(static_cast<std::size_t>(w) * h * 4, grey) {}
  void Patch(int left, int top, int size, test::Rgb colour) {
    for (int y = top; y < top + size; ++y) {
      for (int x = left; x < left + size; ++x) {
        std::uint8_t* pixel = &pixels[static_cast<std::size_t>(y * width + x) * 4];
        pixel[0] = static_cast<std::uint8_t>(colour.b);
        pixel[1] = static_cast<std::uint8_t>(colour.g);
        pixel[2] = static_cast<std::uint8_t>(colour.r);
      }
    }
  }
  void AddNoise(unsigned seed) {
    for (std::uint8_t& value : pixels)
      value = static_cast<std::uint8_t>((seed = seed * 1664525U + 1013904223U) >> 24);
  }
  BgraView View() const { return {pixels.data(), width, height, std::ptrdiff_t{4} * width}; }
};

std::size_t FilesIn(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(Mp4Writer, KeepsColoursTimesAndCount) {
  const TempFolder folder;
  const std::vector<double> times = {0, 0.02, 0.05, 0.051, 0.2, 0.24, 1.0};
  {
    auto writer = MakeMp4Writer(folder / "clip.mp4", {.width = 160, .height = 96, .fps = 30});
    ASSERT_TRUE(writer) << writer.error().message;
    for (const double t : times) {
      Picture picture(160, 96, 90);
      picture.Patch(0, 0, 32, {220, 30, 30});
      picture.Patch(128, 0, 32, {30, 220, 30});
      picture.Patch(0, 64, 32, {30, 30, 220});
      picture.Patch(128, 64, 32, {230, 230, 230});
      const auto written = (*writer)->Write(picture.View(), Timestamp::FromSeconds(2.5 + t));
      ASSERT_TRUE(written) << written.error().message;
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "clip.mp4"));
    const auto closed = (*writer)->Close();
    ASSERT_TRUE(closed) << closed.error().message;
  }
  EXPECT_EQ(FilesIn(folder / ""), 1U);
  EXPECT_EQ(test::CountFrames(folder / "clip.mp4"), 7);
  auto source = OpenVideoFile(folder / "clip.mp4");
  ASSERT_TRUE(source) << source.error().message;
  EXPECT_EQ((*source)->Info().codec, "h264");
  EXPECT_NEAR((*source)->Info().duration_s, 1.76,
              0.001);  // the last picture lasts as long as the one before
  for (const double t : times) {
    auto frame = (*source)->Next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_NEAR((*frame)->t.Seconds(), t, 1e-5);
    EXPECT_EQ((*frame)->matrix, YuvMatrix::kBt709);
    EXPECT_FALSE((*frame)->full_range);
    EXPECT_EQ(test::Corners(**frame), "RGBW");
    EXPECT_NEAR(test::ColourAt(**frame, 80, 48).g, 90, 4);
  }
}

TEST(Mp4Writer, PutsTheIndexInFront) {
  const TempFolder folder;
  auto writer = MakeMp4Writer(folder / "clip.mp4", {.width = 64, .height = 64, .fps = 30});
  ASSERT_TRUE(writer) << writer.error().message;
  ASSERT_TRUE((*writer)->Write(Picture(64, 64, 50).View(), Timestamp{0}));
  ASSERT_TRUE((*writer)->Close());
  const auto bytes = test::ReadBytes(folder / "clip.mp4");
  EXPECT_LT(test::FindTag(bytes, "moov"), test::FindTag(bytes, "mdat"));
}

TEST(Mp4Writer, LeavesNothingWithoutClose) {
  const TempFolder folder;
  std::ofstream(folder / "clip.mp4") << "what was there before";
  {
    auto writer = MakeMp4Writer(folder / "clip.mp4", {.width = 64, .height = 64, .fps = 30});
    ASSERT_TRUE(writer) << writer.error().message;
    ASSERT_TRUE((*writer)->Write(Picture(64, 64, 50).View(), Timestamp{0}));
    EXPECT_EQ(FilesIn(folder / ""), 2U);
  }
  EXPECT_EQ(FilesIn(folder / ""), 1U);
  EXPECT_EQ(std::filesystem::file_size(folder / "clip.mp4"), 21U);
}

TEST(Mp4Writer, ReplacesOnCloseAndFollowsLinks) {
  const TempFolder folder;
  std::ofstream(folder / "real.mp4") << "old";
  std::filesystem::create_symlink("real.mp4", folder / "link.mp4");
  auto writer = MakeMp4Writer(folder / "link.mp4", {.width = 64, .height = 64, .fps = 30});
  ASSERT_TRUE(writer) << writer.error().message;
  ASSERT_TRUE((*writer)->Write(Picture(64, 64, 50).View(), Timestamp{0}));
  ASSERT_TRUE((*writer)->Close());
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link.mp4"));
  EXPECT_EQ(test::CountFrames(folder / "real.mp4"), 1);
}

TEST(Mp4Writer, SaysWhereItCannotWrite) {
  const TempFolder folder;
  const VideoWriterOptions options{.width = 64, .height = 64, .fps = 30};
  std::ofstream(folder / "file") << "x";
  std::filesystem::create_directory(folder / "folder");
  for (const std::string name : {"missing/clip.mp4", "file/clip.mp4", "folder"}) {
    const auto writer = MakeMp4Writer(folder / name, options);
    ASSERT_FALSE(writer) << name;
    EXPECT_EQ(writer.error().code, ErrorCode::kOutputNotWritable) << name;
    EXPECT_THAT(writer.error().message, HasSubstr(name));
  }
  const auto device = MakeMp4Writer("/dev/null", options);
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().code, ErrorCode::kOutputNotWritable);
}

TEST(Mp4Writer, SaysThatTheDiskIsFull) {
  const TempFolder folder;
  std::filesystem::create_directory(folder / "disk");
  if (mount("tmpfs", (folder / "disk").c_str(), "tmpfs", 0, "size=64k") != 0) {
    std::cout << "left out: a full disk needs the right to mount one\n";
    return;
  }
  ErrorCode code = ErrorCode::kInternal;
  {
    auto writer =
        MakeMp4Writer(folder / "disk" / "clip.mp4", {.width = 320, .height = 320, .fps = 30});
    EXPECT_TRUE(writer) << writer.error().message;
    for (int i = 0; writer && i < 200; ++i) {
      Picture picture(320, 320, 0);
      picture.AddNoise(static_cast<unsigned>(i));
      const auto written = (*writer)->Write(picture.View(), Timestamp{i * 33'333});
      if (!written) {
        code = written.error().code;
        EXPECT_THAT(written.error().message, HasSubstr("space"));
        break;
      }
    }
  }
  const std::size_t left = FilesIn(folder / "disk");
  EXPECT_EQ(umount((folder / "disk").c_str()), 0);
  EXPECT_EQ(ErrorId(code), ErrorId(ErrorCode::kDiskFull));
  EXPECT_EQ(left, 0U);
}

TEST(Mp4Writer, RefusesWhatDoesNotFit) {
  const TempFolder folder;
  auto writer = MakeMp4Writer(folder / "clip.mp4", {.width = 64, .height = 64, .fps = 30});
  ASSERT_TRUE(writer) << writer.error().message;
  EXPECT_EQ((*writer)->Close().error().code, ErrorCode::kNoFrames);
  EXPECT_EQ((*writer)->Write(Picture(64, 62, 0).View(), Timestamp{0}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE((*writer)->Write(Picture(64, 64, 0).View(), Timestamp{1000}));
  EXPECT_EQ((*writer)->Write(Picture(64, 64, 0).View(), Timestamp{1000}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE((*writer)->Close());
  EXPECT_EQ((*writer)->Write(Picture(64, 64, 0).View(), Timestamp{2000}).error().code,
            ErrorCode::kInvalidArgument);
  for (const auto& options : {VideoWriterOptions{63, 64, 30}, VideoWriterOptions{0, 64, 30},
                              VideoWriterOptions{64, 64, 0}, VideoWriterOptions{8192, 8192, 30}}) {
    EXPECT_EQ(MakeMp4Writer(folder / "other.mp4", options).error().code,
              ErrorCode::kInvalidArgument);
  }
}

TEST(Mp4Writer, TakesTheLargestSizeThatFits) {
  const TempFolder folder;
  const EncodableSize size = FitForEncoding(7680, 4320);
  auto writer =
      MakeMp4Writer(folder / "clip.mp4", {.width = size.width, .height = size.height, .fps = 30});
  ASSERT_TRUE(writer) << writer.error().message;
  ASSERT_TRUE((*writer)->Write(Picture(size.width, size.height, 99).View(), Timestamp{0}));
  ASSERT_TRUE((*writer)->Close());
  EXPECT_EQ(test::CountFrames(folder / "clip.mp4"), 1);
}

TEST(FitForEncoding, KeepsWhatFits) {
  EXPECT_EQ(FitForEncoding(1280, 720).width, 1280);
  EXPECT_EQ(FitForEncoding(1280, 720).height, 720);
  EXPECT_EQ(FitForEncoding(1281, 721).width, 1280);
  EXPECT_EQ(FitForEncoding(1080, 1920, 1280).width, 720);
  EXPECT_EQ(FitForEncoding(1080, 1920, 1280).height, 1280);
}

RC_GTEST_PROP(FitForEncoding, IsEvenSmallEnoughAndOfTheSameShape, ()) {
  const int width = *rc::gen::inRange(64, 8193);
  const int height = *rc::gen::inRange(64, 8193);
  const EncodableSize size = FitForEncoding(width, height);
  RC_ASSERT(size.width % 2 == 0 && size.height % 2 == 0);
  RC_ASSERT(size.width <= width && size.height <= height);
  RC_ASSERT(std::int64_t{size.width} * size.height <= 36'864 * 256);
  const double scale = static_cast<double>(size.width) / width;
  RC_ASSERT(std::abs(size.height - height * scale) <= 2.0 * height / width + 2);
  const EncodableSize again = FitForEncoding(size.width, size.height);
  RC_ASSERT(again.width == size.width && again.height == size.height);
}

}  // namespace
}  // namespace plyo
