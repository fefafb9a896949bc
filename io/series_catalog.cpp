// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/series_catalog.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "io/slice_stack.h"
#include "io/words.h"

namespace seedaudit {
namespace {

bool has_placement(const ImagePlacement& p) {
  return p.position_mm && p.row_direction && p.column_direction && p.spacing_i_mm && p.spacing_j_mm && p.rows > 0 && p.columns > 0;
}

bool same_grid(const IndexedObject& a, const IndexedObject& b) {
  const auto &p = a.placement, &q = b.placement;
  if (p.rows != q.rows || p.columns != q.columns || has_placement(p) != has_placement(q)) return false;
  if (!has_placement(p)) return true;
  return (*p.row_direction - *q.row_direction).norm() < kDirectionTolerance &&
         (*p.column_direction - *q.column_direction).norm() < kDirectionTolerance &&
         std::abs(*p.spacing_i_mm - *q.spacing_i_mm) < kSpacingToleranceMm &&
         std::abs(*p.spacing_j_mm - *q.spacing_j_mm) < kSpacingToleranceMm;
}

bool same_stack(const IndexedObject& a, const IndexedObject& b) {
  return a.kind == b.kind && a.patient_id == b.patient_id && a.study_instance_uid == b.study_instance_uid &&
         a.series_instance_uid == b.series_instance_uid && a.placement.frames == 1 && b.placement.frames == 1 &&
         a.samples_per_pixel == b.samples_per_pixel && is_localizer(a) == is_localizer(b) && same_grid(a, b);
}

std::string joined(const std::vector<std::string>& v) {
  std::string s;
  for (const auto& x : v) s += (s.empty() ? "" : "\\") + x;
  return s;
}

SliceStack stack_of(const DicomIndex& index, const std::vector<std::size_t>& members) {
  SliceStack s;
  const auto& p = index.objects[members.front()].placement;
  s.row_direction = *p.row_direction;
  s.column_direction = *p.column_direction;
  s.spacing_i_mm = *p.spacing_i_mm;
  s.spacing_j_mm = *p.spacing_j_mm;
  s.columns = p.columns;
  s.rows = p.rows;
  for (const std::size_t m : members) {
    const auto& o = index.objects[m];
    s.slices.push_back({*o.placement.position_mm, o.slice_thickness_mm, o.path});
  }
  return s;
}

/// Two objects with different identities at one position: several reconstructions or phases in one series.
bool mixes_images(const DicomIndex& index, const std::vector<std::size_t>& members) {
  for (const auto& group : group_by_position(stack_of(index, members))) {
    std::set<std::string> uids;
    for (const std::size_t g : group) uids.insert(index.objects[members[g]].sop_instance_uid);
    if (uids.size() > 1) return true;
  }
  return false;
}

using Key = std::function<std::string(const IndexedObject&)>;
struct NamedKey {
  std::string name;
  Key value;
};

std::string number_text(const std::optional<int>& v) { return v ? std::to_string(*v) : std::string(); }

const std::vector<NamedKey>& separating_keys() {
  static const std::vector<NamedKey> keys{
      {"image type", [](const IndexedObject& o) { return joined(o.image_type); }},
      {"kernel", [](const IndexedObject& o) { return o.kernel; }},
      {"acquisition number", [](const IndexedObject& o) { return number_text(o.acquisition_number); }},
      {"temporal position", [](const IndexedObject& o) { return number_text(o.temporal_position); }},
      {"echo", [](const IndexedObject& o) { return number_text(o.echo_number); }},
      {"series description", [](const IndexedObject& o) { return o.series_description; }},
      {"slice thickness",
       [](const IndexedObject& o) { return o.slice_thickness_mm ? std::to_string(*o.slice_thickness_mm) : std::string(); }},
      {"tube voltage", [](const IndexedObject& o) { return o.kvp ? std::to_string(*o.kvp) : std::string(); }},
  };
  return keys;
}

struct Part {
  std::string label;
  std::vector<std::size_t> members;
};

std::vector<Part> split_by(const DicomIndex& index, const std::vector<std::size_t>& members, const NamedKey& key) {
  std::map<std::string, std::vector<std::size_t>> by_value;
  for (const std::size_t m : members) by_value[key.value(index.objects[m])].push_back(m);
  std::vector<Part> parts;
  for (auto& [value, list] : by_value) parts.push_back({key.name + " " + (value.empty() ? "(none)" : value), std::move(list)});
  return parts;
}

/// Separates reconstructions and phases that share a series by the first attribute that tells them apart wholly. If none does, the stack
/// stays whole and reading it is refused (unless the duplicates are identical).
std::vector<Part> separated(const DicomIndex& index, std::vector<std::size_t> members) {
  if (members.size() < 2 || !has_placement(index.objects[members.front()].placement) ||
      index.objects[members.front()].placement.frames > 1 || !mixes_images(index, members))
    return {{"", std::move(members)}};
  for (const auto& key : separating_keys()) {
    auto parts = split_by(index, members, key);
    if (parts.size() < 2) continue;
    if (std::all_of(parts.begin(), parts.end(), [&](const Part& p) { return !mixes_images(index, p.members); })) return parts;
  }
  return {{"", std::move(members)}};
}

void fill_geometry(const DicomIndex& index, SeriesInfo& info) {
  const SliceStack stack = stack_of(index, info.objects);
  const auto t = positions_along_normal_mm(stack);
  std::vector<std::size_t> order(t.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&t](std::size_t a, std::size_t b) { return t[a] < t[b]; });
  std::vector<std::size_t> sorted;
  std::vector<double> gaps;
  for (std::size_t k = 0; k < order.size(); ++k) {
    sorted.push_back(info.objects[order[k]]);
    if (k > 0 && t[order[k]] - t[order[k - 1]] > 0.01) gaps.push_back(t[order[k]] - t[order[k - 1]]);
  }
  info.objects = std::move(sorted);
  info.normal = stack.row_direction.cross(stack.column_direction).normalized();
  info.low_mm = t[order.front()];
  info.high_mm = t[order.back()];
  if (!gaps.empty()) {
    std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>((gaps.size() - 1) / 2), gaps.end());
    info.slice_spacing_mm = gaps[(gaps.size() - 1) / 2];
  }
  info.spacing_i_mm = stack.spacing_i_mm;
  info.spacing_j_mm = stack.spacing_j_mm;
  info.has_placement = true;
  bool first = true;
  for (const auto& s : stack.slices)
    for (const double i : {0.0, static_cast<double>(stack.columns - 1)})
      for (const double j : {0.0, static_cast<double>(stack.rows - 1)}) {
        const double z =
            (s.position_mm + stack.row_direction * (i * stack.spacing_i_mm) + stack.column_direction * (j * stack.spacing_j_mm)).z();
        info.z_low_mm = first ? z : std::min(info.z_low_mm, z);
        info.z_high_mm = first ? z : std::max(info.z_high_mm, z);
        first = false;
      }
}

/// Stacks of one series in different frames of reference are different stacks, unless every slice has a frame of its own.
std::vector<std::vector<std::size_t>> split_by_frame(const DicomIndex& index, std::vector<std::size_t> members) {
  std::vector<std::string> frames;
  for (const std::size_t m : members) frames.push_back(index.objects[m].frame_of_reference_uid);
  if (frame_per_slice(frames)) return {std::move(members)};
  std::map<std::string, std::vector<std::size_t>> by_frame;
  for (const std::size_t m : members) by_frame[index.objects[m].frame_of_reference_uid].push_back(m);
  std::vector<std::vector<std::size_t>> out;
  for (auto& [frame, list] : by_frame) out.push_back(std::move(list));
  return out;
}

SeriesInfo describe(const DicomIndex& index, Part part) {
  SeriesInfo info;
  info.objects = std::move(part.members);
  info.part = std::move(part.label);
  const IndexedObject& o = index.objects[info.objects.front()];
  info.kind = o.kind;
  info.modality = o.modality;
  info.patient_id = o.patient_id;
  info.patient_name = o.patient_name;
  info.study_instance_uid = o.study_instance_uid;
  info.series_instance_uid = o.series_instance_uid;
  info.frame_of_reference_uid = o.frame_of_reference_uid;
  for (const std::size_t m : info.objects)
    if (index.objects[m].frame_of_reference_uid != o.frame_of_reference_uid) info.frame_of_reference_uid.clear();
  info.description = o.series_description;
  info.series_number = o.series_number;
  info.study_date = o.study_date;
  info.series_date = o.series_date;
  info.acquisition_date = o.acquisition_date;
  info.columns = o.placement.columns;
  info.rows = o.placement.rows;
  info.slice_thickness_mm = o.slice_thickness_mm;
  info.kernel = o.kernel;
  info.image_type = o.image_type;
  info.localizer = is_localizer(o);
  for (const auto& v : o.image_type)
    if (v == "DERIVED" || v == "SECONDARY") info.original = false;
  info.metal_artefact_reduced = is_metal_artefact_reduced(o);
  info.folder = std::filesystem::path(o.path).parent_path().string();
  for (const std::size_t m : info.objects) {
    info.lossy_compressed = info.lossy_compressed || index.objects[m].lossy_compressed;
    info.slices += index.objects[m].placement.frames;
  }
  if (has_placement(o.placement)) fill_geometry(index, info);
  return info;
}

}  // namespace

bool is_localizer(const IndexedObject& o) {
  return std::any_of(o.image_type.begin(), o.image_type.end(), [](const std::string& v) { return v == "LOCALIZER" || v == "SCOUT"; });
}

bool frame_per_slice(std::vector<std::string> frames) {
  const std::size_t n = frames.size();
  std::sort(frames.begin(), frames.end());
  const bool all_differ = std::adjacent_find(frames.begin(), frames.end()) == frames.end();
  return n >= 3 && all_differ;
}

std::vector<SeriesInfo> catalog_series(const DicomIndex& index) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string, std::vector<std::size_t>> by_series;  // groups of one series UID, so that large archives stay linear
  for (std::size_t m = 0; m < index.objects.size(); ++m) {
    const auto& o = index.objects[m];
    if (o.kind != ObjectKind::ct && o.kind != ObjectKind::mr && o.kind != ObjectKind::other_image) continue;
    auto& candidates = by_series[o.series_instance_uid];
    const auto found =
        std::find_if(candidates.begin(), candidates.end(), [&](std::size_t g) { return same_stack(index.objects[groups[g].front()], o); });
    if (found != candidates.end()) {
      groups[*found].push_back(m);
    } else {
      candidates.push_back(groups.size());
      groups.push_back({m});
    }
  }
  std::map<std::string, int> stacks_of_series;
  std::vector<SeriesInfo> out;
  for (auto& group : groups)
    for (auto& members : split_by_frame(index, std::move(group)))
      for (auto& part : separated(index, std::move(members))) {
        out.push_back(describe(index, std::move(part)));
        ++stacks_of_series[out.back().series_instance_uid];
      }
  std::stable_sort(out.begin(), out.end(), [](const SeriesInfo& a, const SeriesInfo& b) {
    return std::tie(a.study_instance_uid, a.series_instance_uid, a.part) < std::tie(b.study_instance_uid, b.series_instance_uid, b.part);
  });
  std::map<std::string, int> counter;
  for (auto& info : out)
    if (stacks_of_series[info.series_instance_uid] > 1) {
      const int number = ++counter[info.series_instance_uid];
      if (info.part.empty()) info.part = info.localizer ? "localizer" : "stack " + std::to_string(number);
    }
  return out;
}

bool is_metal_artefact_reduced(const IndexedObject& o) {
  return names_metal_artefact_reduction(o.series_description) || names_metal_artefact_reduction(o.kernel) ||
         names_metal_artefact_reduction(joined(o.image_type));
}

bool names_metal_artefact_reduction(const std::string& text) {
  const auto words = words_of(text);
  static const std::set<std::string> kNames{"MAR", "OMAR", "IMAR", "SEMAR", "SMARTMAR", "METALMAR"};
  static const std::set<std::string> kDenials{"NO", "NON", "NOT", "WITHOUT", "WO", "OHNE"};
  const auto number = [&](std::size_t i, int low, int high) {
    if (i >= words.size() || words[i].empty() || words[i].size() > 4) return false;
    if (!std::all_of(words[i].begin(), words[i].end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
    const int v = std::stoi(words[i]);
    return v >= low && v <= high;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool denied = i > 0 && kDenials.contains(words[i - 1]);
    if (words[i] == "METAL" && i + 2 < words.size() && words[i + 1].starts_with("ART") && words[i + 2].starts_with("RED") && !denied)
      return true;
    if (!kNames.contains(words[i])) continue;
    // "12 MAR 2024" is a date.
    const bool dated = words[i] == "MAR" &&
                       (number(i + 1, 1900, 2100) || (i > 0 && number(i - 1, 1, 31) && (i + 1 == words.size() || number(i + 1, 0, 99))));
    if (!denied && !dated) return true;
  }
  return false;
}

}  // namespace seedaudit
