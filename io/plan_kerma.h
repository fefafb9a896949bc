// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// One application setup: the Total Reference Air Kerma it states, and that of each seed read from it (rate times mean life), uGy.
struct SetupKerma {
  std::optional<double> stated_ugy;
  std::vector<double> seeds_ugy;  ///< 0 where strength or half-life are not known
};

/// TOTAL_KERMA where the stated kerma fits another number of seeds than were read, half a seed's worth apart being a difference in number.
/// Exporters write it per setup, or the whole implant's in each. Nothing where a setup states none.
std::optional<Warning> judge_total_kerma(const std::vector<SetupKerma>& setups);

}  // namespace seedaudit
