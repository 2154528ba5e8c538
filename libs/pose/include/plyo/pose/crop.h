#pragma once

#include <span>
#include <vector>

#include "plyo/pose/pose_estimator.h"
#include "plyo/video/frame.h"

namespace plyo {

/// What lies beyond the picture's edge.
enum class CropBorder {
  kReplicate,  ///< the nearest pixel
  kBlack,
};

struct CropperOptions {
  /// That share one crop. The pixels are the same.
  int threads = 1;
  /// Where the region is at least this many times larger than the crop the planes are averaged
  /// first, by a whole factor: a bilinear sample sees only its four neighbours. Infinity turns it
  /// off.
  double reduce_above = 2.0;
};

/// Cuts turned squares out of planar pictures as RGB, without converting the whole picture. Keeps
/// scratch memory between calls: one a thread.
class Cropper {
 public:
  explicit Cropper(const CropperOptions& options = {});
  Cropper(const Cropper&) = delete;
  Cropper& operator=(const Cropper&) = delete;
  ~Cropper();

  /// Writes crop_size x crop_size x 3 values (crop_size a multiple of 4), row by row, R G B; black
  /// is `low` and white is `high`. Bilinear. Pixel (i, j) of the crop shows the picture at
  /// MakeImageFromCrop(region, crop_size)({j + .5, i + .5}).
  void CropRgb(const Frame& frame, const RegionOfInterest& region, int crop_size, CropBorder border,
               float low, float high, std::span<float> out);

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
  double reduce_above_;
};

}  // namespace plyo
