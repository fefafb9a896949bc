// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.h"
#include "core/planning_histogram.h"
#include "core/result.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/dvh_calculator.h"
#include "dosimetry/structure_volume.h"

/// What a post-implant report holds, by the definitions in docs/algorithms/dvh.md.
namespace seedaudit {

/// Thickness of the outer part of a target that is looked at by itself.
inline constexpr double kRimMm = 5.0;

struct IsodoseOptions {
  /// Voxel of the map; volumes are refined inside voxels that an isodose cuts.
  double spacing_mm = 1.0;
  /// The map ends here around the seeds even if an isodose has not closed; volumes at such levels are then null.
  double max_margin_mm = 80.0;

  Status check() const;
};

/// Total dose around an implant irrespective of contours, on grids that enclose the isodose of the lowest level asked for. Seeds far from
/// the rest get a grid of their own.
template <class F>
class IsodoseMap {
 public:
  /// \param lowest the grid grows until this isodose closes inside it (or max_margin_mm)
  static Result<IsodoseMap> make(const std::vector<DoseSeed<F>>& seeds, const SourceModel& source, Gy lowest, const DoseOptions& dose = {},
                                 const IsodoseOptions& options = {});
  /// Volume that receives at least this dose, cc; null where the isodose leaves the map.
  std::optional<double> volume_cc(Gy level) const;
  /// The same, only of the connected parts of the isodose volume that touch the structure (V_ref of CI and EI).
  std::optional<double> volume_touching_cc(Gy level, const StructureVolume<F>& structure) const;
  /// The dose whose isodose encloses this volume; null where that isodose leaves the map.
  std::optional<Gy> dose_enclosing_cc(double volume_cc) const;
  /// Dose on the grid that holds most seeds: the implant without those that migrated far.
  const DoseGrid<F>& grid() const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

/// V_implant: cc enclosed by 100, 150 and 200 % of Rx irrespective of contours.
template <class F>
std::map<int, double> implant_volumes_cc(const IsodoseMap<F>& map, Gy rx);

/// Figures that need only the histogram: D, V (with a prescription), D2cc.., HI, DNR. V_x are percent of the structure that receives at
/// least x % of Rx.
/// Error internal where they break the identity of check_coverage_identity: no such figures leave the engine.
Result<DoseMetrics> metrics_of(const Dvh& dvh, std::optional<Gy> rx);

/// D90 >= Rx exactly where V100 >= 90 %: both read one curve at one place. Figures that break it are wrong, whichever of the two is.
/// Also where a figure is not finite. Absent figures break nothing. Error: internal, quoting both.
Status check_coverage_identity(const DoseMetrics& metrics, Gy rx);

/// All figures of one structure at one time. Those that need the dose outside it (CI, EI, matched peripheral dose) come from the map, the
/// minimum peripheral dose from points on the surface. Errors as above.
template <class F>
Result<DoseMetrics> metrics_of(const SampledDose<F>& sampled, const StructureVolume<F>& structure, std::optional<Gy> rx,
                               const IsodoseMap<F>* map, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                               const DoseOptions& dose = {});

/// The same figures of a planning system's histogram; null where it is cut before, or states no volume in cc.
DoseMetrics metrics_of(const PlanningHistogram& histogram, std::optional<Gy> rx);

/// postop - preop, field by field; null where either is.
DoseMetrics metrics_delta(const DoseMetrics& postop, const DoseMetrics& preop);

struct ColdRegionOptions {
  /// Smaller parts are left out.
  double min_volume_cc = 0.1;
  /// Distance of the points that find connected parts; made smaller for small structures.
  double spacing_mm = 1.0;

  Status check() const;
};

/// Connected parts of the structure that receive less than the level, largest first. `where` is the octant of the part's centroid about the
/// structure's, in patient terms ("left-posterior-superior"). Call with Rx, and with half of it for the urgent limit.
std::vector<ColdRegion> cold_regions(const StructureVolume<CtFrame>& structure, const std::vector<DoseSeed<CtFrame>>& seeds,
                                     const SourceModel& source, Gy level, const DoseOptions& dose = {},
                                     const ColdRegionOptions& options = {});

/// Eight octants about the structure's centroid in patient axes, each with V100 and D90. Octants without volume are left out.
template <class F>
std::vector<SectorMetrics> octants(const SampledDose<F>& sampled, const StructureVolume<F>& structure, Gy rx);

/// The part of the structure within rim_mm of its surface ("rim"), the rest ("core"), and the part within rim_mm of the surface of each
/// organ ("beside NAME"), each with V100, D90 and least dose. Parts without volume are left out. Judged at no more than 20 000 points.
template <class F>
std::vector<SectorMetrics> shells(const SampledDose<F>& sampled, const StructureVolume<F>& structure, Gy rx,
                                  const std::vector<const StructureVolume<F>*>& organs, double rim_mm = kRimMm);

/// Natural prescription dose over Rx: the dose at which dV/du of the whole implant, u = D^(-3/2), has its peak (Anderson, Med Phys 13:898,
/// 1986). Above 1 the implant is hot for its geometry, below 1 cold. Null where no peak lies between 55 and 600 % of Rx, or an isodose
/// there leaves the map.
template <class F>
std::optional<double> natural_dose_ratio(const IsodoseMap<F>& map, Gy rx);

/// "left|right-anterior|posterior-inferior|superior" of a point about a centre, in LPS.
std::string octant_name(const Eigen::Vector3d& offset_lps_mm);

}  // namespace seedaudit
