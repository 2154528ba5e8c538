#include "work_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "plyo/service/secrets.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

/// The lock of a folder, or -1 where somebody has it.
int TakeLock(const fs::path& folder, int flags) {
  const int file = ::open((folder / "lock").c_str(), O_RDWR | O_CLOEXEC | flags, 0600);
  if (file < 0) return -1;
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  ::close(file);
  return -1;
}

}  // namespace

Result<WorkDir> WorkDir::Make(const fs::path& base) {
  std::error_code error;
  fs::create_directories(base, error);
  fs::permissions(base, fs::perms::owner_all, error);
  if (error) {
    return Fail(ErrorCode::kOutputNotWritable,
                fmt::format("{}: {}", base.string(), error.message()));
  }
  for (const auto& entry : fs::directory_iterator(base, error)) {
    const int lock = TakeLock(entry.path(), 0);
    if (lock < 0) continue;
    std::error_code ignored;
    fs::remove_all(entry.path(), ignored);
    ::close(lock);
  }
  const auto path = base / RandomHex(8);
  fs::create_directory(path, error);
  fs::permissions(path, fs::perms::owner_all, error);
  const int lock = TakeLock(path, O_CREAT);
  if (lock < 0) {
    return Fail(ErrorCode::kOutputNotWritable,
                fmt::format("{}: {}", path.string(), std::strerror(errno)));
  }
  return WorkDir(path, lock);
}

WorkDir::WorkDir(WorkDir&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::exchange(other.lock_, -1)) {}

WorkDir::~WorkDir() {
  if (path_.empty()) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  ::close(lock_);
}

}  // namespace plyo::service
