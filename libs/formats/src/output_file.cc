#include "plyo/formats/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace plyo {
namespace fs = std::filesystem;
namespace {

tl::unexpected<Error> FailToWrite(const fs::path& target, int why) {
  const bool full = why == ENOSPC || why == EDQUOT;
  std::string advice;
  if (full) {
    advice = "; free some space, nothing was left behind";
  } else if (why == ENOENT || why == ENOTDIR) {
    advice = "; make the folder first";
  } else if (why == EACCES || why == EPERM || why == EROFS) {
    advice = "; choose a folder that you may write to";
  }
  return Fail(
      full ? ErrorCode::kDiskFull : ErrorCode::kOutputNotWritable,
      fmt::format("{}: cannot be written: {}{}", target.string(), std::strerror(why), advice));
}

bool IsSpecial(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

/// Where the bytes really go: a link to a file is followed, so that renaming does not replace the
/// link itself. A link to a pipe (/dev/stdout) has no other name.
fs::path Resolve(const fs::path& target) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(target, error)) || IsSpecial(target)) return target;
  const auto real = fs::weakly_canonical(target, error);
  return error ? target : real;
}

fs::path FolderOf(const fs::path& file) {
  return file.parent_path().empty() ? fs::path(".") : file.parent_path();
}

fs::path TemporaryName(const fs::path& folder) {
  static std::atomic<unsigned> counter{0};
  return folder / fmt::format(".plyo-{}-{}.part", ::getpid(), counter.fetch_add(1));
}

}  // namespace

OutputFile::OutputFile(fs::path target, fs::path temporary, int descriptor)
    : target_(std::move(target)),
      real_(Resolve(target_)),
      temporary_(std::move(temporary)),
      descriptor_(descriptor) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : target_(std::move(other.target_)),
      real_(std::move(other.real_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  if (this != &other) {
    Abandon();
    target_ = std::move(other.target_);
    real_ = std::move(other.real_);
    temporary_ = std::exchange(other.temporary_, {});
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

OutputFile::~OutputFile() { Abandon(); }

void OutputFile::Abandon() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

Result<OutputFile> OutputFile::Create(const fs::path& target) {
  const auto real = Resolve(target);
  std::error_code error;
  if (fs::is_directory(real, error)) return FailToWrite(target, EISDIR);
  if (target.filename().empty()) return FailToWrite(target, EISDIR);
  const bool special = IsSpecial(real);
  const fs::path temporary = special ? fs::path{} : TemporaryName(FolderOf(real));
  const int descriptor =
      special ? ::open(real.c_str(), O_WRONLY | O_CLOEXEC)
              : ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return FailToWrite(target, errno);
  return OutputFile(target, temporary, descriptor);
}

Result<void> OutputFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return FailToWrite(target_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> OutputFile::Commit() {
  const bool renames = !temporary_.empty();
  // Some file systems report a full disk only here.
  if (renames && ::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS)
    return FailToWrite(target_, errno);
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR)
    return FailToWrite(target_, errno);
  if (renames && ::rename(temporary_.c_str(), real_.c_str()) != 0)
    return FailToWrite(target_, errno);
  temporary_.clear();
  return {};
}

Result<void> WriteWholeFile(const fs::path& target, std::string_view bytes) {
  auto file = OutputFile::Create(target);
  if (!file) return tl::unexpected(file.error());
  if (auto written = file->Write(bytes); !written) return written;
  return file->Commit();
}

Result<void> CheckWritable(const fs::path& target, std::uintmax_t bytes_wanted) {
  if (const auto real = Resolve(target);
      IsSpecial(real)) {  // opening a pipe and closing it again would end its reader
    if (::access(real.c_str(), W_OK) != 0) return FailToWrite(target, errno);
    return {};
  }
  auto file = OutputFile::Create(target);
  if (!file) return tl::unexpected(file.error());
  std::error_code error;
  const auto space = fs::space(FolderOf(Resolve(target)), error);
  if (!error && space.available < bytes_wanted) return FailToWrite(target, ENOSPC);
  return {};
}

}  // namespace plyo
