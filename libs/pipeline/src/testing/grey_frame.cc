#include "testing/grey_frame.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "testing/ground_scene.h"

namespace plyo::pipeline::testing {

Frame GreyFrame(int width, int height, const std::uint8_t* grey, std::ptrdiff_t stride, Timestamp t,
                std::int64_t index) {
  struct Planes {
    std::vector<std::uint8_t> y;
    std::vector<std::uint8_t> chroma;
  };
  const int half_width = (width + 1) / 2;
  const int half_height = (height + 1) / 2;
  auto planes = std::make_shared<Planes>();
  planes->y.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (int row = 0; row < height; ++row) {
    const std::uint8_t* from = grey + row * stride;
    planes->y.insert(planes->y.end(), from, from + width);
  }
  planes->chroma.assign(
      static_cast<std::size_t>(half_width) * static_cast<std::size_t>(half_height), 128);
  Frame frame;
  frame.t = t;
  frame.index = index;
  frame.width = width;
  frame.height = height;
  frame.y = {planes->y.data(), width, height, width};
  frame.u = {planes->chroma.data(), half_width, half_height, half_width};
  frame.v = frame.u;
  frame.full_range = true;
  frame.owner = planes;
  return frame;
}

SceneFilm::SceneFilm(const SceneOptions& options)
    : scene_(std::make_unique<GroundScene>(options)) {}
SceneFilm::~SceneFilm() = default;

Frame SceneFilm::Picture(const std::vector<Shoe>& shoes, Timestamp t, std::int64_t index) {
  return ToFrame(scene_->Draw(shoes), t, index);
}

}  // namespace plyo::pipeline::testing
