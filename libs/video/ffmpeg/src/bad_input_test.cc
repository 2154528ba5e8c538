// Input that is no video, or no whole one: each gets its own code and a message that helps.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "plyo/video_ffmpeg/open.h"
#include "test_clips.h"

namespace plyo {
namespace {

using test::Delivered;
using test::kBt709;
using test::kX264;
using test::MakeClip;
using test::Pattern;
using test::TempFolder;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

void ExpectError(const std::filesystem::path& clip, ErrorCode code, const std::string& words,
                 const OpenOptions& options = {}) {
  SCOPED_TRACE(clip);
  const auto source = OpenVideoFile(clip, options);
  ASSERT_FALSE(source);
  EXPECT_EQ(ErrorId(source.error().code), ErrorId(code)) << source.error().message;
  EXPECT_THAT(source.error().message, AllOf(HasSubstr(clip.string()), HasSubstr(words)));
}

TEST(BadInput, WhatIsNoFile) {
  const TempFolder folder;
  ExpectError(folder / "missing.mp4", ErrorCode::kFileNotFound, "no such file");
  std::ofstream(folder / "empty.mp4").close();
  ExpectError(folder / "empty.mp4", ErrorCode::kFileEmpty, "is empty");
  ExpectError(folder / "empty.mp4/clip.mp4", ErrorCode::kFileNotFound, "no such file");
  std::filesystem::create_directory(folder / "folder.mp4");
  ExpectError(folder / "folder.mp4", ErrorCode::kFileUnreadable, "is a folder");
  ASSERT_EQ(mkfifo((folder / "pipe.mp4").c_str(), 0600), 0);
  ExpectError(folder / "pipe.mp4", ErrorCode::kFileUnreadable, "not an ordinary file");
}

TEST(BadInput, WithoutPermission) {
  const TempFolder folder;
  std::ofstream(folder / "secret.mp4") << "content";
  ASSERT_EQ(chmod((folder / "secret.mp4").c_str(), 0), 0);
  if (geteuid() == 0) {
    // Root may read everything; a file that cannot be opened by anybody stands in.
    ExpectError("/proc/self/mem/clip.mp4", ErrorCode::kFileNotFound, "no such file");
  } else {
    ExpectError(folder / "secret.mp4", ErrorCode::kFileUnreadable, "permission");
  }
}

TEST(BadInput, WhatIsNoVideo) {
  const TempFolder folder;
  std::ofstream(folder / "text.mp4") << "This is a shopping list.\n- milk\n- bread\n- a camera\n";
  ExpectError(folder / "text.mp4", ErrorCode::kNotAVideo, "text");
  std::string noise;
  for (unsigned i = 0; i < 20'000; ++i) noise += static_cast<char>(i * i * 31 + i / 7);
  std::ofstream(folder / "noise.mp4", std::ios::binary) << noise;
  ExpectError(folder / "noise.mp4", ErrorCode::kNotAVideo, "not a video");
  std::ofstream(folder / "tiny.mp4", std::ios::binary) << '\0';
  ExpectError(folder / "tiny.mp4", ErrorCode::kNotAVideo, "not a video");
  // A raw stream has no times, so its figures would be made up.
  MakeClip({}, kBt709 + "-c:v libx264 -f h264", folder / "raw.h264");
  ExpectError(folder / "raw.h264", ErrorCode::kNotAVideo, "not a video");
  MakeClip({.frames = 1}, "-c:v png -f image2", folder / "picture.png");
  ExpectError(folder / "picture.png", ErrorCode::kNotAVideo, "not a video");
}

TEST(BadInput, SoundAlone) {
  const TempFolder folder;
  test::RunFfmpeg("-f lavfi -i sine=d=1 -c:a aac " + test::Quoted(folder / "sound.mp4"));
  ExpectError(folder / "sound.mp4", ErrorCode::kNoVideoStream, "sound only");
  test::RunFfmpeg("-f lavfi -i sine=d=1 " + test::Quoted(folder / "sound.wav"));
  ExpectError(folder / "sound.wav", ErrorCode::kNoVideoStream, "sound only");
  MakeClip({.frames = 1}, "-c:v png -f image2", folder / "cover.png");
  test::RunFfmpeg("-i " + test::Quoted(folder / "sound.mp4") + " -i " +
                  test::Quoted(folder / "cover.png") +
                  " -map 0 -map 1 -c copy -disposition:v:0 attached_pic " +
                  test::Quoted(folder / "covered.mp4"));
  ExpectError(folder / "covered.mp4", ErrorCode::kNoVideoStream, "sound only");
}

TEST(BadInput, CodecsThatAreNotRead) {
  const TempFolder folder;
  MakeClip({}, "-pix_fmt yuv420p -c:v mpeg2video", folder / "old.mkv");
  ExpectError(folder / "old.mkv", ErrorCode::kUnsupportedCodec, "mpeg2video");
  ExpectError(folder / "old.mkv", ErrorCode::kUnsupportedCodec, "H.264, HEVC, VP8, VP9, AV1");
  MakeClip({}, "-pix_fmt rgb24 -c:v huffyuv", folder / "old.avi");
  ExpectError(folder / "old.avi", ErrorCode::kUnsupportedCodec, "huffyuv");
}

TEST(BadInput, TooSmallAndTooLarge) {
  const TempFolder folder;
  MakeClip({.width = 64, .height = 64, .frames = 3}, "-vf crop=16:16 -pix_fmt yuv420p -c:v libx264",
           folder / "small.mp4");
  ExpectError(folder / "small.mp4", ErrorCode::kFrameTooSmall, "16x16");
  MakeClip({.width = 64, .height = 64, .frames = 2}, "-vf scale=8256:64 -c:v mjpeg",
           folder / "wide.avi");
  ExpectError(folder / "wide.avi", ErrorCode::kFrameTooLarge, "8256x64");
  MakeClip({.frames = 2}, kX264, folder / "clip.mp4");
  ExpectError(folder / "clip.mp4", ErrorCode::kFrameTooLarge, "160x96",
              {.max_pixels = 160 * 96 - 1});
  EXPECT_TRUE(OpenVideoFile(folder / "clip.mp4", {.max_pixels = 160 * 96}));
}

void PatchWord(std::vector<std::byte>& bytes, std::size_t at, std::uint32_t value) {
  for (unsigned i = 0; i < 4; ++i)
    bytes.at(at + i) = static_cast<std::byte>(value >> (24 - 8 * i) & 0xFF);
}

TEST(BadInput, NoPictures) {
  const TempFolder folder;
  MakeClip({}, kX264, folder / "clip.mp4");
  auto bytes = test::ReadBytes(folder / "clip.mp4");
  // Tables of samples without an entry: type, version, (size,) count.
  for (const char* table : {"stts", "stsc", "stco", "ctts", "stss"})
    PatchWord(bytes, test::FindTag(bytes, table) + 8, 0);
  PatchWord(bytes, test::FindTag(bytes, "stsz") + 12, 0);
  test::WriteBytes(folder / "none.mp4", bytes);
  ExpectError(folder / "none.mp4", ErrorCode::kNoFrames, "no picture");
}

TEST(BadInput, NoPictureDecodes) {
  const TempFolder folder;
  MakeClip({}, kX264, folder / "clip.mp4");
  auto bytes = test::ReadBytes(folder / "clip.mp4");
  const std::size_t content = test::FindTag(bytes, "mdat") + 4;
  const std::size_t end = std::max(content, test::FindTag(bytes, "moov", content) - 4);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(content),
            bytes.begin() + static_cast<std::ptrdiff_t>(end), std::byte{0xA5});
  test::WriteBytes(folder / "noise.mp4", bytes);
  ExpectError(folder / "noise.mp4", ErrorCode::kNoFrames, "can be decoded");
}

TEST(BadInput, TimesWithoutSense) {
  const TempFolder folder;
  MakeClip({}, kBt709 + "-c:v libx264 -bf 0", folder / "clip.mp4");
  const auto bytes = test::ReadBytes(folder / "clip.mp4");
  auto still = bytes;
  PatchWord(still, test::FindTag(still, "stts") + 16, 0);  // each picture lasts 0 ticks
  test::WriteBytes(folder / "still.mp4", still);
  ExpectError(folder / "still.mp4", ErrorCode::kInvalidFrameRate, "share one time");

  auto fast = bytes;
  PatchWord(fast, test::FindTag(fast, "mdhd") + 16, 2'000'000'000);  // ticks a second
  test::WriteBytes(folder / "fast.mp4", fast);
  ExpectError(folder / "fast.mp4", ErrorCode::kInvalidFrameRate, "frames/s");

  auto slow = bytes;
  PatchWord(slow, test::FindTag(slow, "edts"), 0x66726565);         // free: no edit list
  PatchWord(slow, test::FindTag(slow, "mdhd") + 16, 12'800 / 100);  // a quarter frame a second
  test::WriteBytes(folder / "slow.mp4", slow);
  ExpectError(folder / "slow.mp4", ErrorCode::kInvalidFrameRate, "frames/s");
}

TEST(BadInput, OptionsWithoutSense) {
  for (const double fps : {0.0, -30.0, 1e9, std::nan("")}) {
    const auto source = OpenVideoFile("clip.mp4", {.capture_fps = fps});
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code, ErrorCode::kInvalidArgument) << fps;
  }
  EXPECT_EQ(OpenVideoFile("clip.mp4", {.decode_threads = 0}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST(BadInput, WithoutItsIndex) {
  const TempFolder folder;
  MakeClip({}, kX264, folder / "clip.mp4");  // the index comes last
  auto bytes = test::ReadBytes(folder / "clip.mp4");
  bytes.resize(test::FindTag(bytes, "moov") - 20);
  test::WriteBytes(folder / "cut.mp4", bytes);
  ExpectError(folder / "cut.mp4", ErrorCode::kNotAVideo, "truncated");
  ExpectError(folder / "cut.mp4", ErrorCode::kNotAVideo, "moov");
}

class TruncationTest : public testing::TestWithParam<const char*> {};

// Whatever is left of a file gives an error, or pictures and times that the whole file has too, and
// the flag.
TEST_P(TruncationTest, GivesWhatIsThere) {
  const TempFolder folder;
  const auto clip = folder / GetParam();
  const Pattern pattern{.frames = 24};
  const std::string kind = clip.extension();
  // AVI tells decoding times alone, which a lost B-frame shifts.
  std::string arguments = kX264 + "-g 8 " + (kind == ".avi" ? "-bf 0" : "");
  if (kind == ".mp4") arguments += "-movflags +faststart";
  if (kind == ".webm") {
    arguments = kBt709 + "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 8";
  }
  MakeClip(pattern, arguments, clip);
  const auto whole = test::ReadBytes(clip);
  auto whole_source = OpenVideoMemory(whole, GetParam());
  ASSERT_TRUE(whole_source) << whole_source.error().message;
  const Delivered all = *test::ReadAll(**whole_source);
  ASSERT_EQ(all.times.size(), 24U);
  EXPECT_TRUE(all.flags.empty());

  std::ptrdiff_t most = 0;
  int opened = 0;
  const std::size_t stride = std::max<std::size_t>(1, whole.size() / 97);
  for (std::size_t length = 1; length < whole.size(); length += stride) {
    SCOPED_TRACE(length);
    const std::vector<std::byte> part(whole.begin(),
                                      whole.begin() + static_cast<std::ptrdiff_t>(length));
    const auto source = OpenVideoMemory(part, GetParam());
    if (!source) {
      EXPECT_THAT(source.error().code,
                  testing::AnyOf(ErrorCode::kNotAVideo, ErrorCode::kNoVideoStream,
                                 ErrorCode::kNoFrames, ErrorCode::kInvalidFrameRate))
          << source.error().message;
      continue;
    }
    ++opened;
    const auto delivered = test::ReadAll(**source);
    ASSERT_TRUE(delivered) << delivered.error().message;
    EXPECT_THAT(delivered->flags, Contains("truncated"));
    ASSERT_LE(delivered->times.size(), all.times.size());
    const std::ptrdiff_t count = std::ssize(delivered->times);
    ASSERT_GE(count, most - 3) << "more of the file gave fewer pictures";
    most = std::max(most, count);
    for (std::size_t i = 0; i < delivered->times.size(); ++i) {
      const auto same = std::find(all.times.begin(), all.times.end(), delivered->times[i]);
      ASSERT_NE(same, all.times.end()) << delivered->times[i].us;
      EXPECT_EQ(delivered->checksums[i],
                all.checksums[static_cast<std::size_t>(same - all.times.begin())]);
    }
  }
  EXPECT_GT(opened, 20);
  EXPECT_GT(most, 20);
}

INSTANTIATE_TEST_SUITE_P(All, TruncationTest,
                         testing::Values("clip.mp4", "clip.mkv", "clip.webm", "clip.avi"),
                         [](const auto& each) { return std::string(each.param).substr(5); });

TEST(BadInput, DamagedPicturesAreLeftOutAndFlagged) {
  const TempFolder folder;
  MakeClip({.frames = 40}, kX264 + "-g 10 -bf 0", folder / "clip.mp4");
  const auto whole = test::ReadBytes(folder / "clip.mp4");
  const Delivered all = *test::ReadAll(**OpenVideoMemory(whole, "clip.mp4"));
  auto bytes = whole;
  const std::size_t content = test::FindTag(bytes, "mdat");
  const std::size_t middle = content + (test::FindTag(bytes, "moov", content) - content) / 2;
  for (std::size_t i = 0; i < 60; ++i) bytes[middle + i] = std::byte{0xFF};
  const Delivered some = *test::ReadAll(**OpenVideoMemory(bytes, "clip.mp4"));
  EXPECT_LT(some.times.size(), all.times.size());
  EXPECT_GT(some.times.size(), 20U);
  EXPECT_THAT(some.flags, Contains("damaged_frames"));
  EXPECT_EQ(some.times.back(), all.times.back());
}

// Whatever bytes change, opening and reading end with frames in order or with an error that is not
// ours.
RC_GTEST_PROP(Garbage, NeverBreaksTheReader, ()) {
  static const TempFolder kFolder;
  static const std::vector<std::vector<std::byte>> kClips = [] {
    MakeClip({.frames = 5}, kX264 + "-movflags +faststart", kFolder / "clip.mp4");
    MakeClip({.frames = 5}, kX264, kFolder / "clip.mkv");
    MakeClip({.frames = 5}, kBt709 + "-c:v mpeg4", kFolder / "clip.avi");
    return std::vector{test::ReadBytes(kFolder / "clip.mp4"), test::ReadBytes(kFolder / "clip.mkv"),
                       test::ReadBytes(kFolder / "clip.avi")};
  }();
  auto bytes = *rc::gen::elementOf(kClips);
  const int changes = *rc::gen::inRange(1, 30);
  for (int i = 0; i < changes; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[at] = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  }
  const auto source = OpenVideoMemory(bytes, "clip", {.max_pixels = 1 << 20});
  if (!source) {
    RC_ASSERT(source.error().code != ErrorCode::kInternal);
    return;
  }
  std::int64_t last = -1;
  for (int i = 0; i < 50; ++i) {
    const auto frame = (*source)->Next();
    RC_ASSERT(frame.has_value());
    if (!*frame) break;
    RC_ASSERT((*frame)->t.us > last);
    RC_ASSERT((*frame)->width == (*source)->Info().width);
    last = (*frame)->t.us;
  }
}

}  // namespace
}  // namespace plyo
