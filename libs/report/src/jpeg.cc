#include "jpeg.h"

#include <fmt/format.h>
#include <turbojpeg.h>

#include <memory>

namespace plyo::report {
namespace {

struct CompressorDeleter {
  void operator()(void* handle) const { tjDestroy(handle); }
};
struct BufferDeleter {
  void operator()(unsigned char* buffer) const { tjFree(buffer); }
};

}  // namespace

Result<std::vector<std::uint8_t>> EncodeJpeg(const std::uint8_t* bgra, int width, int height,
                                             std::ptrdiff_t stride, int quality) {
  const std::unique_ptr<void, CompressorDeleter> compressor(tjInitCompress());
  unsigned char* raw = nullptr;
  unsigned long size = 0;
  // Thin coloured lines need their colour at full resolution.
  const bool good = compressor && tjCompress2(compressor.get(), bgra, width,
                                              static_cast<int>(stride), height, TJPF_BGRX, &raw,
                                              &size, TJSAMP_444, quality, TJFLAG_ACCURATEDCT) == 0;
  const std::unique_ptr<unsigned char, BufferDeleter> buffer(raw);
  if (!good) {
    return Fail(ErrorCode::kInternal,
                fmt::format("a key frame of {}x{} could not be compressed as JPEG: {}", width,
                            height, tjGetErrorStr2(compressor.get())));
  }
  return std::vector<std::uint8_t>(buffer.get(), buffer.get() + size);
}

}  // namespace plyo::report
