#include "test_clips.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "plyo/video_ffmpeg/bgra_converter.h"

namespace plyo::test {
namespace {

namespace fs = std::filesystem;

void Paint(std::vector<std::uint8_t>& picture, const Pattern& pattern, int left, int top,
           Rgb colour) {
  for (int y = top; y < top + Pattern::kPatch; ++y) {
    for (int x = left; x < left + Pattern::kPatch; ++x) {
      const auto at = static_cast<std::size_t>(y * pattern.width + x) * 3;
      picture[at] = static_cast<std::uint8_t>(colour.r);
      picture[at + 1] = static_cast<std::uint8_t>(colour.g);
      picture[at + 2] = static_cast<std::uint8_t>(colour.b);
    }
  }
}

void WritePattern(const Pattern& pattern, const fs::path& target) {
  std::ofstream out(target, std::ios::binary);
  const int right = pattern.width - Pattern::kPatch;
  const int bottom = pattern.height - Pattern::kPatch;
  for (int frame = 0; frame < pattern.frames; ++frame) {
    std::vector<std::uint8_t> picture(static_cast<std::size_t>(pattern.width) * pattern.height * 3,
                                      static_cast<std::uint8_t>(Pattern::GreyOf(frame)));
    Paint(picture, pattern, 0, 0, {220, 30, 30});
    Paint(picture, pattern, right, 0, {30, 220, 30});
    Paint(picture, pattern, 0, bottom, {30, 30, 220});
    Paint(picture, pattern, right, bottom, {230, 230, 230});
    out.write(reinterpret_cast<const char*>(picture.data()),
              static_cast<std::streamsize>(picture.size()));
  }
  if (!out) throw std::runtime_error("the pattern cannot be written to " + target.string());
}

std::string Output(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::array<char, 256> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  if (pclose(pipe) != 0) throw std::runtime_error("failed: " + command + "\n" + text);
  return text;
}

char CornerLetter(Rgb colour) {
  const auto high = [](int value) { return value > 150; };
  const auto low = [](int value) { return value < 110; };
  if (high(colour.r) && high(colour.g) && high(colour.b)) return 'W';
  if (high(colour.r) && low(colour.g) && low(colour.b)) return 'R';
  if (low(colour.r) && high(colour.g) && low(colour.b)) return 'G';
  if (low(colour.r) && low(colour.g) && high(colour.b)) return 'B';
  return '?';
}

}  // namespace

TempFolder::TempFolder() {
  static std::atomic<int> counter{0};
  path_ = fs::path(PLYO_TEST_TMP) / fmt::format("{}-{}", getpid(), counter.fetch_add(1));
  fs::create_directories(path_);
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string Quoted(const fs::path& path) {
  std::string quoted = "'";
  for (const char c : path.string()) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

void RunFfmpeg(const std::string& arguments) {
  Output("ffmpeg -nostdin -v error -y " + arguments + " 2>&1");
}

void MakeClip(const Pattern& pattern, const std::string& arguments, const fs::path& target) {
  const fs::path raw =
      target.parent_path() / fmt::format("pattern-{}.rgb", target.filename().string().size());
  WritePattern(pattern, raw);
  RunFfmpeg(fmt::format("-f rawvideo -pix_fmt rgb24 -s {}x{} -r {} -i {} {} {}", pattern.width,
                        pattern.height, pattern.fps, Quoted(raw), arguments,
                        Quoted("file:" + target.string())));
  fs::remove(raw);
}

int CountFrames(const fs::path& clip) {
  return std::stoi(Output(
      "ffprobe -v error -select_streams v:0 -count_frames -show_entries stream=nb_read_frames "
      "-of default=nokey=1:noprint_wrappers=1 " +
      Quoted("file:" + clip.string())));
}

std::vector<double> ShownTimes(const fs::path& clip) {
  std::istringstream lines(
      Output("ffprobe -v error -select_streams v:0 -show_entries packet=pts_time,flags "
             "-of default=nokey=1:noprint_wrappers=1 " +
             Quoted("file:" + clip.string())));
  std::vector<double> times;
  double time = 0;
  for (std::string flags; lines >> time >> flags;) {
    if (flags.find('D') == std::string::npos) times.push_back(time);
  }
  std::sort(times.begin(), times.end());
  return times;
}

std::vector<std::byte> ReadBytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::vector<std::byte> bytes(fs::file_size(file));
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

void WriteBytes(const fs::path& file, const std::vector<std::byte>& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
}

std::size_t FindTag(const std::vector<std::byte>& bytes, const std::string& tag, std::size_t from) {
  const auto found =
      std::search(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), tag.begin(),
                  tag.end(), [](std::byte a, char b) { return a == static_cast<std::byte>(b); });
  return static_cast<std::size_t>(found - bytes.begin());
}

void SetDisplayMatrix(std::vector<std::byte>& mp4, double a, double b, double c, double d) {
  // ISO/IEC 14496-12, 8.3.2, version 0: the matrix begins 44 bytes behind the type; 16.16 fixed
  // point, w 2.30.
  const std::array<double, 9> matrix = {a, b, 0, c, d, 0, 0, 0, 16384};
  std::size_t at = FindTag(mp4, "tkhd") + 44;
  for (const double value : matrix) {
    const auto fixed = static_cast<std::uint32_t>(static_cast<std::int32_t>(value * 65536));
    for (unsigned shift = 32; shift > 0;)
      mp4.at(at++) = static_cast<std::byte>(fixed >> (shift -= 8));
  }
}

std::uint64_t Checksum(const Frame& frame) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const Plane* plane : {&frame.y, &frame.u, &frame.v}) {
    for (int y = 0; y < plane->height; ++y) {
      const std::uint8_t* row = plane->data + y * plane->stride;
      for (int x = 0; x < plane->width; ++x) hash = (hash ^ row[x]) * 1099511628211U;
    }
  }
  return hash;
}

Result<Delivered> ReadAll(FrameSource& source) {
  Delivered delivered;
  delivered.info = source.Info();
  while (true) {
    auto frame = source.Next();
    if (!frame) return tl::unexpected(frame.error());
    if (!*frame) break;
    delivered.times.push_back((*frame)->t);
    delivered.checksums.push_back(Checksum(**frame));
  }
  delivered.flags = source.Flags();
  return delivered;
}

Rgb ColourAt(const Frame& frame, int x, int y) {
  BgraConverter convert;
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(frame.width) * frame.height * 4);
  if (!convert(frame, frame.width, frame.height, pixels.data(), std::ptrdiff_t{4} * frame.width))
    return {-1, -1, -1};
  Rgb sum;
  constexpr int kRadius = 4;
  for (int row = y - kRadius; row < y + kRadius; ++row) {
    for (int column = x - kRadius; column < x + kRadius; ++column) {
      const std::uint8_t* pixel = &pixels[static_cast<std::size_t>(row * frame.width + column) * 4];
      sum = {sum.r + pixel[2], sum.g + pixel[1], sum.b + pixel[0]};
    }
  }
  constexpr int kCount = 4 * kRadius * kRadius;
  return {sum.r / kCount, sum.g / kCount, sum.b / kCount};
}

std::string Corners(const Frame& frame) {
  constexpr int kMiddle = Pattern::kPatch / 2;
  const int right = frame.width - kMiddle;
  const int bottom = frame.height - kMiddle;
  return {CornerLetter(ColourAt(frame, kMiddle, kMiddle)),
          CornerLetter(ColourAt(frame, right, kMiddle)),
          CornerLetter(ColourAt(frame, kMiddle, bottom)),
          CornerLetter(ColourAt(frame, right, bottom))};
}

}  // namespace plyo::test
