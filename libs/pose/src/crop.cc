#include "plyo/pose/crop.h"

#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/core/hal/intrin.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "plyo/pose/region.h"

namespace plyo {
namespace {

/// Luma weights of red and blue (ITU-R BT.601-7, BT.709-6, BT.2020-2).
struct LumaWeights {
  double red;
  double blue;
};

LumaWeights WeightsOf(YuvMatrix matrix) {
  switch (matrix) {
    case YuvMatrix::kBt601:
      return {0.299, 0.114};
    case YuvMatrix::kBt2020:
      return {0.2627, 0.0593};
    case YuvMatrix::kBt709:
      break;
  }
  return {0.2126, 0.0722};
}

/// RGB in `low`..`high` as linear functions of the three samples.
struct YuvToRgb {
  float gain;  ///< of Y, the same for all three
  float offset_r, offset_g, offset_b;
  float v_to_r, u_to_g, v_to_g, u_to_b;
};

YuvToRgb MakeYuvToRgb(const Frame& frame, float low, float high) {
  const auto [kr, kb] = WeightsOf(frame.matrix);
  const double kg = 1 - kr - kb;
  const double y_zero = frame.full_range ? 0 : 16;
  const double y_span = frame.full_range ? 255 : 219;
  const double c_span = frame.full_range ? 255 : 224;
  const double range = static_cast<double>(high) - low;
  const double gain = range / y_span;
  const double v_to_r = range * 2 * (1 - kr) / c_span;
  const double u_to_b = range * 2 * (1 - kb) / c_span;
  const double v_to_g = -v_to_r * kr / kg;
  const double u_to_g = -u_to_b * kb / kg;
  const double base = low - gain * y_zero;
  YuvToRgb m;
  m.gain = static_cast<float>(gain);
  m.v_to_r = static_cast<float>(v_to_r);
  m.u_to_g = static_cast<float>(u_to_g);
  m.v_to_g = static_cast<float>(v_to_g);
  m.u_to_b = static_cast<float>(u_to_b);
  m.offset_r = static_cast<float>(base - 128 * v_to_r);
  m.offset_g = static_cast<float>(base - 128 * (u_to_g + v_to_g));
  m.offset_b = static_cast<float>(base - 128 * u_to_b);
  return m;
}

cv::Mat View(const Plane& plane) {
  // OpenCV has no view of constant pixels; nothing below writes to it.
  return cv::Mat(plane.height, plane.width, CV_8UC1, const_cast<std::uint8_t*>(plane.data),
                 static_cast<std::size_t>(plane.stride));
}

/// The part of a plane that the crop may touch, with room for interpolation, in whole multiples of
/// `step`.
cv::Rect Footprint(const cv::Size& plane, const cv::Matx23d& plane_from_crop, const cv::Size& crop,
                   int step) {
  double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
  for (const double cx : {0.0, static_cast<double>(crop.width)}) {
    for (const double cy : {0.0, static_cast<double>(crop.height)}) {
      const cv::Vec2d p = plane_from_crop * cv::Vec3d(cx, cy, 1);
      x0 = std::min(x0, p[0]);
      x1 = std::max(x1, p[0]);
      y0 = std::min(y0, p[1]);
      y1 = std::max(y1, p[1]);
    }
  }
  const auto begin = [step](double v, int size) {
    const int i = static_cast<int>(
        std::clamp(std::floor(v) - 2.0 * step, 0.0, static_cast<double>(size - 1)));
    return i / step * step;
  };
  const auto end = [step](double v, int first, int size) {
    const int i = static_cast<int>(
        std::clamp(std::ceil(v) + 2.0 * step, first + 1.0, static_cast<double>(size)));
    return std::min(size, first + (i - first + step - 1) / step * step);
  };
  const int bx = begin(x0, plane.width);
  const int by = begin(y0, plane.height);
  return cv::Rect(cv::Point(bx, by),
                  cv::Point(end(x1, bx, plane.width), end(y1, by, plane.height)));
}

/// Warps one plane; `plane_from_crop` in coordinates with pixel centres at +0.5.
void WarpPlane(const Plane& plane, cv::Matx23d plane_from_crop, const cv::Size& crop, int reduce,
               int border_type, int border_value, cv::Mat& reduced, cv::Mat& out) {
  cv::Mat source = View(plane);
  if (reduce > 1) {
    const cv::Rect part = Footprint(source.size(), plane_from_crop, crop, reduce);
    // Whole cells only: what is left over at the right and lower edge is less than one cell.
    const cv::Rect whole(part.x, part.y, part.width / reduce * reduce,
                         part.height / reduce * reduce);
    if (whole.width >= reduce && whole.height >= reduce) {
      cv::resize(source(whole), reduced, cv::Size(whole.width / reduce, whole.height / reduce), 0,
                 0, cv::INTER_AREA);
      source = reduced;
      const double k = 1.0 / reduce;
      plane_from_crop(0, 2) -= whole.x;
      plane_from_crop(1, 2) -= whole.y;
      plane_from_crop *= k;
    }
  }
  // OpenCV counts from pixel centres.
  cv::Matx23d m = plane_from_crop;
  m(0, 2) += 0.5 * (m(0, 0) + m(0, 1)) - 0.5;
  m(1, 2) += 0.5 * (m(1, 0) + m(1, 1)) - 0.5;
  cv::warpAffine(source, out, m, crop, cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, border_type,
                 cv::Scalar(border_value));
}

/// `count` pixels, a multiple of four, as R G B.
void ConvertRow(const YuvToRgb& k, const std::uint8_t* y, const std::uint8_t* u,
                const std::uint8_t* v, int count, float low, float high, float* to) {
  using cv::v_float32x4;
  const auto all = [](float value) { return cv::v_setall_f32(value); };
  const auto four = [](const std::uint8_t* from) {
    return cv::v_cvt_f32(cv::v_reinterpret_as_s32(cv::v_load_expand_q(from)));
  };
  const auto clamped = [&](const v_float32x4& value) {
    return cv::v_min(cv::v_max(value, all(low)), all(high));
  };
  for (int i = 0; i < count; i += 4, to += 12) {
    const v_float32x4 luma = all(k.gain) * four(y + i);
    const v_float32x4 cu = four(u + i);
    const v_float32x4 cv = four(v + i);
    const v_float32x4 red = luma + all(k.v_to_r) * cv + all(k.offset_r);
    const v_float32x4 green = luma + all(k.u_to_g) * cu + all(k.v_to_g) * cv + all(k.offset_g);
    const v_float32x4 blue = luma + all(k.u_to_b) * cu + all(k.offset_b);
    cv::v_store_interleave(to, clamped(red), clamped(green), clamped(blue));
  }
}

}  // namespace

/// A part of the work, the same for any number of threads, so that the pixels are.
constexpr int kStripes = 2;

struct Cropper::Scratch {
  explicit Scratch(int threads) {
    if (threads > 1) arena.emplace(threads);
  }

  /// Calls `work(0)` to `work(count - 1)`.
  template <typename Work>
  void ForEach(int count, const Work& work) {
    if (!arena) {
      for (int i = 0; i < count; ++i) work(i);
      return;
    }
    arena->execute([&] { tbb::parallel_for(0, count, work, tbb::simple_partitioner()); });
  }

  std::optional<tbb::task_arena> arena;
  std::array<cv::Mat, kStripes> reduced_y;
  cv::Mat reduced_u, reduced_v, half_u, half_v;
  cv::Mat y, u, v;
};

Cropper::Cropper(const CropperOptions& options)
    : scratch_(std::make_unique<Scratch>(options.threads)), reduce_above_(options.reduce_above) {
  cv::setNumThreads(1);  // it would take all there are
}
Cropper::~Cropper() = default;

void Cropper::CropRgb(const Frame& frame, const RegionOfInterest& region, int crop_size,
                      CropBorder border, float low, float high, std::span<float> out) {
  assert(crop_size % (2 * kStripes) == 0);
  assert(out.size() ==
         static_cast<std::size_t>(crop_size) * static_cast<std::size_t>(crop_size) * 3);
  const ImageFromCrop map = MakeImageFromCrop(region, crop_size);
  const cv::Matx23d luma(map.cos_scale, -map.sin_scale, map.bx, map.sin_scale, map.cos_scale,
                         map.by);
  // The picture has half as many chroma samples a side, and so has the crop of them.
  cv::Matx23d chroma = luma;
  chroma(0, 2) *= 0.5;
  chroma(1, 2) *= 0.5;
  const double scale = region.size / crop_size;
  const int reduce = scale >= reduce_above_ ? static_cast<int>(scale) : 1;
  const int type = border == CropBorder::kReplicate ? cv::BORDER_REPLICATE : cv::BORDER_CONSTANT;
  Scratch& s = *scratch_;
  const cv::Size whole(crop_size, crop_size);
  const cv::Size half = whole / 2;
  const int stripe = crop_size / kStripes;
  s.y.create(whole, CV_8UC1);
  s.ForEach(kStripes + 2, [&](int i) {
    if (i == kStripes) {
      WarpPlane(frame.u, chroma, half, reduce, type, 128, s.reduced_u, s.half_u);
      cv::resize(s.half_u, s.u, whole, 0, 0, cv::INTER_LINEAR);
    } else if (i == kStripes + 1) {
      WarpPlane(frame.v, chroma, half, reduce, type, 128, s.reduced_v, s.half_v);
      cv::resize(s.half_v, s.v, whole, 0, 0, cv::INTER_LINEAR);
    } else {
      cv::Matx23d from_stripe = luma;
      from_stripe(0, 2) += luma(0, 1) * i * stripe;
      from_stripe(1, 2) += luma(1, 1) * i * stripe;
      cv::Mat rows = s.y.rowRange(i * stripe, (i + 1) * stripe);
      WarpPlane(frame.y, from_stripe, rows.size(), reduce, type, frame.full_range ? 0 : 16,
                s.reduced_y[static_cast<std::size_t>(i)], rows);
    }
  });

  const YuvToRgb k = MakeYuvToRgb(frame, low, high);
  s.ForEach(kStripes, [&](int i) {
    float* to = out.data() + static_cast<std::ptrdiff_t>(i) * stripe * crop_size * 3;
    for (int row = i * stripe; row < (i + 1) * stripe; ++row, to += 3 * crop_size) {
      ConvertRow(k, s.y.ptr(row), s.u.ptr(row), s.v.ptr(row), crop_size, low, high, to);
    }
  });
}

}  // namespace plyo
