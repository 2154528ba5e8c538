#pragma once

#include <cstddef>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"

namespace plyo {

/// What a manifest of `plyo validate` says of one performance; an empty cell says nothing.
struct ValidationEntry {
  std::size_t line = 0;  ///< of the manifest, from 1
  std::filesystem::path
      video;  ///< result of a video; where relative, to the folder of the manifest
  std::filesystem::path force;  ///< force plate's file, or its result
  std::string athlete;
  std::optional<double> offset_s;
  std::string time_column;
  std::vector<std::string> force_columns;  ///< separated by '+' in the cell
  std::optional<double> rate_hz;
  std::optional<double> scale;
  std::string tare;
  std::optional<double> threshold_n;
};

/// Reads a manifest: CSV (RFC 4180) with a header of `video` and `force` (needed), and any of
/// `athlete`, `offset_s`, `time_column`, `force_columns`, `rate_hz`, `scale`, `tare`,
/// `threshold_n`. Fails with kInvalidManifest and a message that names line and column.
Result<std::vector<ValidationEntry>> ReadValidationManifest(std::istream& in,
                                                            std::string_view name);
/// As above from a file; fails with kFileNotFound and kFileUnreadable too.
Result<std::vector<ValidationEntry>> ReadValidationManifestFile(const std::filesystem::path& path);

}  // namespace plyo
