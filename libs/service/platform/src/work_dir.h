#pragma once

#include <filesystem>

#include "plyo/base/error.h"

namespace plyo::service {

/// A folder of this process alone below another one; it goes with this, or, where the process is
/// killed, when the next one starts.
class WorkDir {
 public:
  /// Errors: kOutputNotWritable.
  static Result<WorkDir> Make(const std::filesystem::path& base);
  WorkDir(WorkDir&& other) noexcept;
  WorkDir& operator=(WorkDir&&) = delete;
  ~WorkDir();

  const std::filesystem::path& path() const { return path_; }

 private:
  WorkDir(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_ = -1;  ///< held as long as the process lives
};

}  // namespace plyo::service
