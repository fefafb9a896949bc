// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/volume_file.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <tuple>
#include <type_traits>

#include "core/hu_scale.h"
#include "core/significant.h"
#include "io/ct_series_reader.h"
#include "io/image_file.h"
#include "io/stack_builder.h"

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

std::string name_of(const SeriesInfo& s) {
  std::string n = s.description.empty() ? s.series_instance_uid : s.description;
  if (!s.part.empty()) n += " [" + s.part + "]";
  return n + " (" + std::to_string(s.slices) + " slices)";
}

double thickness(const SeriesInfo& s) { return s.slice_spacing_mm > 0.0 ? s.slice_spacing_mm : s.slice_thickness_mm.value_or(1e3); }

/// Best first: by what an audit wants of a reconstruction.
auto rank(const SeriesInfo& s) {
  // Spacings within 5 % are one choice of the operator, not two.
  const double step = thickness(s);
  return std::tuple(!s.original, s.metal_artefact_reduced, s.lossy_compressed, static_cast<long>(step * 20.0 + 0.5), -s.slices);
}

Error none_usable(const DicomIndex& index, const std::string& path) {
  if (index.objects.empty() && !index.unreadable.empty()) return index.unreadable.front();
  if (index.objects.empty())
    return {ErrorCode::empty_folder, "no DICOM object and no volume file", path, "Give the folder of a CT series."};
  std::set<std::string> kinds;
  for (const auto& o : index.objects) kinds.insert(o.modality.empty() ? std::string(to_string(o.kind)) : o.modality);
  std::string list;
  for (const auto& k : kinds) list += (list.empty() ? "" : ", ") + k;
  return {ErrorCode::wrong_modality, "no CT or MR series that makes a volume; found: " + list, path, "Give the folder of a CT series."};
}

/// One series of a folder, and why.
Result<SeriesInfo> choose(const DicomIndex& index, const std::string& path, Warnings& warnings) {
  std::vector<SeriesInfo> candidates;
  for (auto& s : catalog_series(index))
    if ((s.kind == ObjectKind::ct || s.kind == ObjectKind::mr) && s.has_placement && !s.localizer) candidates.push_back(std::move(s));
  const bool any_ct = std::any_of(candidates.begin(), candidates.end(), [](const SeriesInfo& s) { return s.kind == ObjectKind::ct; });
  std::erase_if(candidates, [&](const SeriesInfo& s) { return any_ct && s.kind != ObjectKind::ct; });
  if (candidates.empty()) return none_usable(index, path);
  if (candidates.size() == 1) return std::move(candidates.front());
  std::string list;
  for (const auto& c : candidates) list += (list.empty() ? "" : "; ") + name_of(c);
  const auto& first = candidates.front();
  for (const auto& c : candidates) {
    if (c.patient_id != first.patient_id)
      return Error{ErrorCode::patient_mismatch, "series of different patients in one folder", path, "Give the series of one patient."};
    if (c.study_instance_uid != first.study_instance_uid || c.frame_of_reference_uid != first.frame_of_reference_uid)
      return Error{ErrorCode::ambiguous_ct, "the folder holds several scans: " + list, path, "Give the folder of one series."};
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const SeriesInfo& a, const SeriesInfo& b) { return rank(a) < rank(b); });
  if (rank(candidates[0]) == rank(candidates[1]))
    return Error{ErrorCode::ambiguous_ct, "the folder holds several equal series: " + list, path, "Give the folder of one series."};
  warnings.push_back(
      {"SERIES_CHOSEN", "of several series of one scan, " + name_of(candidates[0]) +
                            " was read: original, not metal-artefact-reduced, thinnest, longest, in that order; all: " + list});
  return std::move(candidates.front());
}

template <class F>
Result<Volume<F>> read_dicom(const fs::path& path, const Progress& progress) {
  auto index = index_named(path, progress);
  if (!index) return index.error();
  if (!index->objects.empty())
    if (auto whole = check_nothing_lost(*index); !whole) return whole.error();
  Warnings warnings;
  auto chosen = choose(*index, path.string(), warnings);
  if (!chosen) return chosen.error();
  auto volume = read_series<F>(*index, *chosen, progress);
  if (volume) volume->warnings.insert(volume->warnings.begin(), warnings.begin(), warnings.end());
  return volume;
}

template <class F>
Result<Volume<F>> read_file(const std::string& path, ImageFormat format) {
  auto file = read_image_file(path, format);
  if (!file) return file.error();
  auto grid = GridGeometry<F>::make(file->size, file->spacing_mm, Point<F>{file->origin_mm}, file->direction);
  if (!grid) {
    Error e = grid.error();
    e.where = path;
    return e;
  }
  Volume<F> v;
  v.grid = std::move(grid).value();
  v.hu = std::move(file->values);
  v.series.path = path;
  // These formats name no modality. Who gives one as the post-op image says that it is CT; a pre-op one is CT only if it shows air.
  const auto air = static_cast<std::size_t>(std::count_if(v.hu.begin(), v.hu.end(), [](std::int16_t h) { return h < -500; }));
  if (std::is_same_v<F, CtFrame> || air * 100 > v.hu.size()) v.series.modality = "CT";
  if (std::is_same_v<F, CtFrame>)
    if (const auto doubt = doubt_hu_scale(v))
      return Error{ErrorCode::wrong_modality,
                   "the voxels are no HU: soft tissue lies near " + significant(doubt->tissue_hu) + ", not near 0", path,
                   "Export the CT with its rescale slope and intercept applied once (air at -1000, water at 0), or give the DICOM series."};
  if (const auto level = clip_level(v.hu)) v.acquisition.saturation_hu = *level;
  v.warnings = file->warnings;
  if (file->clamped > 0)
    v.warnings.push_back({"HU_CLAMPED", std::to_string(file->clamped) + " voxels beyond the 16-bit range were set to its ends"});
  if (file->not_finite > 0)
    v.warnings.push_back(
        {"VOXELS_NOT_FINITE", std::to_string(file->not_finite) + " voxels hold no number and were taken as outside the scan"});
  return v;
}

}  // namespace

template <class F>
Result<Volume<F>> read_volume_as(const fs::path& path, const Progress& progress) {
  std::error_code ec;
  const auto status = fs::status(path, ec);
  if (ec || !fs::exists(status))
    return Error{ErrorCode::path_not_found, "no such file or folder", path.string(), "Check the spelling of the path."};
  if (fs::is_directory(status)) {
    auto volume = read_dicom<F>(path, progress);
    if (volume.ok() || (volume.error().code != ErrorCode::empty_folder && volume.error().code != ErrorCode::wrong_modality)) return volume;
    // No DICOM series: perhaps one volume file.
    std::vector<std::string> files;
    for (fs::directory_iterator it(path, ec), end; !ec && it != end; it.increment(ec)) {
      std::error_code ignored;
      if (!it->is_regular_file(ignored)) continue;
      const auto format = image_format_of(it->path().string());
      if (format != ImageFormat::unknown && format != ImageFormat::dicom) files.push_back(it->path().string());
    }
    if (files.empty()) return volume;
    if (files.size() > 1)
      return Error{ErrorCode::ambiguous_ct, "the folder holds " + std::to_string(files.size()) + " volume files", path.string(),
                   "Give one of them."};
    return read_file<F>(files.front(), image_format_of(files.front()));
  }
  const auto format = image_format_of(path.string());
  if (format == ImageFormat::unknown)
    return Error{ErrorCode::unreadable_file, "neither DICOM, NIfTI, NRRD nor MetaImage", path.string(),
                 "Give a CT series or a volume file."};
  if (format == ImageFormat::dicom) return read_dicom<F>(path, progress);
  return read_file<F>(path.string(), format);
}

template Result<Volume<CtFrame>> read_volume_as(const fs::path&, const Progress&);
template Result<Volume<PlanFrame>> read_volume_as(const fs::path&, const Progress&);

}  // namespace seedaudit
