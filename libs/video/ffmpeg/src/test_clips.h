#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/video/frame_source.h"

/// Clips for tests, made by the `ffmpeg` program out of one pattern; an exception here is a broken
/// test machine.
namespace plyo::test {

/// A folder of its own for the running test, removed with it.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Red top left, green top right, blue bottom left, white bottom right, and between them a grey
/// that tells the frame.
struct Pattern {
  int width = 160;
  int height = 96;
  int frames = 12;
  int fps = 25;

  static constexpr int kPatch = 32;
  /// Grey level, 0-255, of the middle of a frame.
  static int GreyOf(int frame) { return 40 + 13 * (frame % 16); }
};

/// Options that bring the pattern to 4:2:0 with the usual matrix and range, and say so.
inline const std::string kBt709 =
    "-vf scale=out_color_matrix=bt709:out_range=tv -pix_fmt yuv420p -colorspace bt709 -color_range "
    "tv ";
/// Small and quick, with B-frames, so that storage order is not presentation order.
inline const std::string kX264 = kBt709 + "-c:v libx264 -preset fast -crf 12 -bf 2 ";

/// Runs the ffmpeg program over the pattern: `arguments` stand between input and output.
void MakeClip(const Pattern& pattern, const std::string& arguments,
              const std::filesystem::path& target);
/// Runs the ffmpeg program with quiet options before `arguments`.
void RunFfmpeg(const std::string& arguments);
std::string Quoted(const std::filesystem::path& path);
/// What ffprobe counts.
int CountFrames(const std::filesystem::path& clip);

/// When ffprobe says that each packet is shown, in order, in seconds of the file's clock; hidden
/// ones are left out.
std::vector<double> ShownTimes(const std::filesystem::path& clip);

std::vector<std::byte> ReadBytes(const std::filesystem::path& file);
void WriteBytes(const std::filesystem::path& file, const std::vector<std::byte>& bytes);
/// Position of a four-letter box type in the file; the file's size if it is not there.
std::size_t FindTag(const std::vector<std::byte>& bytes, const std::string& tag,
                    std::size_t from = 0);
/// Rewrites the display matrix of the first track's header: x' = a x + c y, y' = b x + d y.
void SetDisplayMatrix(std::vector<std::byte>& mp4, double a, double b, double c, double d);

/// All that a source gives: times and what tells one picture from another.
struct Delivered {
  VideoInfo info;
  std::vector<Timestamp> times;
  std::vector<std::uint64_t> checksums;
  std::vector<std::string> flags;
};
Result<Delivered> ReadAll(FrameSource& source);
std::uint64_t Checksum(const Frame& frame);

struct Rgb {
  int r = 0;
  int g = 0;
  int b = 0;
};
/// Mean colour around a point of the picture.
Rgb ColourAt(const Frame& frame, int x, int y);
/// Which corners of the picture are red, green, blue and white, from the top left in reading order:
/// "RGBW" upright.
std::string Corners(const Frame& frame);

}  // namespace plyo::test
