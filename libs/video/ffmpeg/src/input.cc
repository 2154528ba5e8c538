#include "input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

extern "C" {
#include <libavformat/avio.h>
#include <libavutil/error.h>
#include <libavutil/mem.h>
}

namespace plyo::ffmpeg {
namespace {

constexpr int kBufferBytes = 64 * 1024;

std::string SystemMessage(int error) { return std::generic_category().message(error); }

class FileInput final : public Input {
 public:
  FileInput(std::string name, std::int64_t size, int descriptor)
      : Input(std::move(name), size), descriptor_(descriptor) {}
  FileInput(const FileInput&) = delete;
  FileInput& operator=(const FileInput&) = delete;
  ~FileInput() override { close(descriptor_); }

  int ReadAt(std::int64_t position, std::uint8_t* target, int size) override {
    int done = 0;
    while (done < size) {
      const auto wanted = static_cast<std::size_t>(size - done);
      const ssize_t got = pread(descriptor_, target + done, wanted, position + done);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return AVERROR(errno);
      if (got == 0) break;
      done += static_cast<int>(got);
    }
    return done;
  }

 private:
  int descriptor_;
};

class MemoryInput final : public Input {
 public:
  MemoryInput(std::string name, std::span<const std::byte> bytes)
      : Input(std::move(name), static_cast<std::int64_t>(bytes.size())), bytes_(bytes) {}

  int ReadAt(std::int64_t position, std::uint8_t* target, int size) override {
    if (position < 0 || position >= Size()) return 0;
    const auto from = static_cast<std::size_t>(position);
    const std::size_t count = std::min(static_cast<std::size_t>(size), bytes_.size() - from);
    std::memcpy(target, bytes_.data() + from, count);
    return static_cast<int>(count);
  }

 private:
  std::span<const std::byte> bytes_;
};

tl::unexpected<Error> CannotOpen(const std::string& name, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return Fail(ErrorCode::kFileNotFound,
                fmt::format("{}: no such file; check the spelling and the folder", name));
  }
  return Fail(
      ErrorCode::kFileUnreadable,
      fmt::format("{}: cannot be opened ({}); check its permissions", name, SystemMessage(error)));
}

tl::unexpected<Error> IsEmpty(const std::string& name) {
  return Fail(ErrorCode::kFileEmpty,
              fmt::format("{}: the file is empty; copy it again from where it was recorded", name));
}

}  // namespace

Input::Input(std::string name, std::int64_t size) : name_(std::move(name)), size_(size) {
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  context_ = avio_alloc_context(buffer, kBufferBytes, 0, this, &Input::Read, nullptr, &Input::Seek);
}

Input::~Input() {
  if (context_ != nullptr) av_freep(&context_->buffer);
  avio_context_free(&context_);
}

int Input::Read(void* self, std::uint8_t* target, int size) {
  auto* input = static_cast<Input*>(self);
  const int got = input->ReadAt(input->position_, target, size);
  if (got < 0) return input->failure_ = got;
  if (got == 0) return AVERROR_EOF;
  input->position_ += got;
  return got;
}

std::int64_t Input::Seek(void* self, std::int64_t offset, int whence) {
  auto* input = static_cast<Input*>(self);
  if ((whence & AVSEEK_SIZE) != 0) return input->size_;
  std::int64_t base = 0;
  if ((whence & ~AVSEEK_FORCE) == SEEK_CUR) base = input->position_;
  if ((whence & ~AVSEEK_FORCE) == SEEK_END) base = input->size_;
  std::int64_t target = 0;
  if (__builtin_add_overflow(base, offset, &target) || target < 0) return AVERROR(EINVAL);
  return input->position_ = target;
}

Result<std::unique_ptr<Input>> Input::FromFile(const std::filesystem::path& path) {
  const std::string name = path.string();
  // Non-blocking, so that a named pipe nobody writes to cannot hold us up before we see that it is
  // one.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return CannotOpen(name, errno);
  struct stat status {};
  const int failed = fstat(descriptor, &status) == 0 ? 0 : errno;
  const auto refuse = [&](tl::unexpected<Error> error) {
    close(descriptor);
    return error;
  };
  if (failed != 0) return refuse(CannotOpen(name, failed));
  if (S_ISDIR(status.st_mode)) {
    return refuse(Fail(ErrorCode::kFileUnreadable,
                       fmt::format("{}: is a folder; name the video files in it", name)));
  }
  if (!S_ISREG(status.st_mode)) {
    return refuse(
        Fail(ErrorCode::kFileUnreadable,
             fmt::format("{}: is not an ordinary file; save the video to disk first", name)));
  }
  if (status.st_size == 0) return refuse(IsEmpty(name));
  return std::make_unique<FileInput>(name, status.st_size, descriptor);
}

Result<std::unique_ptr<Input>> Input::FromMemory(std::span<const std::byte> bytes,
                                                 std::string name) {
  if (bytes.empty()) return IsEmpty(name);
  return std::make_unique<MemoryInput>(std::move(name), bytes);
}

}  // namespace plyo::ffmpeg
