#include "static_files.h"

#include <array>
#include <fstream>
#include <iterator>
#include <utility>

#include "plyo/digest/sha256.h"

namespace plyo::service {
namespace fs = std::filesystem;
namespace {

std::string TypeOf(const std::string& extension) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kTypes = {{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".wasm", "application/wasm"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/vnd.microsoft.icon"},
      {".woff2", "font/woff2"},
      {".mp4", "video/mp4"},
      {".webm", "video/webm"},
      {".txt", "text/plain; charset=utf-8"},
      {".csv", "text/csv; charset=utf-8"},
      {".task", "application/octet-stream"},
      {".tflite", "application/octet-stream"},
  }};
  for (const auto& [known, type] : kTypes) {
    if (known == extension) return std::string(type);
  }
  return "application/octet-stream";
}

}  // namespace

Result<StaticFiles> StaticFiles::Read(const fs::path& folder) {
  StaticFiles files;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return files;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    // A link may lead out of the folder.
    if (it->is_symlink() || !it->is_regular_file()) continue;
    std::ifstream in(it->path(), std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(in), {});
    if (!in) return Fail(ErrorCode::kFileUnreadable, it->path().string() + ": cannot be read");
    const auto name = "/" + fs::relative(it->path(), folder).generic_string();
    files.files_[name] = {.path = it->path(),
                          .content_type = TypeOf(it->path().extension().string()),
                          .etag = "\"" + Sha256(content).substr(0, 32) + "\"",
                          .immutable = name.starts_with("/assets/")};
  }
  if (error) return Fail(ErrorCode::kFileUnreadable, folder.string() + ": " + error.message());
  return files;
}

const StaticFiles::File* StaticFiles::Find(std::string_view url_path) const {
  const auto at = files_.find(url_path == "/" ? "/index.html" : url_path);
  return at == files_.end() ? nullptr : &at->second;
}

}  // namespace plyo::service
