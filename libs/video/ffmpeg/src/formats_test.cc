// Every container, codec, bit depth and chroma format that Plyo promises to read, against one
// pattern.

#include <gtest/gtest.h>

#include <string>

#include "plyo/video_ffmpeg/open.h"
#include "test_clips.h"

namespace plyo {
namespace {

using test::Pattern;

struct Format {
  const char* name;
  const char* file;
  const char* codec;  // as Info() names it
  std::string arguments;
  bool colour = true;
};

std::string Yuv(const std::string& pixels, const std::string& matrix = "bt709",
                const std::string& range = "tv") {
  const std::string tag = matrix == "bt2020"  ? "bt2020nc"
                          : matrix == "bt601" ? "smpte170m"
                                              : matrix;
  return "-vf scale=out_color_matrix=" + matrix + ":out_range=" + range + " -pix_fmt " + pixels +
         " -colorspace " + tag + " -color_range " + range + " ";
}

const std::string kH264 = "-c:v libx264 -preset veryfast -crf 10 ";
const std::string kHevc =
    "-c:v libx265 -preset ultrafast -crf 10 -x265-params log-level=none:bframes=2 ";
const std::string kVp9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 10 -b:v 0 ";
const std::string kAv1 = "-c:v libaom-av1 -usage realtime -cpu-used 8 -crf 20 -b:v 0 ";
const std::string kHlg = "-color_primaries bt2020 -color_trc arib-std-b67 ";

const std::vector<Format>& Formats() {
  static const std::vector<Format> kFormats = {
      {"H264Mp4", "clip.mp4", "h264", Yuv("yuv420p") + kH264 + "-bf 3"},
      {"H264Bt601", "clip.mp4", "h264", Yuv("yuv420p", "bt601") + kH264},
      {"H264FullRange", "clip.mp4", "h264", Yuv("yuvj420p", "bt709", "pc") + kH264},
      {"H264Mov", "clip.mov", "h264", Yuv("yuv420p") + kH264},
      {"H264Mkv", "clip.mkv", "h264", Yuv("yuv420p") + kH264 + "-bf 2"},
      {"H264Avi", "clip.avi", "h264", Yuv("yuv420p") + kH264 + "-bf 2"},
      {"H264MpegTs", "clip.ts", "h264", Yuv("yuv420p") + kH264 + "-bf 2"},
      {"H264FragmentedMp4", "clip.mp4", "h264",
       Yuv("yuv420p") + kH264 + "-g 4 -movflags +frag_keyframe+empty_moov"},
      {"H264TenBit", "clip.mkv", "h264", Yuv("yuv420p10le") + kH264},
      {"H264Chroma422", "clip.mp4", "h264", Yuv("yuv422p") + kH264},
      {"H264Chroma444", "clip.mp4", "h264", Yuv("yuv444p") + kH264},
      {"H264Rgb", "clip.mkv", "h264", "-pix_fmt rgb24 -c:v libx264rgb -preset veryfast -crf 10"},
      {"H264Gray", "clip.mkv", "h264", Yuv("gray") + kH264, false},
      {"HevcMp4", "clip.mp4", "hevc", Yuv("yuv420p") + kHevc + "-tag:v hvc1"},
      {"HevcTenBitHlg", "clip.mov", "hevc",
       Yuv("yuv420p10le", "bt2020") + kHlg + kHevc + "-tag:v hvc1"},
      {"HevcChroma422TenBit", "clip.mkv", "hevc", Yuv("yuv422p10le") + kHevc},
      {"Vp8Webm", "clip.webm", "vp8",
       Yuv("yuv420p", "bt601") + "-c:v libvpx -deadline realtime -crf 10 -b:v 4M"},
      {"Vp9Webm", "clip.webm", "vp9", Yuv("yuv420p") + kVp9},
      {"Vp9TenBit", "clip.webm", "vp9", Yuv("yuv420p10le") + kVp9},
      {"Vp9Chroma444Mp4", "clip.mp4", "vp9", Yuv("yuv444p") + kVp9},
      {"Av1Mp4", "clip.mp4", "av1", Yuv("yuv420p") + kAv1},
      {"Av1TenBitWebm", "clip.webm", "av1", Yuv("yuv420p10le") + kAv1},
      {"Mpeg4Avi", "clip.avi", "mpeg4", Yuv("yuv420p", "bt601") + "-c:v mpeg4 -q:v 2 -bf 2"},
      {"Mpeg4Mp4", "clip.mp4", "mpeg4", Yuv("yuv420p", "bt601") + "-c:v mpeg4 -q:v 2"},
      {"MjpegAvi", "clip.avi", "mjpeg", Yuv("yuvj420p", "bt601", "pc") + "-c:v mjpeg -q:v 2"},
      {"MjpegChroma422Mov", "clip.mov", "mjpeg",
       Yuv("yuvj422p", "bt601", "pc") + "-c:v mjpeg -q:v 2"},
      {"ProRes422", "clip.mov", "prores",
       Yuv("yuv422p10le", "bt601") + "-c:v prores_ks -profile:v standard"},
      {"ProRes4444Alpha", "clip.mov", "prores",
       Yuv("yuva444p10le", "bt601") + "-c:v prores_ks -profile:v 4444"},
      {"Ffv1Rgb", "clip.mkv", "ffv1", "-pix_fmt bgr0 -c:v ffv1"},
      {"PngMov", "clip.mov", "png", "-pix_fmt rgb24 -c:v png"},
      {"RawBgrAvi", "clip.avi", "rawvideo", "-pix_fmt bgr24 -c:v rawvideo"},
  };
  return kFormats;
}

void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

class FormatTest : public testing::TestWithParam<Format> {};

TEST_P(FormatTest, GivesEveryFrameUprightInItsColoursAndInTime) {
  const Format& format = GetParam();
  const test::TempFolder folder;
  const auto clip = folder / format.file;
  const Pattern pattern;
  test::MakeClip(pattern, format.arguments, clip);

  auto source = OpenVideoFile(clip);
  ASSERT_TRUE(source) << source.error().message;
  const VideoInfo& info = (*source)->Info();
  EXPECT_EQ(info.codec, format.codec);
  EXPECT_EQ(info.name, format.file);
  EXPECT_EQ(info.width, pattern.width);
  EXPECT_EQ(info.height, pattern.height);
  EXPECT_EQ(info.rotation_deg, 0);
  EXPECT_NEAR(info.stored_fps, pattern.fps, 0.1);
  EXPECT_FALSE(info.variable_frame_rate);
  EXPECT_NEAR(info.duration_s, 1.0 * pattern.frames / pattern.fps, 0.09);
  EXPECT_NEAR(static_cast<double>(info.frames_estimate), pattern.frames, 2);

  int frames = 0;
  while (true) {
    auto next = (*source)->Next();
    ASSERT_TRUE(next) << next.error().message;
    if (!*next) break;
    const Frame& frame = **next;
    SCOPED_TRACE(frames);
    EXPECT_EQ(frame.index, frames);
    EXPECT_NEAR(frame.t.Seconds(), 1.0 * frames / pattern.fps, 0.0011);
    ASSERT_EQ(frame.width, pattern.width);
    ASSERT_EQ(frame.u.width, pattern.width / 2);
    ASSERT_EQ(frame.v.height, pattern.height / 2);
    const test::Rgb middle = test::ColourAt(frame, pattern.width / 2, pattern.height / 2);
    EXPECT_NEAR(middle.g, Pattern::GreyOf(frames), 5);
    EXPECT_NEAR(middle.r, middle.b, 4);
    if (format.colour) {
      const test::Rgb red = test::ColourAt(frame, 16, 16);
      const test::Rgb green = test::ColourAt(frame, pattern.width - 16, 16);
      EXPECT_NEAR(red.r, 220, 9);
      EXPECT_NEAR(red.g, 30, 9);
      EXPECT_NEAR(red.b, 30, 9);
      EXPECT_NEAR(green.g, 220, 9);
      EXPECT_NEAR(green.r, 30, 9);
      EXPECT_EQ(test::Corners(frame), "RGBW");
    }
    ++frames;
  }
  EXPECT_EQ(frames, pattern.frames);
  EXPECT_EQ(frames, test::CountFrames(clip));
  EXPECT_TRUE((*source)->Flags().empty()) << (*source)->Flags().front();
}

INSTANTIATE_TEST_SUITE_P(All, FormatTest, testing::ValuesIn(Formats()),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace plyo
