#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "plyo/base/error.h"

namespace plyo::service {

/// The page's files, listed once: a request is looked up by its path and never becomes a name of
/// the file system. Thread safe.
class StaticFiles {
 public:
  struct File {
    std::filesystem::path path{};
    std::string content_type{};
    std::string etag{};
    bool immutable = false;  ///< its name holds a hash of its content (assets/)
  };

  /// A folder that is not there makes an empty list. Errors: kFileUnreadable.
  static Result<StaticFiles> Read(const std::filesystem::path& folder);

  std::size_t size() const { return files_.size(); }
  /// `/` is index.html; nullptr for what is not there.
  const File* Find(std::string_view url_path) const;

 private:
  std::map<std::string, File, std::less<>> files_;
};

}  // namespace plyo::service
