// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/materials.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

namespace seedaudit {
namespace {

struct Row {
  double energy_kev;
  double cm2_g;
};

constexpr std::array<Row, 8> kWater{
    {{20, 0.8096}, {30, 0.3756}, {40, 0.2683}, {50, 0.2269}, {60, 0.2059}, {80, 0.1837}, {100, 0.1707}, {150, 0.1505}}};
constexpr std::array<Row, 8> kAdipose{
    {{20, 0.5677}, {30, 0.3063}, {40, 0.2396}, {50, 0.2123}, {60, 0.1974}, {80, 0.1800}, {100, 0.1688}, {150, 0.1500}}};
constexpr std::array<Row, 8> kBone{
    {{20, 4.001}, {30, 1.331}, {40, 0.6655}, {50, 0.4242}, {60, 0.3148}, {80, 0.2229}, {100, 0.1855}, {150, 0.1480}}};
constexpr std::array<Row, 10> kIodine{{{20, 25.43},
                                       {30, 8.561},
                                       {33.1694, 6.553},
                                       {33.1694, 35.82},
                                       {40, 22.10},
                                       {50, 12.32},
                                       {60, 7.579},
                                       {80, 3.510},
                                       {100, 1.942},
                                       {150, 0.6978}}};
constexpr std::array<Row, 8> kAluminium{
    {{20, 3.441}, {30, 1.128}, {40, 0.5685}, {50, 0.3681}, {60, 0.2778}, {80, 0.2018}, {100, 0.1704}, {150, 0.1378}}};
constexpr std::array<Row, 8> kTitanium{
    {{20, 15.85}, {30, 4.972}, {40, 2.214}, {50, 1.213}, {60, 0.7661}, {80, 0.4052}, {100, 0.2721}, {150, 0.1649}}};
constexpr std::array<Row, 8> kIron{
    {{20, 25.68}, {30, 8.176}, {40, 3.629}, {50, 1.958}, {60, 1.205}, {80, 0.5952}, {100, 0.3717}, {150, 0.1964}}};
constexpr std::array<Row, 8> kCopper{
    {{20, 33.79}, {30, 10.92}, {40, 4.862}, {50, 2.613}, {60, 1.593}, {80, 0.7630}, {100, 0.4584}, {150, 0.2217}}};
constexpr std::array<Row, 10> kSilver{{{20, 18.36},
                                       {25.514, 9.527},
                                       {25.514, 55.39},
                                       {30, 36.68},
                                       {40, 17.20},
                                       {50, 9.444},
                                       {60, 5.766},
                                       {80, 2.651},
                                       {100, 1.470},
                                       {150, 0.5426}}};
constexpr std::array<Row, 10> kPlatinum{{{20, 75.74},
                                         {30, 26.41},
                                         {40, 12.45},
                                         {50, 6.954},
                                         {60, 4.339},
                                         {78.3948, 2.203},
                                         {78.3948, 9.301},
                                         {80, 8.731},
                                         {100, 4.993},
                                         {150, 1.795}}};
constexpr std::array<Row, 10> kGold{{{20, 78.83},
                                     {30, 27.52},
                                     {40, 12.98},
                                     {50, 7.256},
                                     {60, 4.528},
                                     {80, 2.185},
                                     {80.7249, 2.137},
                                     {80.7249, 8.904},
                                     {100, 5.158},
                                     {150, 1.860}}};

std::span<const Row> table(Material material) {
  switch (material) {
    case Material::water:
      return kWater;
    case Material::adipose:
      return kAdipose;
    case Material::bone:
      return kBone;
    case Material::iodine:
      return kIodine;
    case Material::aluminium:
      return kAluminium;
    case Material::titanium:
      return kTitanium;
    case Material::iron:
      return kIron;
    case Material::copper:
      return kCopper;
    case Material::silver:
      return kSilver;
    case Material::platinum:
      return kPlatinum;
    case Material::gold:
      return kGold;
  }
  return kWater;
}

}  // namespace

double mass_attenuation_cm2_g(Material material, double energy_kev) {
  const auto rows = table(material);
  const double e = std::clamp(energy_kev, rows.front().energy_kev, rows.back().energy_kev);
  // The last row that begins at or below e: at an edge that is the upper branch.
  std::size_t i = 0;
  while (i + 2 < rows.size() && rows[i + 1].energy_kev <= e) ++i;
  const Row& a = rows[i];
  const Row& b = rows[i + 1];
  const double t = std::log(e / a.energy_kev) / std::log(b.energy_kev / a.energy_kev);
  return a.cm2_g * std::pow(b.cm2_g / a.cm2_g, t);
}

double density_g_cm3(Material material) {
  switch (material) {
    case Material::water:
      return 1.0;
    case Material::adipose:
      return 0.95;
    case Material::bone:
      return 1.92;
    case Material::iodine:
      return 1.0;
    case Material::aluminium:
      return 2.699;
    case Material::titanium:
      return 4.54;
    case Material::iron:
      return 7.874;
    case Material::copper:
      return 8.96;
    case Material::silver:
      return 10.5;
    case Material::platinum:
      return 21.45;
    case Material::gold:
      return 19.32;
  }
  return 1.0;
}

double linear_attenuation_per_mm(Material material, double energy_kev) {
  return 0.1 * density_g_cm3(material) * mass_attenuation_cm2_g(material, energy_kev);
}

}  // namespace seedaudit
