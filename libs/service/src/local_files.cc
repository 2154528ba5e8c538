#include "local_files.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "plyo/service/secrets.h"

namespace plyo::service {
namespace fs = std::filesystem;

Result<std::string> ReadSmallFile(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error))
    return Fail(ErrorCode::kFileNotFound, file.string() + ": there is no such file");
  std::ifstream in(file, std::ios::binary);
  std::string content(std::istreambuf_iterator<char>(in), {});
  if (!in) return Fail(ErrorCode::kFileUnreadable, file.string() + ": cannot be read");
  return content;
}

Result<void> WritePrivateFile(const fs::path& file, const std::string& content) {
  const auto failed = [&file] {
    return Fail(ErrorCode::kOutputNotWritable, file.string() + ": " + std::strerror(errno));
  };
  // A file that was there may be open to others.
  ::unlink(file.c_str());
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return failed();
  const auto written = ::write(fd, content.data(), content.size());
  const bool complete = written == static_cast<ssize_t>(content.size()) && ::fsync(fd) == 0;
  if (::close(fd) != 0 || !complete) return failed();
  return {};
}

Result<std::string> SharedSecret(const fs::path& file) {
  constexpr std::size_t kBytes = 32;
  std::error_code error;
  if (!fs::exists(file, error)) {
    // Written aside and linked: of two instances that start together one is too late, and reads.
    const auto aside = file.string() + "." + RandomHex(8);
    std::string secret(kBytes, '\0');
    randombytes_buf(secret.data(), secret.size());
    if (auto written = WritePrivateFile(aside, secret); !written)
      return tl::unexpected(written.error());
    const int linked = ::link(aside.c_str(), file.c_str());
    const int why = errno;
    ::unlink(aside.c_str());
    if (linked != 0 && why != EEXIST)
      return Fail(ErrorCode::kOutputNotWritable, file.string() + ": " + std::strerror(why));
  }
  auto secret = ReadSmallFile(file);
  if (!secret) return secret;
  if (secret->size() != kBytes) {
    return Fail(ErrorCode::kOutputNotWritable,
                file.string() + ": is no secret of this program; delete it");
  }
  return secret;
}

}  // namespace plyo::service
