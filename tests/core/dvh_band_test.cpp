// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/dvh_band.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace seedaudit;

namespace {

/// Dose uniform from 20 to 220 Gy.
Dvh line() {
  std::vector<float> dose;
  for (int n = 0; n < 20000; ++n) dose.push_back(static_cast<float>(20.0 + 200.0 * (n + 0.5) / 20000.0));
  return Dvh::make(std::move(dose), 10.0).value();
}

/// Every dose of the histogram times `low` and `high`.
DvhBand scaled(const Dvh& dvh, double low, double high) {
  std::vector<double> volume, below, above;
  for (int pct = 2; pct <= 98; pct += 2) {
    volume.push_back(pct);
    below.push_back(low * dvh.dose_at_volume_pct(pct).value);
    above.push_back(high * dvh.dose_at_volume_pct(pct).value);
  }
  return DvhBand::make(volume, below, above).value();
}

}  // namespace

TEST_CASE("the band of a histogram scaled in dose is the histogram scaled, from no dose to beyond the last") {
  const Dvh dvh = line();
  const DvhBand band = scaled(dvh, 0.9, 1.2);
  for (double gy = 0.0; gy <= 300.0; gy += 0.7) {
    const auto [low, high] = band.volume_pct_at(Gy{gy}, dvh);
    // Edges are straight here: what is left are the steps of the histogram, 0.005 %, at both ends of a piece.
    CHECK(std::abs(low - dvh.volume_pct_at(Gy{gy / 0.9})) < 0.02);
    CHECK(std::abs(high - dvh.volume_pct_at(Gy{gy / 1.2})) < 0.02);
  }
  CHECK(band.volume_pct_at(Gy{0.0}, dvh) == std::pair{100.0, 100.0});
  CHECK(band.volume_pct_at(Gy{265.0}, dvh) == std::pair{0.0, 0.0});
}

TEST_CASE("a band without width is the histogram, and at a volume of its own its dose leads back to that volume") {
  const Dvh dvh = line();
  const DvhBand none = scaled(dvh, 1.0, 1.0);
  const auto [low, high] = none.volume_pct_at(Gy{100.0}, dvh);
  CHECK(low == high);
  CHECK(std::abs(low - dvh.volume_pct_at(Gy{100.0})) < 0.02);
  const DvhBand band = scaled(dvh, 0.8, 1.1);
  for (std::size_t n = 0; n < band.volume_pct().size(); ++n) {
    CHECK(std::abs(band.volume_pct_at(Gy{band.low_gy()[n]}, dvh).first - band.volume_pct()[n]) < 0.02);
    CHECK(std::abs(band.volume_pct_at(Gy{band.high_gy()[n]}, dvh).second - band.volume_pct()[n]) < 0.02);
  }
}

TEST_CASE("edges fall with the dose even where doses at rising volumes do not") {
  const Dvh dvh = line();
  const DvhBand band = DvhBand::make({10, 50, 90}, {100, 110, 30}, {200, 200, 60}).value();
  double last_low = 101.0, last_high = 101.0;
  for (double gy = 0.0; gy <= 260.0; gy += 0.5) {
    const auto [low, high] = band.volume_pct_at(Gy{gy}, dvh);
    CHECK(low <= last_low);
    CHECK(high <= last_high);
    CHECK(low <= high);
    CHECK((low >= 0.0 && high <= 100.0));
    last_low = low;
    last_high = high;
  }
  CHECK(band.volume_pct_at(Gy{105.0}, dvh).first > 50.0);
}

TEST_CASE("what is no band is not made") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(DvhBand::make({}, {}, {}).error().code == ErrorCode::dose_invalid);
  CHECK_FALSE(DvhBand::make({10, 20}, {5}, {6, 7}));
  CHECK_FALSE(DvhBand::make({20, 10}, {5, 5}, {6, 6}));
  CHECK_FALSE(DvhBand::make({10, 100}, {5, 5}, {6, 6}));
  CHECK_FALSE(DvhBand::make({10}, {7}, {6}));
  CHECK_FALSE(DvhBand::make({10}, {-1}, {6}));
  CHECK_FALSE(DvhBand::make({10}, {nan}, {6}));
  CHECK_FALSE(DvhBand::make({10}, {5}, {nan}));
}
