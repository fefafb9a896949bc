// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/html_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "report/identity_filter.h"
#include "report/json_report.h"
#include "report/json_writer.h"
#include "report/packed_samples.h"
#include "report/page_volume.h"

namespace seedaudit {
namespace {

using Layout = JsonWriter::Layout;

constexpr std::string_view kReportPlace = "__SEEDAUDIT_REPORT__", kPagePlace = "__SEEDAUDIT_PAGE__", kImagesPlace = "__SEEDAUDIT_IMAGES__";
constexpr double kMarginMm = 42.0;  ///< shown finely around target and implant
constexpr double kNearMm = 40.0;    ///< seeds farther from the target are shown on the coarse image of the whole scan
constexpr double kCoarseStepMm = 2.4;
constexpr double kDoseStepPct = 0.5;  ///< of the prescription
constexpr double kDoseStepGy = 0.5;   ///< where there is none
constexpr int kDvhHighestPct = 400;   ///< of the prescription
constexpr double kDvhHighestGy = 400.0;

/// What may be written inside a script element of JSON: no "<", which alone could end it or open a comment.
std::string inside_script(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

Box<CtFrame> region_of(const HtmlInput& in) {
  Box<CtFrame> target;
  for (const auto& t : in.targets) {
    const Box<CtFrame> b = bounding_box(t);
    if (b.empty()) continue;
    target.include({b.low_mm});
    target.include({b.high_mm});
  }
  Box<CtFrame> region = target;
  const auto& seeds = in.audit->seeds;
  if (target.empty() && !seeds.empty()) {
    // Around the middle seed: a lone one far away does not move it.
    Eigen::Vector3d middle;
    for (int a = 0; a < 3; ++a) {
      std::vector<double> at;
      for (const auto& s : seeds) at.push_back(s.seed.pose.center.mm[a]);
      std::nth_element(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(at.size() / 2), at.end());
      middle[a] = at[at.size() / 2];
    }
    target.include({middle});
    region = target;
  }
  const double near = in.targets.empty() ? 2.0 * kNearMm : kNearMm;
  for (const auto& s : seeds) {
    const Eigen::Vector3d& p = s.seed.pose.center.mm;
    if (target.empty() || ((p - p.cwiseMax(target.low_mm).cwiseMin(target.high_mm)).norm() < near)) region.include({p});
  }
  if (region.empty()) {
    region.include(box_of(in.postop->grid).center());
    region.low_mm.array() -= kNearMm;
    region.high_mm.array() += kNearMm;
  }
  region.low_mm.array() -= kMarginMm;
  region.high_mm.array() += kMarginMm;
  return region;
}

void write_contours(JsonWriter& json, const HtmlInput& in, const IdentityFilter& filter) {
  json.begin_array("targets");
  for (const auto& t : in.targets) {
    json.begin_object();
    json.text("name", filter(t.name));
    json.begin_array("contours", Layout::one_line);
    for (const auto& c : t.contours) {
      std::vector<double> flat;
      for (const auto& p : c.points) flat.insert(flat.end(), {p.mm[0], p.mm[1], p.mm[2]});
      json.numbers({}, flat, 2);
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

void write_dvh(JsonWriter& json, std::string_view key, const std::optional<Dvh>& dvh, const std::vector<double>& doses) {
  if (!dvh || dvh->sample_count() == 0) return json.null(key);
  std::vector<double> pct;
  for (const double d : doses) pct.push_back(dvh->volume_pct_at(Gy{d}));
  json.numbers(key, pct, 3);
}

/// Both edges of the band at the doses of the histograms.
void write_band(JsonWriter& json, const StructureAudit& s, const std::vector<double>& doses) {
  if (!s.postop_dvh || !s.dvh_band) {
    json.null("postop_low");
    return json.null("postop_high");
  }
  std::vector<double> low, high;
  for (const double d : doses) {
    const auto edges = s.dvh_band->volume_pct_at(Gy{d}, *s.postop_dvh);
    low.push_back(edges.first);
    high.push_back(edges.second);
  }
  json.numbers("postop_low", low, 3);
  json.numbers("postop_high", high, 3);
}

void write_dvhs(JsonWriter& json, const CaseAudit& audit, const IdentityFilter& filter) {
  json.begin_object("dvh");
  const std::optional<double> rx = audit.dose ? audit.dose->rx_gy : std::nullopt;
  std::vector<double> doses;
  for (int n = 0; n <= kDvhHighestPct; ++n) doses.push_back(rx ? 0.01 * n * *rx : kDvhHighestGy * n / kDvhHighestPct);
  json.numbers("dose_gy", doses, 4);
  json.begin_array("structures");
  if (audit.dose)
    for (const auto& s : audit.dose->structures) {
      json.begin_object();
      json.text("name", filter(s.name));
      json.text("role", to_string(s.role));
      json.text("contour", to_string(s.contour));
      write_dvh(json, "preop", s.preop_dvh, doses);
      write_dvh(json, "postop", s.postop_dvh, doses);
      write_band(json, s, doses);
      json.end_object();
    }
  json.end_array();
  json.end_object();
}

/// Values of a plane as samples: HU in steps of 1 from -1024; of other images in 4096 steps between their extremes.
Status write_plane(JsonWriter& json, std::string_view key, const std::vector<float>& values, int width, bool hu) {
  double first = -1024.0, unit = 1.0;
  if (!hu && !values.empty()) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    first = static_cast<double>(*low);
    unit = std::max(1e-6, (static_cast<double>(*high) - first) / 4095.0);
  }
  std::vector<std::uint16_t> samples;
  for (const float v : values)
    samples.push_back(static_cast<std::uint16_t>(std::lround(std::clamp((static_cast<double>(v) - first) / unit, 0.0, 65535.0))));
  auto packed = packed_samples(samples, static_cast<std::size_t>(width));
  if (!packed) return packed.error();
  json.begin_object(key, Layout::one_line);
  json.number("first", first, 6);
  json.number("unit", unit, 6);
  json.text("data", *packed);
  json.end_object();
  return ok_status();
}

Status write_fusion(JsonWriter& json, const HtmlInput& in) {
  json.begin_array("fusion");
  for (const auto& p : in.fusion) {
    if (p.width < 1 || p.height < 1) continue;
    json.begin_object();
    json.text("name", p.name);
    json.text("sides", p.sides);
    json.integer("width", p.width);
    json.integer("height", p.height);
    json.number("pixel_mm", p.pixel_mm, 4);
    if (Status s = write_plane(json, "postop", p.postop, p.width, true); !s) return s;
    if (Status s = write_plane(json, "preop", p.preop, p.width, in.preop_is_ct); !s) return s;
    json.end_object();
  }
  json.end_array();
  return ok_status();
}

Status write_images(JsonWriter& json, const HtmlInput& in) {
  const Box<CtFrame> region = region_of(in);
  PageVolumeOptions coarse;
  coarse.least_step_mm = kCoarseStepMm;
  coarse.most_samples = 3'000'000;
  if (Status s = write_page_image(json, "whole", *in.postop, box_of(in.postop->grid), coarse); !s) return s;
  // A region that no voxel lies in (seeds given from elsewhere) leaves the coarse image alone.
  const Box<CtFrame> whole = box_of(in.postop->grid);
  const bool meets = ((region.low_mm.array() <= whole.high_mm.array()) && (region.high_mm.array() >= whole.low_mm.array())).all();
  if (meets) {
    if (Status s = write_page_image(json, "region", *in.postop, region, {}); !s) return s;
  } else {
    json.null("region");
  }
  PageVolumeOptions middling;
  middling.most_samples = 2'000'000;
  if (in.preop != nullptr) {
    const Box<CtFrame> box = box_of(in.preop->grid);
    if (Status s = in.preop_is_ct ? write_page_image(json, "preop", *in.preop, box, middling)
                                  : write_page_image_of_any_scale(json, "preop", *in.preop, box, middling);
        !s)
      return s;
  } else {
    json.null("preop");
  }
  json.boolean("preop_is_ct", in.preop_is_ct);
  const std::optional<double> rx = in.audit->dose ? in.audit->dose->rx_gy : std::nullopt;
  const Gy step{rx ? 0.01 * kDoseStepPct * *rx : kDoseStepGy};
  if (in.dose != nullptr) {
    if (Status s = write_page_dose(json, "dose", *in.dose, step, middling); !s) return s;
  } else {
    json.null("dose");
  }
  if (in.planned_dose != nullptr) {
    if (Status s = write_page_dose(json, "planned_dose", *in.planned_dose, step, middling); !s) return s;
  } else {
    json.null("planned_dose");
  }
  return ok_status();
}

std::string page_json(const HtmlInput& in, const IdentityFilter& filter) {
  JsonWriter json;
  json.begin_object();
  if (in.identity == PageIdentity::keep) {
    json.begin_object("patient", Layout::one_line);
    json.text("name", in.audit->patient_name);
    json.text("id", in.audit->patient_id);
    json.end_object();
  } else {
    json.null("patient");
  }
  // Where there is no dose there is no source model: the capsule is drawn as that of the 6711 type.
  const SourceModel drawn = in.audit->dose ? in.audit->dose->source : SourceModel{};
  json.numbers("capsule_mm", {drawn.capsule_length.value, drawn.capsule_diameter.value}, 3);
  write_contours(json, in, filter);
  write_dvhs(json, *in.audit, filter);
  json.end_object();
  return json.take();
}

/// Apart from the rest, and last in the file: a browser shows the first screen before it has read these.
Result<std::string> images_json(const HtmlInput& in) {
  JsonWriter json;
  json.begin_object();
  if (Status s = write_fusion(json, in); !s) return s.error();
  if (Status s = write_images(json, in); !s) return s.error();
  json.end_object();
  return json.take();
}

/// The frame with each place's text put in; places stand in the order given. Empty where one is missing.
std::string filled(std::string_view frame, const std::array<std::pair<std::string_view, std::string_view>, 3>& texts) {
  std::string out;
  std::size_t size = frame.size();
  for (const auto& [place, text] : texts) size += text.size();
  out.reserve(size);
  for (const auto& [place, text] : texts) {
    const auto at = frame.find(place);
    if (at == std::string_view::npos) return {};
    out += frame.substr(0, at);
    out += text;
    frame.remove_prefix(at + place.size());
  }
  out += frame;
  return out;
}

}  // namespace

Result<std::string> html_report(const HtmlInput& in) {
  if (in.audit == nullptr || in.postop == nullptr || in.postop->hu.empty())
    return Error{ErrorCode::invalid_option, "the page needs an audit and its scan", "", ""};
  const IdentityFilter filter(in.audit->patient_id, in.audit->patient_name);
  const auto images = images_json(in);
  if (!images) return images.error();
  std::string out = filled(html_page(), {{{kReportPlace, inside_script(report_json(*in.audit))},
                                          {kPagePlace, inside_script(page_json(in, filter))},
                                          {kImagesPlace, inside_script(*images)}}});
  if (out.empty()) return Error{ErrorCode::internal, "the embedded page has no place for data", "", "Build the program again."};
  return out;
}

}  // namespace seedaudit
