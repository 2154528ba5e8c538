#include "plyo/kinematics_testing/pose_edits.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace plyo::testing {
namespace {

LandmarkId OtherSide(LandmarkId id) {
  std::string name(LandmarkName(id));
  for (const auto& [from, to] : {std::pair{"left", "right"}, std::pair{"right", "left"}}) {
    const std::size_t at = name.find(from);
    if (at == std::string::npos) continue;
    return LandmarkFromName(name.replace(at, std::string(from).size(), to)).value_or(id);
  }
  return id;
}

}  // namespace

Poses Mirrored(Poses frames) {
  for (PoseFrame& frame : frames) {
    const PoseFrame before = frame;
    for (std::size_t k = 0; k < kLandmarkCount; ++k) {
      const auto other = static_cast<std::size_t>(OtherSide(static_cast<LandmarkId>(k)));
      frame.image[k] = before.image[other];
      frame.image[k].x = static_cast<float>(frame.image_width) - frame.image[k].x;
      frame.world[k] = before.world[other];
      frame.world[k].x = -frame.world[k].x;
    }
  }
  return frames;
}

Poses Moved(Poses frames, double dx, double dy) {
  for (PoseFrame& frame : frames) {
    for (ImageLandmark& landmark : frame.image) {
      landmark.x += static_cast<float>(dx);
      landmark.y += static_cast<float>(dy);
    }
  }
  return frames;
}

Poses Enlarged(Poses frames, double factor) {
  const auto f = static_cast<float>(factor);
  for (PoseFrame& frame : frames) {
    frame.image_width = static_cast<int>(std::lround(frame.image_width * factor));
    frame.image_height = static_cast<int>(std::lround(frame.image_height * factor));
    for (ImageLandmark& landmark : frame.image) {
      landmark = {landmark.x * f, landmark.y * f, landmark.z * f, landmark.visibility};
    }
  }
  return frames;
}

Poses LaterBy(Poses frames, double seconds) {
  const std::int64_t us = Timestamp::FromSeconds(seconds).us;
  for (PoseFrame& frame : frames) frame.t.us += us;
  return frames;
}

Poses Slowed(Poses frames, double factor) {
  for (PoseFrame& frame : frames) frame.t = Timestamp::FromSeconds(frame.t.Seconds() * factor);
  return frames;
}

Poses Between(const Poses& frames, double begin_s, double end_s) {
  Poses part;
  std::ranges::copy_if(frames, std::back_inserter(part), [=](const PoseFrame& frame) {
    return frame.t.Seconds() >= begin_s && frame.t.Seconds() < end_s;
  });
  return part;
}

Poses Without(const Poses& frames, double begin_s, double end_s) {
  Poses part;
  std::ranges::copy_if(frames, std::back_inserter(part), [=](const PoseFrame& frame) {
    return frame.t.Seconds() < begin_s || frame.t.Seconds() >= end_s;
  });
  return part;
}

Poses Thinned(const Poses& frames, int n) {
  Poses part;
  for (std::size_t i = 0; i < frames.size(); i += static_cast<std::size_t>(n))
    part.push_back(frames[i]);
  return part;
}

Poses WithVisibility(Poses frames, std::initializer_list<LandmarkId> ids, double visibility) {
  for (PoseFrame& frame : frames) {
    for (const LandmarkId id : ids) frame[id].visibility = static_cast<float>(visibility);
  }
  return frames;
}

Poses SqueezedIntoPicture(Poses frames) {
  for (PoseFrame& frame : frames) {
    for (ImageLandmark& landmark : frame.image) {
      landmark.x = std::clamp(landmark.x, 0.0F, static_cast<float>(frame.image_width));
      landmark.y = std::clamp(landmark.y, 0.0F, static_cast<float>(frame.image_height));
    }
  }
  return frames;
}

}  // namespace plyo::testing
