// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "dosimetry/metrics.h"

namespace seedaudit {
namespace {

constexpr double kMm3PerCc = 1000.0;
constexpr double kMarginStepMm = 5.0;
constexpr int kSubdivisions = 4;  ///< of a cell that the isodose cuts, along each axis
constexpr float kFloorGy = 1e-6F;

/// Dose falls nearly with the square of distance, so its inverse square root is nearly linear in space: what is interpolated within a cell.
float shape(float dose_gy) { return 1.0F / std::sqrt(std::max(dose_gy, kFloorGy)); }

/// One grid of the map and its cells, the cubes between eight neighbouring voxel centres.
template <class F>
struct MapPart {
  DoseGrid<F> dose;
  std::size_t seeds = 0;                  ///< inside the grid
  std::vector<float> cell_min, cell_max;  ///< dose at the corners
  Index3 cells{0, 0, 0};
  float face_max = 0.0F;  ///< isodoses at or below this leave the map

  std::size_t cell_index(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(cells[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(cells[1]) * static_cast<std::size_t>(k));
  }
  double cell_volume_mm3() const { return dose.grid.voxel_volume_mm3(); }

  float shape_at(int i, int j, int k) const { return shape(dose.dose_gy[dose.grid.offset(i, j, k)]); }

  /// Second differences of the interpolated shape along the three axes of a cell, mean over its edges, from one voxel further on each side.
  /// Zero at the border of the map, which no closed isodose reaches.
  std::array<float, 3> curvature(int i, int j, int k) const {
    std::array<float, 3> out{0.0F, 0.0F, 0.0F};
    const Index3 at{i, j, k};
    for (std::size_t a = 0; a < 3; ++a) {
      if (at[a] < 1 || at[a] + 2 >= dose.grid.size()[a]) continue;
      const std::size_t u = (a + 1) % 3, v = (a + 2) % 3;
      for (int n = 0; n < 4; ++n) {
        Index3 c = at;
        c[u] += n & 1;
        c[v] += n >> 1;
        const auto along = [&](int step) {
          Index3 m = c;
          m[a] += step;
          return shape_at(m[0], m[1], m[2]);
        };
        out[a] += 0.125F * (along(-1) - along(0) - along(1) + along(2));
      }
    }
    return out;
  }

  /// Calls visit(position within the cell, 0..1 each) for each sub-cell centre at or above the level; returns their share of the cell.
  template <class Visit>
  double inside_share(int i, int j, int k, double level, const Visit& visit) const {
    const std::size_t c = cell_index(i, j, k);
    if (static_cast<double>(cell_max[c]) < level) return 0.0;
    const bool whole = static_cast<double>(cell_min[c]) >= level;
    float corner[8];
    for (int n = 0; n < 8; ++n) corner[n] = shape(dose.dose_gy[dose.grid.offset(i + (n & 1), j + ((n >> 1) & 1), k + ((n >> 2) & 1))]);
    const std::array<float, 3> bend = curvature(i, j, k);
    const auto limit = static_cast<float>(1.0 / std::sqrt(level));
    int inside = 0;
    for (int z = 0; z < kSubdivisions; ++z)
      for (int y = 0; y < kSubdivisions; ++y)
        for (int x = 0; x < kSubdivisions; ++x) {
          const float fx = (static_cast<float>(x) + 0.5F) / kSubdivisions, fy = (static_cast<float>(y) + 0.5F) / kSubdivisions,
                      fz = (static_cast<float>(z) + 0.5F) / kSubdivisions;
          if (!whole) {
            const float a = corner[0] + (corner[1] - corner[0]) * fx, b = corner[2] + (corner[3] - corner[2]) * fx;
            const float d = corner[4] + (corner[5] - corner[4]) * fx, e = corner[6] + (corner[7] - corner[6]) * fx;
            const float low = a + (b - a) * fy, high = d + (e - d) * fy;
            // A function that bends lies below its chord.
            const float sag = 0.5F * (bend[0] * fx * (1.0F - fx) + bend[1] * fy * (1.0F - fy) + bend[2] * fz * (1.0F - fz));
            if (!(low + (high - low) * fz - sag <= limit)) continue;
          }
          ++inside;
          visit(fx, fy, fz);
        }
    return static_cast<double>(inside) / (kSubdivisions * kSubdivisions * kSubdivisions);
  }

  double volume_mm3(double level) const {
    double total = 0.0;
    for (int k = 0; k < cells[2]; ++k)
      for (int j = 0; j < cells[1]; ++j)
        for (int i = 0; i < cells[0]; ++i) {
          const std::size_t c = cell_index(i, j, k);
          if (static_cast<double>(cell_min[c]) >= level)
            total += 1.0;
          else
            total += inside_share(i, j, k, level, [](float, float, float) {});
        }
    return total * cell_volume_mm3();
  }

  /// Whether part of the cell that reaches the level lies in the structure.
  bool touches(int i, int j, int k, double level, const StructureVolume<F>& structure) const {
    bool found = false;
    inside_share(i, j, k, level, [&](float x, float y, float z) {
      const Eigen::Vector3d at(i + static_cast<double>(x), j + static_cast<double>(y), k + static_cast<double>(z));
      found = found || structure.contains(dose.grid.point_at(at));
    });
    return found;
  }

  /// Volume of the connected parts of the isodose volume that touch the structure; cells join across faces.
  double touching_mm3(double level, const StructureVolume<F>& structure) const {
    const Box<F> box = structure.box();
    std::vector<char> seen(cell_min.size(), 0);
    std::vector<Index3> open;
    double total = 0.0;
    const auto reached = [&](const Index3& c) { return static_cast<double>(cell_max[cell_index(c[0], c[1], c[2])]) >= level; };
    for (int k = 0; k < cells[2]; ++k)
      for (int j = 0; j < cells[1]; ++j)
        for (int i = 0; i < cells[0]; ++i) {
          if (seen[cell_index(i, j, k)] != 0 || !reached({i, j, k})) continue;
          double volume = 0.0;
          bool touching = false;
          open.assign(1, {i, j, k});
          seen[cell_index(i, j, k)] = 1;
          while (!open.empty()) {
            const Index3 c = open.back();
            open.pop_back();
            volume += inside_share(c[0], c[1], c[2], level, [](float, float, float) {});
            if (!touching) {
              const Eigen::Vector3d p = dose.grid.center_of(c).mm;
              const double reach = dose.grid.spacing_mm().maxCoeff();
              if (((p.array() + reach) >= box.low_mm.array()).all() && ((p.array() - reach) <= box.high_mm.array()).all())
                touching = touches(c[0], c[1], c[2], level, structure);
            }
            for (std::size_t a = 0; a < 3; ++a)
              for (const int step : {-1, 1}) {
                Index3 m = c;
                m[a] += step;
                if (m[a] < 0 || m[a] >= cells[a] || !reached(m)) continue;
                char& mark = seen[cell_index(m[0], m[1], m[2])];
                if (mark != 0) continue;
                mark = 1;
                open.push_back(m);
              }
          }
          if (touching) total += volume;
        }
    return total * cell_volume_mm3();
  }
};

/// Boxes around groups of seeds; a seed far from the rest (migrated) gets a box of its own, or the grid would span the patient.
template <class F>
struct SeedBox {
  Box<F> seeds;
  std::size_t count = 0;

  bool meets(const SeedBox& o, double margin_mm) const {
    return ((seeds.low_mm - o.seeds.high_mm).array() <= 2.0 * margin_mm).all() &&
           ((o.seeds.low_mm - seeds.high_mm).array() <= 2.0 * margin_mm).all();
  }
};

template <class F>
void merge_meeting(std::vector<SeedBox<F>>& boxes, double margin_mm) {
  for (std::size_t i = 0; i < boxes.size(); ++i)
    for (std::size_t k = i + 1; k < boxes.size();) {
      if (!boxes[i].meets(boxes[k], margin_mm)) {
        ++k;
        continue;
      }
      boxes[i].seeds.include({boxes[k].seeds.low_mm});
      boxes[i].seeds.include({boxes[k].seeds.high_mm});
      boxes[i].count += boxes[k].count;
      boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(k));
      // The grown box may meet one that was passed: start over.
      i = 0;
      k = 1;
    }
}

/// Whether a face of the box, widened by the margin, reaches the level; judged every 2 mm: isodoses are smooth on that scale away from
/// seeds.
template <class F>
bool face_reaches(const SeedBox<F>& box, double margin_mm, Gy level, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                  const DoseOptions& dose) {
  constexpr double kFaceStepMm = 2.0;
  std::vector<Point<F>> faces;
  const Eigen::Vector3d low = box.seeds.low_mm.array() - margin_mm, extent = box.seeds.high_mm.array() + margin_mm - low.array();
  for (int axis = 0; axis < 3; ++axis) {
    const int u = (axis + 1) % 3, v = (axis + 2) % 3;
    const int nu = static_cast<int>(std::ceil(extent[u] / kFaceStepMm)), nv = static_cast<int>(std::ceil(extent[v] / kFaceStepMm));
    for (int a = 0; a <= nu; ++a)
      for (int b = 0; b <= nv; ++b)
        for (const double side : {0.0, 1.0}) {
          Eigen::Vector3d p = low;
          p[axis] += side * extent[axis];
          p[u] += extent[u] * a / nu;
          p[v] += extent[v] * b / nv;
          faces.push_back({p});
        }
  }
  const std::vector<float> d = dose_at(faces, seeds, source, dose);
  return static_cast<double>(*std::max_element(d.begin(), d.end())) >= level.value;
}

template <class F>
Result<MapPart<F>> make_part(const SeedBox<F>& box, double margin_mm, double spacing_mm, const std::vector<DoseSeed<F>>& seeds,
                             const SourceModel& source, const DoseOptions& dose) {
  Index3 size{};
  Eigen::Vector3d origin = Eigen::Vector3d::Zero();
  for (int a = 0; a < 3; ++a) {
    const double extent = box.seeds.high_mm[a] - box.seeds.low_mm[a] + 2.0 * margin_mm;
    const int n = static_cast<int>(std::ceil(extent / spacing_mm)) + 1;
    size[static_cast<std::size_t>(a)] = n;
    origin[a] = box.seeds.center().mm[a] - 0.5 * (n - 1) * spacing_mm;
  }
  const auto grid = GridGeometry<F>::make(size, Eigen::Vector3d::Constant(spacing_mm), Point<F>{origin}, Eigen::Matrix3d::Identity());
  if (!grid) return grid.error();
  MapPart<F> part;
  part.seeds = box.count;
  part.dose = compute_dose_grid(*grid, seeds, source, dose);
  part.cells = {size[0] - 1, size[1] - 1, size[2] - 1};
  const DoseGrid<F>& g = part.dose;
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i)
        if (i == 0 || j == 0 || k == 0 || i == size[0] - 1 || j == size[1] - 1 || k == size[2] - 1)
          part.face_max = std::max(part.face_max, g.dose_gy[g.grid.offset(i, j, k)]);
  const std::size_t count = part.cell_index(0, 0, part.cells[2]);
  part.cell_min.resize(count);
  part.cell_max.resize(count);
  for (int k = 0; k < part.cells[2]; ++k)
    for (int j = 0; j < part.cells[1]; ++j)
      for (int i = 0; i < part.cells[0]; ++i) {
        float low = g.dose_gy[g.grid.offset(i, j, k)], high = low;
        for (int n = 1; n < 8; ++n) {
          const float d = g.dose_gy[g.grid.offset(i + (n & 1), j + ((n >> 1) & 1), k + ((n >> 2) & 1))];
          low = std::min(low, d);
          high = std::max(high, d);
        }
        part.cell_min[part.cell_index(i, j, k)] = low;
        part.cell_max[part.cell_index(i, j, k)] = high;
      }
  return part;
}

}  // namespace

Status IsodoseOptions::check() const {
  if (!(spacing_mm > 0.0) || !(spacing_mm <= 5.0))
    return Error{ErrorCode::invalid_option, "spacing_mm is " + std::to_string(spacing_mm) + ", must be above 0 and at most 5", "", ""};
  if (!(max_margin_mm >= kMarginStepMm))
    return Error{ErrorCode::invalid_option, "max_margin_mm is " + std::to_string(max_margin_mm) + ", must be at least 5", "", ""};
  return ok_status();
}

template <class F>
struct IsodoseMap<F>::Impl {
  std::vector<MapPart<F>> parts;  ///< grids that do not meet; most seeds first
  float face_max = 0.0F;          ///< isodoses at or below this leave the map

  bool closed_at(Gy level) const { return level.value > static_cast<double>(face_max); }
  double volume_mm3(double level) const {
    double total = 0.0;
    for (const MapPart<F>& p : parts) total += p.volume_mm3(level);
    return total;
  }
};

template <class F>
Result<IsodoseMap<F>> IsodoseMap<F>::make(const std::vector<DoseSeed<F>>& seeds, const SourceModel& source, Gy lowest,
                                          const DoseOptions& dose, const IsodoseOptions& options) {
  if (auto s = options.check(); !s) return s.error();
  if (auto s = dose.check(); !s) return s.error();
  if (seeds.empty()) return Error{ErrorCode::invalid_option, "an isodose map needs at least one seed", "", ""};
  if (!(lowest.value > 0.0)) return Error{ErrorCode::invalid_option, "the lowest isodose must be above 0 Gy", "", ""};
  std::vector<SeedBox<F>> boxes;
  for (const auto& s : seeds) {
    SeedBox<F> b;
    b.seeds.include(s.center);
    b.count = 1;
    boxes.push_back(b);
  }
  // Widen all boxes together until every isodose of the level closes within its own; boxes that come to meet become one.
  double margin = kMarginStepMm;
  const double rim = 2.0 * options.spacing_mm;
  merge_meeting(boxes, margin + rim);
  const auto open = [&](const SeedBox<F>& b) { return face_reaches(b, margin, lowest, seeds, source, dose); };
  while (margin < options.max_margin_mm && std::any_of(boxes.begin(), boxes.end(), open)) {
    margin = std::min(margin + kMarginStepMm, options.max_margin_mm);
    merge_meeting(boxes, margin + rim);
  }
  std::stable_sort(boxes.begin(), boxes.end(), [](const SeedBox<F>& a, const SeedBox<F>& b) { return a.count > b.count; });
  auto impl = std::make_shared<Impl>();
  for (const SeedBox<F>& b : boxes) {
    Result<MapPart<F>> part = make_part(b, margin + rim, options.spacing_mm, seeds, source, dose);
    if (!part) return part.error();
    impl->face_max = std::max(impl->face_max, part->face_max);
    impl->parts.push_back(std::move(part).value());
  }
  IsodoseMap out;
  out.impl_ = std::move(impl);
  return out;
}

template <class F>
std::optional<double> IsodoseMap<F>::volume_cc(Gy level) const {
  if (!impl_->closed_at(level)) return std::nullopt;
  return impl_->volume_mm3(level.value) / kMm3PerCc;
}

template <class F>
std::optional<double> IsodoseMap<F>::volume_touching_cc(Gy level, const StructureVolume<F>& structure) const {
  if (!impl_->closed_at(level)) return std::nullopt;
  double total = 0.0;
  for (const MapPart<F>& p : impl_->parts) total += p.touching_mm3(level.value, structure);
  return total / kMm3PerCc;
}

template <class F>
std::optional<Gy> IsodoseMap<F>::dose_enclosing_cc(double volume_cc) const {
  // Volume falls with dose: bisect in the logarithm between the lowest closed isodose and the hottest voxel.
  double low = std::nextafter(static_cast<double>(impl_->face_max), 1e30), high = low;
  for (const MapPart<F>& p : impl_->parts)
    for (const float d : p.dose.dose_gy) high = std::max(high, static_cast<double>(d));
  const double wanted = volume_cc * kMm3PerCc;
  if (!(impl_->volume_mm3(low) >= wanted)) return std::nullopt;
  while (high / low > 1.0 + 1e-5) {
    const double mid = std::sqrt(low * high);
    (impl_->volume_mm3(mid) >= wanted ? low : high) = mid;
  }
  return Gy{low};
}

template <class F>
const DoseGrid<F>& IsodoseMap<F>::grid() const {
  return impl_->parts.front().dose;
}

template <class F>
std::map<int, double> implant_volumes_cc(const IsodoseMap<F>& map, Gy rx) {
  std::map<int, double> out;
  for (const int percent : {100, 150, 200})
    if (const auto v = map.volume_cc(rx * (percent / 100.0))) out[percent] = *v;
  return out;
}

template class IsodoseMap<CtFrame>;
template class IsodoseMap<PlanFrame>;
template std::map<int, double> implant_volumes_cc(const IsodoseMap<CtFrame>&, Gy);
template std::map<int, double> implant_volumes_cc(const IsodoseMap<PlanFrame>&, Gy);

}  // namespace seedaudit
