// The way of a live stream's units to frames. The first byte is the codec; units are parted by
// their length in two bytes. Seeds: tests/fuzz/make_stream_corpus.

#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz_check.h"
#include "plyo/video_ffmpeg/stream_decoder.h"

namespace {

constexpr int kSide = 64;
constexpr int kMostUnits = 12;

using plyo::fuzz::Require;
using plyo::fuzz::Touch;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return -1;
  std::span<const std::uint8_t> rest(data + 1, size - 1);
  const auto codec = (data[0] & 1) != 0 ? plyo::StreamCodec::kJpeg : plyo::StreamCodec::kH264;
  const auto decoder = plyo::MakeStreamDecoder({codec, kSide, kSide, kMostUnits / 2});
  Require(decoder.has_value());
  std::uint64_t sum = 0;
  for (int i = 0; i < kMostUnits && rest.size() > 2; ++i) {
    const std::size_t said = rest[0] + std::size_t{256} * rest[1];
    rest = rest.subspan(2);
    const auto unit = rest.first(said < rest.size() ? said : rest.size());
    rest = rest.subspan(unit.size());
    const auto frame = (*decoder)->Decode(unit, i, plyo::Timestamp{i});
    if (!frame) {
      Require(!frame.error().message.empty());
      break;
    }
    if (!*frame) continue;
    Require((*frame)->width == kSide && (*frame)->height == kSide && (*frame)->index == i);
    sum += Touch(**frame);
  }
  return sum == 1 ? -1 : 0;  // keeps the reading of the samples from being optimized away
}
