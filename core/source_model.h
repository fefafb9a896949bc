// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/units.h"

namespace seedaudit {

/// How well the numbers of a source file are attested.
enum class SourceDataStatus { consensus_confirmed, single_transcription, author_data };

/// Radial dose function g_L(r): log-linear inside, nearest below, single exponential through the last two points above (TG-43U1S1, Med Phys
/// 34:2187).
struct RadialDoseTable {
  std::vector<double> r_cm;
  std::vector<double> g;
};

/// Anisotropy function F(r, theta), theta 0..90 degrees; value[i_theta * r_cm.size() + i_r].
struct AnisotropyTable {
  std::vector<double> r_cm;
  std::vector<double> theta_deg;
  std::vector<double> value;
};

struct AnisotropyFactorTable {
  std::vector<double> r_cm;
  std::vector<double> phi_an;
};

/// TG-43U1 description of one seed model (AAPM TG-43U1, Med Phys 31:633). Built and validated by dosimetry/source_library.
struct SourceModel {
  std::string id;  ///< file name under dosimetry/sources, e.g. "amersham-6711"
  std::string name;
  std::string model;  ///< e.g. "6711"
  std::string isotope;
  std::string dataset;  ///< e.g. "TG-43U1 (2004)"
  std::string citation;
  SourceDataStatus status = SourceDataStatus::single_transcription;
  std::string surrogate_of;         ///< id of the model whose constant and tables are used whole, or empty
  double dose_rate_constant = 0.0;  ///< Lambda, cGy h^-1 U^-1
  Hours half_life;
  Cm active_length;  ///< L of the line-source geometry function; goes with g_L
  RadialDoseTable radial;
  AnisotropyTable anisotropy;
  AnisotropyFactorTable anisotropy_factor;  ///< published, or the integral of F where none is published
  bool anisotropy_factor_is_computed = false;
  Cm valid_from, valid_to;  ///< radii the dataset is tabulated for; evaluations beyond follow the extrapolation rules
  Mm capsule_length{4.5};
  Mm capsule_diameter{0.8};
  bool capsule_is_assumed = false;   ///< the source file gives no dimensions: those of the 6711 type stand in
  double air_kerma_u_per_mci = 0.0;  ///< U per apparent mCi of the isotope
  std::string note;                  ///< what a reader of a report must know about these data; empty if nothing
  std::string checksum;              ///< of the source file, for the report's provenance
};

}  // namespace seedaudit
