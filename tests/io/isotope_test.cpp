// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "io/isotope.h"

TEST_CASE("isotope names as exporters write them") {
  using seedaudit::normalised_isotope;
  for (const char* name :
       {"I-125", "I125", "125I", "125-I", "I 125", "i_125", "Iodine-125", "IODINE 125", "125 Iodine", "6711 I-125 seed", "碘125", "碘-125"})
    CHECK(normalised_isotope(name) == "I-125");
  for (const char* name : {"Pd-103", "PD103", "Palladium-103", "103Pd"}) CHECK(normalised_isotope(name) == "Pd-103");
  for (const char* name : {"Cs-131", "Cesium-131", "Caesium 131", "131Cs"}) CHECK(normalised_isotope(name) == "Cs-131");
  CHECK(normalised_isotope("Ir-192") == "Ir-192");
  CHECK(normalised_isotope("") == "");
  CHECK(normalised_isotope(" unknown ") == "unknown");
  CHECK(normalised_isotope("model 6711") == "model 6711");
}
