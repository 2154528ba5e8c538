#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <istream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plyo/base/error.h"
#include "plyo/kinematics/landmark.h"

namespace plyo {

/// Landmarks as a table, one row for each person in each frame, ordered by time and then by track:
///
/// - t_s,frame,track,width,height,presence
/// - nose_x,nose_y,nose_z,nose_visibility, ... right_foot_index_visibility: px (ImageLandmark)
/// - nose_wx,nose_wy,nose_wz, ... right_foot_index_wz: model metres (WorldLandmark)
/// - pose_model, where one is known
///
/// Times have 6 decimals, image px 4, the rest 5. What `plyo analyze --export-landmarks` writes and
/// `--from-landmarks` reads.
struct LandmarkTable {
  std::string pose_model;        ///< what found them ("blazepose_full"); empty where it is not said
  std::vector<PoseFrame> poses;  ///< in time order, then by track
};

using TracksById = std::map<TrackId, std::vector<PoseFrame>>;

/// What a file of landmarks may be at most.
struct LandmarkCsvLimits {
  std::size_t rows = 500'000;  ///< about half an hour at 240 frames/s; half a gigabyte in memory
};

/// Strict: another header, a number that is none, a time that runs backwards within a track, one
/// track twice in a frame, a picture that changes its size or a model that changes fail with
/// kInvalidLandmarks and a message `name:line: column: what`.
Result<LandmarkTable> ReadLandmarkCsv(std::istream& in, std::string_view name,
                                      const LandmarkCsvLimits& limits = {});
/// As above from a file; fails with kFileNotFound, kFileUnreadable and kFileEmpty too.
Result<LandmarkTable> ReadLandmarkCsvFile(const std::filesystem::path& path,
                                          const LandmarkCsvLimits& limits = {});

/// Gives the table piece by piece to `write` and ends at its first failure. Each track must be in
/// time order.
Result<void> WriteLandmarkCsv(const TracksById& tracks, std::string_view pose_model,
                              const std::function<Result<void>(std::string_view piece)>& write);

}  // namespace plyo
