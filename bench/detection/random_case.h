// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "samples/phantom/random_implant.h"
#include "samples/phantom/region_metal.h"
#include "samples/phantom/region_scan.h"

namespace seedaudit::bench {

inline constexpr int kPatients = 4;
/// The cached region of a patient: pixel size differs between patients.
RegionOptions patient_region(int patient);

/// What a case number stands for; nothing else goes into a case.
struct CaseDraw {
  int number = 0;
  int patient = 0;
  RandomImplantOptions implant;
  DistractorOptions distractors;
  std::string distractor_kind;  ///< "none", "lipiodol", "metal", "both"
  RegionScanOptions scan;
  std::uint64_t seed = 0;
};
/// Thickness runs fastest through {0.6, 1, 1.25, 2.5, 3, 5}, then the kind of distractors through four: any 24 numbers in a row hold each
/// combination once. All else is drawn from the number.
CaseDraw draw_case(int number);

/// A CT has its own kernel and pixels: the draw takes them over.
void fit_to_ct(CaseDraw& draw, const RegionBackground& region);

struct RandomCase {
  CaseDraw draw;
  Placement truth;
  std::vector<double> lipiodol_mg_per_ml;  ///< within 4 mm of each seed
  std::vector<Distractor> distractors;
  CtVolume ct;
};
/// Errors: those of random_implant and scan_region.
Result<RandomCase> make_case(const CaseDraw& draw, const RegionBackground& region);

}  // namespace seedaudit::bench
