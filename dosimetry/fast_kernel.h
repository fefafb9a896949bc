// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "dosimetry/fused_table.h"

/// Dose of many points at once by vector instructions, from one fused table a source. Beyond the capsule within 0.1 % of dosimetry/tg43,
/// which tests/dosimetry holds it to for every shipped source (linear rules: 0.2 %, where F is not carried towards zero); inside the
/// capsule by the same rule, to the nearest point of its surface. The instruction set is chosen at run time. A point's figure depends on
/// nothing but the point and the seeds in their order.
namespace seedaudit {

/// Points as the kernel takes them: cm, relative to one origin near the seeds. Lengths are multiples of kKernelPad.
inline constexpr std::size_t kKernelPad = 16;
struct KernelPoints {
  const float* x = nullptr;
  const float* y = nullptr;
  const float* z = nullptr;
  std::size_t count = 0;
};

/// cm, relative to the same origin.
struct KernelSeed {
  float x = 0.0F, y = 0.0F, z = 0.0F;
  float ax = 0.0F, ay = 0.0F, az = 1.0F;  ///< unit axis
  bool has_axis = true;                   ///< false: orientation-averaged
  float weight = 1.0F;                    ///< what one cGy h^-1 is worth: strength times whatever the caller wants
};

/// Adds the dose of every seed, in their order, to each point's sum.
/// \param reach_cm a seed adds nothing farther away; at most FusedTable::kReachMm
void add_dose(const FusedTable& table, const std::vector<KernelSeed>& seeds, const KernelPoints& points, float reach_cm, float* sum);

/// Instruction sets that this machine can run, best first. For tests and benchmarks.
std::vector<std::string> kernel_targets();
/// Restricts all following calls to one of them; empty: the best again. Not while other threads compute.
void use_kernel_target(const std::string& name);

}  // namespace seedaudit
