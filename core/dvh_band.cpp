// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/dvh_band.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace seedaudit {
namespace {

/// The largest volume at which the edge still reaches the dose: so it falls with the dose even where quantiles of few draws do not.
double edge_at(Gy dose, const std::vector<double>& volume_pct, const std::vector<double>& edge_gy, const Dvh& dvh) {
  const auto scaled = [&](std::size_t at) {
    const double nominal = dvh.dose_at_volume_pct(volume_pct[at]).value;
    const double ratio = nominal > 0.0 ? edge_gy[at] / nominal : 0.0;
    // An edge at zero reaches no dose but zero.
    return ratio > 0.0 ? dvh.volume_pct_at(dose * (1.0 / ratio)) : (dose.value > 0.0 ? 0.0 : 100.0);
  };
  const std::size_t last = volume_pct.size() - 1;
  if (dose.value <= edge_gy[last]) return std::max(volume_pct[last], scaled(last));
  for (std::size_t k = last; k > 0; --k) {
    if (dose.value > edge_gy[k - 1]) continue;
    const double along = (dose.value - edge_gy[k - 1]) / (edge_gy[k] - edge_gy[k - 1]);
    return volume_pct[k - 1] + along * (volume_pct[k] - volume_pct[k - 1]);
  }
  return std::min(volume_pct[0], scaled(0));
}

}  // namespace

Result<DvhBand> DvhBand::make(std::vector<double> volume_pct, std::vector<double> low_gy, std::vector<double> high_gy) {
  const Error wrong{ErrorCode::dose_invalid, "a band of a DVH needs rising volumes and at each two doses, the lower first", "", ""};
  if (volume_pct.empty() || low_gy.size() != volume_pct.size() || high_gy.size() != volume_pct.size()) return wrong;
  for (std::size_t n = 0; n < volume_pct.size(); ++n) {
    const bool rises = volume_pct[n] > (n == 0 ? 0.0 : volume_pct[n - 1]) && volume_pct[n] < 100.0;
    if (!rises || !(low_gy[n] >= 0.0) || !(high_gy[n] >= low_gy[n]) || !std::isfinite(high_gy[n])) return wrong;
  }
  DvhBand band;
  band.volume_pct_ = std::move(volume_pct);
  band.low_gy_ = std::move(low_gy);
  band.high_gy_ = std::move(high_gy);
  return band;
}

std::pair<double, double> DvhBand::volume_pct_at(Gy dose, const Dvh& dvh) const {
  return {edge_at(dose, volume_pct_, low_gy_, dvh), edge_at(dose, volume_pct_, high_gy_, dvh)};
}

}  // namespace seedaudit
