// The readers of tables: the first byte chooses landmarks, a manifest or markers, the rest is the
// file. Landmarks that are read must come back the same from their own writing.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "plyo/formats/landmark_csv.h"
#include "plyo/formats/manifest.h"
#include "plyo/formats/trc.h"
#include "plyo/kinematics/body_points.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string Written(const std::vector<plyo::PoseFrame>& poses) {
  plyo::TracksById tracks;
  for (const auto& pose : poses) tracks[pose.track].push_back(pose);
  std::string text;
  const auto written =
      plyo::WriteLandmarkCsv(tracks, [&text](std::string_view piece) -> plyo::Result<void> {
        text += piece;
        return {};
      });
  Require(written.has_value());
  return text;
}

void ReadLandmarks(const std::string& bytes) {
  std::istringstream in(bytes);
  const auto poses = plyo::ReadLandmarkCsv(in, "fuzz", {.rows = 1000});
  if (!poses) return Require(!poses.error().message.empty());
  // The first writing rounds; from then on nothing may change.
  const auto text = Written(*poses);
  std::istringstream again(text);
  const auto back = plyo::ReadLandmarkCsv(again, "fuzz");
  Require(back.has_value() && Written(*back) == text);
}

void ReadManifest(const std::string& bytes) {
  static const std::vector<plyo::Sport> kSports = [] {
    plyo::Sport sport;
    sport.id = "drop_jump";
    sport.parameters.resize(1);
    sport.parameters[0].id = "box_height_m";
    sport.parameters[0].unit = "m";
    sport.parameters[0].max = 1.5;
    return std::vector<plyo::Sport>{sport};
  }();
  std::istringstream in(bytes);
  const auto entries = plyo::ReadManifest(in, "fuzz", kSports);
  if (!entries) return Require(!entries.error().message.empty());
  for (const auto& entry : *entries) {
    Require(!entry.file.empty() && entry.line > 1);
    Require(!entry.height_m || (*entry.height_m >= 0.5 && *entry.height_m <= 2.6));
  }
}

void ReadMarkers(const std::string& bytes) {
  std::istringstream in(bytes);
  const auto frames = plyo::ReadTrc(in, "fuzz", {.rows = 1000, .markers = 100});
  if (!frames) return Require(!frames.error().message.empty());
  const auto view = plyo::FilmFromTheSide(*frames);
  Require(view.m_per_px > 0 && view.poses.size() <= frames->size());
  for (const auto& pose : view.poses) {
    for (const auto& point : pose.image) Require(std::isfinite(point.x) && std::isfinite(point.y));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return -1;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      ReadLandmarks(bytes);
      break;
    case 1:
      ReadManifest(bytes);
      break;
    default:
      ReadMarkers(bytes);
  }
  return 0;
}
