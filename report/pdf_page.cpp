// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/pdf_page.h"

#include <cairo/cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace seedaudit {
namespace {

/// Families in order: Latin of even width first, then one that has Chinese, Japanese and Korean.
constexpr const char* kFamilies = "DejaVu Sans, Noto Sans CJK SC, sans-serif";

cairo_status_t append(void* closure, const unsigned char* data, unsigned length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

struct LayoutDeleter {
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
};
using Layout = std::unique_ptr<PangoLayout, LayoutDeleter>;

/// Bytes that are no UTF-8 would end the text where they stand.
std::string valid_text(const std::string& words) {
  gchar* made = g_utf8_make_valid(words.data(), static_cast<gssize>(words.size()));
  std::string text = made;
  g_free(made);
  return text;
}

Layout layout_of(cairo_t* cairo, double width, const std::string& words, const TextStyle& style) {
  Layout layout(pango_cairo_create_layout(cairo));
  PangoContext* context = pango_layout_get_context(layout.get());
  pango_cairo_context_set_resolution(context, 72.0);
  // Widths that depend on a screen's pixels would differ between machines.
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family(font, kFamilies);
  pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
  pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  if (width > 0.0) {
    pango_layout_set_width(layout.get(), static_cast<int>(std::lround(width * PANGO_SCALE)));
    pango_layout_set_height(layout.get(), -std::max(1, style.most_lines));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(layout.get(), style.align == TextAlign::right    ? PANGO_ALIGN_RIGHT
                                             : style.align == TextAlign::centre ? PANGO_ALIGN_CENTER
                                                                                : PANGO_ALIGN_LEFT);
  }
  pango_layout_set_text(layout.get(), valid_text(words).c_str(), -1);
  return layout;
}

}  // namespace

struct PdfDocument::Surface {
  std::string bytes;
  cairo_surface_t* surface = nullptr;
  cairo_t* cairo = nullptr;

  ~Surface() {
    if (cairo != nullptr) cairo_destroy(cairo);
    if (surface != nullptr) cairo_surface_destroy(surface);
  }

  void set(PageColour colour, double opacity = 1.0) const { cairo_set_source_rgba(cairo, colour.r, colour.g, colour.b, opacity); }

  void trace(const std::vector<PagePoint>& points, bool closed) const {
    cairo_new_path(cairo);
    for (const PagePoint& p : points) cairo_line_to(cairo, p.x, p.y);
    if (closed) cairo_close_path(cairo);
  }

  void stroke(const Pen& pen) const {
    set(pen.colour);
    cairo_set_line_width(cairo, pen.width);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_cap(cairo, pen.dashes.empty() ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
    cairo_set_dash(cairo, pen.dashes.data(), static_cast<int>(pen.dashes.size()), 0.0);
    cairo_stroke(cairo);
  }
};

PdfDocument::PdfDocument(const std::string& title, const DateTime& stated_date) : surface_(std::make_unique<Surface>()) {
  Surface& s = *surface_;
  s.surface = cairo_pdf_surface_create_for_stream(append, &s.bytes, kWidth, kHeight);
  cairo_pdf_surface_restrict_to_version(s.surface, CAIRO_PDF_VERSION_1_5);
  const long seconds = stated_date.time_of_day ? static_cast<long>(stated_date.time_of_day->count()) : 0;
  char clock[16];
  std::snprintf(clock, sizeof clock, "%02ld:%02ld:%02ld", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
  const std::string made = to_iso(stated_date.date) + "T" + clock + "Z";
  cairo_pdf_surface_set_metadata(s.surface, CAIRO_PDF_METADATA_TITLE, valid_text(title).c_str());
  cairo_pdf_surface_set_metadata(s.surface, CAIRO_PDF_METADATA_CREATOR, "seedaudit");
  cairo_pdf_surface_set_metadata(s.surface, CAIRO_PDF_METADATA_CREATE_DATE, made.c_str());
  s.cairo = cairo_create(s.surface);
}

PdfDocument::~PdfDocument() = default;

double PdfDocument::text(PagePoint at, double width, const std::string& words, const TextStyle& style) {
  const Layout layout = layout_of(surface_->cairo, width, words, style);
  surface_->set(style.colour);
  cairo_move_to(surface_->cairo, at.x, at.y);
  pango_cairo_show_layout(surface_->cairo, layout.get());
  int height = 0;
  pango_layout_get_size(layout.get(), nullptr, &height);
  return static_cast<double>(height) / PANGO_SCALE;
}

double PdfDocument::text_height(double width, const std::string& words, const TextStyle& style) const {
  int height = 0;
  pango_layout_get_size(layout_of(surface_->cairo, width, words, style).get(), nullptr, &height);
  return static_cast<double>(height) / PANGO_SCALE;
}

double PdfDocument::text_width(const std::string& words, const TextStyle& style) const {
  int width = 0;
  pango_layout_get_size(layout_of(surface_->cairo, -1.0, words, style).get(), &width, nullptr);
  return static_cast<double>(width) / PANGO_SCALE;
}

void PdfDocument::line(PagePoint a, PagePoint b, const Pen& pen) { path({a, b}, false, pen); }

void PdfDocument::path(const std::vector<PagePoint>& points, bool closed, const Pen& pen) {
  if (points.size() < 2) return;
  surface_->trace(points, closed);
  surface_->stroke(pen);
}

void PdfDocument::fill(const std::vector<PagePoint>& points, PageColour colour, double opacity) {
  surface_->trace(points, true);
  surface_->set(colour, opacity);
  cairo_fill(surface_->cairo);
}

void PdfDocument::rectangle(const PageRect& a, const Pen& pen) {
  path({{a.x, a.y}, {a.x + a.width, a.y}, {a.x + a.width, a.y + a.height}, {a.x, a.y + a.height}}, true, pen);
}

void PdfDocument::fill(const PageRect& a, PageColour colour) {
  fill({{a.x, a.y}, {a.x + a.width, a.y}, {a.x + a.width, a.y + a.height}, {a.x, a.y + a.height}}, colour);
}

void PdfDocument::circle(PagePoint center, double radius, const Pen& pen) {
  cairo_new_path(surface_->cairo);
  cairo_arc(surface_->cairo, center.x, center.y, radius, 0.0, 6.283185307179586);
  surface_->stroke(pen);
}

void PdfDocument::grey_image(const GreyImage& image, const PageRect& area, float low, float high) {
  if (image.width < 1 || image.height < 1) return;
  cairo_surface_t* pixels = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image.width, image.height);
  unsigned char* data = cairo_image_surface_get_data(pixels);
  if (data != nullptr) {
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(pixels));
    const auto columns = static_cast<std::size_t>(image.width);
    for (std::size_t row = 0; row < static_cast<std::size_t>(image.height); ++row)
      for (std::size_t c = 0; c < columns; ++c) {
        const float v = std::clamp((image.value[row * columns + c] - low) / (high - low), 0.0F, 1.0F);
        const auto level = static_cast<unsigned char>(std::lround(v * 255.0F));
        std::fill_n(data + row * stride + 4 * c, 3, level);
      }
    cairo_surface_mark_dirty(pixels);
    cairo_t* c = surface_->cairo;
    cairo_save(c);
    cairo_translate(c, area.x, area.y);
    cairo_scale(c, area.width / image.width, area.height / image.height);
    cairo_set_source_surface(c, pixels, 0.0, 0.0);
    cairo_paint(c);
    cairo_restore(c);
  }
  cairo_surface_destroy(pixels);
}

void PdfDocument::clip(const PageRect& area) {
  cairo_save(surface_->cairo);
  cairo_rectangle(surface_->cairo, area.x, area.y, area.width, area.height);
  cairo_clip(surface_->cairo);
}

void PdfDocument::unclip() { cairo_restore(surface_->cairo); }

void PdfDocument::next_page() { cairo_show_page(surface_->cairo); }

Result<std::string> PdfDocument::take() {
  Surface& s = *surface_;
  cairo_show_page(s.cairo);
  cairo_surface_finish(s.surface);
  cairo_status_t status = cairo_status(s.cairo);
  if (status == CAIRO_STATUS_SUCCESS || status == CAIRO_STATUS_SURFACE_FINISHED) status = cairo_surface_status(s.surface);
  if (status != CAIRO_STATUS_SUCCESS)
    return Error{ErrorCode::internal, std::string("cannot draw the PDF: ") + cairo_status_to_string(status), "", ""};
  return std::move(s.bytes);
}

}  // namespace seedaudit
