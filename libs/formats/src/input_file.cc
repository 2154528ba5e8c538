#include "input_file.h"

#include <fmt/format.h>

#include <string_view>

namespace plyo::formats {
namespace {

Result<std::ifstream> Open(const std::filesystem::path& path, std::string_view missing,
                           std::string_view unreadable) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    return Fail(ErrorCode::kFileNotFound, fmt::format("{}: {}", path.string(), missing));
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(status))
    return Fail(ErrorCode::kFileUnreadable, fmt::format("{}: {}", path.string(), unreadable));
  return in;
}

}  // namespace

Result<std::ifstream> OpenInput(const std::filesystem::path& path) {
  return Open(path, "there is no such file", "cannot be read; is it a file that you may read?");
}

Result<std::ifstream> OpenManifest(const std::filesystem::path& path) {
  return Open(path, "there is no such manifest", "the manifest cannot be read");
}

}  // namespace plyo::formats
