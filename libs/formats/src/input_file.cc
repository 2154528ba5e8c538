#include "input_file.h"

#include <fmt/format.h>

namespace plyo::formats {

Result<std::ifstream> OpenInput(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return Fail(ErrorCode::kFileNotFound, fmt::format("{}: there is no such file", path.string()));
  }
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(status)) {
    return Fail(ErrorCode::kFileUnreadable,
                fmt::format("{}: cannot be read; is it a file that you may read?", path.string()));
  }
  return in;
}

}  // namespace plyo::formats
