#include "plyo/video_ffmpeg/bgra_converter.h"

#include <array>
#include <limits>

#include "av_log.h"
#include "av_ptr.h"
#include "picture.h"

namespace plyo {

struct BgraConverter::State {
  int source_width = 0;
  int source_height = 0;
  int width = 0;
  int height = 0;
  YuvMatrix matrix = YuvMatrix::kBt709;
  bool full_range = false;
  ffmpeg::SwsContextPtr sws;

  bool Fits(const Frame& frame, int wanted_width, int wanted_height) const {
    return sws && source_width == frame.width && source_height == frame.height &&
           width == wanted_width && height == wanted_height && matrix == frame.matrix &&
           full_range == frame.full_range;
  }
  bool Prepare(const Frame& frame, int wanted_width, int wanted_height);
};

bool BgraConverter::State::Prepare(const Frame& frame, int wanted_width, int wanted_height) {
  const bool shrinks = wanted_width < frame.width || wanted_height < frame.height;
  sws.reset(sws_getContext(
      frame.width, frame.height, AV_PIX_FMT_YUV420P, wanted_width, wanted_height, AV_PIX_FMT_BGRA,
      (shrinks ? SWS_AREA : SWS_BICUBIC) | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  if (!sws) return false;
  const int* table = sws_getCoefficients(ffmpeg::SwsMatrix(frame.matrix));
  sws_setColorspaceDetails(sws.get(), table, frame.full_range ? 1 : 0, table, 1, 0, 1 << 16,
                           1 << 16);
  source_width = frame.width;
  source_height = frame.height;
  width = wanted_width;
  height = wanted_height;
  matrix = frame.matrix;
  full_range = frame.full_range;
  return true;
}

BgraConverter::BgraConverter() : state_(std::make_shared<State>()) { ffmpeg::SilenceLog(); }

Result<void> BgraConverter::operator()(const Frame& frame, int width, int height,
                                       std::uint8_t* pixels, std::ptrdiff_t stride) {
  constexpr auto kMost = std::numeric_limits<int>::max();
  if (width < 1 || height < 1 || pixels == nullptr || stride < 4 * std::ptrdiff_t{width} ||
      stride > kMost || frame.y.data == nullptr) {
    return Fail(ErrorCode::kInvalidArgument, "a picture cannot be converted into an empty one");
  }
  if (!state_->Fits(frame, width, height) && !state_->Prepare(frame, width, height)) {
    return Fail(ErrorCode::kInternal, "libswscale knows no way from this picture to BGRA");
  }
  const std::array<const std::uint8_t*, 4> source = {frame.y.data, frame.u.data, frame.v.data,
                                                     nullptr};
  const std::array<int, 4> source_stride = {static_cast<int>(frame.y.stride),
                                            static_cast<int>(frame.u.stride),
                                            static_cast<int>(frame.v.stride), 0};
  const std::array<std::uint8_t*, 4> target = {pixels, nullptr, nullptr, nullptr};
  const std::array<int, 4> target_stride = {static_cast<int>(stride), 0, 0, 0};
  const int rows = sws_scale(state_->sws.get(), source.data(), source_stride.data(), 0,
                             frame.height, target.data(), target_stride.data());
  if (rows < 0) return Fail(ErrorCode::kInternal, "a picture cannot be converted to BGRA");
  return {};
}

}  // namespace plyo
