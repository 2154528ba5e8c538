#include "plyo/formats/c3d.h"

#include <ezc3d/ezc3d_all.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

namespace plyo {
namespace {

namespace fs = std::filesystem;
constexpr double kMillimetres = 1000;

/// ezc3d writes to a path alone.
class TemporaryFile {
 public:
  TemporaryFile() : path_((fs::temp_directory_path() / "plyo_c3d_XXXXXX").string()) {
    const int descriptor = ::mkstemp(path_.data());
    if (descriptor < 0) {
      error_ = errno;
      path_.clear();
    } else {
      ::close(descriptor);
    }
  }
  ~TemporaryFile() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }
  int error() const { return error_; }

 private:
  std::string path_;
  int error_ = 0;
};

ezc3d::DataNS::Frame FrameOf(const MotionFrame* seen) {
  ezc3d::DataNS::Points3dNS::Points points;
  for (std::size_t i = 0; i < kLandmarkCount; ++i) {
    ezc3d::DataNS::Points3dNS::Point point;  // invalid until it is set
    if (seen != nullptr) {
      const Point3& p = seen->points_m[i];
      point.set(kMillimetres * p.x, kMillimetres * p.y, kMillimetres * p.z);
    }
    points.point(point);
  }
  ezc3d::DataNS::Frame frame;
  frame.add(points);
  return frame;
}

ezc3d::c3d FileOf(const Motion& motion) {
  ezc3d::c3d file;
  ezc3d::ParametersNS::GroupNS::Parameter rate("RATE");
  rate.set(std::vector<double>{motion.Rate()}, {1});
  file.parameter("POINT", rate);
  ezc3d::ParametersNS::GroupNS::Parameter units("UNITS");
  units.set(std::vector<std::string>{"mm"}, {1});
  file.parameter("POINT", units);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kLandmarkCount; ++i)
    names.emplace_back(LandmarkName(static_cast<LandmarkId>(i)));
  file.point(names);
  std::vector<ezc3d::DataNS::Frame> frames;
  auto next = motion.frames.begin();
  for (std::int64_t i = 0; next != motion.frames.end(); ++i) {
    const bool seen = next->frame == i;
    frames.push_back(FrameOf(seen ? &*next : nullptr));
    if (seen) ++next;
  }
  file.frames(frames);
  return file;
}

}  // namespace

Result<std::string> C3dDocument(const Motion& motion) {
  const TemporaryFile temporary;
  if (temporary.path().empty()) {
    return Fail(ErrorCode::kOutputNotWritable,
                fmt::format("{}: no temporary file can be made: {}",
                            fs::temp_directory_path().string(), std::strerror(temporary.error())));
  }
  try {
    FileOf(motion).write(temporary.path());
  } catch (const std::exception& error) {
    return Fail(ErrorCode::kInternal, fmt::format("C3D: {}", error.what()));
  }
  std::ifstream in(temporary.path(), std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  // The library does not say when it could not write: the frames alone take this much.
  constexpr std::size_t kBytesOfPoint = 16;
  const auto frames = static_cast<std::size_t>(motion.frames.back().frame + 1);
  if (bytes.size() < frames * kLandmarkCount * kBytesOfPoint)
    return Fail(ErrorCode::kDiskFull, temporary.path() + ": No space left for a temporary file");
  return bytes;
}

}  // namespace plyo
