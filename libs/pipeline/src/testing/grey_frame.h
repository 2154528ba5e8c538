#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "plyo/base/time.h"
#include "plyo/video/frame.h"
#include "testing/scene.h"

namespace plyo::pipeline::testing {

/// A frame of its own with these grey levels and neutral chroma; rows are `stride` bytes apart.
Frame GreyFrame(int width, int height, const std::uint8_t* grey, std::ptrdiff_t stride, Timestamp t,
                std::int64_t index);

class GroundScene;

/// Frames of a drawn scene, for tests that know nothing of OpenCV.
class SceneFilm {
 public:
  explicit SceneFilm(const SceneOptions& options);
  ~SceneFilm();
  Frame Picture(const std::vector<Shoe>& shoes, Timestamp t, std::int64_t index);

 private:
  std::unique_ptr<GroundScene> scene_;
};

}  // namespace plyo::pipeline::testing
