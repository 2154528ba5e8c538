#include "landmark_payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "plyo/service/media_header.h"

namespace plyo::service {
namespace {

// Of a picture of 1920 px; what lies further out is no landmark of anybody in it.
constexpr float kFarthest_px = 1e5F;
constexpr float kFarthest_m = 100;

/// In the order and the sizes of the payload.
struct Person {
  std::uint32_t track;
  float presence;
  std::array<std::array<float, 4>, kLandmarkCount> image;
  std::array<std::array<float, 3>, kLandmarkCount> world;
};
static_assert(sizeof(Person) == kLandmarkPersonBytes);

bool Within(float value, float most) { return std::isfinite(value) && std::abs(value) <= most; }

bool IsSound(const Person& person) {
  if (person.track < 1 || person.track > 1'000'000) return false;
  if (!(person.presence >= 0 && person.presence <= 1)) return false;
  for (const auto& [x, y, z, visibility] : person.image) {
    if (!Within(x, kFarthest_px) || !Within(y, kFarthest_px) || !Within(z, kFarthest_px) ||
        !(visibility >= 0 && visibility <= 1)) {
      return false;
    }
  }
  return std::ranges::all_of(person.world, [](const std::array<float, 3>& point) {
    return std::ranges::all_of(point, [](float value) { return Within(value, kFarthest_m); });
  });
}

}  // namespace

Result<std::vector<PoseFrame>> ReadLandmarks(const MediaMessage& media, Timestamp t) {
  const auto refuse = [&](const char* why) {
    return Fail(ErrorCode::kInvalidLandmarks,
                fmt::format("the landmarks of picture {} {}", media.sequence, why));
  };
  const std::size_t count = media.payload.size() / kLandmarkPersonBytes;
  if (media.payload.size() % kLandmarkPersonBytes != 0 || count > kMaxLandmarkPeople) {
    return refuse("have a length that is none of 0 to 6 people of 932 bytes");
  }
  std::vector<PoseFrame> poses(count);
  for (std::size_t i = 0; i < count; ++i) {
    Person person;
    std::memcpy(&person, media.payload.data() + i * kLandmarkPersonBytes, sizeof(person));
    if (!IsSound(person)) return refuse("hold a value that none can have");
    PoseFrame& pose = poses[i];
    pose.t = t;
    pose.frame = media.sequence;
    pose.track = static_cast<TrackId>(person.track);
    pose.image_width = media.width;
    pose.image_height = media.height;
    pose.presence = person.presence;
    for (std::size_t k = 0; k < kLandmarkCount; ++k) {
      const auto& [x, y, z, visibility] = person.image[k];
      pose.image[k] = {x, y, z, visibility};
      pose.world[k] = {person.world[k][0], person.world[k][1], person.world[k][2]};
    }
    for (std::size_t before = 0; before < i; ++before) {
      if (poses[before].track == pose.track) return refuse("name one track twice");
    }
  }
  return poses;
}

}  // namespace plyo::service
