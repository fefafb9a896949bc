// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit_report.h"
#include "report/identity_filter.h"
#include "report/json_writer.h"

/// Parts that report.json and seeds.json share, and the decimals both use. Each writes keys into the object that is open.
namespace seedaudit {

inline constexpr int kMmDecimals = 3;
inline constexpr int kUnitVectorDecimals = 5;
inline constexpr int kGyDecimals = 3;
inline constexpr int kPercentDecimals = 3;
inline constexpr int kVolumeDecimals = 4;  ///< cc
inline constexpr int kIndexDecimals = 4;   ///< CI, HI, confidence and other fractions
inline constexpr int kStrengthDecimals = 5;
inline constexpr int kRotationDecimals = 9;  ///< 1e-9 at 500 mm is far below a micrometre

void write_seed_fields(JsonWriter& json, const DetectedSeed& seed);
void write_clusters(JsonWriter& json, const std::vector<Cluster>& clusters);
void write_needles(JsonWriter& json, const std::vector<NeedleAudit>& needles, const IdentityFilter& filter);
void write_rejected(JsonWriter& json, const std::vector<RejectedCandidate>& rejected, const IdentityFilter& filter);
void write_acquisition_fields(JsonWriter& json, const AcquisitionSummary& acquisition, const IdentityFilter& filter);
void write_warnings(JsonWriter& json, const std::vector<const Warnings*>& lists, const IdentityFilter& filter);

}  // namespace seedaudit
