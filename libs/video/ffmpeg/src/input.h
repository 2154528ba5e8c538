#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "plyo/base/error.h"

struct AVIOContext;

namespace plyo::ffmpeg {

/// The bytes of a clip, from a file or from memory, as FFmpeg reads them. FFmpeg opens nothing by
/// itself: whatever a file refers to (other files, addresses) stays closed.
///
/// Not thread safe; stays where it was made, because FFmpeg keeps a pointer to it.
class Input {
 public:
  /// Errors: kFileNotFound, kFileUnreadable (a folder, a device, no permission), kFileEmpty.
  static Result<std::unique_ptr<Input>> FromFile(const std::filesystem::path& path);
  /// `bytes` must outlive the input. Errors: kFileEmpty.
  static Result<std::unique_ptr<Input>> FromMemory(std::span<const std::byte> bytes,
                                                   std::string name);

  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  virtual ~Input();

  /// Up to `size` bytes from `position` on; fewer only at the end; an AVERROR code below zero.
  virtual int ReadAt(std::int64_t position, std::uint8_t* target, int size) = 0;

  std::int64_t Size() const { return size_; }
  /// AVERROR code of a read that the system refused; 0 while all went well. FFmpeg mixes that up
  /// with damage.
  int Failure() const { return failure_; }
  /// For messages: as the caller gave it.
  const std::string& Name() const { return name_; }
  /// The file name alone.
  std::string FileName() const { return std::filesystem::path(name_).filename().string(); }
  AVIOContext* Context() { return context_; }

 protected:
  Input(std::string name, std::int64_t size);

 private:
  static int Read(void* self, std::uint8_t* target, int size);
  static std::int64_t Seek(void* self, std::int64_t offset, int whence);

  std::string name_;
  std::int64_t size_;
  std::int64_t position_ = 0;
  int failure_ = 0;
  AVIOContext* context_ = nullptr;
};

}  // namespace plyo::ffmpeg
