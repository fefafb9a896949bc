// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/real_scans.h"

#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "bench/detection/detection_figures.h"
#include "bench/detection/electrode_shafts.h"
#include "bench/detection/reference_finder.h"
#include "bench/detection/seed_match.h"
#include "detectors/detect_seeds.h"
#include "io/volume_file.h"

namespace seedaudit::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kReachMm = 1.5;  // half the pitch of the closest contacts

struct RealScan {
  const char* name;
  const char* path;
  enum class Truth { no_seeds, contacts, shafts } truth;
  const char* contacts = nullptr;
};

const std::vector<RealScan>& real_scans() {
  using T = RealScan::Truth;
  static const std::vector<RealScan> scans{
      {"thorax without metal", "fnndsc_thorax_nometal/dicom", T::no_seeds},
      {"chest with stent graft, wires, contrast",
       "totalseg_chest_hip/tests/reference_files/aorta_report/test_result/models/ct_cropped.nii.gz", T::no_seeds},
      {"chest with wires and contrast", "totalseg_chest_hip/tests/reference_files/pulmonary_report/models/ct_cropped.nii.gz", T::no_seeds},
      {"hip with nail", "totalseg_chest_hip/tests/reference_files/example_ct.nii.gz", T::no_seeds},
      {"DICOM slices", "totalseg_chest_hip/tests/reference_files/example_ct_dicom", T::no_seeds},
      {"OneElectrode", "deeto_seeg/OneElectrode/ct_OneElectrode.nii.gz", T::contacts, "deeto_seeg/OneElectrode/electrodesInfos.json"},
      {"2CloseElectrodes", "deeto_seeg/2CloseElectrodes/ct_2CloseElectrodes.nii.gz", T::contacts,
       "deeto_seeg/2CloseElectrodes/electrodesInfos.json"},
      {"2CurvedElectrodes", "deeto_seeg/2CurvedElectrodes/ct_2CurvedElectrodes.nii.gz", T::contacts,
       "deeto_seeg/2CurvedElectrodes/electrodesInfos.json"},
      {"2OverlappingElectrodes", "deeto_seeg/2OverlappingElectrodes/ct_2OverlappingElectrodes.nii.gz", T::contacts,
       "deeto_seeg/2OverlappingElectrodes/electrodesInfos.json"},
      {"LowerBrainElectrodes", "deeto_seeg/LowerBrainElectrodes/ct_LowerBrainElectrodes.nii.gz", T::contacts,
       "deeto_seeg/LowerBrainElectrodes/electrodesInfos.json"},
      {"UpperBrainElectrodes", "deeto_seeg/UpperBrainElectrodes/ct_UpperBrainElectrodes.nii.gz", T::contacts,
       "deeto_seeg/UpperBrainElectrodes/electrodesInfos.json"},
      {"ManyElectrodes", "deeto_seeg/ManyElectrodes/ct_ManyElectrodes.nii.gz", T::contacts,
       "deeto_seeg/ManyElectrodes/electrodesInfos.json"},
      {"real electrodes", "deeto_seeg/ct.nii.gz", T::shafts},
  };
  return scans;
}

std::vector<SeedPose> poses_of(const Detection& d) {
  std::vector<SeedPose> out;
  for (const auto& s : d.seeds) out.push_back(s.pose);
  return out;
}

std::string number(const char* format, double v) {
  char text[48];
  std::snprintf(text, sizeof text, format, v);
  return text;
}

/// "20 of 20 (2 false), 0.12 / 0.30 mm"
std::string against_contacts(const std::vector<SeedPose>& found, const std::vector<Point<CtFrame>>& contacts) {
  std::vector<SeedPose> truth;
  for (const auto& c : contacts) truth.push_back({c, {Eigen::Vector3d::UnitZ()}});
  int hits = 0;
  std::vector<double> error;
  const auto found_of = match_poses(truth, found, kReachMm);
  for (std::size_t t = 0; t < truth.size(); ++t)
    if (found_of[t] >= 0) {
      ++hits;
      error.push_back((found[static_cast<std::size_t>(found_of[t])].center.mm - truth[t].center.mm).norm());
    }
  std::string out = std::to_string(hits) + " of " + std::to_string(truth.size()) + " (" +
                    std::to_string(found.size() - static_cast<std::size_t>(hits)) + " false)";
  if (hits > 0) out += ", " + number("%.2f", quantile(error, 0.5)) + " / " + number("%.2f mm", quantile(error, 0.95));
  return out;
}

std::string along_shafts(const std::vector<SeedPose>& found) {
  constexpr std::size_t kLeast = 4;
  std::vector<Point<CtFrame>> centers;
  for (const auto& f : found) centers.push_back(f.center);
  const auto shafts = find_shafts(centers, kLeast);
  std::size_t in_shafts = 0;
  std::vector<double> residual, pitch;
  for (const auto& s : shafts) {
    in_shafts += s.contacts.size();
    residual.push_back(s.residual_mm);
    pitch.push_back(s.pitch_mm);
  }
  std::string out =
      std::to_string(found.size()) + " found, " + std::to_string(in_shafts) + " in " + std::to_string(shafts.size()) + " straight rows";
  if (!shafts.empty())
    out += "; pitch " + number("%.2f", quantile(pitch, 0.5)) + " mm (" + number("%.2f", quantile(pitch, 0.0)) + " to " +
           number("%.2f", quantile(pitch, 1.0)) + "); residual " + number("%.2f", quantile(residual, 0.5)) + " mm, largest " +
           number("%.2f", quantile(residual, 1.0));
  return out;
}

std::string outcome_of(const RealScan& scan, const std::vector<SeedPose>& found, const std::vector<Point<CtFrame>>& contacts) {
  if (scan.truth == RealScan::Truth::contacts) return against_contacts(found, contacts);
  if (scan.truth == RealScan::Truth::shafts) return along_shafts(found);
  return std::to_string(found.size()) + " false";
}

}  // namespace

int print_real_scans(const RealScanOptions& o) {
  std::printf("| scan | ours | components | s |\n|---|---|---|---|\n");
  for (const auto& scan : real_scans()) {
    if (std::string(scan.name).find(o.only) == std::string::npos) continue;
    if (!fs::exists(o.data / scan.path)) {
      std::printf("| %s | not there: %s | | |\n", scan.name, scan.path);
      continue;
    }
    const auto ct = read_volume(o.data / scan.path);
    if (!ct) {
      std::fprintf(stderr, "%s\n", ct.error().message().c_str());
      return 1;
    }
    std::vector<Point<CtFrame>> contacts;
    if (scan.contacts != nullptr) {
      auto truth = read_contacts(o.data / scan.contacts);
      if (!truth) {
        std::fprintf(stderr, "%s\n", truth.error().message().c_str());
        return 1;
      }
      contacts = std::move(truth).value();
    }
    DetectorOptions options;
    if (scan.truth != RealScan::Truth::no_seeds) {
      options.capsule_length_mm = o.length_mm;
      options.capsule_diameter_mm = o.diameter_mm;
    }
    const auto start = std::clock();
    const Detection d = detect_seeds(*ct, options);
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const std::string ours = d.outcome.kind == OutcomeKind::failed ? "failed: " + d.outcome.why : outcome_of(scan, poses_of(d), contacts);
    std::printf("| %s | %s (%s, count %d to %d) | %s | %.1f |\n", scan.name, ours.c_str(), std::string(to_string(d.outcome.kind)).c_str(),
                d.count.low, d.count.high, outcome_of(scan, find_by_components(*ct), contacts).c_str(), seconds);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace seedaudit::bench
