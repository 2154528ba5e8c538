#pragma once

#include <filesystem>
#include <istream>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/body_points.h"

namespace plyo {

/// What a file of markers may be at most.
struct TrcLimits {
  std::size_t rows = 500'000;
  std::size_t markers = 1000;
};

/// Marker trajectories of one person (TRC: OpenSim, Motion Analysis, Pose2Sim), in m, mm or cm. A
/// marker that is not known is passed over; an empty field, or nan, is a marker that was not seen.
///
/// Strict in what is used: a head that is none of TRC, another unit, a number that is none, a time
/// that does not rise, no marker for one of NeededLandmarks() fail with kInvalidLandmarks and a
/// message `name:line: what`.
Result<std::vector<BodyPoints>> ReadTrc(std::istream& in, std::string_view name,
                                        const TrcLimits& limits = {});
/// As above from a file; fails with kFileNotFound, kFileUnreadable and kFileEmpty too.
Result<std::vector<BodyPoints>> ReadTrcFile(const std::filesystem::path& path,
                                            const TrcLimits& limits = {});

}  // namespace plyo
