#include "canvas.h"

#include <cairo-ft.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <string>

#include "plyo_embed/report_fonts.h"

namespace plyo::report {
namespace {

using std::numbers::pi;

/// Code points of UTF-8; broken bytes are skipped.
std::vector<char32_t> CodePoints(std::string_view text) {
  std::vector<char32_t> points;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80    ? 1
                               : lead >= 0xf0 ? 4
                               : lead >= 0xe0 ? 3
                               : lead >= 0xc0 ? 2
                                              : 0;
    if (length == 0 || i + length > text.size()) {
      ++i;
      continue;
    }
    char32_t point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t k = 1; k < length; ++k)
      point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3fU);
    points.push_back(point);
    i += length;
  }
  return points;
}

double Advance(cairo_scaled_font_t* font, unsigned long glyph) {
  const cairo_glyph_t one{glyph, 0, 0};
  cairo_text_extents_t extents;
  cairo_scaled_font_glyph_extents(font, &one, 1, &extents);
  return extents.x_advance;
}

struct TextLine {
  std::vector<cairo_glyph_t> glyphs;
  double width = 0;
};

/// Glyphs from the pen at 0; every digit is as wide as the widest, so that running figures do not
/// tremble.
TextLine LayOut(cairo_scaled_font_t* font, std::string_view text) {
  FT_Face face = cairo_ft_scaled_font_lock_face(font);
  std::vector<std::pair<unsigned long, bool>> all;
  for (const char32_t point : CodePoints(text)) {
    all.emplace_back(FT_Get_Char_Index(face, point), point >= U'0' && point <= U'9');
  }
  const unsigned long widest = FT_Get_Char_Index(face, U'0');
  cairo_ft_scaled_font_unlock_face(font);
  const double cell = Advance(font, widest);
  TextLine line;
  for (const auto& [glyph, is_digit] : all) {
    const double advance = Advance(font, glyph);
    const double shift = is_digit ? (cell - advance) / 2 : 0;
    line.glyphs.push_back({glyph, line.width + shift, 0});
    line.width += is_digit ? cell : advance;
  }
  return line;
}

}  // namespace

namespace {

/// Both weights, one set for the whole program and never let go: Cairo keeps glyphs of fonts that
/// nobody uses any more, and tells faces apart by their address. Cairo locks a face while one
/// thread uses it.
struct Faces {
  std::array<cairo_font_face_t*, 2> by_weight{};

  Faces() {
    const std::array data = {embedded::report_fonts::InterMediumOtf(),
                             embedded::report_fonts::InterSemiBoldOtf()};
    FT_Library library = nullptr;
    [[maybe_unused]] FT_Error error = FT_Init_FreeType(&library);
    assert(error == 0);
    for (std::size_t i = 0; i < data.size(); ++i) {
      FT_Face face = nullptr;
      error = FT_New_Memory_Face(library, reinterpret_cast<const FT_Byte*>(data[i].data()),
                                 static_cast<FT_Long>(data[i].size()), 0, &face);
      assert(error == 0);
      by_weight[i] = cairo_ft_font_face_create_for_ft_face(face, 0);
    }
  }
};

cairo_font_face_t* FaceOf(Weight weight) {
  static const Faces* const kFaces = new Faces;
  return kFaces->by_weight[static_cast<std::size_t>(weight)];
}

}  // namespace

cairo_scaled_font_t* FontSet::At(Weight weight, double size_px) {
  const int quarter_px = std::max(1, static_cast<int>(std::lround(size_px * 4)));
  CairoPtr<cairo_scaled_font_t>& font = sized_[{weight, quarter_px}];
  if (!font) {
    cairo_matrix_t size;
    cairo_matrix_t identity;
    cairo_matrix_init_scale(&size, quarter_px / 4.0, quarter_px / 4.0);
    cairo_matrix_init_identity(&identity);
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    font.reset(cairo_scaled_font_create(FaceOf(weight), &size, &identity, options));
    cairo_font_options_destroy(options);
  }
  return font.get();
}

Canvas::Canvas(std::uint8_t* pixels, int width, int height, std::ptrdiff_t stride, FontSet* fonts)
    : width_(width), height_(height), fonts_(fonts) {
  // The fourth byte is not looked at: RGB24 in Cairo's words, which on a little-endian machine is
  // B, G, R, unused.
  surface_.reset(cairo_image_surface_create_for_data(pixels, CAIRO_FORMAT_RGB24, width, height,
                                                     static_cast<int>(stride)));
  cairo_.reset(cairo_create(surface_.get()));
  cairo_set_line_cap(cairo_.get(), CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cairo_.get(), CAIRO_LINE_JOIN_ROUND);
}

Canvas::~Canvas() {
  cairo_.reset();
  cairo_surface_flush(surface_.get());
}

void Canvas::Use(Ink ink) {
  cairo_set_source_rgba(cairo_.get(), ink.color.r / 255.0, ink.color.g / 255.0, ink.color.b / 255.0,
                        ink.alpha);
}

void Canvas::Picture(const std::uint8_t* pixels, int width, int height, std::ptrdiff_t stride,
                     double scale, Point2 origin) {
  // Cairo's interface knows no constant pixels; it only reads these.
  const CairoPtr<cairo_surface_t> picture(
      cairo_image_surface_create_for_data(const_cast<std::uint8_t*>(pixels), CAIRO_FORMAT_RGB24,
                                          width, height, static_cast<int>(stride)));
  cairo_save(cairo_.get());
  cairo_scale(cairo_.get(), scale, scale);
  cairo_set_source_surface(cairo_.get(), picture.get(), -origin.x, -origin.y);
  cairo_pattern_set_filter(cairo_get_source(cairo_.get()), CAIRO_FILTER_GOOD);
  cairo_pattern_set_extend(cairo_get_source(cairo_.get()), CAIRO_EXTEND_PAD);
  cairo_paint(cairo_.get());
  cairo_restore(cairo_.get());
}

void Canvas::Polyline(const std::vector<Point2>& points, double width, Ink ink, bool closed) {
  if (points.size() < 2) return;
  cairo_move_to(cairo_.get(), points.front().x, points.front().y);
  for (std::size_t i = 1; i < points.size(); ++i)
    cairo_line_to(cairo_.get(), points[i].x, points[i].y);
  if (closed) cairo_close_path(cairo_.get());
  Use(ink);
  cairo_set_line_width(cairo_.get(), width);
  cairo_stroke(cairo_.get());
}

void Canvas::Line(Point2 a, Point2 b, double width, Ink ink) {
  cairo_move_to(cairo_.get(), a.x, a.y);
  cairo_line_to(cairo_.get(), b.x, b.y);
  Use(ink);
  cairo_set_line_width(cairo_.get(), width);
  cairo_stroke(cairo_.get());
}

void Canvas::DashedLine(Point2 a, Point2 b, double width, double dash, Ink ink) {
  cairo_set_dash(cairo_.get(), &dash, 1, 0);
  cairo_set_line_cap(cairo_.get(), CAIRO_LINE_CAP_BUTT);
  Line(a, b, width, ink);
  cairo_set_dash(cairo_.get(), nullptr, 0, 0);
  cairo_set_line_cap(cairo_.get(), CAIRO_LINE_CAP_ROUND);
}

void Canvas::Disc(Point2 centre, double radius, Ink ink) {
  cairo_new_sub_path(cairo_.get());
  cairo_arc(cairo_.get(), centre.x, centre.y, radius, 0, 2 * pi);
  Use(ink);
  cairo_fill(cairo_.get());
}

void Canvas::Ring(Point2 centre, double radius, double width, Ink ink) {
  cairo_new_sub_path(cairo_.get());
  cairo_arc(cairo_.get(), centre.x, centre.y, radius, 0, 2 * pi);
  Use(ink);
  cairo_set_line_width(cairo_.get(), width);
  cairo_stroke(cairo_.get());
}

void Canvas::Box(Point2 corner, double width, double height, Ink ink, double radius) {
  const double r = std::min({radius, width / 2, height / 2});
  const double x1 = corner.x + width;
  const double y1 = corner.y + height;
  if (r <= 0) {
    cairo_rectangle(cairo_.get(), corner.x, corner.y, width, height);
  } else {
    cairo_new_sub_path(cairo_.get());
    cairo_arc(cairo_.get(), x1 - r, corner.y + r, r, -pi / 2, 0);
    cairo_arc(cairo_.get(), x1 - r, y1 - r, r, 0, pi / 2);
    cairo_arc(cairo_.get(), corner.x + r, y1 - r, r, pi / 2, pi);
    cairo_arc(cairo_.get(), corner.x + r, corner.y + r, r, pi, 1.5 * pi);
    cairo_close_path(cairo_.get());
  }
  Use(ink);
  cairo_fill(cairo_.get());
}

void Canvas::CentreMark(Point2 centre, double radius) {
  Disc(centre, radius + std::max(1.0, radius * 0.18), {kBlack, 0.85});
  Disc(centre, radius, {kWhite, 1});
  Use({kBlack, 1});
  for (const double from : {-pi / 2, pi / 2}) {
    cairo_move_to(cairo_.get(), centre.x, centre.y);
    cairo_arc(cairo_.get(), centre.x, centre.y, radius * 0.86, from, from + pi / 2);
    cairo_close_path(cairo_.get());
  }
  cairo_fill(cairo_.get());
}

double Canvas::Text(std::string_view text, Point2 at, const TextStyle& style) {
  cairo_scaled_font_t* font = fonts_->At(style.weight, style.size_px);
  TextLine line = LayOut(font, text);
  const double shift = style.align == Align::kLeft     ? 0
                       : style.align == Align::kCentre ? line.width / 2
                                                       : line.width;
  for (cairo_glyph_t& glyph : line.glyphs) {
    glyph.x += at.x - shift;
    glyph.y = at.y;
  }
  cairo_set_scaled_font(cairo_.get(), font);
  const int count = static_cast<int>(line.glyphs.size());
  if (style.casing_px > 0) {
    cairo_glyph_path(cairo_.get(), line.glyphs.data(), count);
    Use({kBlack, 0.75 * style.ink.alpha});
    cairo_set_line_width(cairo_.get(), 2 * style.casing_px);
    cairo_stroke(cairo_.get());
  }
  Use(style.ink);
  cairo_show_glyphs(cairo_.get(), line.glyphs.data(), count);
  return line.width;
}

double Canvas::TextWidth(std::string_view text, const TextStyle& style) {
  return LayOut(fonts_->At(style.weight, style.size_px), text).width;
}

}  // namespace plyo::report
