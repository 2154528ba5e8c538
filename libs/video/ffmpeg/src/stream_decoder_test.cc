#include "plyo/video_ffmpeg/stream_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "test_clips.h"

namespace plyo {
namespace {

using test::Pattern;
using test::TempFolder;
using Unit = std::vector<std::uint8_t>;

/// As browsers encode for a call: no reordering, a key picture first.
const std::string kLowDelay =
    test::kBt709 + "-c:v libx264 -preset veryfast -tune zerolatency -crf 14 ";

Unit BytesOf(const std::filesystem::path& file) {
  Unit bytes;
  for (const std::byte byte : test::ReadBytes(file)) {
    bytes.push_back(std::to_integer<std::uint8_t>(byte));
  }
  return bytes;
}

/// Each unit begins with its delimiter (a NAL unit of type 9).
std::vector<Unit> H264Units(const Pattern& pattern, const std::string& options) {
  const TempFolder folder;
  test::MakeClip(pattern, options + " -aud 1 -f h264", folder / "clip.h264");
  const Unit bytes = BytesOf(folder / "clip.h264");
  constexpr std::array<std::uint8_t, 5> kDelimiter{0, 0, 0, 1, 9};
  std::vector<Unit> units;
  for (auto at = bytes.begin(); at != bytes.end();) {
    const auto next = std::search(at + 1, bytes.end(), kDelimiter.begin(), kDelimiter.end());
    units.emplace_back(at, next);
    at = next;
  }
  return units;
}

Unit Jpeg(const Pattern& pattern, const std::string& options) {
  const TempFolder folder;
  test::MakeClip(pattern, options + " -frames:v 1 -c:v mjpeg -q:v 2 -f mjpeg", folder / "a.jpg");
  return BytesOf(folder / "a.jpg");
}

std::unique_ptr<StreamDecoder> Decoder(StreamCodec codec, const Pattern& pattern,
                                       int max_skipped = 150) {
  auto made = MakeStreamDecoder({codec, pattern.width, pattern.height, max_skipped});
  EXPECT_TRUE(made) << made.error().message;
  return std::move(*made);
}

TEST(StreamDecoder, GivesAPictureForEachUnitAtOnce) {
  const Pattern pattern{.frames = 12};
  const auto units = H264Units(pattern, kLowDelay);
  ASSERT_EQ(units.size(), 12U);
  const auto decoder = Decoder(StreamCodec::kH264, pattern);
  for (std::size_t i = 0; i < units.size(); ++i) {
    const Timestamp t{static_cast<std::int64_t>(i) * 33'333 + 7};
    const auto frame = decoder->Decode(units[i], static_cast<std::int64_t>(i) + 100, t);
    ASSERT_TRUE(frame) << frame.error().message;
    ASSERT_TRUE(*frame) << i;
    EXPECT_EQ((*frame)->index, static_cast<std::int64_t>(i) + 100);
    EXPECT_EQ((*frame)->t, t);
    EXPECT_EQ(test::Corners(**frame), "RGBW");
    EXPECT_NEAR(test::ColourAt(**frame, 80, 48).g, Pattern::GreyOf(static_cast<int>(i)), 4);
  }
  EXPECT_EQ(decoder->Skipped(), 0);
}

TEST(StreamDecoder, WaitsForTheFirstKeyPicture) {
  const Pattern pattern{.frames = 10};
  const auto units = H264Units(pattern, kLowDelay + "-g 4 -x264-params scenecut=0");
  const auto decoder = Decoder(StreamCodec::kH264, pattern);
  std::vector<std::size_t> seen;
  for (std::size_t i = 1; i < units.size(); ++i) {
    const auto frame = decoder->Decode(units[i], static_cast<std::int64_t>(i), {});
    ASSERT_TRUE(frame);
    if (*frame) seen.push_back(i);
  }
  EXPECT_EQ(seen, (std::vector<std::size_t>{4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(decoder->Skipped(), 3);
}

TEST(StreamDecoder, LeavesOutWhatRefersToADamagedPicture) {
  const Pattern pattern{.width = 320, .height = 192, .frames = 10};
  auto units = H264Units(pattern, kLowDelay + "-g 4 -x264-params scenecut=0");
  units[5].resize(units[5].size() / 2);
  const auto decoder = Decoder(StreamCodec::kH264, pattern);
  std::vector<std::size_t> seen;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const auto frame = decoder->Decode(units[i], static_cast<std::int64_t>(i), {});
    ASSERT_TRUE(frame);
    if (*frame) seen.push_back(i);
  }
  EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1, 2, 3, 4, 8, 9}));
}

TEST(StreamDecoder, GivesUpAfterManyUnitsWithoutAPicture) {
  const Pattern pattern{};
  const auto decoder = Decoder(StreamCodec::kH264, pattern, 20);
  Unit garbage(300, 0x5a);
  garbage[2] = 0;
  for (int i = 0; i < 19; ++i) ASSERT_TRUE(decoder->Decode(garbage, i, {}));
  const auto last = decoder->Decode(garbage, 19, {});
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, ErrorCode::kMediaUndecodable);
}

TEST(StreamDecoder, RefusesAnotherSizeThanDeclared) {
  const Pattern small{};
  const auto decoder = Decoder(StreamCodec::kH264, small);
  const auto first = H264Units(small, kLowDelay);
  const auto other = H264Units({.width = 192, .height = 96}, kLowDelay);
  const auto huge =
      H264Units(small, "-vf scale=7680:4320 -frames:v 1 " +
                           std::string("-c:v libx264 -preset ultrafast -tune zerolatency "));
  ASSERT_TRUE(decoder->Decode(first[0], 0, {}));
  const auto changed = decoder->Decode(other[0], 1, {});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kUnsupportedCodec);

  const auto again = Decoder(StreamCodec::kH264, small);
  ASSERT_TRUE(again->Decode(first[0], 0, {}));
  const auto grown = again->Decode(huge[0], 1, {});
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().code, ErrorCode::kFrameTooLarge);
}

TEST(StreamDecoder, RefusesASizeThatHidesBehindAnotherPicture) {
  const Pattern small{};
  const auto first = H264Units(small, kLowDelay);
  const auto other = H264Units({.width = 640, .height = 480}, kLowDelay);
  Unit both = first[0];
  both.insert(both.end(), other[0].begin(), other[0].end());
  const auto decoder = Decoder(StreamCodec::kH264, small);
  const auto frame = decoder->Decode(both, 0, {});
  EXPECT_TRUE(!frame || !*frame || (*frame)->width == small.width);
}

TEST(StreamDecoder, RefusesReorderedPictures) {
  const Pattern pattern{.frames = 12};
  const auto units = H264Units(pattern, test::kX264);
  const auto decoder = Decoder(StreamCodec::kH264, pattern);
  const auto frame = decoder->Decode(units[0], 0, {});
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::kUnsupportedCodec);
}

TEST(StreamDecoder, RefusesManyReferences) {
  const Pattern pattern{.frames = 12};
  const auto units = H264Units(pattern, kLowDelay + "-refs 6 -x264-params level=40:ref=6");
  const auto decoder = Decoder(StreamCodec::kH264, pattern);
  const auto frame = decoder->Decode(units[0], 0, {});
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::kUnsupportedCodec);
  EXPECT_NE(frame.error().message.find("refers to"), std::string::npos) << frame.error().message;
}

TEST(StreamDecoder, DecodesJpegOfEveryChromaFormat) {
  for (const char* format : {"yuvj420p", "yuvj422p", "yuvj444p"}) {
    const Pattern pattern{.width = 161, .height = 97};
    const auto unit = Jpeg(pattern, std::string("-pix_fmt ") + format);
    const auto decoder = Decoder(StreamCodec::kJpeg, pattern);
    const auto frame = decoder->Decode(unit, 3, Timestamp{40});
    ASSERT_TRUE(frame) << frame.error().message;
    ASSERT_TRUE(*frame) << format;
    EXPECT_EQ(test::Corners(**frame), "RGBW") << format;
    EXPECT_NEAR(test::ColourAt(**frame, 80, 48).r, Pattern::GreyOf(0), 3);
    EXPECT_EQ((*frame)->t, Timestamp{40});
  }
}

TEST(StreamDecoder, SkipsADamagedJpegAndGoesOn) {
  const Pattern pattern{};
  const auto whole = Jpeg(pattern, "-pix_fmt yuvj420p");
  const Unit half(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() / 2));
  const auto decoder = Decoder(StreamCodec::kJpeg, pattern);
  const auto damaged = decoder->Decode(half, 0, {});
  ASSERT_TRUE(damaged);
  EXPECT_FALSE(*damaged);
  const auto sound = decoder->Decode(whole, 1, {});
  ASSERT_TRUE(sound) << sound.error().message;
  EXPECT_TRUE(*sound);
  EXPECT_EQ(decoder->Skipped(), 1);
}

TEST(StreamDecoder, RefusesAJpegOfAnotherSize) {
  const auto decoder = Decoder(StreamCodec::kJpeg, {});
  const auto frame = decoder->Decode(Jpeg({.width = 192}, "-pix_fmt yuvj420p"), 0, {});
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::kUnsupportedCodec);
}

TEST(StreamDecoder, RefusesAUnitThatIsTooLong) {
  const auto decoder = Decoder(StreamCodec::kJpeg, {});
  const auto frame = decoder->Decode(Unit(kMaxStreamUnitBytes + 1), 0, {});
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().code, ErrorCode::kMessageTooLarge);
}

TEST(StreamDecoder, RefusesSizesThatItDoesNotTake) {
  for (const auto& [width, height] : {std::pair{63, 480}, {640, 1921}, {0, 0}, {-1, 480}}) {
    const auto made = MakeStreamDecoder({StreamCodec::kH264, width, height, 150});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace plyo
