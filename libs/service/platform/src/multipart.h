#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace plyo::service {

/// What a form of an analysis holds.
struct AnalysisForm {
  std::string analysis_json;
  std::uint64_t video_bytes = 0;
  std::string video_sha256;
};

/// Reads `multipart/form-data` with the parts `analysis` and `video`, each once; the latter goes to
/// that file. Throws Refused with kInvalidArgument, kDiskFull.
AnalysisForm ReadForm(const std::filesystem::path& body, const std::string& content_type,
                      const std::filesystem::path& video);

}  // namespace plyo::service
