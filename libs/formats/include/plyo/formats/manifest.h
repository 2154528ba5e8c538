#pragma once

#include <cstddef>
#include <filesystem>
#include <istream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/result.h"
#include "plyo/kinematics/sport.h"

namespace plyo {

/// What a manifest says of one clip; an empty cell says nothing.
struct ManifestEntry {
  std::size_t line = 0;        ///< of the manifest, from 1
  std::filesystem::path file;  ///< as written; where relative, to the folder of the manifest
  std::string sport;           ///< id, or empty
  std::string athlete;         ///< who it is, in the user's own words, or empty
  std::optional<double> height_m;
  std::optional<double> mass_kg;
  Sex sex = Sex::kUnknown;
  std::optional<double> capture_fps;
  std::map<std::string, double> parameters;  ///< of the sport, by id (box_height_m, belt_speed_m_s)
  std::string date;                          ///< of the recording, YYYY-MM-DD, or empty

  friend bool operator==(const ManifestEntry&, const ManifestEntry&) = default;
};

/// Reads a manifest: CSV (RFC 4180) with a header of any of `file` (needed), `sport`, `athlete`,
/// `height_m`, `mass_kg`, `sex`, `capture_fps`, `box_height_m`, `belt_speed_m_s`, `date` and the
/// ids of the sports' parameters, in any order.
///
/// Sports and ranges are checked against `sports`. Fails with kInvalidManifest and a message that
/// names line, column and what would be right.
Result<std::vector<ManifestEntry>> ReadManifest(std::istream& in, std::string_view name,
                                                std::span<const Sport> sports);
/// As above from a file; fails with kFileNotFound and kFileUnreadable too.
Result<std::vector<ManifestEntry>> ReadManifestFile(const std::filesystem::path& path,
                                                    std::span<const Sport> sports);

}  // namespace plyo
