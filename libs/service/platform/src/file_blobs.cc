#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "plyo/service/blobs.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

tl::unexpected<Error> Failed(const fs::path& path, int code) {
  return Fail(code == ENOSPC ? ErrorCode::kDiskFull : ErrorCode::kStoreFailed,
              fmt::format("{}: {}", path.string(), std::strerror(code)));
}

Result<void> Sync(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Failed(path, errno);
  const int status = ::fsync(file);
  const int code = errno;
  ::close(file);
  if (status != 0) return Failed(path, code);
  return {};
}

class FileBlobs final : public Blobs {
 public:
  explicit FileBlobs(fs::path folder) : folder_(std::move(folder)) {}

  Result<void> Put(const std::string& name, const fs::path& file) override {
    const auto target = folder_ / name;
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    if (error) return Failed(target.parent_path(), error.value());
    if (auto synced = Sync(file); !synced) return synced;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write, error);
    fs::rename(file, target, error);
    if (error) return Failed(target, error.value());
    return Sync(target.parent_path());
  }

  Result<fs::path> Get(const std::string& name, const fs::path& /*spare*/) override {
    auto path = folder_ / name;
    std::error_code error;
    if (!fs::is_regular_file(path, error))
      return Fail(ErrorCode::kNotFound, "the file is not there any more");
    return path;
  }

  Result<void> Delete(const std::string& name) override {
    const auto path = folder_ / name;
    std::error_code error;
    fs::remove(path, error);
    if (error) return Failed(path, error.value());
    // Only where nothing else lies in it.
    fs::remove(path.parent_path(), error);
    return {};
  }

 private:
  const fs::path folder_;
};

}  // namespace

Result<std::unique_ptr<Blobs>> OpenFileBlobs(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  fs::permissions(folder, fs::perms::owner_all, error);
  if (error) {
    return Fail(ErrorCode::kOutputNotWritable,
                fmt::format("{}: {}", folder.string(), error.message()));
  }
  return std::make_unique<FileBlobs>(folder);
}

}  // namespace plyo::service
