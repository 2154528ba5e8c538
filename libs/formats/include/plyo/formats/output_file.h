#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "plyo/base/error.h"

namespace plyo {

/// A file that appears under its name only when it is complete.
///
/// Bytes go to a temporary name in the same folder; Commit gives it the real name in one step and
/// replaces what was there. Without Commit nothing remains. A target that is no regular file (a
/// pipe, a device) is written to directly, a symbolic link is followed. Failures:
/// kOutputNotWritable, kDiskFull. Not thread safe.
class OutputFile {
 public:
  static Result<OutputFile> Create(const std::filesystem::path& target);

  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile();

  Result<void> Write(std::string_view bytes);
  /// Brings the bytes to the disk and the file to its name; the object takes no more afterwards.
  Result<void> Commit();

 private:
  OutputFile(std::filesystem::path target, std::filesystem::path temporary, int descriptor);
  void Abandon() noexcept;

  std::filesystem::path target_;     ///< as given: for messages
  std::filesystem::path real_;       ///< links resolved
  std::filesystem::path temporary_;  ///< empty: written directly
  int descriptor_ = -1;
};

/// Writes a whole file by OutputFile.
Result<void> WriteWholeFile(const std::filesystem::path& target, std::string_view bytes);

/// Whether a file could be written there, found out by making one and removing it: for a clear
/// answer before long work. Fails with kDiskFull too when fewer than `bytes_wanted` are free.
Result<void> CheckWritable(const std::filesystem::path& target, std::uintmax_t bytes_wanted);

}  // namespace plyo
