// The way of a clip from its bytes to frames: container, decoder, conversion, clock.
// Seeds: tests/fuzz/make_demux_corpus.

#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz_check.h"
#include "plyo/video_ffmpeg/open.h"

namespace {

constexpr int kMostFrames = 12;
constexpr std::int64_t kMostPixels = std::int64_t{512} * 512;
constexpr std::size_t kMostBytes = 256 * 1024;

using plyo::fuzz::Require;
using plyo::fuzz::Touch;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > kMostBytes) return -1;
  const auto source = plyo::OpenVideoMemory(std::as_bytes(std::span(data, size)), "fuzz",
                                            {.capture_fps = 240, .max_pixels = kMostPixels});
  if (!source) {
    Require(!source.error().message.empty());
    return 0;
  }
  const plyo::VideoInfo& info = (*source)->Info();
  Require(info.width >= plyo::kMinFrameSide && info.height >= plyo::kMinFrameSide);
  Require(std::int64_t{info.width} * info.height <= kMostPixels);
  Require(info.stored_fps > 0 && info.time_scale > 0 && info.frames_estimate >= 0 &&
          info.duration_s >= 0);

  plyo::Timestamp last{-1};
  std::uint64_t sum = 0;
  for (int i = 0; i < kMostFrames; ++i) {
    const auto frame = (*source)->Next();
    if (!frame || !*frame) break;
    Require((*frame)->t > last && (*frame)->index == i);
    Require((*frame)->width == info.width && (*frame)->height == info.height);
    sum += Touch(**frame);
    last = (*frame)->t;
  }
  (void)(*source)->Flags();
  return sum == 1 ? -1 : 0;  // keeps the reading of the samples from being optimized away
}
