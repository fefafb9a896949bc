// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace seedaudit::bench {

struct RealScanOptions {
  /// Folder with fnndsc_thorax_nometal, totalseg_chest_hip and deeto_seeg; what is absent is named and left out.
  std::filesystem::path data;
  /// Outer size of the electrode contacts of deeto_seeg.
  double length_mm = 2.0, diameter_mm = 0.8;
  /// Only scans whose name holds this.
  std::string only;
};

/// A row a scan, printed when it is done: what was found of what is there. \return exit code
int print_real_scans(const RealScanOptions& options);

}  // namespace seedaudit::bench
