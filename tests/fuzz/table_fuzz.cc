// The readers of tables: the first byte chooses landmarks, a manifest, pairs of files, a force
// plate's record or markers, the rest is the file.
// Landmarks that are read must come back the same from their own writing.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "plyo/force/force_analysis.h"
#include "plyo/formats/force_file.h"
#include "plyo/formats/landmark_csv.h"
#include "plyo/formats/manifest.h"
#include "plyo/formats/trc.h"
#include "plyo/formats/validation_manifest.h"
#include "plyo/kinematics/body_points.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

std::string Written(const plyo::LandmarkTable& table) {
  plyo::TracksById tracks;
  for (const auto& pose : table.poses) tracks[pose.track].push_back(pose);
  std::string text;
  const auto written = plyo::WriteLandmarkCsv(
      tracks, table.pose_model, [&text](std::string_view piece) -> plyo::Result<void> {
        text += piece;
        return {};
      });
  Require(written.has_value());
  return text;
}

void ReadLandmarks(const std::string& bytes) {
  std::istringstream in(bytes);
  const auto table = plyo::ReadLandmarkCsv(in, "fuzz", {.rows = 1000});
  if (!table) return Require(!table.error().message.empty());
  // The first writing rounds; from then on nothing may change.
  const auto text = Written(*table);
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

void ReadPairs(const std::string& bytes) {
  std::istringstream in(bytes);
  const auto entries = plyo::ReadValidationManifest(in, "fuzz");
  if (!entries) return Require(!entries.error().message.empty());
  for (const auto& entry : *entries) Require(!entry.video.empty() && !entry.force.empty());
}

/// As far as the analysis: a record of any content must not harm it.
void ReadForce(const std::string& bytes) {
  for (const auto& layout :
       {plyo::ForceFileLayout{}, plyo::ForceFileLayout{.force_columns = {"1"}, .rate_hz = 200}}) {
    std::istringstream in(bytes);
    const auto file = plyo::ReadForceText(in, "fuzz", layout);
    if (!file) {
      Require(!file.error().message.empty());
      continue;
    }
    for (const auto& sport : plyo::ForceSports()) {
      const auto findings = plyo::AnalyzeForce(file->record, sport, {.find_tare = true});
      Require(findings.has_value() || !findings.error().message.empty());
    }
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
  switch (data[0] % 5) {
    case 0:
      ReadLandmarks(bytes);
      break;
    case 1:
      ReadManifest(bytes);
      break;
    case 2:
      ReadForce(bytes);
      break;
    case 3:
      ReadPairs(bytes);
      break;
    default:
      ReadMarkers(bytes);
  }
  return 0;
}
