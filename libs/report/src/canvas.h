#pragma once

#include <cairo.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "palette.h"
#include "plyo/kinematics/center_of_mass.h"

namespace plyo::report {

struct CairoDeleter {
  void operator()(cairo_t* p) const { cairo_destroy(p); }
  void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
  void operator()(cairo_scaled_font_t* p) const { cairo_scaled_font_destroy(p); }
};
template <typename T>
using CairoPtr = std::unique_ptr<T, CairoDeleter>;

/// A colour and how much it covers, 0 to 1.
struct Ink {
  Color color;
  double alpha = 1;

  Ink Faded(double factor) const { return {color, alpha * factor}; }
};

inline constexpr Color kWhite{0xff, 0xff, 0xff};
inline constexpr Color kBlack{0x00, 0x00, 0x00};

enum class Weight : std::uint8_t { kMedium, kSemiBold };

/// The typeface of pictures, Inter, out of the binary itself, in the sizes asked for. Not thread
/// safe: one a worker.
class FontSet {
 public:
  cairo_scaled_font_t* At(Weight weight, double size_px);

 private:
  std::map<std::pair<Weight, int>, CairoPtr<cairo_scaled_font_t>> sized_;
};

enum class Align : std::uint8_t { kLeft, kCentre, kRight };

struct TextStyle {
  double size_px = 16;
  Weight weight = Weight::kMedium;
  Ink ink{kWhite, 1};
  Align align = Align::kLeft;
  double casing_px = 0;  ///< width of a dark edge around the letters
};

/// Draws on bytes B, G, R, unused (rows `stride` apart), which it borrows. Lengths in px of that
/// picture, y down.
class Canvas {
 public:
  Canvas(std::uint8_t* pixels, int width, int height, std::ptrdiff_t stride, FontSet* fonts);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  int Width() const { return width_; }
  int Height() const { return height_; }

  /// Fills the canvas with a part of a picture of the same layout: enlarged or reduced by `scale`,
  /// its px `origin` at the top left corner.
  void Picture(const std::uint8_t* pixels, int width, int height, std::ptrdiff_t stride,
               double scale, Point2 origin);

  void Polyline(const std::vector<Point2>& points, double width, Ink ink, bool closed = false);
  void Line(Point2 a, Point2 b, double width, Ink ink);
  void DashedLine(Point2 a, Point2 b, double width, double dash, Ink ink);
  void Disc(Point2 centre, double radius, Ink ink);
  void Ring(Point2 centre, double radius, double width, Ink ink);
  void Box(Point2 corner, double width, double height, Ink ink, double radius = 0);
  /// The sign for a centre of mass: a disc of two black and two white quarters.
  void CentreMark(Point2 centre, double radius);

  /// `at` is on the base line: left end, middle or right end by style.align. Digits are all of one
  /// width. Returns the width.
  double Text(std::string_view text, Point2 at, const TextStyle& style);
  double TextWidth(std::string_view text, const TextStyle& style);

 private:
  void Use(Ink ink);

  int width_;
  int height_;
  FontSet* fonts_;
  CairoPtr<cairo_surface_t> surface_;
  CairoPtr<cairo_t> cairo_;
};

}  // namespace plyo::report
