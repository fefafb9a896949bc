// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/assemble.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>

#include "detectors/count_seeds.h"
#include "detectors/distractors.h"
#include "detectors/look_teachers.h"
#include "detectors/pairs_apart.h"
#include "detectors/seed_clusters.h"

namespace seedaudit {
namespace {

// The fit's own covariance knows noise and model error, not the scatter of kernels and breathing: a floor, mm and degrees.
constexpr double kSmallestSigmaMm = 0.05;
constexpr double kSmallestAngleDeg = 2.0;
constexpr double kResolvedAngleDeg = 25.0;
// Seeds of two groups nearer than this, centre to centre, are one seed seen twice: objects so near to each other are in one group.
constexpr double kSameSeedMm = 2.0;
// A clip or two without any seed is no doubt; more is a scan that could not be read.
constexpr std::size_t kManyDoubted = 5;
// Pixels larger than so much of the core's length show metal and no shape: six numbers of a pose fit the few that are lit, whatever it is.
constexpr double kCoarsestPixel = 0.67;
// In slices so many cores apart every seed lies within one slice, and of two above each other nothing but their mass is left.
constexpr double kThickestSlice = 2.0;

// Seeds that a look is learned from, at least, and what is sure of itself.
constexpr std::size_t kFewestTaught = 3;
constexpr double kSure = 0.85;

// Where slices are no thicker than a core, give or take this, seeds show their own shape, which the look of other things would not fit. So
// sure a count then needs no lone seed as a witness: of 270 simulated implants 13 of 13 such counts were right. In thicker slices mass is
// all there is (one of two was wrong).
constexpr double kShowsShape = 1.05, kSureByShape = 0.9;

// What the end of the scan cuts shows part of itself: a piece of a clip or a wire has a seed's mass as easily as a seed.
constexpr double kMostCutOff = 0.85;

// Chance of an object to be a seed below which it is none.
constexpr double kLeastChance = 0.05;

// ln of its mass over a seed's above which one seed may be two that no fit told apart, and the chance of it: of the three of 0.34, 0.42 and
// 0.52 that simulated implants showed, two were, and of seven of 0.24 to 0.33 none.
constexpr double kHeavyAsTwo = 0.33, kTwoInOne = 0.5;

// Log odds that a longer row adds an object to each of its own: more of them are even by chance ever less.
constexpr double kPerInRow = 0.25;

void make_possible(const DetectedSeed& s, Detection& d) {
  DetectedSeed& p = d.possible.emplace_back();
  p.pose.center = s.pose.center;
  p.excess_mass_hu_mm3 = s.excess_mass_hu_mm3;
  p.confidence = s.confidence;
  p.signs = s.signs;
}

// Nothing here can be told from other metal: what was found may be seeds, and none of it is said to be.
void make_all_possible(Detection& d) {
  d.all_alike = true;
  for (const auto& s : d.seeds) make_possible(s, d);
  d.seeds.clear();
  d.clusters.clear();
}

// Where no seed taught the look, one or two objects that may as well be something else are no implant; nor is any number of them where the
// look was learned from what fits it badly (wires, struts, bone), and not one of them is sure.
bool claims_nothing(const ScanCalibration& calibration, const std::vector<DetectedSeed>& seeds) {
  const bool untaught = !calibration.learned() && seeds.size() < kFewestTaught;
  if (!untaught && !calibration.fits_badly) return false;
  return std::none_of(seeds.begin(), seeds.end(), [](const DetectedSeed& s) { return s.confidence >= kSure; });
}

}  // namespace

Detection assemble(const CtVolume& ct, const ScanStatistics& scan, const ScanCalibration& calibration, const DetectorOptions& options,
                   const std::vector<CandidateRegion>& regions, const std::vector<SeedGroup>& groups,
                   const std::vector<ResolvedGroup>& resolved, const std::vector<CandidateRegion>& large) {
  Detection out;
  out.all_alike = !calibration.taught_by_seeds() || calibration.of_many_masses;
  out.further_chance = further_chance(calibration.look.slice_mm, options.core_length());
  const auto& spacing = ct.grid.spacing_mm();
  const auto reject = [&](const CandidateRegion& r) {
    const ObjectShape shape = measure_object(ct, scan, r);
    out.rejected.push_back({ct.grid.point_at(shape.center_index), name_distractor(shape, calibration), shape.volume_mm3, shape.peak_hu});
  };
  const auto reaches_out = [&](const FittedSeed& f) {
    const double half = 0.5 * (options.core_length() * std::abs(f.axis[2]) + spacing[2]);
    return f.center_mm[2] < half - 0.5 * spacing[2] || f.center_mm[2] > (ct.grid.size()[2] - 0.5) * spacing[2] - half;
  };
  const auto explains = [&](const FittedSeed& f, const CandidateRegion& region) {
    return std::any_of(region.voxels.begin(), region.voxels.end(), [&](const CandidateVoxel& v) {
      const Eigen::Vector3d d = Eigen::Vector3d(v.i * spacing[0], v.j * spacing[1], v.k * spacing[2]) - f.center_mm;
      return std::hypot(d[0], d[1]) < 3.0 && std::abs(d[2]) < 2.0 + spacing[2];
    });
  };
  struct Found {
    DetectedSeed seed;
    std::pair<int, CountEstimate> group;
    FittedSeed fit;
  };
  std::vector<Found> found;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const ResolvedGroup& r = resolved[g];
    for (std::size_t n = 0; n < r.seeds.size(); ++n) {
      const FittedSeed& f = r.seeds[n];
      DetectedSeed s;
      s.pose.center = ct.grid.point_at(f.center_mm.cwiseQuotient(spacing));
      s.pose.axis.unit = (ct.grid.direction() * f.axis).normalized();
      if (s.pose.axis.unit[2] < 0.0) s.pose.axis.unit = -s.pose.axis.unit;
      const auto& c = r.covariance[n];
      Eigen::Matrix3d position = c.topLeftCorner<3, 3>();
      position = ct.grid.direction() * position * ct.grid.direction().transpose();
      for (int a = 0; a < 3; ++a) s.center_sigma_mm[a] = std::hypot(kSmallestSigmaMm, std::sqrt(std::max(0.0, position(a, a))));
      const double angle = std::sqrt(std::max(0.0, c(3, 3) + c(4, 4))) * 180.0 / 3.14159265358979323846;
      s.axis_sigma_deg = std::min(90.0, std::hypot(kSmallestAngleDeg, angle));
      s.axis_resolved = s.axis_sigma_deg < kResolvedAngleDeg;
      s.excess_mass_hu_mm3 = f.mass;
      s.confidence = r.confidence[n];
      if (n < r.signs.size()) s.signs = r.signs[n];
      if (reaches_out(f)) s.confidence = std::min(s.confidence, kMostCutOff);
      if (s.confidence < options.minimum_confidence) {
        out.rejected.push_back({s.pose.center, "noise", 0.0, 0.0});
        if (s.confidence >= kLeastChance) make_possible(s, out);
        continue;
      }
      found.push_back({s, {static_cast<int>(g), r.count}, f});
    }
    // A region of the group that no seed explains is another object.
    for (auto index : groups[g].regions)
      if (std::none_of(r.seeds.begin(), r.seeds.end(), [&](const FittedSeed& f) { return explains(f, regions[index]); }))
        reject(regions[index]);
  }
  // Groups are explained apart from each other; where two claim the same space, one seed is there: the more believable explanation stays.
  const auto claimed = [&](const Found& f) {
    return std::any_of(found.begin(), found.end(), [&](const Found& o) {
      if (o.group.first == f.group.first || (o.fit.center_mm - f.fit.center_mm).norm() > kSameSeedMm) return false;
      return std::tie(o.seed.confidence, f.group.first) > std::tie(f.seed.confidence, o.group.first);
    });
  };
  std::vector<Found> kept;
  for (const auto& f : found)
    if (!claimed(f)) kept.push_back(f);
  found = std::move(kept);
  // Legs of clips, markers and coils that look like seeds, but lie where no implant is: named as objects, and in the upper end of the
  // count.
  std::vector<DetectedSeed> apart;
  for (const auto& f : found) apart.push_back(f.seed);
  const bool others = std::any_of(resolved.begin(), resolved.end(), [](const ResolvedGroup& r) { return !r.doubted.empty(); });
  doubt_pairs_apart(apart, others, options);
  kept.clear();
  std::vector<Found> gone;
  for (std::size_t n = 0; n < found.size(); ++n) {
    found[n].seed.confidence = apart[n].confidence;
    (apart[n].confidence < options.minimum_confidence ? gone : kept).push_back(found[n]);
  }
  found = std::move(kept);
  for (const auto& f : gone) make_possible(f.seed, out);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const ResolvedGroup& r = resolved[g];
    int open = 0;
    for (const PossibleSeed& f : r.possible) {
      open += f.open ? f.count : 0;
      if (out.all_alike ? !f.open : f.confidence < kLeastChance) continue;
      DetectedSeed p;
      p.pose.center = ct.grid.point_at(f.seed.center_mm.cwiseQuotient(spacing));
      p.excess_mass_hu_mm3 = f.seed.mass;
      p.confidence = f.confidence;
      p.signs = f.signs;
      out.possible.insert(out.possible.end(), static_cast<std::size_t>(f.count), p);
    }
    // What the search left open beside those.
    if (std::none_of(found.begin(), found.end(), [&](const Found& f) { return f.group.first == static_cast<int>(g); })) continue;
    open = std::max(0, r.count.high - r.count.best - open);
    if (r.cut_short) {
      out.more += open;
      out.fewer += r.count.best - r.count.low;
    } else {
      out.further += open;
    }
  }
  for (const auto& f : found) {
    if (out.all_alike || f.seed.signs.mass_log < kHeavyAsTwo) continue;
    DetectedSeed second = f.seed;
    second.confidence = kTwoInOne;
    make_possible(second, out);
  }
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (auto index : groups[g].regions) {
      const auto shows = [&](const Found& f) { return f.group.first == static_cast<int>(g) && explains(f.fit, regions[index]); };
      if (std::any_of(gone.begin(), gone.end(), shows) && std::none_of(found.begin(), found.end(), shows)) reject(regions[index]);
    }
  for (const auto& r : large) reject(r);
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    const auto& p = a.seed.pose.center.mm;
    const auto& q = b.seed.pose.center.mm;
    return std::make_tuple(-p[2], p[0], p[1]) < std::make_tuple(-q[2], q[0], q[1]);
  });
  std::vector<std::pair<int, CountEstimate>> group_of;
  for (auto& f : found) {
    out.seeds.push_back(f.seed);
    group_of.push_back(f.group);
  }
  order_and_number(out.seeds);
  make_clusters(out, options, group_of);
  if (claims_nothing(calibration, out.seeds)) make_all_possible(out);
  out.learned_from = std::max(calibration.isolated, calibration.alike);
  count_seeds(out);
  const double slice_mm = std::max(spacing[2], scan.slice_thickness_mm);
  const bool told_by_shape = slice_mm <= kShowsShape * options.core_length() && calibration.typical_misfit <= kTaughtAloneMisfit &&
                             out.count_chance >= kSureByShape && !out.seeds.empty();
  std::size_t doubted = 0;
  for (const auto& r : resolved) doubted += r.doubted.size();
  if (out.seeds.empty() && !calibration.learned() && doubted >= kManyDoubted)
    out.doubt = std::to_string(doubted) + " objects as bright as seeds, but none that shows what a seed looks like here";
  else if (calibration.rivals && !(told_by_shape && !mostly_touching(out.seeds)))
    out.doubt = "no seed lies alone: the look of a seed is learned from seeds among other objects";
  else if (calibration.fits_badly)
    out.doubt = "the objects that lie alone are not alike enough in shape to teach what a seed looks like here";
  else if (calibration.masses_disagree)
    out.doubt = "the objects that lie alone and most others differ in mass: which of them are seeds is not sure";
  const double pixel_mm = std::max(spacing[0], spacing[1]);
  if (pixel_mm > kCoarsestPixel * options.core_length()) {
    make_all_possible(out);
    std::array<char, 100> text{};
    std::snprintf(text.data(), text.size(), "pixels of %.1f mm are too coarse to find seeds or to tell them from other metal", pixel_mm);
    out.doubt = text.data();
  } else if (spacing[2] > kThickestSlice * options.core_length()) {
    std::array<char, 100> text{};
    std::snprintf(text.data(), text.size(), "slices %.1f mm apart are too thick to tell how many seeds lie above each other", spacing[2]);
    out.doubt = text.data();
  }
  count_seeds(out);
  conclude(out);
  if (!calibration.learned() && !out.seeds.empty())
    out.warnings.push_back(
        {"FEW_ISOLATED_SEEDS", "fewer than three seeds lie alone or are alike: the look of a seed rests on physics and on " +
                                   std::to_string(calibration.isolated) + " objects of this scan"});
  return out;
}

Detection assemble_rows(const CtVolume& ct, const ScanStatistics& scan, const ScanCalibration& start, const DetectorOptions& options,
                        const FoundRegions& found, const RowSearch& rows) {
  Detection out;
  const Eigen::Vector3d& spacing = ct.grid.spacing_mm();
  int beyond = 0;
  for (const auto& row : rows.rows) {
    beyond += row.beyond;
    const double length = static_cast<double>(row.objects.size());
    for (const auto& o : row.objects) {
      DetectedSeed& s = out.seeds.emplace_back();
      s.pose.center = ct.grid.point_at(o.center_mm.cwiseQuotient(spacing));
      s.pose.axis.unit = (ct.grid.direction() * o.axis).normalized();
      if (s.pose.axis.unit[2] < 0.0) s.pose.axis.unit = -s.pose.axis.unit;
      // An end, or what shows little of itself, has its place from the row alone.
      s.center_sigma_mm = Eigen::Vector3d::Constant(std::hypot(kSmallestSigmaMm, (o.firm ? 1.0 : 2.0) * row.residual_mm));
      s.axis_sigma_deg = std::hypot(kSmallestAngleDeg, std::atan2(row.residual_mm, row.pitch_mm) * 180.0 / 3.14159265358979323846);
      s.axis_resolved = s.axis_sigma_deg < kResolvedAngleDeg;
      s.excess_mass_hu_mm3 = o.mass;
      s.confidence = 1.0 / (1.0 + std::exp(-(o.firm ? 1.0 : -0.5) - std::min(2.0, kPerInRow * (length - 4.0))));
    }
  }
  order_and_number(out.seeds);
  make_clusters(out, options, {});
  out.learned_from = static_cast<int>(out.seeds.size());
  for (const auto& o : rows.loose) out.possible.emplace_back().pose.center = ct.grid.point_at(o.center_mm.cwiseQuotient(spacing));
  for (const auto* regions : {&found.regions, &found.large})
    for (const auto& region : *regions) {
      const bool explained = std::any_of(region.voxels.begin(), region.voxels.end(), [&](const CandidateVoxel& v) {
        const Eigen::Vector3d at(v.i * spacing[0], v.j * spacing[1], v.k * spacing[2]);
        for (const auto& row : rows.rows)
          for (const auto& o : row.objects)
            if ((o.center_mm - at).norm() < options.core_length()) return true;
        return false;
      });
      if (explained) continue;
      const ObjectShape shape = measure_object(ct, scan, region);
      out.rejected.push_back({ct.grid.point_at(shape.center_index), name_distractor(shape, start), shape.volume_mm3, shape.peak_hu});
    }
  out.doubt = std::to_string(out.seeds.size()) + " objects are told by their places in " + std::to_string(rows.rows.size()) +
              " even rows, not by what one of them looks like";
  out.all_alike = true;
  out.more = beyond;
  count_seeds(out);
  conclude(out);
  return out;
}

Detection merge_series(std::vector<Detection>&& parts, const DetectorOptions& options) {
  if (parts.size() == 1) return std::move(parts.front());
  Detection out;
  bool usable = false;
  std::string why;
  for (auto& part : parts) {
    usable = usable || part.outcome.usable();
    // Each series was learned from its own seeds, and says so itself.
    out.learned_from = std::max(out.learned_from, part.learned_from);
    out.noise_hu = std::max(out.noise_hu, part.noise_hu);  // an absent one is below every other
    out.unexplained_fraction = std::max(out.unexplained_fraction, part.unexplained_fraction);
    if (part.outcome.kind != OutcomeKind::ok && why.empty()) why = part.outcome.why;
    for (auto& s : part.seeds) {
      bool same = false;
      for (auto& t : out.seeds) {
        if (t.series_index == s.series_index) continue;
        const Eigen::Vector3d d = (t.pose.center.mm - s.pose.center.mm).cwiseAbs();
        const Eigen::Vector3d allowed = (3.0 * (t.center_sigma_mm + s.center_sigma_mm)).cwiseMax(0.5 * options.capsule_diameter_mm + 0.6);
        if ((d.array() > allowed.array()).any() || d.norm() > options.capsule_length_mm) continue;
        if (s.center_sigma_mm.norm() < t.center_sigma_mm.norm()) std::swap(t, s);
        same = true;
        break;
      }
      if (!same) out.seeds.push_back(s);
    }
    out.possible.insert(out.possible.end(), part.possible.begin(), part.possible.end());
    out.further += part.further;
    if (part.further > 0) out.further_chance = std::max(out.further_chance, part.further_chance);
    out.fewer += part.fewer;
    out.more += part.more;
    out.all_alike = out.all_alike || part.all_alike;
    out.rejected.insert(out.rejected.end(), part.rejected.begin(), part.rejected.end());
    out.warnings.insert(out.warnings.end(), part.warnings.begin(), part.warnings.end());
  }
  if (!usable) {
    out.outcome = {OutcomeKind::failed, why};
    return out;
  }
  // A series without seeds has taught nothing, and makes all count as seeds or none: what the others' chances leave out stays out.
  if (out.all_alike) {
    for (const auto& part : parts)
      if (!part.all_alike) out.fewer += std::max(0, part.count.best - part.count.low - part.fewer);
  }
  order_and_number(out.seeds);
  make_clusters(out, options, {});
  count_seeds(out);
  out.doubt = why;
  conclude(out);
  return out;
}

}  // namespace seedaudit
