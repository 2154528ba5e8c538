#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "plyo/base/time.h"

namespace plyo {

/// The 33 BlazePose landmarks, in the model's order. Left and right are the athlete's own.
enum class LandmarkId : std::uint8_t {
  kNose,
  kLeftEyeInner,
  kLeftEye,
  kLeftEyeOuter,
  kRightEyeInner,
  kRightEye,
  kRightEyeOuter,
  kLeftEar,
  kRightEar,
  kMouthLeft,
  kMouthRight,
  kLeftShoulder,
  kRightShoulder,
  kLeftElbow,
  kRightElbow,
  kLeftWrist,
  kRightWrist,
  kLeftPinky,
  kRightPinky,
  kLeftIndex,
  kRightIndex,
  kLeftThumb,
  kRightThumb,
  kLeftHip,
  kRightHip,
  kLeftKnee,
  kRightKnee,
  kLeftAnkle,
  kRightAnkle,
  kLeftHeel,
  kRightHeel,
  kLeftFootIndex,
  kRightFootIndex,
};
inline constexpr std::size_t kLandmarkCount = 33;

/// Lower snake-case name, as in files and the wire ("left_foot_index").
std::string_view LandmarkName(LandmarkId id);
std::optional<LandmarkId> LandmarkFromName(std::string_view name);

enum class Side : std::uint8_t { kLeft, kRight };

/// A point in the upright displayed picture: px, origin at its top left corner, x right, y down,
/// pixel centres at +0.5. z is the model's depth in px of the same scale, towards the camera
/// negative, hips' middle zero. visibility is the probability, 0 to 1, that the point is in the
/// picture and not hidden.
struct ImageLandmark {
  float x = 0;
  float y = 0;
  float z = 0;
  float visibility = 0;

  friend bool operator==(const ImageLandmark&, const ImageLandmark&) = default;
};

/// A point in metres of the model's average body, origin between the hips, x right in the picture,
/// y down, z away from the camera.
struct WorldLandmark {
  float x = 0;
  float y = 0;
  float z = 0;

  friend bool operator==(const WorldLandmark&, const WorldLandmark&) = default;
};

/// Identity of one tracked person within one recording; from 1, never used again.
using TrackId = std::int32_t;

/// One person in one frame.
struct PoseFrame {
  Timestamp t;
  std::int64_t frame = 0;  ///< index of the frame in decode order
  TrackId track = 0;
  int image_width = 0;  ///< of the upright displayed picture, px
  int image_height = 0;
  float presence = 0;  ///< probability that a person is there
  std::array<ImageLandmark, kLandmarkCount> image{};
  std::array<WorldLandmark, kLandmarkCount> world{};

  const ImageLandmark& operator[](LandmarkId id) const {
    return image[static_cast<std::size_t>(id)];
  }
  ImageLandmark& operator[](LandmarkId id) { return image[static_cast<std::size_t>(id)]; }
  const WorldLandmark& World(LandmarkId id) const { return world[static_cast<std::size_t>(id)]; }

  friend bool operator==(const PoseFrame&, const PoseFrame&) = default;
};

}  // namespace plyo
