// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Prints the scenario of one random pair, for `seedaudit phantom FILE`: the same number gives the same pair.
//   random_scenario N
#include <array>
#include <cstdio>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "samples/phantom/random.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: random_scenario N\n");
    return 2;
  }
  const auto n = static_cast<std::uint64_t>(std::strtoull(argv[1], nullptr, 10));
  seedaudit::RandomStream random(n, 4);
  using Json = nlohmann::ordered_json;
  // Registration sees 2 mm voxels: images of 1.5 mm pixels cost a quarter of the simulation and lose nothing it looks at.
  const auto image = [&](double slice_mm, double length_mm) {
    return Json{{"matrix", 256},
                {"views", 360},
                {"detector_mm", 1.0},
                {"slice_thickness_mm", slice_mm},
                {"slice_spacing_mm", slice_mm},
                {"scan_length_mm", length_mm},
                {"quanta_per_mm", random.uniform(2.0e5, 1.0e6)}};
  };
  constexpr std::array<double, 4> kSlices{1.5, 2.5, 3.0, 5.0};
  constexpr std::array<const char*, 4> kPositions{"supine", "prone", "left_lateral", "right_lateral"};
  Json s;
  s["base"] = "clean-2p5mm";
  s["name"] = "random-" + std::to_string(n);
  // Odd numbers: both scans with slices up to 3 mm. Even numbers: one of them 5 mm.
  const bool thin = n % 2 == 1;
  const double one = kSlices[static_cast<std::size_t>(random.index(3))],
               other = thin ? kSlices[static_cast<std::size_t>(random.index(3))] : 5.0;
  const bool first_is_pre = random.uniform() < 0.5;
  // Between all of the upper abdomen and a slab about the target: partial overlap both ways.
  s["preop"] = image(first_is_pre ? one : other, random.uniform(130.0, 260.0));
  s["postop"] = image(first_is_pre ? other : one, random.uniform(110.0, 220.0));
  s["preop"]["kernel"] = random.uniform() < 0.7 ? "soft" : "medium";
  s["postop"]["kernel"] = random.uniform() < 0.5 ? "soft" : "medium";
  const auto position = static_cast<std::size_t>(random.index(4));
  s["postop"]["position"] = kPositions[position];
  s["postop"]["position_mistagged"] = position != 0 && random.uniform() < 0.5;
  s["postop"]["kvp"] = random.uniform() < 0.3 ? 100.0 : 120.0;
  s["motion"] = {{"setup_shift_mm", random.uniform(0.0, 25.0)},
                 {"setup_rotation_deg", random.uniform(0.0, 5.0)},
                 {"breathing_mm", random.uniform(-30.0, 30.0)},
                 {"deformation_mm", random.uniform(0.0, 2.5)}};
  s["distractors"] = {{"clips", random.index(4)},
                      {"calcifications", random.index(3)},
                      {"lipiodol_deposits", random.index(3)},
                      {"contrast_mg_per_ml", random.uniform() < 0.5 ? random.uniform(2.0, 6.0) : 0.0}};
  std::printf("%s\n", s.dump(1).c_str());
  return 0;
}
