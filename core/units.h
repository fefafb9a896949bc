// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>

/// Numbers that can be confused carry their unit in the type at API edges; elsewhere the unit is the suffix of the name.
namespace seedaudit {

template <class Unit>
struct Quantity {
  double value = 0.0;

  constexpr Quantity() = default;
  constexpr explicit Quantity(double v) : value(v) {}

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator-() const { return Quantity{-value}; }
  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.value + b.value}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.value - b.value}; }
  friend constexpr Quantity operator*(Quantity a, double s) { return Quantity{a.value * s}; }
  friend constexpr Quantity operator*(double s, Quantity a) { return Quantity{a.value * s}; }
  friend constexpr Quantity operator/(Quantity a, double s) { return Quantity{a.value / s}; }
  friend constexpr double operator/(Quantity a, Quantity b) { return a.value / b.value; }
};

using Mm = Quantity<struct MmUnit>;               ///< DICOM lengths
using Cm = Quantity<struct CmUnit>;               ///< TG-43 tables
using Gy = Quantity<struct GyUnit>;               ///< dose to water
using Hours = Quantity<struct HourUnit>;          ///< half-life, mean life
using Days = Quantity<struct DayUnit>;            ///< intervals between dates
using AirKermaU = Quantity<struct AirKermaUnit>;  ///< 1 U = 1 uGy m^2/h = 1 cGy cm^2/h (AAPM TG-43U1, Med Phys 31:633)

/// The only conversion between mm and cm in the program.
constexpr Cm to_cm(Mm d) { return Cm{d.value / 10.0}; }
constexpr Mm to_mm(Cm d) { return Mm{d.value * 10.0}; }
constexpr Hours to_hours(Days d) { return Hours{d.value * 24.0}; }
constexpr Days to_days(Hours t) { return Days{t.value / 24.0}; }

/// Mean life = half-life / ln 2.
constexpr Hours mean_life(Hours half_life) { return Hours{half_life.value / 0.693147180559945309417232121458}; }

inline constexpr double kBecquerelPerMilliCurie = 3.7e7;
inline constexpr double kMegaBecquerelPerMilliCurie = 37.0;

}  // namespace seedaudit
