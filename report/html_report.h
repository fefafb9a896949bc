// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit_report.h"
#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/fusion_plane.h"
#include "core/result.h"
#include "core/structures.h"

namespace seedaudit {

/// Whose names the page shows.
enum class PageIdentity { keep, none };

/// What the page is made of; pointers may be null and must outlive the call.
struct HtmlInput {
  const CaseAudit* audit = nullptr;                 ///< required
  const CtVolume* postop = nullptr;                 ///< required
  const CtVolume* preop = nullptr;                  ///< pre-op image mapped onto the scan
  bool preop_is_ct = true;                          ///< whether its values are HU
  const DoseGrid<CtFrame>* dose = nullptr;          ///< of the seeds found, to infinity
  const DoseGrid<CtFrame>* planned_dose = nullptr;  ///< of the planned seeds, mapped
  std::vector<Structure<CtFrame>> targets;          ///< as judged
  std::vector<FusionPlane> fusion;                  ///< for the checkerboard
  PageIdentity identity = PageIdentity::keep;
};

/// report.html: one file that needs no network and no program but a browser. Figures are those of report.json, which it holds whole; images
/// are kept for every window (steps of 2 HU) on lattices that bound the page's size (docs/report.md). The same audit gives the same bytes.
/// Patient id and name stand in it with PageIdentity::keep alone. Errors: invalid_option (no audit, no scan), internal.
Result<std::string> html_report(const HtmlInput& input);

/// The page without a case: markup, style and program, built from report/web, with the place for data marked. As embedded in the program.
std::string_view html_page();

}  // namespace seedaudit
