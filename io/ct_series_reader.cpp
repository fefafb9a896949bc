// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/ct_series_reader.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <set>

#include "core/parallel.h"
#include "io/slice_source.h"
#include "io/slice_stack.h"
#include "io/stack_builder.h"

namespace seedaudit {
namespace {

constexpr std::string_view kStage = "read slices";

std::int16_t outside_value(ObjectKind kind) { return kind == ObjectKind::ct ? std::int16_t{-1024} : std::int16_t{0}; }

Result<std::vector<SliceSource>> all_slices(const std::vector<const IndexedObject*>& objects) {
  std::vector<std::optional<Result<std::vector<SliceSource>>>> read(objects.size());
  parallel_for(objects.size(), [&](std::size_t i) { read[i] = slices_of(*objects[i]); });
  std::vector<SliceSource> out;
  for (auto& r : read) {
    if (!*r) return r->error();
    for (auto& s : r->value()) out.push_back(std::move(s));
  }
  return out;
}

/// The first thing in which a slice differs from the first slice, or "".
std::string difference(const SliceSource& a, const SliceSource& b) {
  const auto &p = a.placement, &q = b.placement;
  if (a.format.rows != b.format.rows || a.format.columns != b.format.columns) return "matrix";
  if (!(std::abs(*p.spacing_i_mm - *q.spacing_i_mm) < kSpacingToleranceMm) ||
      !(std::abs(*p.spacing_j_mm - *q.spacing_j_mm) < kSpacingToleranceMm))
    return "pixel spacing";
  if (!((*p.row_direction - *q.row_direction).norm() < kDirectionTolerance) ||
      !((*p.column_direction - *q.column_direction).norm() < kDirectionTolerance))
    return "orientation";
  return {};
}

SliceStack stack_of(const std::vector<SliceSource>& slices) {
  SliceStack s;
  const auto& first = slices.front();
  s.row_direction = *first.placement.row_direction;
  s.column_direction = *first.placement.column_direction;
  s.spacing_i_mm = *first.placement.spacing_i_mm;
  s.spacing_j_mm = *first.placement.spacing_j_mm;
  s.columns = first.format.columns;
  s.rows = first.format.rows;
  for (const auto& x : slices) s.slices.push_back({*x.placement.position_mm, x.thickness_mm, x.name()});
  return s;
}

/// Keeps one slice of each position. Copies must hold the same HU; two different images of one place are several reconstructions or
/// phases, and choosing one here would be guessing.
Status drop_duplicates(std::vector<SliceSource>& slices, std::int16_t outside, Warnings& warnings) {
  const auto groups = group_by_position(stack_of(slices));
  std::vector<SliceSource> kept;
  std::vector<std::string> dropped;
  for (const auto& group : groups) {
    std::size_t best = group.front();
    for (const std::size_t g : group)
      if (slices[g].name() < slices[best].name()) best = g;
    if (group.size() > 1) {
      auto reference = read_hu(slices[best], outside);
      if (!reference) return reference.error();
      for (const std::size_t g : group) {
        if (g == best) continue;
        auto other = read_hu(slices[g], outside);
        if (!other) return other.error();
        if (other->hu != reference->hu)
          return Error{ErrorCode::ambiguous_ct, "two different images lie at one position of the series",
                       slices[best].name() + " and " + slices[g].name(),
                       "The series mixes reconstructions or phases: give a folder that holds one of them."};
        dropped.push_back(slices[g].name());
      }
    }
    kept.push_back(slices[best]);
  }
  if (!dropped.empty())
    warnings.push_back({"DUPLICATE_SLICE_DROPPED", std::to_string(dropped.size()) + " slice" + (dropped.size() > 1 ? "s" : "") +
                                                       " that repeat another exactly were left out; the first is " + dropped.front()});
  slices = std::move(kept);
  return ok_status();
}

Status check_alike(const std::vector<SliceSource>& slices) {
  for (const auto& s : slices)
    if (const auto what = difference(slices.front(), s); !what.empty())
      return Error{ErrorCode::inconsistent_geometry, "slices of one series differ in " + what, slices.front().name() + " and " + s.name(),
                   "Give one series at a time."};
  return ok_status();
}

/// Highest HU that every slice can store: a series whose slices are scaled differently saturates at the lowest of their limits.
double storable_hu(const std::vector<SliceSource>& slices) {
  double limit = 32767.0;
  for (const auto& s : slices) {
    const double end = static_cast<double>(s.slope > 0.0 ? s.format.highest() : s.format.lowest());
    limit = std::min(limit, s.slope * end + s.intercept);
  }
  return limit;
}

void warn_of_rescale(const std::vector<SliceSource>& slices, Warnings& warnings) {
  const auto bare = std::find_if(slices.begin(), slices.end(), [](const SliceSource& s) { return !s.rescale_stated; });
  if (bare != slices.end())
    warnings.push_back(
        {"RESCALE_ABSENT", "Rescale Slope and Intercept are absent: stored values were taken as HU; first in " + bare->name()});
  const auto odd =
      std::find_if(slices.begin(), slices.end(), [](const SliceSource& s) { return !s.rescale_type.empty() && s.rescale_type != "HU"; });
  if (odd != slices.end()) warnings.push_back({"RESCALE_NOT_HU", "Rescale Type is " + odd->rescale_type + ", not HU, in " + odd->name()});
}

/// A tilted gantry shows in the slices' orientation. Where the tilt is stated and the slices are axial, an exporter either made the volume
/// rectangular, or lost the orientation, and then everything is sheared. The files do not tell which.
void warn_of_unseen_tilt(const std::vector<SliceSource>& slices, const StackPlan& plan, Warnings& warnings) {
  constexpr double kTiltDeg = 1.0;  // shears a target of 40 mm by 0.7 mm, less than a seed's place is known to
  double stated_deg = 0.0;
  for (const auto& s : slices)
    if (std::abs(s.gantry_tilt_deg.value_or(0.0)) > std::abs(stated_deg)) stated_deg = *s.gantry_tilt_deg;
  const double normal_deg = std::acos(std::clamp(std::abs(plan.direction.col(2).z()), 0.0, 1.0)) * 180.0 / 3.14159265358979323846;
  if (!(std::abs(stated_deg) > kTiltDeg) || plan.shifted || normal_deg > 0.5 * std::abs(stated_deg)) return;
  char text[200];
  std::snprintf(text, sizeof text,
                "Gantry/Detector Tilt is %.1f degrees but the slices are axial and stand straight above each other: unless the export made "
                "them so, the volume is sheared",
                stated_deg);
  warnings.push_back({"GANTRY_TILT_UNSEEN", text});
}

SeriesIdentity identity_of(const std::vector<const IndexedObject*>& objects) {
  const IndexedObject& o = *objects.front();
  SeriesIdentity id;
  id.patient_id = o.patient_id;
  id.patient_name = o.patient_name;
  id.study_instance_uid = o.study_instance_uid;
  id.series_instance_uid = o.series_instance_uid;
  id.frame_of_reference_uid = o.frame_of_reference_uid;
  for (const auto* x : objects)
    if (x->frame_of_reference_uid != o.frame_of_reference_uid) id.frame_of_reference_uid.clear();
  id.series_description = o.series_description;
  id.modality = o.modality.empty() ? (o.kind == ObjectKind::ct ? "CT" : "MR") : o.modality;
  id.path = objects.size() == 1 ? o.path : std::filesystem::path(o.path).parent_path().string();
  return id;
}

Acquisition acquisition_of(const std::vector<const IndexedObject*>& objects) {
  const IndexedObject& o = *objects.front();
  Acquisition a;
  a.slice_thickness_mm = o.slice_thickness_mm;
  a.kernel = o.kernel;
  a.kvp = o.kvp;
  a.patient_position = o.patient_position;
  a.image_type = o.image_type;
  a.manufacturer = o.manufacturer;
  a.study_date = o.study_date;
  a.acquisition_date = o.acquisition_date ? o.acquisition_date : o.series_date;
  a.metal_artefact_reduced = is_metal_artefact_reduced(o);
  for (const auto* x : objects) a.lossy_compressed = a.lossy_compressed || x->lossy_compressed;
  return a;
}

/// Warnings stand in reports: they name files, but not the folders, which may be patients' names.
void without_folders(const std::vector<const IndexedObject*>& objects, Warnings& warnings) {
  std::set<std::string> folders;
  for (const auto* o : objects) folders.insert(std::filesystem::path(o->path).parent_path().string() + "/");
  for (Warning& w : warnings)
    for (const std::string& folder : folders)
      for (auto at = w.message.find(folder); folder.size() > 1 && at != std::string::npos; at = w.message.find(folder, at))
        w.message.erase(at, folder.size());
}

/// One kind, one patient, no localizer among slices.
Result<std::vector<const IndexedObject*>> fit_objects(const std::vector<IndexedObject>& slices, Warnings& warnings) {
  std::vector<const IndexedObject*> objects;
  std::size_t localizers = 0;
  for (const auto& o : slices) localizers += is_localizer(o) ? 1 : 0;
  for (const auto& o : slices) {
    if (is_localizer(o) && localizers < slices.size()) continue;
    objects.push_back(&o);
  }
  if (objects.empty()) return Error{ErrorCode::empty_folder, "no image to read", "", "Give a CT series."};
  if (localizers == slices.size())
    return Error{ErrorCode::wrong_modality, "the series is a localizer (scout view), no volume", objects.front()->path,
                 "Give the axial CT series."};
  if (localizers > 0)
    warnings.push_back(
        {"LOCALIZER_DROPPED", std::to_string(localizers) + " localizer image" + (localizers > 1 ? "s were" : " was") + " left out"});
  for (const auto* o : objects) {
    const IndexedObject& f = *objects.front();
    if (o->kind != f.kind)
      return Error{ErrorCode::wrong_modality, "CT and other images are mixed", f.path + " and " + o->path, "Give one series."};
    if (o->patient_id != f.patient_id)
      return Error{ErrorCode::patient_mismatch, "slices of one series bear different patient IDs", f.path + " and " + o->path,
                   "Give the images of one patient."};
  }
  std::vector<std::string> frames;
  for (const auto* o : objects) frames.push_back(o->frame_of_reference_uid);
  if (frame_per_slice(frames)) {
    warnings.push_back({"FRAME_OF_REFERENCE_UNKNOWN",
                        "every slice names a frame of reference of its own: the series was taken as one, its frame as unknown"});
  } else {
    for (const auto* o : objects)
      if (o->frame_of_reference_uid != frames.front())
        return Error{ErrorCode::inconsistent_geometry, "slices lie in different frames of reference",
                     objects.front()->path + " and " + o->path, "Give one series."};
  }
  return objects;
}

}  // namespace

template <class F>
Result<Volume<F>> read_series(const std::vector<IndexedObject>& given, const Progress& progress) {
  Volume<F> volume;
  auto objects = fit_objects(given, volume.warnings);
  if (!objects) return objects.error();
  const std::int16_t outside = outside_value(objects->front()->kind);
  auto slices = all_slices(*objects);
  if (!slices) return slices.error();
  if (auto alike = check_alike(*slices); !alike) return alike.error();
  if (auto dropped = drop_duplicates(*slices, outside, volume.warnings); !dropped) return dropped.error();

  const SliceStack stack = stack_of(*slices);
  auto plan = plan_stack(stack);
  if (!plan) return plan.error();

  struct Facts {
    std::size_t clamped = 0;
    bool lossy = false;
    bool mismatch = false;
  };
  std::vector<Facts> facts(slices->size());
  std::atomic<std::size_t> done{0};
  std::mutex reporting;
  const SliceReader reader = [&](std::size_t i) -> Result<std::vector<std::int16_t>> {
    auto read = read_hu((*slices)[i], outside);
    if (!read) return read.error();
    facts[i] = {read->clamped, read->lossy, read->syntax_mismatch};
    const std::size_t n = ++done;
    if (progress && n % 16 == 0) {
      const std::lock_guard lock(reporting);
      report_progress(progress, kStage, static_cast<double>(n) / static_cast<double>(slices->size()));
    }
    return std::move(read->hu);
  };
  auto built = build_volume(stack, *plan, reader, outside);
  if (!built) return built.error();
  report_progress(progress, kStage, 1.0);

  auto grid = GridGeometry<F>::make(plan->size, plan->spacing_mm, Point<F>{plan->origin_mm}, plan->direction);
  if (!grid) {
    Error e = grid.error();
    e.where = stack.slices.front().name;
    return e;
  }
  volume.grid = std::move(grid).value();
  volume.hu = std::move(built->hu);
  volume.series = identity_of(*objects);
  volume.acquisition = acquisition_of(*objects);
  std::set<std::string> seen;
  const auto groups = group_by_position(stack);
  for (const auto& g : groups)
    if (const auto& uid = (*slices)[g.front()].sop_instance_uid; seen.insert(uid).second) volume.series.sop_instance_uids.push_back(uid);
  for (const auto& w : plan->warnings) volume.warnings.push_back(w);
  warn_of_unseen_tilt(*slices, *plan, volume.warnings);

  if (objects->front()->kind == ObjectKind::ct) {
    const double limit = storable_hu(*slices);
    volume.acquisition.saturation_hu = built->clipped_at_hu ? std::min(limit, static_cast<double>(*built->clipped_at_hu)) : limit;
    warn_of_rescale(*slices, volume.warnings);
  }
  Facts sum;
  for (const auto& f : facts) {
    sum.clamped += f.clamped;
    sum.lossy = sum.lossy || f.lossy;
    sum.mismatch = sum.mismatch || f.mismatch;
  }
  volume.acquisition.lossy_compressed = volume.acquisition.lossy_compressed || sum.lossy;
  if (sum.clamped > 0)
    volume.warnings.push_back({"HU_CLAMPED", std::to_string(sum.clamped) + " voxels beyond the 16-bit range were set to its ends"});
  if (volume.acquisition.lossy_compressed)
    volume.warnings.push_back({"LOSSY_COMPRESSION", "the series was compressed with loss: small bright objects may be altered"});
  if (sum.mismatch)
    volume.warnings.push_back(
        {"SYNTAX_MISMATCH", "the compressed images are not of the kind that their headers declare; they were decoded as what they are"});
  without_folders(*objects, volume.warnings);
  return volume;
}

template <class F>
Result<Volume<F>> read_series(const DicomIndex& index, const SeriesInfo& series, const Progress& progress) {
  std::vector<IndexedObject> slices;
  slices.reserve(series.objects.size());
  for (const std::size_t i : series.objects) slices.push_back(index.objects[i]);
  return read_series<F>(slices, progress);
}

template Result<Volume<CtFrame>> read_series(const std::vector<IndexedObject>&, const Progress&);
template Result<Volume<PlanFrame>> read_series(const std::vector<IndexedObject>&, const Progress&);
template Result<Volume<CtFrame>> read_series(const DicomIndex&, const SeriesInfo&, const Progress&);
template Result<Volume<PlanFrame>> read_series(const DicomIndex&, const SeriesInfo&, const Progress&);

}  // namespace seedaudit
