// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/audit_report.h"
#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/result.h"
#include "core/structures.h"

namespace seedaudit {

/// What the picture shows besides the image; pointers may be null and must outlive the call.
struct OverviewInput {
  const CtVolume* postop = nullptr;      ///< required
  const CaseAudit* audit = nullptr;      ///< seeds with status, planned places, verdict
  const Detection* detection = nullptr;  ///< used when there is no audit (`detect --picture`)
  std::vector<Structure<CtFrame>> targets;
  const DoseGrid<CtFrame>* dose = nullptr;  ///< adds isodose lines to the section through the target
  std::optional<Gy> prescription;           ///< 100 % of the isodose lines
};

struct OverviewOptions {
  /// Width of the picture in pixels; the height follows.
  int width_px = 1600;
  /// How much is shown around seeds and target; a smaller image limits it.
  double margin_mm = 28.0;

  Status check() const;
};

/// Maximum intensity projections of the implant's region in three planes (radiological convention: patient left on the right), seeds found
/// as capsules coloured by status, planned places as hollow capsules, target outline, and a section with isodose lines where a dose is
/// given. PNG, as bytes. Errors: invalid_option (no image, option outside its range), internal.
Result<std::string> overview_png(const OverviewInput& input, const OverviewOptions& options = {});

}  // namespace seedaudit
